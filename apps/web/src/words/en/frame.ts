import type { Words } from '../vi.ts';

export const frame: Pick<
  Words,
  | 'app'
  | 'training'
  | 'trainingLabel'
  | 'schoolYear'
  | 'nav'
  | 'signOut'
  | 'loading'
  | 'notReached'
  | 'notUnderstood'
  | 'pageNotThere'
  | 'retry'
  | 'notFound'
  | 'notFoundNote'
  | 'skip'
  | 'reference'
  | 'sessionEnded'
  | 'signIn'
  | 'periods'
> = {
  app: 'Digital school record',
  trainingLabel: 'Training school',
  training: 'TRAINING – NO LEGAL VALUE',
  schoolYear: (year) => `School year ${year.replace('-', '–')}`,
  nav: {
    work: 'My work',
    signing: 'Sign',
    school: 'Whole school',
    registers: 'Registers',
    issued: 'Issued',
    verify: 'Verify a record',
  },
  signOut: 'Sign out',
  loading: 'Opening…',
  notReached: 'The server cannot be reached. What was not sent is still on this page; keep it open.',
  notUnderstood: (status) =>
    `The server did not answer as it should (${status}). Try again in a few minutes.`,
  pageNotThere:
    'This part of the page did not come. Everything saved so far is safe. Check the connection, then reload the page.',
  retry: 'Try again',
  notFound: 'There is no such page',
  notFoundNote: 'This address leads nowhere. Everything stored is as it was.',
  skip: 'To the main content',
  reference: (code) => `Reference: ${code}`,
  sessionEnded: {
    title: 'The session has ended',
    text: (name) => `${name}, please sign in again to go on. What was typed is still on this page.`,
    other: (name, me) => `That is ${name}’s account. This page holds work of ${me}, who alone can go on.`,
  },
  signIn: {
    title: 'Sign in',
    username: 'User name',
    password: 'Password',
    button: 'Sign in',
    own: {
      lead: 'This password is only for the first time. Please choose one of your own; nobody else knows it.',
      note: 'At least 8 characters; a few unrelated words are best. Not your name, not the school’s.',
      password: 'New password',
      again: 'New password again',
      differ: 'The two are not the same.',
      button: 'Set the password and go on',
    },
    accounts: 'Training accounts',
    accountsNote:
      'The sample school, its pupils and its staff are invented. Choose an account to look around.',
    passwordNote: (password) => `The password of all of these accounts: ${password}`,
    use: 'Try',
    useOf: (who) => `Try: ${who}`,
  },
  periods: {
    GHK1: 'Mid term I',
    CHK1: 'End of term I',
    GHK2: 'Mid term II',
    CN: 'End of year',
    BS: 'Summer assessment',
  },
};

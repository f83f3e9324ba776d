import type { Words } from '../vi.ts';

export const plans: Words['plans'] = {
  link: 'Individual education plans',
  open: 'See plans',
  title: (klass) => `Individual education plans · class ${klass}`,
  intro:
    'Pupils with a disability are assessed by TT 27/2020, article 8. What a plan lifts is never a reason for “not completed”. Only the homeroom teacher, the principal and the administrator see this page.',
  none: 'Nobody is assessed by a plan.',
  make: 'Set or change a plan',
  choosePupil: 'Choose a pupil',
  kind: 'How the pupil is assessed',
  kinds: {
    adjusted: 'Adjusted requirements, nothing lifted',
    individual: 'By the individual education plan',
    'special-class': 'Class for people with disabilities: Toán and Tiếng Việt only',
  },
  subjects: 'Subjects lifted',
  tests: 'Tests lifted',
  traits: 'Qualities and competences lifted',
  testOf: (subject) => `test of ${subject}`,
  lifts: (list) => `lifted: ${list}`,
  save: 'Send to the principal',
  confirmed: 'In force',
  proposed: 'Waits for the principal',
  confirm: 'Confirm',
  withdraw: 'Withdraw',
};

export const electives: Words['electives'] = {
  title: 'The school’s rule on electives',
  note: 'Holds for every class of a year that is not locked yet. Each change is kept.',
  keep: 'Recorded; they do not lower the overall result',
  lower: 'They count like compulsory subjects',
};

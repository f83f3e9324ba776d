import type { Words } from '../vi.ts';

export const summer: Words['summer'] = {
  title: (klass) => `Summer support · class ${klass}`,
  link: 'Summer support and further assessment',
  intro:
    'Who has not completed the grade is supported and assessed again (circular 27/2020, article 11). Only cells that were too low are assessed; the value of the summer counts.',
  open: (day) => `The further assessment can be entered until the end of ${day}.`,
  notOpen:
    'Nothing can be entered now: the homeroom teacher first closes the end of the year on the class’s sheet. Past the day on which the summer closes, the principal moves that day.',
  none: 'Nobody needs support in summer.',
  toSheet: 'Enter the further assessment',
  toResults: 'Results of the class and promotion',
  cell: 'Cell',
  atYearEnd: 'Year’s end',
  inSummer: 'Summer',
  notYet: 'not yet',
  result: (name) => `Result of the cells as they are: ${name}.`,
  plan: (from, until) => `Plan ${from} – ${until}:`,
  noPlan: 'No support is planned yet.',
  make: 'Plan',
  makeOf: (name) => `Plan the support of ${name}`,
  change: 'Change the plan',
  content: 'What, how, who helps',
  fromOn: 'From',
  untilOn: 'Until',
  save: 'Save the plan',
};

import type { Words } from '../vi.ts';

export const check: Words['check'] = {
  title: (klass) => `Check before freezing · class ${klass}`,
  ready: (count) => `${count} pupils ready for their record`,
  blocked: (count) => `${count} pupils with faults to mend`,
  own: (problems) =>
    problems === 0
      ? 'Your part of this class is complete. The homeroom teacher freezes when every part is.'
      : 'In your part, the following is left.',
  noProblems: 'No fault found.',
  allFrozen: 'Every pupil of the class has a record.',
  pupils: (count) => `${count} pupils`,
  wholeClass: 'Whole class',
  toResults: 'To the results of the year',
  toSheet: 'Open the class table',
  freeze: (count) => `Freeze and make ${count} records`,
  freezeNote:
    'After freezing the cells of these pupils can no longer be changed, unless they are returned for mending; signatures made by then are void.',
  frozen: (count) => `${count} records made.`,
  thenSign: 'Look at the records; then each signs on the page',
  leftOut: 'No record for:',
  toRecords: 'Records of the class',
  blocking: 'Must be mended',
  warning: 'Look again',
};

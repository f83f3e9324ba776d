import type { Words } from '../vi.ts';

export const results: Words['results'] = {
  title: (klass) => `Results of the year · class ${klass}`,
  intro: 'The rules’ result from the cells (Circular 27/2020, Article 9). The homeroom teacher confirms.',
  proposed: 'By the rules',
  confirmed: 'Confirmed',
  differs: (stated) => `Stated otherwise: ${stated}`,
  why: 'Why not higher',
  promotion: 'Promotion',
  missing: (list) => `Missing: ${list}`,
  notYet: 'Not enough data',
  blockers: (count) => `${count} cells below the highest level:`,
  marks: (value) => `mark ${value}`,
  confirm: (count) => `Confirm the results of ${count} pupils`,
  allConfirmed: 'Every complete pupil is confirmed.',
  completedPromoted: 'Completed, promoted',
  waitsForPrincipal: 'Waits for the principal',
  decided: (promoted) =>
    promoted ? 'Promoted (principal’s decision)' : 'Not promoted (principal’s decision)',
  decide: 'Principal’s decision',
  decideReason: 'Reason',
  decidePromote: 'Promoted',
  decideStay: 'Not promoted',
  nothingBlocks: 'The highest level',
  toCheck: 'On to the check',
};

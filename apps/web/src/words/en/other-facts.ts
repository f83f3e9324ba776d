import type { otherFacts as vi } from '../vi/other-facts.ts';

export const otherFacts: typeof vi = {
  claimedTimes: 'Signatures in the file, with the times that the file itself states:',
  pupil: 'Pupil',
  outcome: 'Result',
  classTable: (name) => `Class table of ${name}`,
  classTableRegion: 'Levels and marks of the class',
  pupils: (count) => `${count} pupils`,
};

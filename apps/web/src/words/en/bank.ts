import type { Words } from '../vi.ts';

export const bank: Words['bank'] = {
  title: 'Comment bank',
  link: 'Comment bank',
  note: 'Your own sentences come first, then the school’s, then the national ones. A sentence is a start only: the comment stays the teacher’s own.',
  banks: { own: 'mine', school: 'school’s', national: 'national' },
  keepThis: 'Keep this sentence',
  dropThis: 'Take this out of my sentences',
  column: 'Column',
  grade: 'Grade',
  level: 'Level, result',
  anyLevel: 'Any level',
  count: (n) => `${n} sentences`,
  none: 'No sentence yet.',
  headings: { own: 'My sentences', school: 'The school’s', national: 'National' },
  drop: 'Delete',
  dropOf: (text) => `Delete “${text}”`,
  add: 'Add a sentence',
  text: 'Sentence, without a pupil’s name',
  keepOwn: 'Keep as mine',
  keepSchool: 'Keep for the school',
  groups: {
    QUALITIES: 'Qualities',
    GENERAL: 'General competences',
    SPECIFIC: 'Specific competences',
    HOMEROOM: 'General comment',
  },
};

import type { Words } from '../vi.ts';

export const work: Words['work'] = {
  title: 'My work',
  empty: 'Nothing to do at the moment.',
  next: (task) => `Go on: ${task}`,
};

import type { Words } from '../vi.ts';

export const registers: Words['registers'] = {
  title: 'Registers',
  doors: [{ at: '/nam-hoc', name: 'School years', what: 'Open the next year, roll classes over' }],
};

import type { Words } from '../vi.ts';

export const registers: Words['registers'] = {
  title: 'Registers',
  doors: [
    { at: '/hoc-sinh', name: 'Pupils', what: 'Search, open, change class, transfer' },
    { at: '/nam-hoc', name: 'School years', what: 'Open the next year, roll classes over' },
    { at: '/nhap', name: 'Excel in and out', what: 'Results of many classes, pupils, staff' },
  ],
};

import type { Words } from '../vi.ts';

export const registers: Words['registers'] = {
  title: 'Registers',
  doors: [
    { at: '/hoc-sinh', name: 'Pupils', what: 'Search, open, change class, transfer' },
    { at: '/nam-hoc', name: 'School years', what: 'Open the next year, roll classes over' },
    { at: '/ban-giao', name: 'Hand-overs', what: 'Minutes of classes handed over' },
    { at: '/tra-hoc-ba', name: 'Record books', what: 'Handed over on completion or transfer' },
    { at: '/nhap', name: 'Excel in and out', what: 'Results of many classes, pupils, staff' },
  ],
};

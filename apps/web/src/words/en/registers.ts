import type { Words } from '../vi.ts';

export const registers: Words['registers'] = {
  title: 'Registers',
  doors: [
    { at: '/hoc-sinh', name: 'Pupils', what: 'Search, open, change class, transfer' },
    { at: '/nam-hoc', name: 'School years', what: 'Open the next year, roll classes over' },
    { at: '/ban-giao', name: 'Hand-overs', what: 'Minutes of classes handed over' },
    { at: '/tra-hoc-ba', name: 'Record books', what: 'Handed over on completion or transfer' },
    { at: '/phan-cong', name: 'Classes and assignments', what: 'Homerooms, subjects, combined classes' },
    { at: '/giao-vien', name: 'Staff', what: 'Roles, who teaches what, successors', admin: true },
    { at: '/thong-tin-truong', name: 'About the school', what: 'Names, codes, province, commune, profile' },
    { at: '/can-cu', name: 'What is trusted', what: 'Seals, logs, witnesses; what is about to end' },
    { at: '/nhap', name: 'Excel in and out', what: 'Results of many classes, pupils, staff' },
  ],
};

import type { Words } from '../vi.ts';

export const table: Words['table'] = {
  title: (klass, period) => `Class table ${klass} · ${period}`,
  import: 'Import from Excel',
  columns: 'Columns',
  allColumns: 'All',
  codes: 'Levels and marks only',
  results: 'Results of the year',
};

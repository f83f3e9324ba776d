import type { Words } from '../vi.ts';

export const classTable: Words['classTable'] = {
  title: (klass) => `Class table · class ${klass}`,
  pdf: 'Print (PDF)',
  pdfOf: (grade) => `Print of grade ${grade} (PDF)`,
  excel: 'Download Excel',
  draft:
    'This period is still open, so the print is a draft. The homeroom teacher closes it on the class sheet.',
  grade: (grade) => `grade ${grade}`,
  caption: (form, klass, period, year) =>
    `Form ${form}. Results of class ${klass}, ${period.toLowerCase()}, school year ${year.replace('-', '–')}`,
  empty: 'The class has no pupils yet.',
  open: 'See the class table',
};

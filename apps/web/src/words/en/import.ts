import type { Words } from '../vi.ts';

export const importing: Words['import'] = {
  title: (klass) => `Import from Excel · class ${klass}`,
  choose: 'Choose an Excel file, or drop it here',
  chooseNote:
    'Results of any period in the national layout (.xlsx), at most 5 MB. It is shown before it is written.',
  reading: 'Reading the file…',
  preview: (file) => `Preview of ${file}: nothing is written yet.`,
  rows: (count) => `${count} rows read.`,
  refused: (count) => `${count} rows cannot be imported; the others can`,
  refusedRow: (row, name) => `Row ${row}, ${name}`,
  how: 'Matched by',
  what: 'Will be written',
  apply: (count) => `Import ${count} selected rows`,
  match: {
    new: 'new pupil',
    code: 'code matches',
    name: 'name matches',
    similarName: 'similar name, please look',
  },
  row: 'Row',
  newNotChosen:
    'The class has its list, so new pupils are not chosen beforehand. Choose only those who are in this class.',
  cells: (count) => `${count} cells`,
  done: (rows, cells) => `${rows} pupils, ${cells} cells imported.`,
  toTable: 'Open the class table',
  pick: 'Pick',
};

/** Class sheets that others send: an Excel file's values, where things stand in it, and what each row says. */

export type { UnknownColumn } from './columns.ts';
export * from './errors.ts';
export type { RowNote, RowProblem, RowProblemCode } from './finding.ts';
export type { Identity } from './identity.ts';
export type { LayoutOptions } from './layout.ts';
export type { RawCell, RawSheet } from './matrix.ts';
export {
  type ListedPupil,
  type ListedStaff,
  type PeopleList,
  type PupilFacts,
  readPupilList,
  readStaffList,
} from './people/lists.ts';
export { shownHeader } from './place.ts';
export * from './results.ts';
export type { Stated } from './stated.ts';
export { classNameIn, gradeOfClass } from './title.ts';
export { MAX_FILE_BYTES, readWorkbook, readWorkbookFile, type WorkbookOptions } from './workbook.ts';
export { type ClassTable, writeClassTables } from './write/class-table-file.ts';
export { type PupilOut, type StaffOut, writePupilList, writeStaffList } from './write/people-file.ts';
export {
  type ResultsClass,
  type ResultsPupil,
  type ResultsSheet,
  writeResults,
} from './write/results-file.ts';
export type { OutCell, OutColumn, OutTable } from './write/table.ts';
export { writeWorkbook } from './write/workbook-file.ts';

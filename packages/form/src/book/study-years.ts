import type { RecordDocument, StudyYear } from '@hocba/record';
import { studyRow } from '../page-data.ts';

const LEAST_ROWS = 5;
const ROW = [' ', '', '', '', ''];

/**
 * Rows of *Quá trình học tập* over all records of a pupil, oldest year first (TT 27/2020, Phụ lục 1, page 3). The record of a
 * year knows that year best; years without a record are taken from the latest that names them, such as a former school's.
 */
export function studyYearsOf(docs: readonly RecordDocument[]): string[][] {
  const oldestFirst = docs.toSorted((a, b) => a.schoolYear.localeCompare(b.schoolYear));
  const years = new Map<string, { own: boolean; rows: string[][] }>();
  for (const doc of oldestFirst) {
    for (const [schoolYear, rows] of Map.groupBy(doc.studyYears, (year: StudyYear) => year.schoolYear)) {
      const own = schoolYear === doc.schoolYear;
      if (own || years.get(schoolYear)?.own !== true) {
        years.set(schoolYear, { own, rows: rows.map((year) => studyRow(doc, year)) });
      }
    }
  }
  const rows = [...years].toSorted(([a], [b]) => a.localeCompare(b)).flatMap(([, year]) => year.rows);
  while (rows.length < LEAST_ROWS) rows.push(ROW);
  return rows;
}

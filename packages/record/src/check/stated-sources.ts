import type { ClassTableDocument, SignedTableRow } from '../class-table/document.ts';
import { partsOf } from '../codes/items.ts';
import type { CellItem, Grade, OverallResult, PeriodAssessment, SubjectLevel, TraitLevel } from '../model.ts';
import { parseCell } from '../rules/parse-cell.ts';
import type { StatedYear } from './differences.ts';

/**
 * One pupil's line of a class's table at the end of the year as a stated year. The table has no comments and no
 * personal number; a reward is a tick.
 */
export function statedByTableRow(
  table: Pick<ClassTableDocument, 'grade' | 'period' | 'schoolYear' | 'className'>,
  row: SignedTableRow,
  source = 'bảng tổng hợp',
): StatedYear {
  if (table.period !== 'CN') throw new RangeError('only the table of the year’s end states a year');
  const { levels, marks, traits, pupilCode, fullName, birthDate } = row;
  return {
    source,
    schoolYear: table.schoolYear,
    className: table.className,
    assessment: { grade: table.grade, levels, marks, traits },
    ...(row.result === undefined ? {} : { result: row.result }),
    awarded: row.awarded === true,
    promoted: row.notPromoted !== true,
    pupil: { pupilCode, fullName, birthDate },
  };
}

/** One row of an Excel file as it was read: raw texts by cell, and what the row concludes. */
export interface StatedRow {
  readonly grade: Grade;
  /** Only the columns that the file has; an empty text is an empty cell. */
  readonly cells: ReadonlyMap<CellItem, string>;
  readonly result?: OverallResult;
  readonly completed?: boolean;
  readonly promoted?: boolean;
  readonly pupil?: StatedYear['pupil'];
}

/**
 * An Excel row as a stated year. A file that has no column for a datum says nothing of it; a cell that cannot be read is
 * left to the import, which tells it, and is here as if its column were not there.
 */
export function statedByRow(row: StatedRow, source = 'tệp Excel'): StatedYear {
  const levels: PeriodAssessment['levels'] = {};
  const marks: PeriodAssessment['marks'] = {};
  const traits: PeriodAssessment['traits'] = {};
  for (const [item, raw] of row.cells) {
    const parsed = parseCell(item, raw);
    if (!parsed.ok || parsed.value === '') continue;
    const parts = partsOf(item);
    if (parts.kind === 'subjectLevel') levels[parts.subject] = parsed.value as SubjectLevel;
    else if (parts.kind === 'mark') marks[parts.subject] = Number(parsed.value);
    else if (parts.kind === 'traitLevel') traits[parts.trait] = parsed.value as TraitLevel;
  }
  const { result, completed, promoted, pupil } = row;
  return {
    source,
    columns: [...row.cells.keys()].filter((item) => parseCell(item, row.cells.get(item) ?? '').ok),
    assessment: { grade: row.grade, levels, marks, traits },
    ...(result === undefined ? {} : { result }),
    ...(completed === undefined ? {} : { completed }),
    ...(promoted === undefined ? {} : { promoted }),
    ...(pupil === undefined ? {} : { pupil }),
  };
}

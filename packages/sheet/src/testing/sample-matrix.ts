/** Class sheets of the national layout, made for tests: columns as data, so that a test moves or renames one. */
import {
  type CellItem,
  type Grade,
  type Period,
  partsOf,
  requiredItems,
  ruleSetFor,
  subjectOf,
  traitOf,
} from '@hocba/record';
import type { RawCell, RawSheet } from '../matrix.ts';
import { type ClassSheet, readOneClass } from '../results.ts';

/** One column: its group (`Năng lực`), its header, its part (`Mức`), and what a good pupil has in it. */
export interface SampleColumn {
  readonly key: string;
  readonly top: string;
  readonly sub: string;
  readonly value: RawCell;
}

/** Codes and names are made by row; all invented. */
const CODE_BASE = 7_900_000_000_000;

/** The template's columns for a grade and period; every pupil in it reaches HTXS. */
export function sampleColumns(grade: Grade, period: Period = 'CN'): SampleColumn[] {
  const items = requiredItems(ruleSetFor('2025-2026'), grade, period);
  const closing = [
    field('completed', 'Hoàn thành CT lớp', 'x'),
    field('promoted', 'Lên lớp', 'x'),
    field('result', 'Xếp loại', 'HTXS'),
  ];
  return [
    field('index', 'STT', 1),
    field('className', 'Mã lớp', `${grade}A1`),
    field('code', 'Mã học sinh', 'code'),
    field('name', 'Họ tên', 'name'),
    field('birthDate', 'Ngày sinh', `05/09/${2020 - grade}`),
    ...items.map(itemColumn),
    ...(period === 'CN' ? closing : []),
  ];
}

function field(key: string, top: string, value: RawCell): SampleColumn {
  return { key, top, sub: '', value };
}

function itemColumn(item: CellItem): SampleColumn {
  const parts = partsOf(item);
  if (parts.kind === 'subjectLevel')
    return { key: item, top: subjectOf(parts.subject).name, sub: 'Mức', value: 'T' };
  if (parts.kind === 'mark') return { key: item, top: subjectOf(parts.subject).name, sub: 'Điểm', value: 10 };
  if (parts.kind !== 'traitLevel') throw new RangeError(item);
  const trait = traitOf(parts.trait);
  return {
    key: item,
    top: trait.group === 'QUALITIES' ? 'Phẩm chất' : 'Năng lực',
    sub: trait.name,
    value: 'T',
  };
}

export interface SampleOptions {
  readonly title?: string | null;
  readonly pupils?: number;
  /** Values of single cells: `[pupil counted from 0, column key, value]`. */
  readonly cells?: readonly (readonly [number, string, RawCell])[];
}

/** A sheet with a title row, two header rows (merged groups stand in their first cell only) and pupils. */
export function sampleSheet(columns: readonly SampleColumn[], options: SampleOptions = {}): RawSheet {
  const {
    title = 'KẾT QUẢ HỌC TẬP CUỐI NĂM - LỚP 2A1 - NĂM HỌC 2025-2026',
    pupils = 2,
    cells = [],
  } = options;
  const tops = columns.map((column, index) => (column.top === columns[index - 1]?.top ? null : column.top));
  const rows: RawCell[][] = [
    ...(title === null ? [] : [[title]]),
    tops,
    columns.map((column) => (column.sub === '' ? null : column.sub)),
  ];
  for (let pupil = 0; pupil < pupils; pupil += 1) {
    rows.push(
      columns.map((column) => {
        const given = cells.find(([at, key]) => at === pupil && key === column.key);
        if (given !== undefined) return given[2];
        if (column.key === 'code') return String(CODE_BASE + pupil);
        if (column.key === 'name') return `Nguyễn Văn ${'ABCDEFGHIK'[pupil % 10]}`;
        return column.key === 'index' ? pupil + 1 : column.value;
      }),
    );
  }
  return { name: 'KQHT', rows };
}

/** Reads a sample as a file of the name `mau.xlsx` that holds one class. */
export function readSample(sheet: RawSheet, schoolYear = '2025-2026'): ClassSheet {
  return readOneClass([sheet], { fileName: 'mau.xlsx', schoolYear });
}

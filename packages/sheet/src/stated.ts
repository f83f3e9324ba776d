/** What the sheet itself concludes about a pupil: Xếp loại, Hoàn thành chương trình lớp, Lên lớp. */
import { type OverallResult, parseResult } from '@hocba/record';
import type { Column } from './columns.ts';
import type { RowNote, RowProblem } from './finding.ts';
import type { Layout } from './layout.ts';
import { cellText, type RawCell } from './matrix.ts';
import { placeOf, type SheetPlace } from './place.ts';

export interface Stated {
  /** null if nothing, or nothing readable, is stated. */
  readonly result: OverallResult | null;
  /** The cell's text, NFC, trimmed. */
  readonly resultText: string;
  /** null if the sheet has no such column or the cell is not readable. */
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
}

const YES = new Set(['x', 'có', '1', 'true', 'đạt', '✓', '✔', '☑', 'yes']);
const NO = new Set(['', '0', 'không', 'false', '-', 'no']);

export function readStated(
  layout: Layout,
  row: readonly RawCell[],
  place: SheetPlace,
): { stated: Stated; warnings: RowProblem[]; notes: RowNote[] } {
  const warnings: RowProblem[] = [];
  const notes: RowNote[] = [];
  const columnOf = (field: Column['field']) => layout.columns.find((column) => column.field === field);
  const concluding = columnOf('result');
  const unconcluded = concluding !== undefined && cellText(row[concluding.index]).trim() === '';
  const tick = (column: Column | undefined): boolean | null => {
    if (column === undefined) return null;
    const text = cellText(row[column.index]).normalize('NFC').trim().toLowerCase();
    if (YES.has(text)) return true;
    // Beside an empty Xếp loại an empty tick says that nothing was concluded yet, and not “no”.
    if (text === '' && unconcluded) return null;
    if (NO.has(text)) return false;
    const message = `${placeOf(place, column)}: không hiểu ô đánh dấu này. Hãy ghi “x” hoặc để trống.`;
    warnings.push({ code: 'tick-not-readable', column: column.header, message });
    return null;
  };
  // No period but the last has a conclusion (TT 27/2020 Điều 9 khoản 2).
  const resultColumn = layout.period === 'CN' ? columnOf('result') : undefined;
  const was = resultColumn === undefined ? '' : cellText(row[resultColumn.index]);
  const result = parseResult(was) ?? null;
  if (resultColumn !== undefined && result !== null && result !== was) {
    const message = `${placeOf(place, resultColumn)}: “${was}” được hiểu là “${result}”.`;
    notes.push({ code: 'normalised', column: resultColumn.header, message, was, is: result });
  }
  if (resultColumn !== undefined && was.trim() === '') {
    const message = `${placeOf(place, resultColumn)}: chưa ghi xếp loại nên không đối chiếu được.`;
    warnings.push({ code: 'result-not-stated', column: resultColumn.header, message });
  }
  return {
    stated: {
      result,
      resultText: was.normalize('NFC').trim(),
      completed: layout.period === 'CN' ? tick(columnOf('completed')) : null,
      promoted: layout.period === 'CN' ? tick(columnOf('promoted')) : null,
    },
    warnings,
    notes,
  };
}

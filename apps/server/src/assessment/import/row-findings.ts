import type { ClassRow, RowProblemCode } from '@hocba/sheet';

/** A missing mark or a wrong conclusion is the check's to tell; the row's cells are worth having all the same. */
const BEARABLE: ReadonlySet<RowProblemCode> = new Set<RowProblemCode>([
  'missing',
  'result-differs',
  'completion-differs',
  'award-not-allowed',
]);

/** Sentences for which the row is refused whole; empty if it may be imported. */
export function refusalsOf(row: ClassRow): string[] {
  return row.problems
    .filter((p) => !BEARABLE.has(p.code) || (p.code === 'missing' && p.item === undefined))
    .map((p) => p.message);
}

/** What else should be known of a row that may be imported. */
export function notesOf(row: ClassRow): string[] {
  const bearable = row.problems.filter(
    (p) => BEARABLE.has(p.code) && !(p.code === 'missing' && p.item === undefined),
  );
  return [...bearable, ...row.warnings, ...row.notes].map((p) => p.message);
}

import { type CellItem, isCellItem, itemName, type Problem } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { CellPeriod } from '../periods/periods.ts';

/**
 * Cells of the periods that are not what their newest act says: set, put back or taken away behind the application, in
 * the order of pupils and items. Every way that the application writes a cell appends its act in the same
 * transaction, so whatever differs was somebody with rights on the database itself.
 */
export async function cellsWithoutAct(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  periods: readonly CellPeriod[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ pupil_id: string; item: string }>`
    with act as (
      select distinct on (pupil_id, period, item, attempt) pupil_id, period, item, attempt, seq, new_value as value, version, set_by
      from cell_act where school_id = ${schoolId} and class_id = ${classId} and period = any(${periods})
      order by pupil_id, period, item, attempt, seq desc),
    held as (
      select pupil_id, period, item, attempt, seq, value, version, set_by
      from cell where school_id = ${schoolId} and class_id = ${classId} and period = any(${periods}))
    select distinct pupil_id, item
    from held h full join act a using (pupil_id, period, item, attempt)
    where (h.seq, h.value, h.version, h.set_by) is distinct from (a.seq, a.value, a.version, a.set_by)
    order by pupil_id, item`.execute(trx);
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const items = found.get(row.pupil_id);
    if (items) items.push(row.item);
    else found.set(row.pupil_id, [row.item]);
  }
  return found;
}

/** What is said of such a cell: it may not be frozen until who answers for it has set it anew. */
export function problemOfCellWithoutAct(item: string): Problem {
  const known: CellItem | null = isCellItem(item) ? item : null;
  return {
    severity: 'blocking',
    code: 'cell-without-act',
    ...(known === null ? {} : { item: known }),
    message: `${known === null ? 'Một ô không rõ tên' : itemName(known)}: giá trị đang lưu không khớp với lần ghi cuối cùng, có thể đã bị sửa ngoài phần mềm.`,
    action:
      'Người phụ trách ô đối chiếu với sổ rồi ghi lại giá trị đúng; nếu giá trị đang hiện đã đúng, hãy xoá ô rồi ghi lại.',
  };
}

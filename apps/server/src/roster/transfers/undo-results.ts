import { isCellItem, itemName, type Period } from '@hocba/record';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { lockClass } from '../class-lock.ts';
import { lockedOn, locksOf } from '../year-locks.ts';

/**
 * Takes back the results that came with an arrival, as long as the class has closed no period since: every cell that
 * nobody has set anew gets its earlier value by a further act. The pupil stays; what somebody changed stays and is named.
 * @throws Refusal `not-found`, `invalid-input` once a period was closed, `year-locked`
 */
export async function undoArrivalResults(
  deps: Deps,
  actor: Actor,
  input: { transferId: string },
): Promise<{ cells: number; kept: string[] }> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const transfer = await trx
      .selectFrom('transfer as t')
      .innerJoin('class as c', (join) =>
        join.onRef('c.school_id', '=', 't.school_id').onRef('c.class_id', '=', 't.class_id'),
      )
      .select(['t.class_id', 't.pupil_id', 't.recorded_at', 'c.school_year'])
      .where('t.school_id', '=', schoolId)
      .where('t.transfer_id', '=', input.transferId)
      .where('t.direction', '=', 'in')
      .executeTakeFirst();
    if (!transfer) throw new Refusal('not-found');
    const seq = await lockClass(trx, schoolId, transfer.class_id);
    if (await closedSince(trx, schoolId, transfer.class_id, transfer.recorded_at))
      throw new Refusal('invalid-input', [
        'Lớp đã khoá một kỳ sau khi tiếp nhận em nên kết quả đã vào sổ. Muốn sửa, giáo viên sửa từng ô như các ô khác.',
      ]);
    const written = await writtenBy(trx, schoolId, input.transferId);
    const locks = await locksOf(trx, schoolId, transfer.school_year);
    const today = vietnamDay(deps.now());
    if (written.some(({ period }) => lockedOn(locks, period, today) !== null))
      throw new Refusal('year-locked');
    const frozen = await holdsRecord(trx, schoolId, transfer.class_id, transfer.pupil_id);
    const stays = (cell: Written) =>
      !cell.untouched || (frozen && (cell.period === 'CN' || cell.period === 'BS'));
    const open = written.filter((cell) => !stays(cell));
    await restore(trx, actor, { ...transfer, transferId: input.transferId, seq, now: deps.now() }, open);
    return {
      cells: open.length,
      kept: written
        .filter(stays)
        .map(
          ({ item }) =>
            `${isCellItem(item) ? itemName(item) : item}: đã được sửa hoặc đã chốt nên giữ nguyên.`,
        ),
    };
  });
}

/** Whether the results of an arrival can still be taken back, for the pupil's page. */
export async function mayUndoResults(
  trx: Kysely<Database>,
  schoolId: string,
  transfer: { readonly transferId: string; readonly classId: string; readonly recordedAt: Date },
): Promise<boolean> {
  if (await closedSince(trx, schoolId, transfer.classId, transfer.recordedAt)) return false;
  return (await writtenBy(trx, schoolId, transfer.transferId)).some(({ untouched }) => untouched);
}

async function closedSince(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  since: Date,
): Promise<boolean> {
  const row = await trx
    .selectFrom('period_act')
    .select('seq')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('act', '=', 'close')
    .where('acted_at', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

interface Written {
  readonly period: Period | 'BS';
  readonly item: string;
  readonly attempt: number;
  readonly before: string | null;
  readonly now: string | null;
  readonly version: number;
  /** Nobody has set the cell since. */
  readonly untouched: boolean;
}

async function writtenBy(trx: Kysely<Database>, schoolId: string, transferId: string): Promise<Written[]> {
  const rows = await trx
    .selectFrom('cell_act as a')
    .innerJoin('cell as c', (join) =>
      join
        .onRef('c.school_id', '=', 'a.school_id')
        .onRef('c.class_id', '=', 'a.class_id')
        .onRef('c.pupil_id', '=', 'a.pupil_id')
        .onRef('c.period', '=', 'a.period')
        .onRef('c.item', '=', 'a.item')
        .onRef('c.attempt', '=', 'a.attempt'),
    )
    .innerJoin('transfer as t', (join) =>
      join.onRef('t.school_id', '=', 'a.school_id').onRef('t.class_id', '=', 'a.class_id'),
    )
    .select(['a.period', 'a.item', 'a.attempt', 'a.old_value', 'a.version', 'c.version as now', 'c.value'])
    .where('a.school_id', '=', schoolId)
    .where('a.batch', '=', transferId)
    .where('t.transfer_id', '=', transferId)
    .orderBy('a.seq')
    .execute();
  return rows.map((row) => ({
    period: row.period as Period | 'BS',
    item: row.item,
    attempt: row.attempt,
    before: row.old_value,
    now: row.value,
    version: row.now,
    untouched: row.version === row.now,
  }));
}

async function holdsRecord(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  pupilId: string,
): Promise<boolean> {
  const found = await sql<{ held: boolean }>`select exists (
    select 1 from record r where r.school_id = ${schoolId} and r.class_id = ${classId} and r.pupil_id = ${pupilId}
      and not exists (select 1 from record_act a where a.school_id = r.school_id and a.record_id = r.record_id
        and a.act in ('thaw', 'return'))) as held`.execute(trx);
  return found.rows[0]?.held === true;
}

async function restore(
  trx: Transaction<Database>,
  actor: Actor,
  on: {
    readonly class_id: string;
    readonly pupil_id: string;
    readonly transferId: string;
    readonly seq: number;
    readonly now: Date;
  },
  cells: readonly Written[],
): Promise<void> {
  if (cells.length === 0) return;
  const { schoolId, staffId } = actor;
  const acts = cells.map((cell, n) => ({
    school_id: schoolId,
    class_id: on.class_id,
    seq: String(on.seq + 1 + n),
    pupil_id: on.pupil_id,
    period: cell.period,
    item: cell.item,
    attempt: cell.attempt,
    old_value: cell.now,
    new_value: cell.before,
    version: cell.version + 1,
    source: 'transfer' as const,
    device: 'transfer',
    batch: `undo-${on.transferId}`,
    n,
    set_by: staffId,
    set_at: on.now,
  }));
  await trx.insertInto('cell_act').values(acts).execute();
  for (const act of acts)
    await trx
      .updateTable('cell')
      .set({ value: act.new_value, version: act.version, set_by: staffId, set_at: on.now, seq: act.seq })
      .where('school_id', '=', schoolId)
      .where('class_id', '=', on.class_id)
      .where('pupil_id', '=', on.pupil_id)
      .where('period', '=', act.period)
      .where('item', '=', act.item)
      .where('attempt', '=', act.attempt)
      .execute();
  await trx
    .updateTable('class_counter')
    .set({ seq: String(on.seq + acts.length) })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', on.class_id)
    .execute();
}

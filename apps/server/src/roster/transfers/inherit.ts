import { isCellItem, type Period, parseCell } from '@hocba/record';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import type { Database } from '../../store/tables.ts';
import { dayInWords } from '../calendar.ts';
import { lockClass } from '../class-lock.ts';
import { lockedOn, locksOf } from '../year-locks.ts';
import type { ResultsToDate } from './results-to-date.ts';

interface Arrival {
  readonly pupilId: string;
  readonly toClassId: string;
  readonly transferId: string;
  readonly now: Date;
  readonly schoolYear: string;
}
interface Move extends Arrival {
  readonly fromClassId: string;
}

/**
 * The results to date that another school has stated become the pupil's cells of the class, in every period that they
 * name, so that the year can be concluded from them: acts with source `transfer` by who took the pupil over. The class's
 * teachers may set them anew as any cell. Results of another school year are none of this class's.
 * @throws Refusal `year-locked`
 */
export async function takeOverCells(
  trx: Transaction<Database>,
  actor: Actor,
  arrival: Arrival & { readonly results: ResultsToDate },
): Promise<void> {
  const { results, schoolYear } = arrival;
  if (results.schoolYear !== schoolYear) return;
  const stated = results.periods.flatMap(({ period, cells }) =>
    cells.flatMap(({ item, value }) => {
      const read = isCellItem(item) ? parseCell(item, value) : null;
      return read?.ok && read.value !== '' ? [{ period, item, value: read.value }] : [];
    }),
  );
  // Only the mark that counts was stated: who was here before may have sat that test more than once.
  await bring(
    trx,
    actor.schoolId,
    arrival,
    sql`select s.period, s.item, s.value, ${actor.staffId}::uuid as set_by, coalesce((
        select max(c.attempt) from cell c where c.school_id = ${actor.schoolId} and c.class_id = ${arrival.toClassId}
          and c.pupil_id = ${arrival.pupilId} and c.period = s.period and c.item = s.item and c.value is not null),
        1) as attempt
      from jsonb_to_recordset(${JSON.stringify(stated)}::jsonb) as s (period text, item text, value text)`,
  );
}

/**
 * What the old class wrote of a pupil appears in the new one, so that its tables of the year are whole: every cell as an
 * act with source `transfer` that keeps who judged, the sittings of tests taken again, and the education plan. Cells that
 * the new class holds already are replaced where they differ; a year that a record holds there stays as it is.
 * @throws Refusal `year-locked`
 */
export async function inheritCells(trx: Transaction<Database>, schoolId: string, move: Move): Promise<void> {
  const { pupilId, fromClassId, toClassId } = move;
  await bring(
    trx,
    schoolId,
    move,
    sql`select period, item, attempt, value, set_by from cell
      where school_id = ${schoolId} and class_id = ${fromClassId} and pupil_id = ${pupilId}`,
  );
  await sql`
    insert into retest (school_id, class_id, pupil_id, period, item, attempt, taken_on, reason, recorded_by, recorded_at)
    select school_id, ${toClassId}, pupil_id, period, item, attempt, taken_on, reason, recorded_by, recorded_at
    from retest where school_id = ${schoolId} and class_id = ${fromClassId} and pupil_id = ${pupilId}
    on conflict do nothing`.execute(trx);
  await sql`
    insert into education_plan
      (school_id, class_id, pupil_id, seq, act, kind, subjects, tests, traits, acted_by, acted_at)
    select school_id, ${toClassId}, pupil_id, seq + coalesce((
        select max(p.seq) from education_plan p
        where p.school_id = ${schoolId} and p.class_id = ${toClassId} and p.pupil_id = ${pupilId}), 0),
      act, kind, subjects, tests, traits, acted_by, acted_at
    from education_plan where school_id = ${schoolId} and class_id = ${fromClassId} and pupil_id = ${pupilId}
    order by seq`.execute(trx);
}

/** @param source rows of `period, item, attempt, value, set_by` */
async function bring(
  trx: Transaction<Database>,
  schoolId: string,
  { pupilId, toClassId, transferId, now, schoolYear }: Arrival,
  source: RawBuilder<unknown>,
): Promise<void> {
  const seq = await lockClass(trx, schoolId, toClassId);
  const asked = await sql<{ period: Period | 'BS' }>`
    select distinct period from (${source}) o where o.value is not null`.execute(trx);
  const locks = await locksOf(trx, schoolId, schoolYear);
  const shut = asked.rows.flatMap(({ period }) => lockedOn(locks, period, vietnamDay(now)) ?? []);
  if (shut[0] !== undefined) {
    throw new Refusal('year-locked', [
      `Em có kết quả của năm học ${schoolYear}, đã khoá sổ hết ngày ${dayInWords(shut[0])}, nên không chuyển kết quả sang lớp này được.`,
    ]);
  }
  const { rows } = await sql<{ made: string }>`
    with brought as (
      select o.period, o.item, o.attempt, o.value, o.set_by, n.value as old_value, coalesce(n.version, 0) + 1 as version,
        row_number() over (order by array_position(array['GHK1', 'CHK1', 'GHK2', 'CN', 'BS'], o.period), o.item, o.attempt)
          as n
      from (${source}) o
      left join cell n on n.school_id = ${schoolId} and n.class_id = ${toClassId} and n.pupil_id = ${pupilId}
        and n.period = o.period and n.item = o.item and n.attempt = o.attempt
      where o.value is not null and o.value is distinct from n.value
        and not (o.period in ('CN', 'BS') and exists (
          select 1 from record r where r.school_id = ${schoolId} and r.class_id = ${toClassId}
            and r.pupil_id = ${pupilId} and not exists (
              select 1 from record_act a where a.school_id = r.school_id and a.record_id = r.record_id
                and a.act in ('thaw', 'return'))))),
    acted as (
      insert into cell_act (school_id, class_id, seq, pupil_id, period, item, attempt, old_value, new_value, version,
        source, device, batch, n, set_by, set_at)
      select ${schoolId}, ${toClassId}, ${seq}::bigint + n, ${pupilId}, period, item, attempt, old_value, value, version,
        'transfer', 'transfer', ${transferId}, n - 1, set_by, ${now}
      from brought order by n
      returning period, item, attempt, new_value, version, set_by, set_at, seq),
    held as (
      insert into cell (school_id, class_id, pupil_id, period, item, attempt, value, version, set_by, set_at, seq)
      select ${schoolId}, ${toClassId}, ${pupilId}, period, item, attempt, new_value, version, set_by, set_at, seq
      from acted
      on conflict (school_id, class_id, pupil_id, period, item, attempt) do update
        set value = excluded.value, version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at,
          seq = excluded.seq
      returning 1)
    select count(*) as made from held`.execute(trx);
  await trx
    .updateTable('class_counter')
    .set({ seq: String(seq + Number(rows[0]?.made ?? 0)) })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', toClassId)
    .execute();
}

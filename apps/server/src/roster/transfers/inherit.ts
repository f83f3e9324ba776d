import { sql, type Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { lockClass } from '../class-lock.ts';

interface Move {
  readonly pupilId: string;
  readonly fromClassId: string;
  readonly toClassId: string;
  readonly transferId: string;
  readonly now: Date;
}

/**
 * What the old class wrote of a pupil appears in the new one, so that its tables of the year are whole: every cell as an
 * act with source `transfer` that keeps who judged, the sittings of tests taken again, and the education plan. Cells that
 * the new class holds already are replaced where they differ; a year that a record holds there stays as it is.
 */
export async function inheritCells(trx: Transaction<Database>, schoolId: string, move: Move): Promise<void> {
  const { pupilId, fromClassId, toClassId, transferId, now } = move;
  const seq = await lockClass(trx, schoolId, toClassId);
  const { rows } = await sql<{ made: string }>`
    with brought as (
      select o.period, o.item, o.attempt, o.value, o.set_by, n.value as old_value, coalesce(n.version, 0) + 1 as version,
        row_number() over (order by array_position(array['GHK1', 'CHK1', 'GHK2', 'CN', 'BS'], o.period), o.item, o.attempt)
          as n
      from cell o
      left join cell n on n.school_id = o.school_id and n.class_id = ${toClassId} and n.pupil_id = o.pupil_id
        and n.period = o.period and n.item = o.item and n.attempt = o.attempt
      where o.school_id = ${schoolId} and o.class_id = ${fromClassId} and o.pupil_id = ${pupilId}
        and o.value is not null and o.value is distinct from n.value
        and not (o.period = 'CN' and exists (
          select 1 from record r where r.school_id = o.school_id and r.class_id = ${toClassId}
            and r.pupil_id = o.pupil_id and not exists (
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

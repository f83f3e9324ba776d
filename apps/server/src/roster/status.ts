import { randomUUID } from 'node:crypto';
import { PUPIL_STATUSES, type PupilStatusCode } from '@hocba/record';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Actor } from '../access/actor.ts';
import type { Database } from '../store/tables.ts';

export interface StatusOnDay {
  readonly status: PupilStatusCode;
  readonly since: string;
}

/**
 * Where each pupil of the school stands, by the newest status that was set; who has none is `studying`. What a
 * roll-over set and its undoing took back does not count. At most one pupil's if named.
 */
export async function newestStatuses(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId?: string,
): Promise<ReadonlyMap<string, StatusOnDay>> {
  const one = pupilId === undefined ? sql`` : sql`and s.pupil_id = ${pupilId}`;
  const { rows } = await sql<{ pupil_id: string; status: PupilStatusCode; since: string }>`
    select distinct on (s.pupil_id) s.pupil_id, s.status, s.since
    from pupil_status s
    where s.school_id = ${schoolId} ${one} and not exists (
      select 1 from roll_over r
      where r.school_id = s.school_id and r.roll_over_id = s.roll_over_id and r.undone_at is not null)
    order by s.pupil_id, s.since desc, s.set_at desc, s.status_id desc`.execute(trx);
  return new Map(rows.map((row) => [row.pupil_id, { status: row.status, since: row.since }]));
}

/**
 * Since when the pupil of an enrolment pauses (tạm nghỉ học) in the class's school year, or null: a scalar for a query
 * over `enrolment`. Such a pupil keeps the place and is not assessed; the newest status before the next year counts.
 * @param enrolment the table's name or alias in the query
 */
export function suspendedSince(enrolment: string) {
  const of = (column: string) => sql.ref(`${enrolment}.${column}`);
  return sql<string | null>`(
    select case when s.status = 'suspended' then s.since end
    from pupil_status s join class k on k.school_id = s.school_id and k.class_id = ${of('class_id')}
    where s.school_id = ${of('school_id')} and s.pupil_id = ${of('pupil_id')}
      and s.since < make_date(right(k.school_year, 4)::int, 9, 1) and not exists (
        select 1 from roll_over r
        where r.school_id = s.school_id and r.roll_over_id = s.roll_over_id and r.undone_at is not null)
    order by s.since desc, s.set_at desc, s.status_id desc limit 1)`;
}

/** Every status that was set for a pupil, the newest first; what was taken back with a roll-over is left out. */
export async function statusesOf(trx: Kysely<Database>, schoolId: string, pupilId: string) {
  const rows = await trx
    .selectFrom('pupil_status as s')
    .leftJoin('roll_over as r', (join) =>
      join.onRef('r.school_id', '=', 's.school_id').onRef('r.roll_over_id', '=', 's.roll_over_id'),
    )
    .leftJoin('staff as w', (join) =>
      join.onRef('w.school_id', '=', 's.school_id').onRef('w.staff_id', '=', 's.set_by'),
    )
    .select(['s.status', 's.since', 's.reason', 's.set_at', 'w.full_name'])
    .where('s.school_id', '=', schoolId)
    .where('s.pupil_id', '=', pupilId)
    .where('r.undone_at', 'is', null)
    .orderBy('s.since', 'desc')
    .orderBy('s.set_at', 'desc')
    .execute();
  return rows.map((row) => ({
    name: statusName(row.status),
    since: row.since,
    reason: row.reason,
    recordedBy: row.full_name ?? '',
    recordedAt: row.set_at.toISOString(),
  }));
}

/** The listed name of a status. */
export function statusName(code: PupilStatusCode): string {
  return PUPIL_STATUSES.find((s) => s.code === code)?.name ?? code;
}

/** Appends a status; the ones before stay readable. */
export async function addStatus(
  trx: Transaction<Database>,
  actor: Actor,
  set: {
    readonly pupilId: string;
    readonly status: PupilStatusCode;
    readonly since: string;
    readonly classId: string | null;
    readonly reason: string | null;
    readonly now: Date;
  },
): Promise<void> {
  await trx
    .insertInto('pupil_status')
    .values({
      school_id: actor.schoolId,
      pupil_id: set.pupilId,
      status_id: randomUUID(),
      status: set.status,
      since: set.since,
      class_id: set.classId,
      reason: set.reason,
      roll_over_id: null,
      set_by: actor.staffId,
      set_at: set.now,
    })
    .execute();
}

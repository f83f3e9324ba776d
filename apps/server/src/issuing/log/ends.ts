import { type Expression, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool, isSchoolId } from '../../store/database.ts';
import type { LogEndTable } from '../../store/tables/log-life.ts';
import type { Database } from '../../store/tables.ts';
import { compareOrigins, originOf, partsOfPlace } from './origin.ts';

export type LogEnd = Selectable<LogEndTable>;

/** Any number, but the same for ever: leaves of a log are taken under the shared lock, its end is ordered under the other. */
const LOCK_SEED = 7_306_931_418;

/** In the transaction of an act: no end can be ordered until it commits. @throws Refusal `log-unavailable` for a log that ended */
export async function requireOpenLog(trx: Kysely<Database>, origin: string): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${origin}, ${LOCK_SEED}))`.execute(trx);
  if ((await endOf(trx, origin)) !== null) throw new Refusal('log-unavailable');
}

/** In the transaction of an order to end a log: waits for the acts that are adding leaves to it. */
export async function lockForEnd(trx: Kysely<Database>, origin: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${origin}, ${LOCK_SEED}))`.execute(trx);
}

export async function endOf(db: Kysely<Database>, origin: string): Promise<LogEnd | null> {
  const row = await db.selectFrom('log_end').selectAll().where('origin', '=', origin).executeTakeFirst();
  return row ?? null;
}

/** Every log that was ordered to end. */
export async function endedLogs(db: Kysely<Database>): Promise<LogEnd[]> {
  return db.selectFrom('log_end').selectAll().orderBy('origin').execute();
}

/**
 * The log that takes leaves about a school year now: the year's own, or the one that went on after its key was stolen; after the
 * year was closed the school's newest open log, where a late recall or replacement names its leaf by hash.
 *
 * @throws Refusal `log-unavailable` where the year is closed and no later year is open
 */
export async function openOrigin(
  db: Kysely<Database>,
  school: { code: string; training: boolean },
  schoolYear: string,
  place: string,
): Promise<string> {
  let origin = await originOfYear(db, school, schoolYear, place);
  for (;;) {
    const end = await endOf(db, origin);
    if (end === null) return origin;
    if (end.next === null) break;
    origin = end.next;
  }
  const newest = await newestOpenLog(db, origin);
  if (newest === null)
    throw new Refusal('log-unavailable', ['Nhật ký của năm học đã khép; hãy mở năm học mới trước.']);
  return newest;
}

/**
 * Origin of the log that a school year's leaves begin in. Where schools share one, a year that has begun in a log of the school's own
 * stays there: an installation that comes to share begins with its next year.
 */
export async function originOfYear(
  db: Kysely<Database>,
  school: { code: string; training: boolean },
  schoolYear: string,
  place: string,
): Promise<string> {
  const { host, shared } = partsOfPlace(place);
  if (shared === null) return originOf(school, schoolYear, host);
  const own = originOf(school, schoolYear, host);
  const begun = await db
    .selectFrom('log_state')
    .select('origin')
    .where('origin', '=', own)
    .executeTakeFirst();
  return begun?.origin ?? originOf(school, schoolYear, place);
}

/** Origin of the newest log of the same school, or of one that schools share, that takes leaves and is later than this one; null where there is none. */
export async function newestOpenLog(db: Kysely<Database>, origin: string): Promise<string | null> {
  const rows = await db
    .selectFrom('log_state as s')
    .leftJoin('log_end as e', 'e.origin', 's.origin')
    .select('s.origin')
    .where('e.origin', 'is', null)
    .where(mayFollow(sql.ref('s.origin'), origin))
    .execute();
  const later = rows.map((row) => row.origin).filter((one) => compareOrigins(one, origin) > 0);
  return later.sort(compareOrigins).at(-1) ?? null;
}

/** Whether a log is one in which leaves about this log's records may stand: of the same school, or shared by the schools of its host. */
export function mayFollow(column: Expression<unknown>, origin: string): RawBuilder<boolean> {
  const ofSchool = origin.slice(0, origin.lastIndexOf('/') + 1);
  const ofHost = origin.slice(0, origin.indexOf('/') + 1);
  return sql<boolean>`(starts_with(${column}, ${ofSchool}) or (starts_with(${column}, ${ofHost})
    and split_part(${column}, '/', 2) not in (select code from school)))`;
}

/** The log in which a leaf stands or waits; null where it does neither. */
export async function logOfLeaf(db: Kysely<Database>, leafHash: Uint8Array): Promise<string | null> {
  const row = await db
    .selectFrom('believed_leaf')
    .select('origin')
    .where('leaf_hash', '=', leafHash)
    .unionAll(db.selectFrom('log_pending').select('origin').where('leaf_hash', '=', leafHash))
    .limit(1)
    .executeTakeFirst();
  return row?.origin ?? null;
}

export interface SchoolYearLog {
  readonly schoolId: string;
  readonly schoolYear: string;
  /** The log that takes the year's leaves now. */
  readonly origin: string;
  /** The year's own log, as long as it takes leaves. */
  readonly current: boolean;
}

/** Every school year that some log takes leaves of, school by school. */
export async function schoolYearLogs(db: Kysely<Database>, place: string): Promise<SchoolYearLog[]> {
  const schools = await db
    .selectFrom('school')
    .select(['school_id', 'code', 'training'])
    .orderBy('school_id')
    .execute();
  const found: SchoolYearLog[] = [];
  for (const school of schools) {
    const schoolId = school.school_id;
    // A row that is no school stops neither days nor anchors of those that are; an audit names it.
    if (!isSchoolId(schoolId)) continue;
    const years = await inSchool(db, schoolId, (trx) =>
      trx.selectFrom('school_year').select('school_year').where('school_id', '=', schoolId).execute(),
    );
    for (const { school_year: schoolYear } of years) {
      try {
        const origin = await openOrigin(db, school, schoolYear, place);
        const own = await originOfYear(db, school, schoolYear, place);
        // A log that goes on after a theft bears the year's name and a number.
        const current = origin === own || origin.startsWith(`${own}.`);
        found.push({ schoolId, schoolYear, origin, current });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
  return found;
}

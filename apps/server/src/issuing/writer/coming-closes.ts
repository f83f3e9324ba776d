import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { locksOf } from '../../roster/year-locks.ts';
import { vietnamDay } from '../../signing/freeze/time.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { newestOpenLog, type SchoolYearLog, schoolYearLogs } from '../log/ends.ts';
import { yearIn } from '../log/origin.ts';
import { EndError, orderClose } from './end-log.ts';

export interface ComingCloseDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly logHost: string;
  /** `MM-DD`, as the settings say it; null: nothing is closed by itself. */
  readonly closeOn: string | null;
  now(): Date;
}

/** What keeps a log open past its day; each is looked at again every day. */
export interface CloseObstacles {
  /** No log of a later year is open: a late recall would have nowhere to go. */
  readonly noLaterLog: boolean;
  /** School years of this log whose locks are still to come. */
  readonly unlockedYears: number;
  /** Records that are frozen and neither issued nor thawed. */
  readonly unfinishedRecords: number;
  /** Classes with issued records and without a signed list of them. */
  readonly unclosedClasses: number;
}

export interface ComingClose {
  readonly origin: string;
  /** `YYYY-MM-DD`, in Vietnam: from this day on it is closed as soon as nothing stands in the way. */
  readonly on: string;
  readonly obstacles: CloseObstacles;
}

/** School years end by 31 May; the day of the settings is the first one after this. */
const YEAR_OVER = '06-30';

/** The day from which a year's log is to be closed. @param closeOn `MM-DD` @returns `YYYY-MM-DD` */
export function closesOn(origin: string, closeOn: string): string {
  const second = Number(yearIn(origin).slice(5));
  return `${closeOn > YEAR_OVER ? second : second + 1}-${closeOn}`;
}

/**
 * The open logs that are going to be closed by themselves, the earliest first: what the job acts upon and what the office is shown.
 * @param only of these logs; of all unless said
 */
export async function comingCloses(
  deps: ComingCloseDeps,
  only?: ReadonlySet<string>,
): Promise<ComingClose[]> {
  const { db, closeOn } = deps;
  if (closeOn === null) return [];
  const years = (await schoolYearLogs(db, deps.logHost)).filter(
    ({ origin, current }) => current && (only === undefined || only.has(origin)),
  );
  const found: ComingClose[] = [];
  for (const [origin, of] of Map.groupBy(years, (one) => one.origin))
    found.push({ origin, on: closesOn(origin, closeOn), obstacles: await obstaclesOf(deps, origin, of) });
  return found.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

type OpenDeps = Pick<ComingCloseDeps, 'db' | 'now'>;

async function obstaclesOf(
  deps: OpenDeps,
  origin: string,
  years: readonly SchoolYearLog[],
): Promise<CloseObstacles> {
  return { noLaterLog: (await newestOpenLog(deps.db, origin)) === null, ...(await openIn(deps, years)) };
}

/** What of a log's year is still open, and is an order by hand too early; null where nothing is. */
export async function tooEarlyToClose(
  deps: OpenDeps & Pick<ComingCloseDeps, 'logHost'>,
  origin: string,
): Promise<CloseObstacles | null> {
  const years = (await schoolYearLogs(deps.db, deps.logHost)).filter((one) => one.origin === origin);
  const obstacles = await obstaclesOf(deps, origin, years);
  return mayClose(obstacles) ? null : obstacles;
}

/** Over all schools that share the log. */
async function openIn(
  { db, now }: OpenDeps,
  years: readonly SchoolYearLog[],
): Promise<Omit<CloseObstacles, 'noLaterLog'>> {
  const sum = { unlockedYears: 0, unfinishedRecords: 0, unclosedClasses: 0 };
  for (const { schoolId, schoolYear } of years)
    await inSchool(db, schoolId, async (trx) => {
      const { supplementaryOn } = await locksOf(trx, schoolId, schoolYear);
      if (supplementaryOn >= vietnamDay(now())) sum.unlockedYears++;
      const { rows } = await sql<{ records: string; classes: string }>`
        select (select count(*) from record r where r.school_id = ${schoolId} and r.school_year = ${schoolYear}
            and not exists (select 1 from record_act a where a.school_id = r.school_id
              and a.record_id = r.record_id and a.act in ('thaw', 'issue'))) as records,
          (select count(*) from class c where c.school_id = ${schoolId} and c.school_year = ${schoolYear}
            and exists (select 1 from record r join record_act a on a.school_id = r.school_id
              and a.record_id = r.record_id and a.act = 'issue'
              where r.school_id = c.school_id and r.class_id = c.class_id)
            and not exists (select 1 from class_closing k where k.school_id = c.school_id
              and k.class_id = c.class_id)) as classes`.execute(trx);
      sum.unfinishedRecords += Number(rows[0]?.records ?? 0);
      sum.unclosedClasses += Number(rows[0]?.classes ?? 0);
    });
  return sum;
}

/** Whether nothing stands in the way. */
export function mayClose({ noLaterLog, ...counts }: CloseObstacles): boolean {
  return !noLaterLog && Object.values(counts).every((count) => count === 0);
}

/**
 * Orders the close of every log whose day has come and that nothing keeps open; the sequencer carries it out as if the operator had
 * ordered it. Asked again, it orders nothing twice.
 *
 * @returns the logs that were ordered to close now
 */
export async function closeDueLogs(deps: ComingCloseDeps): Promise<string[]> {
  const closed: string[] = [];
  const today = vietnamDay(deps.now());
  for (const { origin, on, obstacles } of await comingCloses(deps)) {
    if (on > today || !mayClose(obstacles)) continue;
    try {
      await orderClose(deps, origin);
      closed.push(origin);
    } catch (error) {
      // Another server on this database was faster, or the log was never made.
      if (!(error instanceof EndError)) throw error;
    }
  }
  return closed;
}

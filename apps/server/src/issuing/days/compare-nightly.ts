import type { Kysely } from 'kysely';
import { runningYear } from '../../access/running-year.ts';
import { vietnamDay } from '../../signing/freeze/time.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { differingRecords } from '../compare/consistency.ts';

export interface NightDeps {
  readonly db: Kysely<Database>;
  now(): Date;
}

/**
 * Once a day, after the day has ended: every class of each school's running year, its records against what else speaks of
 * the same year. What was found of a class is kept for that day, so that it may be asked every minute, goes on after a
 * restart, and shows on the principal's page; the operator is told school, class and how many. A class that cannot be
 * compared is kept as such and stops no other.
 */
export function nightlyComparer(deps: NightDeps, log: (line: string) => void): () => Promise<void> {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      await compareAll(deps, log);
    } finally {
      running = false;
    }
  };
}

async function compareAll(deps: NightDeps, log: (line: string) => void) {
  const day = vietnamDay(deps.now());
  const schools = await deps.db
    .selectFrom('school')
    .select(['school_id', 'code'])
    .orderBy('school_id')
    .execute();
  for (const { school_id: schoolId, code } of schools) {
    for (const { class_id: classId, name } of await classesToCompare(deps, schoolId, day)) {
      const where = `Đối chiếu hằng ngày: trường ${code}, lớp ${name}`;
      const found = await compareOne(deps, schoolId, classId, day);
      if (found === null) log(`${where}: không đối chiếu được.`);
      else if (found > 0) log(`${where}: ${found} học bạ khác dữ liệu còn lại.`);
    }
  }
}

/** @returns how many records differ; null if the class could not be compared, which is kept too */
async function compareOne(
  { db, now }: NightDeps,
  schoolId: string,
  classId: string,
  day: string,
): Promise<number | null> {
  const row = { school_id: schoolId, class_id: classId, day, compared_at: now() };
  try {
    return await inSchool(db, schoolId, async (trx) => {
      const { records, differing } = await differingRecords(trx, schoolId, classId, now());
      await trx
        .insertInto('class_comparison')
        .values({ ...row, records, differing })
        .execute();
      return differing.length;
    });
  } catch {
    // What it was may hold data of a child: the row says only that it failed.
    await inSchool(db, schoolId, (trx) =>
      trx
        .insertInto('class_comparison')
        .values({ ...row, records: null, differing: [] })
        .onConflict((oc) => oc.columns(['school_id', 'class_id', 'day']).doNothing())
        .execute(),
    );
    return null;
  }
}

/** Classes of the running year that have not been compared on this day. */
async function classesToCompare({ db }: NightDeps, schoolId: string, day: string) {
  return inSchool(db, schoolId, async (trx) => {
    const year = await runningYear(trx, schoolId, day);
    if (!year) return [];
    return trx
      .selectFrom('class as c')
      .select(['c.class_id', 'c.name'])
      .where('c.school_id', '=', schoolId)
      .where('c.school_year', '=', year.schoolYear)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('class_comparison as d')
              .select('d.day')
              .whereRef('d.school_id', '=', 'c.school_id')
              .whereRef('d.class_id', '=', 'c.class_id')
              .where('d.day', '=', day),
          ),
        ),
      )
      .orderBy('c.name')
      .execute();
  });
}

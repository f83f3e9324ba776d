import type { Kysely } from 'kysely';
import { runningYear } from '../../access/running-year.ts';
import { vietnamDay } from '../../signing/time.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { countDifferences } from '../consistency.ts';

export interface NightDeps {
  readonly db: Kysely<Database>;
  now(): Date;
}

/**
 * Once a day, after the day has ended: every class of each school's running year, its records against what else speaks of
 * the same year. Remembers what it has done, so that it may be asked every minute. The operator is told school, class
 * and how many; who and what the principal sees on the class's own page.
 */
export function nightlyComparer(deps: NightDeps, log: (line: string) => void): () => Promise<void> {
  const done = new Map<string, string>();
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      await compareAll(deps, done, log);
    } finally {
      running = false;
    }
  };
}

async function compareAll(deps: NightDeps, done: Map<string, string>, log: (line: string) => void) {
  const day = vietnamDay(deps.now());
  const schools = await deps.db
    .selectFrom('school')
    .select(['school_id', 'code'])
    .orderBy('school_id')
    .execute();
  for (const { school_id: schoolId, code } of schools) {
    if (done.get(schoolId) === day) continue;
    for (const { class_id, name } of await classesOf(deps, schoolId, day)) {
      const count = await inSchool(deps.db, schoolId, (trx) =>
        countDifferences(trx, schoolId, class_id, deps.now()),
      );
      if (count > 0)
        log(`Đối chiếu hằng ngày: trường ${code}, lớp ${name}: ${count} học bạ khác dữ liệu còn lại.`);
    }
    done.set(schoolId, day);
  }
}

async function classesOf({ db }: NightDeps, schoolId: string, day: string) {
  return inSchool(db, schoolId, async (trx) => {
    const year = await runningYear(trx, schoolId, day);
    if (!year) return [];
    return trx
      .selectFrom('class')
      .select(['class_id', 'name'])
      .where('school_id', '=', schoolId)
      .where('school_year', '=', year.schoolYear)
      .orderBy('name')
      .execute();
  });
}

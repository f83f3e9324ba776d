import { isSchoolYear } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { runningYear, vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/school-years.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { dayOfNextYear, yearAfter } from './calendar.ts';
import { isBulk } from './export/bulk.ts';
import { isIssued } from './move-locks.ts';
import { lockMoves, locksOf, usualLocks, type YearLocks } from './year-locks.ts';

type Days = z.output<typeof api.openSchoolYear.body>;

/** The school's years, the newest first, and the days that the next one would have. */
export async function listSchoolYears(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.listSchoolYears.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const years = await trx
      .selectFrom('school_year')
      .selectAll()
      .where('school_id', '=', actor.schoolId)
      .orderBy('starts_on', 'desc')
      .execute();
    const running = await runningYear(trx, actor.schoolId, vietnamDay(deps.now()));
    const counts = await countsByYear(trx, actor.schoolId);
    const views = await Promise.all(
      years.map(async (row) => ({
        schoolYear: row.school_year,
        startsOn: row.starts_on,
        endsOn: row.ends_on,
        plannedIssueDate: row.planned_issue_date,
        ...locksView(await locksOf(trx, actor.schoolId, row.school_year)),
        lockMoves: (await lockMoves(trx, actor.schoolId, row.school_year)).map((move) => ({
          mainLockOn: move.main_lock_on,
          supplementaryLockOn: move.supplementary_lock_on,
          reason: move.reason,
          by: move.full_name,
          at: move.acted_at.toISOString(),
        })),
        classes: counts.get(row.school_year)?.classes ?? 0,
        pupils: counts.get(row.school_year)?.pupils ?? 0,
        running: row.school_year === running?.schoolYear,
        issued: await isIssued(trx, actor.schoolId, row.school_year),
        bulk: await isBulk(trx, actor.schoolId, row.school_year),
      })),
    );
    const newest = views[0];
    if (!newest) throw new Refusal('not-found');
    const next = yearAfter(newest.schoolYear);
    return {
      years: views,
      next: {
        schoolYear: next,
        startsOn: dayOfNextYear(newest.startsOn),
        endsOn: dayOfNextYear(newest.endsOn),
        plannedIssueDate: dayOfNextYear(newest.plannedIssueDate),
        ...locksView(usualLocks(next)),
      },
    };
  });
}

/** As the contract names them. */
function locksView({ mainOn, supplementaryOn }: YearLocks) {
  return { mainLockOn: mainOn, supplementaryLockOn: supplementaryOn };
}

async function countsByYear(trx: Kysely<Database>, schoolId: string) {
  const rows = await trx
    .selectFrom('class as c')
    .leftJoin('enrolment as e', (join) =>
      join
        .onRef('e.school_id', '=', 'c.school_id')
        .onRef('e.class_id', '=', 'c.class_id')
        .on('e.left_on', 'is', null),
    )
    .select((eb) => [
      'c.school_year',
      eb.fn.count('c.class_id').distinct().as('classes'),
      eb.fn.count('e.pupil_id').as('pupils'),
    ])
    .where('c.school_id', '=', schoolId)
    .groupBy('c.school_year')
    .execute();
  return new Map(
    rows.map((row) => [row.school_year, { classes: Number(row.classes), pupils: Number(row.pupils) }]),
  );
}

/**
 * Opens the year after the newest one; its classes come by the roll-over or are made one by one.
 * @throws Refusal `year-exists`, `invalid-input` with what is wrong about the days
 */
export async function openSchoolYear(
  deps: Deps,
  actor: Actor,
  input: Days,
): Promise<z.input<typeof api.openSchoolYear.response>> {
  const wrong = wrongDays(input);
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
  await inSchool(deps.db, actor.schoolId, async (trx) => {
    const newest = await trx
      .selectFrom('school_year')
      .select(['school_year', 'ends_on'])
      .where('school_id', '=', actor.schoolId)
      .orderBy('starts_on', 'desc')
      .executeTakeFirst();
    if (newest && newest.school_year >= input.schoolYear) throw new Refusal('year-exists');
    if (newest && yearAfter(newest.school_year) !== input.schoolYear) {
      throw new Refusal('invalid-input', [`Năm học tiếp theo là ${yearAfter(newest.school_year)}.`]);
    }
    if (newest && newest.ends_on >= input.startsOn) {
      throw new Refusal('invalid-input', ['Ngày bắt đầu phải sau ngày kết thúc của năm học trước.']);
    }
    const made = await trx
      .insertInto('school_year')
      .values({
        school_id: actor.schoolId,
        school_year: input.schoolYear,
        starts_on: input.startsOn,
        ends_on: input.endsOn,
        planned_issue_date: input.plannedIssueDate,
        main_lock_on: input.mainLockOn,
        supplementary_lock_on: input.supplementaryLockOn,
      })
      .onConflict((oc) => oc.columns(['school_id', 'school_year']).doNothing())
      .returning('school_year')
      .execute();
    if (made.length === 0) throw new Refusal('year-exists');
  });
  return { schoolYear: input.schoolYear };
}

/** The year's days in their order: start, end, issue, main lock, supplementary lock, all before the next year starts. */
function wrongDays(input: Days): string[] {
  if (!isSchoolYear(input.schoolYear)) return ['Năm học phải gồm hai năm liền nhau, như 2026-2027.'];
  const [first, second] = [input.schoolYear.slice(0, 4), input.schoolYear.slice(5)];
  const wrong: string[] = [];
  if (input.startsOn.slice(0, 4) !== first) wrong.push(`Ngày bắt đầu phải thuộc năm ${first}.`);
  if (input.endsOn.slice(0, 4) !== second) wrong.push(`Ngày kết thúc phải thuộc năm ${second}.`);
  if (input.plannedIssueDate < input.startsOn || input.plannedIssueDate > input.supplementaryLockOn)
    wrong.push('Ngày dự kiến phát hành phải nằm trong năm học, trước ngày khoá bổ sung.');
  if (input.mainLockOn < input.endsOn) wrong.push('Ngày khoá sổ không được trước ngày kết thúc năm học.');
  if (input.supplementaryLockOn < input.mainLockOn)
    wrong.push('Ngày khoá bổ sung (sau rèn luyện hè) không được trước ngày khoá sổ.');
  if (input.supplementaryLockOn.slice(0, 4) !== second)
    wrong.push(`Ngày khoá bổ sung phải thuộc năm ${second}.`);
  return wrong;
}

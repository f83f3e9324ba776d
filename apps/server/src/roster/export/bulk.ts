import { createHash, randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { Plan } from '../../access/approval/kinds.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import type { Database } from '../../store/tables.ts';

/** files of more pupils than these, of one person in one day, are made only when a second person has agreed. */
const MOST_PUPILS = 200;

/** Whoever was in a class of the year, also who has left since: no file of the year holds more. */
async function pupilsOfYear(trx: Kysely<Database>, schoolId: string, schoolYear: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select('e.pupil_id')
    .distinct()
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .orderBy('e.pupil_id')
    .execute();
  return rows.map((row) => row.pupil_id);
}

/** Whether a file of the whole year holds more pupils than one person may take along alone. */
export async function isBulk(trx: Kysely<Database>, schoolId: string, schoolYear: string): Promise<boolean> {
  return (await pupilsOfYear(trx, schoolId, schoolYear)).length > MOST_PUPILS;
}

/** Every class of the year, in no order. */
export async function classesOfYear(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('class')
    .select('class_id')
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .execute();
  return rows.map((row) => row.class_id);
}

/**
 * Takes the pupils of these classes along, alone: noted, and counted with all that the person has taken along on this day in
 * Vietnam, under whatever account (the personal number says so). Of two files at once the second one waits for the first.
 * A file of the actor's own class, as its homeroom teacher, is noted and does not count: what every teacher does at a term's end
 * needs nobody.
 *
 * @returns false where it would be more than one person may: nothing is noted, and it takes a second one
 */
export async function takeAlong(
  trx: Transaction<Database>,
  actor: Actor,
  classIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const { schoolId, staffId } = actor;
  const accounts = await accountsOf(trx, actor).forNoKeyUpdate().execute();
  const ids = accounts.map((row) => row.staff_id);
  if (!(await isWithin(trx, schoolId, ids, classIds, now))) return false;
  if (classIds.length > 0)
    await trx
      .insertInto('class_export')
      .values(
        classIds.map((classId) => ({
          school_id: schoolId,
          export_id: randomUUID(),
          staff_id: staffId,
          class_id: classId,
          exported_at: now,
        })),
      )
      .execute();
  return true;
}

/** Whether `takeAlong` would take a second person now, for a page that then offers to ask; notes nothing. */
export async function takesSecond(
  trx: Kysely<Database>,
  actor: Actor,
  classIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const accounts = await accountsOf(trx, actor).execute();
  const ids = accounts.map((row) => row.staff_id);
  return !(await isWithin(trx, actor.schoolId, ids, classIds, now));
}

/** Every account of the actor's person. */
function accountsOf(trx: Kysely<Database>, { schoolId, staffId }: Actor) {
  return trx
    .selectFrom('staff')
    .select('staff_id')
    .where('school_id', '=', schoolId)
    .where('personal_id', '=', ({ selectFrom }) =>
      selectFrom('staff as own')
        .select('own.personal_id')
        .where('own.school_id', '=', schoolId)
        .where('own.staff_id', '=', staffId),
    )
    .orderBy('staff_id');
}

async function isWithin(
  trx: Kysely<Database>,
  schoolId: string,
  accounts: readonly string[],
  classIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const taken = await trx
    .selectFrom('class_export')
    .select('class_id')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('staff_id', 'in', [...accounts])
    .where('exported_at', '>=', beginOfDay(now))
    .execute();
  const own = await ownClasses(trx, schoolId, accounts, classIds);
  const all = new Set([...classIds, ...taken.map((row) => row.class_id)]);
  const counted = [...all].filter((id) => !own.has(id));
  return (await pupilsOf(trx, schoolId, counted)) <= MOST_PUPILS;
}

/**
 * The classes that do not count: those of which the person is the homeroom teacher in the year of the one class that is asked for.
 * Who would be that of more than 200 pupils is not excused by it.
 */
async function ownClasses(
  trx: Kysely<Database>,
  schoolId: string,
  accounts: readonly string[],
  classIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const [classId, ...others] = classIds;
  if (classId === undefined || others.length > 0) return new Set();
  const rows = await trx
    .selectFrom('class')
    .select('class_id')
    .where('school_id', '=', schoolId)
    .where('homeroom_staff_id', 'in', [...accounts])
    .where('school_year', '=', ({ selectFrom }) =>
      selectFrom('class as this')
        .select('this.school_year')
        .where('this.school_id', '=', schoolId)
        .where('this.class_id', '=', classId),
    )
    .execute();
  const own = rows.map((row) => row.class_id);
  return new Set((await pupilsOf(trx, schoolId, own)) > MOST_PUPILS ? [] : own);
}

/** How many pupils were ever in one of the classes. */
async function pupilsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classIds: readonly string[],
): Promise<number> {
  if (classIds.length === 0) return 0;
  const row = await trx
    .selectFrom('enrolment')
    .select(({ fn }) => fn.count<string>('pupil_id').distinct().as('pupils'))
    .where('school_id', '=', schoolId)
    .where('class_id', 'in', [...classIds])
    .executeTakeFirstOrThrow();
  return Number(row.pupils);
}

/** Midnight in Vietnam, which has one time all year. */
function beginOfDay(now: Date): Date {
  return new Date(`${vietnamDay(now)}T00:00:00+07:00`);
}

/**
 * What such a file would hold: agreed to for exactly these pupils.
 * @throws Refusal `not-found` for a year without pupils
 */
export async function bulkPlan(
  trx: Kysely<Database>,
  schoolId: string,
  of: { readonly object: string; readonly schoolYear: string; readonly title: string },
): Promise<Plan> {
  const ids = await pupilsOfYear(trx, schoolId, of.schoolYear);
  if (ids.length === 0) throw new Refusal('not-found');
  return {
    object: of.object,
    basis: { pupils: createHash('sha256').update(ids.join()).digest('hex') },
    summary: [
      `${of.title}, năm học ${of.schoolYear.replace('-', '–')}: ${ids.length} học sinh`,
      'Tệp Excel rời khỏi phần mềm: người đề nghị tải một lần, trong thời hạn của đề nghị, và giữ kín như học bạ giấy.',
    ],
  };
}

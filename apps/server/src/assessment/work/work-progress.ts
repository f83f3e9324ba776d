import { type Grade, PERIODS, type Period, ruleSetFor, type SubjectCode } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { ofItsYear } from '../../roster/of-its-year.ts';
import { suspendedSince } from '../../roster/status.ts';
import { lockedOn, locksOf } from '../../roster/year-locks.ts';
import type { Database } from '../../store/tables.ts';
import { columnsOfClass, type Duties, type SheetColumn } from '../periods/columns.ts';
import { type CellPeriod, currentPeriod, periodStates } from '../periods/periods.ts';

/** What one class has come to in the periods of its year. */
export interface ClassProgress {
  readonly classId: string;
  readonly name: string;
  /** The period that is worked on now, and whether the class or the year has closed it. */
  readonly period: Period;
  readonly closed: boolean;
  readonly columns: readonly SheetColumn[];
  readonly pupils: number;
  /** How many pupils there are of each grade: their own, which in a combined class is not everybody's. */
  readonly ofGrade: ReadonlyMap<Grade, number>;
  /** Filled cells of the period by item. */
  readonly filled: ReadonlyMap<string, number>;
  readonly frozen: number;
  readonly decided: number;
  /** Periods before that one that nobody has closed, with what each still needs. */
  readonly earlier: readonly OpenPeriod[];
  /** Whether cells of the further assessment in summer can be entered: the year's end is closed, the summer is not. */
  readonly summer: boolean;
}

export interface OpenPeriod {
  readonly period: Period;
  readonly columns: readonly SheetColumn[];
  readonly filled: ReadonlyMap<string, number>;
}

/** How many pupils need, or may have, the column's cell. */
export function pupilsFor({ ofGrade }: Pick<ClassProgress, 'ofGrade'>, grades: readonly Grade[]): number {
  return grades.reduce((sum, grade) => sum + (ofGrade.get(grade) ?? 0), 0);
}

/** Required cells of the columns that nobody has filled. */
export function lackingIn(
  progress: Pick<ClassProgress, 'ofGrade'>,
  columns: readonly SheetColumn[],
  filled: ReadonlyMap<string, number>,
): number {
  return columns.reduce(
    (sum, c) => sum + Math.max(0, pupilsFor(progress, c.requiredIn) - (filled.get(c.item) ?? 0)),
    0,
  );
}

/**
 * The classes of a school year that the actor has something to do with: all of them for principal and clerk.
 * @param today ISO date in Vietnam
 */
export async function progressOf(
  trx: Kysely<Database>,
  actor: Actor,
  schoolYear: string,
  today: string,
): Promise<{ readonly progress: ClassProgress; readonly duties: Duties }[]> {
  const period = currentPeriod(schoolYear, today);
  const earlier = PERIODS.slice(0, PERIODS.indexOf(period));
  const { schoolId } = actor;
  const classes = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade', 'homeroom_staff_id'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .orderBy('grade')
    .orderBy('name')
    .execute();
  const assignments = Map.groupBy(
    await trx
      .selectFrom('assignment')
      .select(['class_id', 'subject', 'staff_id'])
      .where('school_id', '=', schoolId)
      .execute(),
    (a) => a.class_id,
  );
  const all = classes.map((row) => ({
    row,
    duties: {
      homeroomStaffId: row.homeroom_staff_id,
      teachers: new Map(
        (assignments.get(row.class_id) ?? []).map((a) => [a.subject as SubjectCode, a.staff_id] as const),
      ),
    },
  }));
  const whole = actor.roles.includes('principal') || actor.roles.includes('clerk');
  const own = all.filter(
    ({ duties }) =>
      whole ||
      duties.homeroomStaffId === actor.staffId ||
      [...duties.teachers.values()].includes(actor.staffId),
  );
  if (own.length === 0) return [];
  const ids = own.map(({ row }) => row.class_id);
  const count = (rows: { class_id: string; n: string | number | bigint }[]) =>
    new Map(rows.map((row) => [row.class_id, Number(row.n)]));
  const grades = Map.groupBy(
    await trx
      .selectFrom('enrolment')
      .select(['class_id', 'grade', (eb) => eb.fn.countAll().as('n')])
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', ids)
      .where(ofItsYear('enrolment'))
      .where(suspendedSince('enrolment'), 'is', null)
      .groupBy(['class_id', 'grade'])
      .execute(),
    (row) => row.class_id,
  );
  const decided = count(
    await trx
      .selectFrom('decision')
      .select(['class_id', (eb) => eb.fn.count('pupil_id').distinct().as('n')])
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', ids)
      .where('kind', '=', 'result')
      .groupBy('class_id')
      .execute(),
  );
  const frozen = count(
    await trx
      .selectFrom('record as r')
      .select(['r.class_id', (eb) => eb.fn.countAll().as('n')])
      .where('r.school_id', '=', schoolId)
      .where('r.class_id', 'in', ids)
      .where('r.pupil_id', 'is not', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('record_act as a')
              .select('a.seq')
              .whereRef('a.school_id', '=', 'r.school_id')
              .whereRef('a.record_id', '=', 'r.record_id')
              .where('a.act', 'in', ['thaw', 'return']),
          ),
        ),
      )
      .groupBy('r.class_id')
      .execute(),
  );
  const states = await periodStates(trx, schoolId, ids);
  const cells = Map.groupBy(
    await trx
      .selectFrom('cell as c')
      .innerJoin('enrolment as e', (join) =>
        join
          .onRef('e.school_id', '=', 'c.school_id')
          .onRef('e.class_id', '=', 'c.class_id')
          .onRef('e.pupil_id', '=', 'c.pupil_id'),
      )
      .select(['c.class_id', 'c.period', 'c.item', (eb) => eb.fn.count('c.pupil_id').distinct().as('n')])
      .where('c.school_id', '=', schoolId)
      .where('c.class_id', 'in', ids)
      .where('c.period', 'in', [...earlier, period])
      .where('c.value', 'is not', null)
      .where(ofItsYear('e'))
      .where(suspendedSince('e'), 'is', null)
      .groupBy(['c.class_id', 'c.period', 'c.item'])
      .execute(),
    (row) => row.class_id,
  );
  const locks = await locksOf(trx, schoolId, schoolYear);
  const ruleSet = ruleSetFor(schoolYear);
  return own.map(({ row, duties }) => {
    const ofGrade = new Map(
      (grades.get(row.class_id) ?? []).map((g): [Grade, number] => [g.grade as Grade, Number(g.n)]),
    );
    const theirs = ofGrade.size > 0 ? [...ofGrade.keys()].sort() : [row.grade as Grade];
    const closed = (one: CellPeriod): boolean =>
      states.get(row.class_id)?.get(one)?.closed === true || lockedOn(locks, one, today) !== null;
    const sheet = (one: Period): OpenPeriod => ({
      period: one,
      columns: columnsOfClass(ruleSet, theirs, one, duties),
      filled: new Map(
        (cells.get(row.class_id) ?? [])
          .filter((c) => c.period === one)
          .map((c) => [c.item, Number(c.n)] as const),
      ),
    });
    return {
      duties,
      progress: {
        classId: row.class_id,
        name: row.name,
        closed: closed(period),
        ...sheet(period),
        pupils: [...ofGrade.values()].reduce((sum, n) => sum + n, 0),
        ofGrade,
        frozen: frozen.get(row.class_id) ?? 0,
        decided: decided.get(row.class_id) ?? 0,
        earlier: earlier.filter((one) => !closed(one)).map(sheet),
        summer: period === 'CN' && closed('CN') && !closed('BS'),
      },
    };
  });
}

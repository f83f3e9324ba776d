import type { ClassTableRow, Grade, OverallResult, Period } from '@hocba/record';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireClassStaff } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { cellsOf } from '../periods/class-data.ts';
import { type PeriodState, periodsOf } from '../periods/periods.ts';
import type { PupilYear, PupilYears } from '../pupil-year/pupil-year.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { assessmentOf, filledValues } from '../pupil-year/year-cells.ts';
import { seesWholeClass } from '../sheet/sheet.ts';

/** The pupils of one grade of a class at a period, as the form of that grade has them. */
export interface GradeTable {
  readonly grade: Grade;
  readonly rows: readonly ClassTableRow[];
}

export interface ClassTables {
  readonly years: PupilYears;
  readonly period: Period;
  /** null while nothing was ever done about the period: it is open. */
  readonly state: PeriodState | null;
  /** One, and in a combined class one for each grade of its pupils. */
  readonly tables: readonly GradeTable[];
}

/**
 * *Bảng tổng hợp kết quả đánh giá giáo dục của lớp* at a period, which screen, PDF and Excel are made of. For who sees the
 * whole class. At the end of the year the effective cells stand in it, as the record has them.
 * @throws Refusal `not-allowed` for a teacher of single subjects
 */
export async function classTablesOf(
  deps: Deps,
  actor: Actor,
  input: { classId: string; period: Period },
): Promise<ClassTables> {
  const { classId, period } = input;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, classId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const years = await loadPupilYears(trx, actor.schoolId, classId);
    const state = (await periodsOf(trx, actor.schoolId, classId)).get(period) ?? null;
    const cells = Map.groupBy(await cellsOf(trx, actor.schoolId, classId, period), (cell) => cell.pupilId);
    const assessed = (pupil: PupilYear) =>
      period === 'CN'
        ? pupil.assessment
        : assessmentOf(pupil.grade, filledValues(cells.get(pupil.pupilId) ?? []));
    const grades = [...new Set(years.pupils.map((pupil) => pupil.grade))].sort();
    const tables = (grades.length > 0 ? grades : [years.grade]).map(
      (grade): GradeTable => ({
        grade,
        rows: years.pupils
          .filter((pupil) => pupil.grade === grade)
          .map((pupil) => rowOf(pupil, assessed(pupil), period === 'CN')),
      }),
    );
    return { years, period, state, tables };
  });
}

function rowOf(
  pupil: PupilYear,
  { levels, marks, traits }: PupilYear['assessment'],
  closing: boolean,
): ClassTableRow {
  const { conclusion } = pupil;
  return {
    fullName: pupil.fullName,
    ...(pupil.birthDate === null ? {} : { birthDate: pupil.birthDate }),
    levels,
    marks,
    traits,
    ...(closing && conclusion.result !== null ? { result: conclusion.result as OverallResult } : {}),
    ...(closing && pupil.award !== null ? { awarded: true } : {}),
    ...(closing && conclusion.promoted === false ? { notPromoted: true } : {}),
  };
}

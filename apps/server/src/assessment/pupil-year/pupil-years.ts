/**
 * Loads what a class knows of its pupils' year: identity, cells of the end of the year, decisions, who teaches and who
 * signs. Made for the results page, the check and the freeze, so that all three look at the same data.
 *
 *   const years = await loadPupilYears(trx, schoolId, classId);      // trx from inSchool(), class already checked
 *   for (const pupil of years.pupils) {
 *     const problems = problemsOfPupil(years, pupil);                // check.ts; blocking ones forbid the freeze
 *     … build a RecordDocument out of `years` (school, class, signers) and `pupil` …
 *   }
 *
 * Everything is as stored now. A freeze takes the class's lock first (`class_counter … for update`), as every act on
 * the class's cells does, so that no cell changes between check and freeze.
 */
import {
  completesGrade,
  completionText,
  type Grade,
  type OverallResult,
  type ProposeOptions,
  type PupilYearCheck,
  ruleSetFor,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { locksOf } from '../../roster/year-locks.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf, decisionsOf, frozenPupils, pupilsOf } from '../periods/class-data.ts';
import { electivesLower, exemptOf, plansOf } from '../periods/plans.ts';
import { cellsWithoutAct } from './cell-acts.ts';
import { notedClass } from './noted-class.ts';
import { officeFaults } from './noted-office.ts';
import { yearFaults } from './noted-years.ts';
import { awardsOf, groundsOf, NO_AWARDS, yearAwards } from './pupil-awards.ts';
import type { Conclusion, PupilYear, PupilYears } from './pupil-year.ts';
import { effectiveValues } from './summer.ts';
import { filledValues, readCells } from './year-cells.ts';
import { pupilFacts, signersOf, staffOf, studyYears } from './year-people.ts';

/** @throws Refusal `not-found` for a class that the school does not have */
export async function loadPupilYears(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<PupilYears> {
  const row = await trx
    .selectFrom('class as c')
    .innerJoin('school_year as y', (join) =>
      join.onRef('y.school_id', '=', 'c.school_id').onRef('y.school_year', '=', 'c.school_year'),
    )
    .select([
      'c.name',
      'c.grade',
      'c.school_year',
      'c.homeroom_staff_id',
      'y.planned_issue_date',
      'y.starts_on',
    ])
    .where('c.school_id', '=', schoolId)
    .where('c.class_id', '=', classId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  const grade = row.grade as Grade;
  const ruleSet = ruleSetFor(row.school_year);
  const school = await trx
    .selectFrom('school')
    .selectAll()
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  const staff = await staffOf(trx, schoolId, classId, row.homeroom_staff_id);
  const facts = await pupilFacts(trx, schoolId, classId);
  const years = await studyYears(trx, schoolId, classId, school.name, row.school_year);
  const cells = Map.groupBy(await cellsOf(trx, schoolId, classId, 'CN'), (c) => c.pupilId);
  const summer = Map.groupBy(await cellsOf(trx, schoolId, classId, 'BS'), (c) => c.pupilId);
  const withoutAct = await cellsWithoutAct(trx, schoolId, classId, ['CN', 'BS']);
  const frozen = await frozenPupils(trx, schoolId, classId);
  const decisions = await decisionsOf(trx, schoolId, classId);
  const plans = await plansOf(trx, schoolId, classId);
  const enrolled = await pupilsOf(trx, schoolId, classId);
  const locks = await locksOf(trx, schoolId, row.school_year);
  const electives = await electivesLower(trx, schoolId, locks.mainOn);
  const awards = await awardsOf(
    trx,
    schoolId,
    row.school_year,
    enrolled.map((p) => p.pupilId),
  );
  const noted = {
    classId,
    schoolYear: row.school_year,
    pupilIds: enrolled.map((p) => p.pupilId),
    staffIds: signersOf(staff),
  };
  const its = await notedClass(trx, schoolId, noted);
  const notNoted = yearFaults(its, schoolId, { ...noted, mainLockOn: locks.mainOn });
  return {
    ruleSet,
    classId,
    className: row.name,
    grade,
    schoolYear: row.school_year,
    plannedIssueDate: row.planned_issue_date,
    startsOn: row.starts_on,
    locks,
    school: {
      code: school.code,
      name: school.name,
      provinceOfficeCode: school.province_office_code,
      provinceOfficeName: school.province_office_name,
      communeName: school.commune_name,
      districtName: school.district_name,
      provinceName: school.province_name,
      issuePlace: school.issue_place,
      taxCode: school.tax_code,
      training: school.training,
      profile: school.profile,
    },
    ...staff,
    notNoted: officeFaults(its, schoolId, noted),
    pupils: enrolled.map((pupil): PupilYear => {
      const options: ProposeOptions = {
        exempt: exemptOf(plans, pupil),
        ...(electives === null ? {} : { electivesLower: electives }),
      };
      const { values, toReassess, reassessed } = effectiveValues(
        ruleSet,
        pupil.grade,
        filledValues(cells.get(pupil.pupilId) ?? []),
        filledValues(summer.get(pupil.pupilId) ?? []),
        options,
      );
      const fact = facts.get(pupil.pupilId);
      const conclusion = concludedBy(pupil.grade, decisions(pupil.pupilId));
      const { written, ...read } = readCells(pupil.grade, values);
      const theirs = awards.get(pupil.pupilId) ?? NO_AWARDS;
      const due = yearAwards(ruleSet, conclusion.result, theirs, written, {
        from: row.starts_on,
        until: locks.supplementaryOn,
      });
      return {
        ...pupil,
        frozen: frozen.has(pupil.pupilId),
        withoutAct: withoutAct.get(pupil.pupilId) ?? [],
        notNoted: notNoted.get(pupil.pupilId) ?? [],
        personalId: fact?.personal_id ?? null,
        registerNumber: fact?.register_number ?? null,
        sex: fact?.sex ?? null,
        birthDate: fact?.birth_date ?? null,
        birthPlace: fact?.birth_place ?? null,
        homeTown: fact?.home_town ?? null,
        address: fact?.address ?? null,
        ethnicity: fact?.ethnicity ?? null,
        nationality: fact?.nationality ?? null,
        fatherName: fact?.father_name ?? null,
        motherName: fact?.mother_name ?? null,
        motherAbsence: fact?.mother_absence ?? null,
        guardianName: fact?.guardian_name ?? null,
        studyYears: years.get(pupil.pupilId) ?? [],
        values,
        options,
        toReassess,
        reassessed,
        ...read,
        award: due.award ?? null,
        suddenAward: due.suddenAward ?? null,
        writtenAward: written.award,
        awards: theirs,
        titles: due,
        conclusion,
      };
    }),
  };
}

/** The check's input for one pupil, with every part, so that whatever lacks is named. */
export function checkInputOf(years: PupilYears, pupil: PupilYear): PupilYearCheck {
  const { conclusion } = pupil;
  const text = (value: string | null) => value ?? '';
  return {
    ruleSet: years.ruleSet,
    schoolYear: years.schoolYear,
    assessment: pupil.assessment,
    options: pupil.options,
    pupil: {
      fullName: pupil.fullName,
      personalId: text(pupil.personalId),
      pupilCode: pupil.pupilCode,
      registerNumber: text(pupil.registerNumber),
      ...(pupil.sex ? { sex: pupil.sex } : {}),
      ...(pupil.birthDate ? { birthDate: pupil.birthDate } : {}),
      birthPlace: text(pupil.birthPlace),
      homeTown: text(pupil.homeTown),
      address: text(pupil.address),
      ethnicity: text(pupil.ethnicity),
      nationality: text(pupil.nationality),
      motherName: text(pupil.motherName),
      motherAbsence: text(pupil.motherAbsence),
    },
    comments: {
      subjects: pupil.comments.subjects,
      traits: pupil.comments.traits,
      ...(pupil.comments.homeroom === null ? {} : { homeroom: pupil.comments.homeroom }),
    },
    body: {
      ...(pupil.heightCm === null ? {} : { heightCm: pupil.heightCm }),
      ...(pupil.weightKg === null ? {} : { weightKg: pupil.weightKg }),
    },
    absences: {
      ...(pupil.absentExcused === null ? {} : { excused: pupil.absentExcused }),
      ...(pupil.absentUnexcused === null ? {} : { unexcused: pupil.absentUnexcused }),
    },
    stated: {
      ...(conclusion.result ? { result: conclusion.result } : {}),
      ...(conclusion.completed === null ? {} : { completed: conclusion.completed }),
      ...(conclusion.promoted === null ? {} : { promoted: conclusion.promoted }),
      ...(conclusion.completionText === null ? {} : { completionText: conclusion.completionText }),
      ...(pupil.writtenAward === null
        ? {}
        : { award: pupil.writtenAward, awardGrounds: groundsOf(pupil.awards.title) }),
    },
    classmates: years.pupils.filter((p) => p.pupilId !== pupil.pupilId).map((p) => p.fullName),
  };
}

function concludedBy(
  grade: Grade,
  decided: {
    result: string | null;
    reason: string | null;
    completed: boolean | null;
    promoted: boolean | null;
    promotionDecided: boolean;
  },
): Conclusion {
  const result = decided.result as OverallResult | null;
  const byRule = result !== null && completesGrade(result);
  // A result that completes the grade also promotes; the principal decides only on the others (Điều 11).
  const completed = byRule ? true : decided.completed;
  const promoted = byRule ? true : decided.promoted;
  return {
    result,
    reason: decided.reason,
    completed,
    promoted,
    promotionDecided: !byRule && decided.promotionDecided,
    completionText:
      completed === null || promoted === null ? null : completionText(grade, completed, promoted),
  };
}

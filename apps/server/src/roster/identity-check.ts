import { checkPupilYear, cleanText, type Grade, ruleSetFor } from '@hocba/record';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type * as api from '../http/api/identity.ts';
import type { PupilTable } from '../store/tables.ts';

export type IdentityFacts = z.output<typeof api.IdentityFacts>;
type Row = Selectable<PupilTable>;
type ProblemView = z.input<typeof api.checkIdentity.response>['problems'][number];

/** Each fact, its column, how it is called, and whether it is civil status, which only a decision changes after issue. */
export const IDENTITY = {
  fullName: ['full_name', 'Họ và tên', true],
  personalId: ['personal_id', 'Số định danh cá nhân', true],
  registerNumber: ['register_number', 'Số đăng bộ', false],
  sex: ['sex', 'Giới tính', true],
  birthDate: ['birth_date', 'Ngày sinh', true],
  birthPlace: ['birth_place', 'Nơi sinh', true],
  homeTown: ['home_town', 'Quê quán', true],
  address: ['address', 'Nơi ở hiện nay', false],
  ethnicity: ['ethnicity', 'Dân tộc', true],
  nationality: ['nationality', 'Quốc tịch', true],
  fatherName: ['father_name', 'Họ và tên cha', true],
  motherName: ['mother_name', 'Họ và tên mẹ', true],
  motherAbsence: ['mother_absence', 'Giấy tờ về việc không có thông tin mẹ', true],
  guardianName: ['guardian_name', 'Người giám hộ', false],
} as const satisfies Readonly<
  Record<keyof IdentityFacts, readonly [column: keyof Row, name: string, civil: boolean]>
>;
export const IDENTITY_FIELDS = Object.keys(IDENTITY) as (keyof IdentityFacts)[];

/** A pupil's stored facts as the edge carries them. */
export function factsOf(row: Row): IdentityFacts {
  return {
    fullName: row.full_name,
    personalId: row.personal_id ?? '',
    registerNumber: row.register_number ?? '',
    sex: row.sex,
    birthDate: row.birth_date,
    birthPlace: row.birth_place ?? '',
    homeTown: row.home_town ?? '',
    address: row.address ?? '',
    ethnicity: row.ethnicity ?? '',
    nationality: row.nationality ?? '',
    fatherName: row.father_name ?? '',
    motherName: row.mother_name ?? '',
    motherAbsence: row.mother_absence ?? '',
    guardianName: row.guardian_name ?? '',
  };
}

/** Composed, without blanks around them. */
export function cleanFacts(facts: IdentityFacts): IdentityFacts {
  const entries = Object.entries(facts).map(([key, value]) => [
    key,
    typeof value === 'string' ? cleanText(value) : value,
  ]);
  return Object.fromEntries(entries) as IdentityFacts;
}

/** What lacks or does not fit in who the pupil is: twelve digits, sex and year, the mother's name or its paper. */
export function identityProblems(
  place: { readonly grade: number; readonly schoolYear: string },
  facts: IdentityFacts,
): ProblemView[] {
  const { sex, birthDate, ...texts } = facts;
  return checkPupilYear({
    ruleSet: ruleSetFor(place.schoolYear),
    schoolYear: place.schoolYear,
    assessment: { grade: place.grade as Grade, levels: {}, marks: {}, traits: {} },
    // The code is the registry's and stands; it is not edited here.
    pupil: {
      ...texts,
      pupilCode: '-',
      ...(sex === null ? {} : { sex }),
      ...(birthDate === null ? {} : { birthDate }),
    },
  })
    .filter((problem) => problem.field?.startsWith('pupil.'))
    .map(({ severity, code, field, message, action }) => ({
      severity,
      code,
      ...(field === undefined ? {} : { field }),
      message,
      action,
    }));
}

import {
  motherNameOf,
  type RecordDocument,
  type SignerIdentity,
  SUBJECTS,
  type SubjectResult,
} from '@hocba/record';
import type { PupilYear, PupilYears, StaffFacts } from '../../assessment/pupil-year/pupil-year.ts';

export type BuiltDocument =
  | { readonly ok: true; readonly doc: RecordDocument }
  /** Sentences for the homeroom teacher: what the pupil's year still lacks, which no cell's check can see. */
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * The record's data as they are now, to be fixed by the freeze: UUID, planned issue date and signers among them.
 *
 * @param made `uuid`: version 4, never used before; `on`: the day of the freeze in Vietnam, ISO
 */
export function buildDocument(
  years: PupilYears,
  pupil: PupilYear,
  made: { readonly uuid: string; readonly on: string },
): BuiltDocument {
  const reasons = lacking(years, pupil);
  const { homeroomTeacher, principal, school } = years;
  const { conclusion, sex } = pupil;
  const { result, completed, promoted, completionText } = conclusion;
  if (
    reasons.length > 0 ||
    homeroomTeacher === null ||
    principal === null ||
    sex === null ||
    result === null ||
    completed === null ||
    promoted === null ||
    completionText === null
  ) {
    return {
      ok: false,
      reasons: reasons.length > 0 ? reasons : ['Dữ liệu của học sinh chưa đủ để lập học bạ.'],
    };
  }
  return {
    ok: true,
    doc: {
      profile: school.profile,
      ruleSet: years.ruleSet.id,
      training: school.training,
      uuid: made.uuid,
      schoolYear: years.schoolYear,
      grade: pupil.grade,
      className: years.className,
      school: {
        code: school.code,
        name: school.name,
        provinceOfficeCode: school.provinceOfficeCode,
        provinceOfficeName: school.provinceOfficeName,
        communeName: school.communeName,
        provinceName: school.provinceName,
        ...present('districtName', school.districtName),
      },
      pupil: {
        fullName: pupil.fullName,
        personalId: pupil.personalId ?? '',
        pupilCode: pupil.pupilCode,
        registerNumber: pupil.registerNumber ?? '',
        sex,
        birthDate: pupil.birthDate ?? '',
        birthPlace: pupil.birthPlace ?? '',
        homeTown: pupil.homeTown ?? '',
        address: pupil.address ?? '',
        ethnicity: pupil.ethnicity ?? '',
        nationality: pupil.nationality ?? '',
        motherName: motherNameOf(motherOf(pupil)) ?? '',
        heightCm: pupil.heightCm ?? 0,
        weightKg: pupil.weightKg ?? 0,
        absentExcused: pupil.absentExcused ?? 0,
        absentUnexcused: pupil.absentUnexcused ?? 0,
        ...present('fatherName', pupil.fatherName),
        ...present('guardianName', pupil.guardianName),
      },
      studyYears: [...pupil.studyYears],
      subjects: subjectsOf(years, pupil),
      traits: pupil.assessment.traits,
      traitComments: {
        QUALITIES: pupil.comments.traits.QUALITIES ?? '',
        GENERAL: pupil.comments.traits.GENERAL ?? '',
        SPECIFIC: pupil.comments.traits.SPECIFIC ?? '',
      },
      homeroomComment: pupil.comments.homeroom ?? '',
      result,
      completed,
      promoted,
      completionText,
      ...present('award', pupil.award),
      ...present('suddenAward', pupil.suddenAward),
      createdOn: made.on,
      // A signed record never says that it was issued before it was made.
      issueDate: made.on > years.plannedIssueDate ? made.on : years.plannedIssueDate,
      issuePlace: school.issuePlace,
      homeroomTeacher: identity(homeroomTeacher),
      principal: identity(principal),
      seal: { organisationName: school.name, taxCode: school.taxCode },
    },
  };
}

function motherOf({ motherName, motherAbsence }: PupilYear) {
  return { ...present('motherName', motherName), ...present('motherAbsence', motherAbsence) };
}

function subjectsOf(years: PupilYears, pupil: PupilYear): SubjectResult[] {
  return SUBJECTS.flatMap(({ code, name }): SubjectResult[] => {
    const level = pupil.assessment.levels[code];
    const teacher = years.teachers.get(code);
    if (level === undefined || teacher === undefined) return [];
    const mark = pupil.assessment.marks[code];
    return [
      {
        subject: code,
        name,
        level,
        ...(mark === undefined ? {} : { mark }),
        ...present('comment', pupil.comments.subjects[code] ?? null),
        teacher: identity(teacher),
      },
    ];
  });
}

function lacking(years: PupilYears, pupil: PupilYear): string[] {
  const reasons: string[] = [];
  if (years.homeroomTeacher === null) reasons.push('Lớp chưa được phân công giáo viên chủ nhiệm.');
  if (years.principal === null) reasons.push('Trường chưa khai đúng một hiệu trưởng ký học bạ.');
  for (const { code, name } of SUBJECTS) {
    if (pupil.assessment.levels[code] !== undefined && !years.teachers.has(code)) {
      reasons.push(`Môn ${name} của lớp chưa được phân công giáo viên.`);
    }
  }
  if (pupil.conclusion.result === null) reasons.push('Chưa xác nhận kết quả giáo dục cuối năm.');
  else if (pupil.conclusion.promoted === null) reasons.push('Hiệu trưởng chưa quyết định việc lên lớp.');
  return reasons;
}

/** A signer as a signed file names him or her. */
export function identity({ fullName, personalId, title }: StaffFacts): SignerIdentity {
  return { fullName, personalId, ...(title === undefined || title === '' ? {} : { title }) };
}

/** An optional datum that nobody gave is absent, not empty. */
function present<K extends string>(key: K, value: string | null): Partial<Record<K, string>> {
  return value === null || value === '' ? {} : ({ [key]: value } as Record<K, string>);
}

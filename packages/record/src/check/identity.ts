import type { RuleSet } from '../rules/ruleset.ts';
import type { CheckedPupil, PupilYearCheck } from './input.ts';
import type { Problem } from './problem.ts';

const REQUIRED: readonly (readonly [keyof CheckedPupil, string])[] = [
  ['fullName', 'họ và tên'],
  ['personalId', 'số định danh cá nhân'],
  ['pupilCode', 'mã học sinh'],
  ['registerNumber', 'số đăng bộ'],
  ['sex', 'giới tính'],
  ['birthDate', 'ngày sinh'],
  ['birthPlace', 'nơi sinh'],
  ['homeTown', 'quê quán'],
  ['address', 'nơi ở hiện nay'],
  ['ethnicity', 'dân tộc'],
  ['nationality', 'quốc tịch'],
  ['motherName', 'họ và tên mẹ'],
];

function missing(set: RuleSet, field: string, name: string): Problem {
  return {
    severity: 'blocking',
    code: 'missing',
    field: `pupil.${field}`,
    message: `Chưa có ${name} của học sinh.`,
    action: 'Bổ sung trong hồ sơ học sinh theo giấy khai sinh.',
    rule: set.topics.form,
  };
}

/** Real children exist without a mother to name, though the format makes her name mandatory (CV 2088). */
function withoutMother(pupil: CheckedPupil): boolean {
  return !pupil.motherName?.trim() && Boolean(pupil.motherAbsence?.trim());
}

const MOTHER_ABSENT: Problem = {
  severity: 'note',
  code: 'mother-absent',
  field: 'pupil.motherName',
  message: 'Học sinh không có thông tin về mẹ, đã có giấy tờ xác nhận.',
  action: 'Học bạ ghi theo quy ước của Sở cho trường hợp này.',
};

/**
 * The mother's name as the record writes it.
 * @param placeholder the province's words for a mother whom no paper names
 * @returns undefined where the name lacks without a paper: then nothing may be frozen
 */
export function motherNameOf(
  pupil: Pick<CheckedPupil, 'motherName' | 'motherAbsence'>,
  placeholder = 'Không có thông tin',
): string | undefined {
  const name = pupil.motherName?.trim();
  if (name) return name;
  return pupil.motherAbsence?.trim() ? placeholder : undefined;
}

/** Sex and birth year that a 12-digit number states: digit 4 is century and sex, digits 5–6 the year. */
function stated(personalId: string): { sex: 'male' | 'female'; year: number } {
  const century = Number(personalId[3]);
  return {
    sex: century % 2 === 0 ? 'male' : 'female',
    year: 1900 + Math.floor(century / 2) * 100 + Number(personalId.slice(4, 6)),
  };
}

function personalIdProblems(pupil: CheckedPupil): Problem[] {
  const id = pupil.personalId;
  if (!id) return [];
  const field = 'pupil.personalId';
  if (!/^\d{12}$/.test(id)) {
    return [
      {
        severity: 'blocking',
        code: 'personal-id-malformed',
        field,
        message: 'Số định danh cá nhân không đủ 12 chữ số.',
        action: 'Ghi đúng 12 chữ số như trên giấy khai sinh hoặc thẻ căn cước.',
      },
    ];
  }
  const says = stated(id);
  const found: Problem[] = [];
  if (pupil.sex && says.sex !== pupil.sex) {
    found.push(differs(field, 'giới tính'));
  }
  if (pupil.birthDate && String(says.year) !== pupil.birthDate.slice(0, 4)) {
    found.push(differs(field, 'năm sinh'));
  }
  return found;
}

function differs(field: string, what: string): Problem {
  return {
    severity: 'warning',
    code: 'personal-id-differs',
    field,
    message: `Số định danh cá nhân không khớp với ${what} của học sinh.`,
    action: `Đối chiếu số định danh và ${what} với giấy khai sinh.`,
  };
}

/** Age in years that the pupil reaches in the first calendar year of the school year, beside the usual 5 + grade. */
function birthProblems(input: PupilYearCheck, pupil: CheckedPupil): Problem[] {
  if (!pupil.birthDate || !input.schoolYear) return [];
  const age = Number(input.schoolYear.slice(0, 4)) - Number(pupil.birthDate.slice(0, 4));
  const usual = 5 + input.assessment.grade;
  if (age >= usual - 1 && age <= usual + 4) return [];
  return [
    {
      severity: 'warning',
      code: 'birth-date-odd',
      field: 'pupil.birthDate',
      message: `Năm sinh không thường gặp ở lớp ${input.assessment.grade}.`,
      action: 'Đối chiếu ngày sinh với giấy khai sinh.',
    },
  ];
}

/** Who the pupil is: present, well-formed, fitting together (domain group 7). Says no number in any message. */
export function checkIdentity(input: PupilYearCheck): Problem[] {
  const pupil = input.pupil;
  if (!pupil) return [];
  return [
    ...REQUIRED.filter(([key]) => !pupil[key]?.trim() && !(key === 'motherName' && withoutMother(pupil))).map(
      ([key, name]) => missing(input.ruleSet, key, name),
    ),
    ...(withoutMother(pupil) ? [MOTHER_ABSENT] : []),
    ...personalIdProblems(pupil),
    ...birthProblems(input, pupil),
  ];
}

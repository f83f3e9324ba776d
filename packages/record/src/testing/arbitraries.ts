import fc from 'fast-check';
import { isTested, subjectsOf } from '../codes/subjects.ts';
import { traitsOf } from '../codes/traits.ts';
import type {
  Grade,
  PeriodAssessment,
  RecordDocument,
  SignerIdentity,
  SubjectLevel,
  SubjectResult,
  TraitLevel,
} from '../model.ts';
import { cleanText } from '../rules/cell-text.ts';

/** Generated data for the tests of this package: no test takes it from outside. */
export const anyGrade: fc.Arbitrary<Grade> = fc.constantFrom<Grade>(1, 2, 3, 4, 5);

const mostlyGood: fc.Arbitrary<SubjectLevel> = fc.constantFrom<SubjectLevel>(
  'T',
  'T',
  'T',
  'T',
  'T',
  'T',
  'T',
  'H',
  'C',
);
const mostlyFine: fc.Arbitrary<TraitLevel> = fc.constantFrom<TraitLevel>(
  'T',
  'T',
  'T',
  'T',
  'T',
  'T',
  'T',
  'Đ',
  'C',
);

function pick<T>(keys: readonly string[], value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.record(Object.fromEntries(keys.map((k) => [k, value])));
}

/**
 * A complete end-of-year assessment. Each pupil draws a floor for levels and one for marks first, so that all four
 * results come up often and not only CHT.
 */
export const completeAssessment: fc.Arbitrary<PeriodAssessment> = fc
  .tuple(anyGrade, fc.constantFrom('T', 'TH', 'any'), fc.constantFrom(9, 7, 5, 0), fc.boolean())
  .chain(([grade, floor, leastMark, withElectives]) => {
    const subjects = subjectsOf(grade).filter((s) => withElectives || s.grades.includes(grade));
    const level: fc.Arbitrary<SubjectLevel> =
      floor === 'T'
        ? fc.constant('T')
        : floor === 'TH'
          ? fc.constantFrom<SubjectLevel>('T', 'T', 'H')
          : mostlyGood;
    const trait: fc.Arbitrary<TraitLevel> =
      floor === 'T'
        ? fc.constant('T')
        : floor === 'TH'
          ? fc.constantFrom<TraitLevel>('T', 'T', 'Đ')
          : mostlyFine;
    const tested = subjects.filter((s) => isTested(s.code, grade, 'CN')).map((s) => s.code);
    return fc.record({
      grade: fc.constant(grade),
      levels: pick(
        subjects.map((s) => s.code),
        level,
      ) as fc.Arbitrary<PeriodAssessment['levels']>,
      marks: pick(tested, fc.integer({ min: leastMark, max: 10 })) as fc.Arbitrary<PeriodAssessment['marks']>,
      traits: pick(
        traitsOf(grade).map((t) => t.code),
        trait,
      ) as fc.Arbitrary<PeriodAssessment['traits']>,
    });
  });

const SYLLABLES = [
  'Nguyễn',
  'Thị',
  'Quỳnh',
  'Đặng',
  'Ước',
  'Kpă',
  'H’Niê',
  "K'sor",
  'Giàng',
  'A',
  'Mỹ',
  'Ân & Ái',
  'Lê "Bin"',
  '<Ý>',
];

export const name = fc
  .array(fc.constantFrom(...SYLLABLES), { minLength: 2, maxLength: 4 })
  .map((s) => s.join(' ').normalize('NFC'));
export const digits = (n: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: n, maxLength: n }).map((d) => d.join(''));
const free = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .map((s) => cleanText(s))
  .filter((s) => s !== '');
export const line = fc.oneof(
  name,
  free.map((s) => s.replaceAll('\n', ' ').trim()).filter((s) => s !== '' && cleanText(s) === s),
);
export const lines = fc.oneof(
  line,
  fc.tuple(line, line).map(([a, b]) => `${a}\n${b}`),
  fc.constant('5 < 7 & "7" > \'5\' ]]> <NHAN_XET>'),
);
export const date = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
export const person: fc.Arbitrary<SignerIdentity> = fc.record(
  { fullName: name, personalId: digits(12), title: line },
  { requiredKeys: ['fullName', 'personalId'] },
);

const pupil: fc.Arbitrary<RecordDocument['pupil']> = fc.record(
  {
    fullName: name,
    personalId: digits(12),
    pupilCode: digits(10),
    registerNumber: line,
    sex: fc.constantFrom('male', 'female'),
    birthDate: date,
    birthPlace: line,
    homeTown: line,
    address: line,
    ethnicity: line,
    nationality: line,
    fatherName: name,
    motherName: name,
    guardianName: name,
    heightCm: fc.integer({ min: 500, max: 2200 }).map((n) => n / 10),
    weightKg: fc.integer({ min: 80, max: 1500 }).map((n) => n / 10),
    absentExcused: fc.nat({ max: 200 }),
    absentUnexcused: fc.nat({ max: 200 }),
  },
  {
    requiredKeys: [
      'fullName',
      'personalId',
      'pupilCode',
      'registerNumber',
      'sex',
      'birthDate',
      'birthPlace',
      'homeTown',
      'address',
      'ethnicity',
      'nationality',
      'motherName',
      'heightCm',
      'weightKg',
      'absentExcused',
      'absentUnexcused',
    ],
  },
);

function subjectsOfYear(
  a: PeriodAssessment,
  teachers: readonly SignerIdentity[],
): fc.Arbitrary<SubjectResult[]> {
  const taken = subjectsOf(a.grade).filter((s) => a.levels[s.code] !== undefined);
  return fc.tuple(
    ...taken.map((s): fc.Arbitrary<SubjectResult> => {
      const mark = a.marks[s.code];
      return fc
        .record({ teacher: fc.constantFrom(...teachers), comment: fc.option(lines, { nil: undefined }) })
        .map(({ teacher, comment }) => ({
          subject: s.code,
          name: s.name,
          level: a.levels[s.code] ?? 'C',
          ...(mark === undefined ? {} : { mark }),
          ...(comment === undefined ? {} : { comment }),
          teacher,
        }));
    }),
  );
}

const rest = fc.record(
  {
    training: fc.boolean(),
    uuid: fc.uuid({ version: 4 }),
    className: line,
    pupil,
    issuePlace: line,
    createdOn: date,
    issueDate: date,
    homeroomComment: lines,
    completionText: line,
    completed: fc.boolean(),
    promoted: fc.boolean(),
    result: fc.constantFrom<RecordDocument['result']>('HTXS', 'HTT', 'HT', 'CHT'),
    award: lines,
    suddenAward: lines,
    homeroomTeacher: person,
    principal: fc.record({ fullName: name, personalId: digits(12), title: line }),
    seal: fc.record({ organisationName: line, taxCode: digits(10) }),
    traitComments: fc.record({ QUALITIES: lines, GENERAL: lines, SPECIFIC: lines }),
    studyYears: fc.array(
      fc.record({ schoolYear: fc.constant('2025-2026'), className: line, schoolName: line, arrivedOn: date }),
      { minLength: 1, maxLength: 6 },
    ),
    school: fc.record(
      {
        code: digits(8),
        name: line,
        provinceOfficeCode: digits(2),
        provinceOfficeName: line,
        communeName: line,
        districtName: line,
        provinceName: line,
      },
      {
        requiredKeys: [
          'code',
          'name',
          'provinceOfficeCode',
          'provinceOfficeName',
          'communeName',
          'provinceName',
        ],
      },
    ),
  },
  {
    requiredKeys: [
      'training',
      'uuid',
      'className',
      'pupil',
      'issuePlace',
      'createdOn',
      'issueDate',
      'homeroomComment',
      'completionText',
      'completed',
      'promoted',
      'result',
      'homeroomTeacher',
      'principal',
      'seal',
      'traitComments',
      'studyYears',
      'school',
    ],
  },
);

/** Any record that may be frozen: form and types are right, rules and sense are not looked at. */
export const anyDocument: fc.Arbitrary<RecordDocument> = fc
  .tuple(
    completeAssessment,
    fc.uniqueArray(person, { minLength: 1, maxLength: 4, selector: (p) => p.personalId }),
    rest,
  )
  .chain(([assessment, teachers, given]) =>
    subjectsOfYear(assessment, teachers).map((subjects) => ({
      profile: 'moet-2025',
      ruleSet: 'TT27_2020',
      schoolYear: '2025-2026',
      grade: assessment.grade,
      subjects,
      traits: assessment.traits,
      ...given,
    })),
  );

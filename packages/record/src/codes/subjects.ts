import type { Grade, Period, SubjectCode } from '../model.ts';

/** One subject or educational activity of Chương trình GDPT 2018 at primary level. */
export interface Subject {
  readonly code: SubjectCode;
  /** Official name, as the form of TT 27/2020 (corrected by QĐ 2904) prints it. */
  readonly name: string;
  /** What fits in the head of a narrow column. */
  readonly shortName: string;
  /** Grades in which every pupil takes it. */
  readonly grades: readonly Grade[];
  /** Grades in which it is an elective (môn tự chọn). */
  readonly electiveIn: readonly Grade[];
  /** Grades with a test mark at the end of semester I and of the year (Điều 7 khoản 2). */
  readonly testedAtEnd: readonly Grade[];
  /** Grades with a test mark also in the middle of each semester. */
  readonly testedAtMiddle: readonly Grade[];
}

const ALL: readonly Grade[] = [1, 2, 3, 4, 5];
const NONE: readonly Grade[] = [];

function subject(
  code: SubjectCode,
  name: string,
  shortName: string,
  grades: readonly Grade[],
  rest: Partial<Pick<Subject, 'electiveIn' | 'testedAtEnd' | 'testedAtMiddle'>> = {},
): Subject {
  return {
    code,
    name,
    shortName,
    grades,
    electiveIn: NONE,
    testedAtEnd: NONE,
    testedAtMiddle: NONE,
    ...rest,
  };
}

/** The 14 lines of §1 of the official form, in its order (TT 32/2018; TT 27/2020 Phụ lục 1; QĐ 2904). */
export const SUBJECTS: readonly Subject[] = [
  subject('TV', 'Tiếng Việt', 'Tiếng Việt', ALL, { testedAtEnd: ALL, testedAtMiddle: [4, 5] }),
  subject('TOAN', 'Toán', 'Toán', ALL, { testedAtEnd: ALL, testedAtMiddle: [4, 5] }),
  subject('NN1', 'Ngoại ngữ 1', 'Ngoại ngữ', [3, 4, 5], { electiveIn: [1, 2], testedAtEnd: [3, 4, 5] }),
  subject('LSDL', 'Lịch sử và Địa lí', 'LS và ĐL', [4, 5], { testedAtEnd: [4, 5] }),
  subject('KH', 'Khoa học', 'Khoa học', [4, 5], { testedAtEnd: [4, 5] }),
  subject('TH', 'Tin học và Công nghệ (Tin học)', 'Tin học', [3, 4, 5], { testedAtEnd: [3, 4, 5] }),
  subject('CN', 'Tin học và Công nghệ (Công nghệ)', 'Công nghệ', [3, 4, 5], { testedAtEnd: [3, 4, 5] }),
  subject('DD', 'Đạo đức', 'Đạo đức', ALL),
  subject('TNXH', 'Tự nhiên và Xã hội', 'TN và XH', [1, 2, 3]),
  subject('GDTC', 'Giáo dục thể chất', 'GDTC', ALL),
  subject('AN', 'Nghệ thuật (Âm nhạc)', 'Âm nhạc', ALL),
  subject('MT', 'Nghệ thuật (Mĩ thuật)', 'Mĩ thuật', ALL),
  subject('HDTN', 'Hoạt động trải nghiệm', 'HĐTN', ALL),
  subject('TDT', 'Tiếng dân tộc', 'Tiếng DT', NONE, { electiveIn: ALL }),
];

const BY_CODE: ReadonlyMap<string, Subject> = new Map(SUBJECTS.map((s) => [s.code, s]));

/** The subject of a code that the type system knows. */
export function subjectOf(code: SubjectCode): Subject {
  const found = BY_CODE.get(code);
  if (!found) throw new RangeError('unknown subject code');
  return found;
}

/** Whether a text, such as one out of a file, is a subject's code. */
export function isSubjectCode(code: string): code is SubjectCode {
  return BY_CODE.has(code);
}

/** Subjects that a grade has, compulsory and elective, in the official order. */
export function subjectsOf(grade: Grade): readonly Subject[] {
  return SUBJECTS.filter((s) => s.grades.includes(grade) || s.electiveIn.includes(grade));
}

/** Whether the subject is an elective in the grade. */
export function isElective(code: SubjectCode, grade: Grade): boolean {
  return subjectOf(code).electiveIn.includes(grade);
}

/**
 * Whether a periodic test with a mark is set for every pupil of the grade in that period
 * (TT 27/2020 Điều 7 khoản 2 điểm b, c).
 */
export function isTested(code: SubjectCode, grade: Grade, period: Period): boolean {
  const s = subjectOf(code);
  const middle = period === 'GHK1' || period === 'GHK2';
  return (middle ? s.testedAtMiddle : s.testedAtEnd).includes(grade);
}

import type { Grade, RecordDocument, StudyYear } from '../model.ts';

/** Something about the order of the years that a reader should know. None of it forbids the book. */
export type BookNoteCode =
  /** A year lies between two records without one of its own. */
  | 'year-missing'
  /** The grade does not follow from the year before. */
  | 'grade-unexpected'
  /** The pupil's name, birth date or sex was another in an older record (a civil-status change, or a mistake). */
  | 'identity-changed'
  /** Nothing follows a completed grade 5, yet something does. */
  | 'after-completion';

export interface BookNote {
  readonly code: BookNoteCode;
  /** School year of the record that shows it. */
  readonly schoolYear: string;
  readonly message: string;
}

export interface BookYear {
  readonly record: RecordDocument;
  /** The grade was taught once before. */
  readonly repeated: boolean;
  /** The school is another than in the year before. */
  readonly schoolChanged: boolean;
}

/** A học bạ: one pupil's years in order, with cover and personal page. */
export interface RecordBook {
  /** From the latest record (CV 2088, Phụ lục 2: several years printed together). */
  readonly cover: Pick<RecordDocument, 'schoolYear' | 'className' | 'school'> & { readonly fullName: string };
  readonly personal: RecordDocument['pupil'];
  /** Quá trình học tập: every school year, also those of other schools, in order of arrival. */
  readonly studyYears: readonly StudyYear[];
  readonly years: readonly BookYear[];
  /** Grade 5 is completed: the book is handed to the pupil (TT 27/2020 Điều 10, Điều 11 khoản 2). */
  readonly primaryCompleted: boolean;
  readonly notes: readonly BookNote[];
}

export type BookErrorCode = 'empty' | 'other-pupil' | 'year-twice' | 'training-mixed';

/** Records that are no book together. Names no pupil. */
export class BookError extends Error {
  readonly code: BookErrorCode;

  constructor(code: BookErrorCode) {
    super(`not one book: ${code}`);
    this.name = 'BookError';
    this.code = code;
  }
}

function assertOneBook(records: readonly RecordDocument[], latest: RecordDocument): void {
  for (const r of records) {
    // The lifelong number alone tells who it is: the school's own code changes with the school.
    if (r.pupil.personalId !== latest.pupil.personalId) throw new BookError('other-pupil');
    if (r.training !== latest.training) throw new BookError('training-mixed');
  }
  if (new Set(records.map((r) => r.schoolYear)).size !== records.length) throw new BookError('year-twice');
}

function following(schoolYear: string): string {
  const end = Number(schoolYear.slice(5));
  return `${end}-${end + 1}`;
}

function expectedGrade(before: RecordDocument): Grade | null {
  if (!before.promoted) return before.grade;
  return before.grade === 5 ? null : ((before.grade + 1) as Grade);
}

function notesOf(before: RecordDocument, record: RecordDocument): BookNote[] {
  const { schoolYear, grade, pupil } = record;
  const note = (code: BookNoteCode, message: string): BookNote => ({ code, schoolYear, message });
  const notes: BookNote[] = [];
  if (following(before.schoolYear) !== schoolYear) {
    notes.push(note('year-missing', `Không có học bạ của năm học ngay trước năm học ${schoolYear}.`));
  }
  const expected = expectedGrade(before);
  if (expected === null) {
    notes.push(
      note(
        'after-completion',
        `Có học bạ năm học ${schoolYear} sau khi đã hoàn thành chương trình tiểu học.`,
      ),
    );
  } else if (expected !== grade && following(before.schoolYear) === schoolYear) {
    notes.push(
      note(
        'grade-unexpected',
        `Năm học ${schoolYear} ghi lớp ${grade}, trong khi năm trước ghi sẽ học lớp ${expected}.`,
      ),
    );
  }
  const same = (['fullName', 'birthDate', 'sex'] as const).every((k) => before.pupil[k] === pupil[k]);
  if (!same) {
    notes.push(note('identity-changed', `Họ tên, ngày sinh hoặc giới tính khác từ năm học ${schoolYear}.`));
  }
  return notes;
}

/**
 * The rows of Quá trình học tập of all records, each once. A later record's row of the same year at the same school
 * replaces an earlier one's, since corrections come later; two schools in one year keep both rows.
 */
function studyYearsOf(records: readonly RecordDocument[]): StudyYear[] {
  const rows = new Map<string, StudyYear>();
  for (const record of records) {
    for (const row of record.studyYears) rows.set(`${row.schoolYear}\n${row.schoolName}`, row);
  }
  const order = (a: StudyYear, b: StudyYear): number =>
    a.schoolYear === b.schoolYear ? compare(a.arrivedOn, b.arrivedOn) : compare(a.schoolYear, b.schoolYear);
  return [...rows.values()].sort(order);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The record book out of a pupil's records, one per school year, in any order: of one school or several, with repeated
 * years. Only records in force belong in it (of a recalled and a replacing one, the latter).
 * @throws BookError if they are none, of several pupils, twice of one year, or training beside real
 */
export function bookOf(records: readonly RecordDocument[]): RecordBook {
  const ordered = [...records].sort((a, b) => compare(a.schoolYear, b.schoolYear));
  const latest = ordered[ordered.length - 1];
  if (!latest) throw new BookError('empty');
  assertOneBook(ordered, latest);
  return {
    cover: {
      fullName: latest.pupil.fullName,
      schoolYear: latest.schoolYear,
      className: latest.className,
      school: latest.school,
    },
    personal: latest.pupil,
    studyYears: studyYearsOf(ordered),
    years: ordered.map((record, i) => ({
      record,
      repeated: ordered.slice(0, i).some((earlier) => earlier.grade === record.grade),
      schoolChanged: i > 0 && ordered[i - 1]?.school.code !== record.school.code,
    })),
    primaryCompleted: ordered.some((r) => r.grade === 5 && r.completed),
    notes: ordered.flatMap((record, i) => {
      const before = ordered[i - 1];
      return before ? notesOf(before, record) : [];
    }),
  };
}

import { itemName } from '../codes/items.ts';
import { SUBJECTS } from '../codes/subjects.ts';
import { TRAIT_GROUPS, TRAITS } from '../codes/traits.ts';
import { RESULT_NAMES } from '../codes/words.ts';
import type { CellItem, OverallResult, PeriodAssessment, RecordDocument } from '../model.ts';
import type { CheckedComments, CheckedPupil } from './input.ts';

/** One pupil's year as one of its forms states it: record, printed form, class's table or Excel row. */
export interface StatedYear {
  /** What the form is called in a sentence, such as `học bạ`, `bảng tổng hợp`, `tệp Excel`. */
  readonly source: string;
  readonly assessment?: Partial<PeriodAssessment>;
  /** The cells that the source has columns for; all of the assessment's if absent. */
  readonly columns?: readonly CellItem[];
  readonly result?: OverallResult;
  readonly completed?: boolean;
  readonly promoted?: boolean;
  readonly completionText?: string;
  readonly award?: string;
  readonly suddenAward?: string;
  /** Whether a reward is ticked, where the source has no words for it (mẫu 3, 6, 9). */
  readonly awarded?: boolean;
  readonly comments?: CheckedComments;
  readonly pupil?: CheckedPupil;
  readonly body?: { readonly heightCm?: number; readonly weightKg?: number };
  readonly absences?: { readonly excused?: number; readonly unexcused?: number };
  readonly schoolYear?: string;
  readonly className?: string;
}

/** One datum that two forms of the same year state differently. */
export interface Difference {
  readonly item?: CellItem;
  /** Path in the record's data where it is no cell. */
  readonly field?: string;
  /** Says both values, but of an identity only that they differ. */
  readonly message: string;
}

/** A record as a stated year. */
export function statedBy(doc: RecordDocument, source = 'học bạ'): StatedYear {
  const { pupil, subjects } = doc;
  return {
    source,
    assessment: {
      grade: doc.grade,
      levels: Object.fromEntries(subjects.map((s) => [s.subject, s.level])),
      marks: Object.fromEntries(subjects.flatMap((s) => (s.mark === undefined ? [] : [[s.subject, s.mark]]))),
      traits: doc.traits,
    },
    result: doc.result,
    completed: doc.completed,
    promoted: doc.promoted,
    completionText: doc.completionText,
    award: doc.award ?? '',
    suddenAward: doc.suddenAward ?? '',
    awarded: doc.award !== undefined || doc.suddenAward !== undefined,
    body: { heightCm: pupil.heightCm, weightKg: pupil.weightKg },
    absences: { excused: pupil.absentExcused, unexcused: pupil.absentUnexcused },
    schoolYear: doc.schoolYear,
    className: doc.className,
    comments: {
      subjects: Object.fromEntries(subjects.map((s) => [s.subject, s.comment ?? ''])),
      traits: doc.traitComments,
      homeroom: doc.homeroomComment,
    },
    pupil,
  };
}

interface Datum {
  readonly item?: CellItem;
  readonly field?: string;
  readonly name: string;
  /** A text may be long and an identity is nobody's business: then only the difference is told. */
  readonly shown: boolean;
}

type Told = ReadonlyMap<string, { readonly datum: Datum; readonly value: string }>;

const PUPIL_NAMES: Readonly<Partial<Record<keyof CheckedPupil, string>>> = {
  fullName: 'Họ và tên',
  personalId: 'Số định danh cá nhân',
  pupilCode: 'Mã học sinh',
  registerNumber: 'Số đăng bộ',
  sex: 'Giới tính',
  birthDate: 'Ngày sinh',
  birthPlace: 'Nơi sinh',
  homeTown: 'Quê quán',
  address: 'Nơi ở hiện nay',
  ethnicity: 'Dân tộc',
  nationality: 'Quốc tịch',
  motherName: 'Họ và tên mẹ',
};

function told(year: StatedYear): Told {
  const all = new Map<string, { datum: Datum; value: string }>();
  const put = (datum: Datum, value: string | undefined): void => {
    if (value !== undefined)
      all.set(datum.item ?? datum.field ?? '', { datum, value: value.normalize('NFC').trim() });
  };
  const cell = (item: CellItem, value: string | number | undefined, shown = true): void =>
    put({ item, name: itemName(item), shown }, value === undefined ? undefined : String(value));
  const { assessment: a, comments, pupil } = year;
  const stands = (item: CellItem): boolean => year.columns === undefined || year.columns.includes(item);
  // Within a part that is given, an empty cell says that there is nothing.
  for (const { code } of SUBJECTS) {
    if (a?.levels && stands(`${code}.level`)) cell(`${code}.level`, a.levels[code] ?? '');
    if (a?.marks && stands(`${code}.mark`)) cell(`${code}.mark`, a.marks[code] ?? '');
    if (comments) cell(`${code}.comment`, comments.subjects[code] ?? '', false);
  }
  for (const { code } of TRAITS)
    if (a?.traits && stands(`${code}.level`)) cell(`${code}.level`, a.traits[code] ?? '');
  for (const group of TRAIT_GROUPS)
    if (comments) cell(`${group}.comment`, comments.traits[group] ?? '', false);
  if (comments) cell('HOMEROOM.comment', comments.homeroom ?? '', false);
  cell('AWARD.text', year.award, false);
  cell('SUDDEN_AWARD.text', year.suddenAward, false);
  cell('ABSENT_EXCUSED.count', year.absences?.excused);
  cell('ABSENT_UNEXCUSED.count', year.absences?.unexcused);
  // Of a child's body only that the forms differ.
  cell('HEIGHT.number', year.body?.heightCm, false);
  cell('WEIGHT.number', year.body?.weightKg, false);
  const flag = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : value ? 'có' : 'không';
  const fact = (field: string, name: string, value: string | undefined, shown = true): void =>
    put({ field, name, shown }, value);
  fact('schoolYear', 'Năm học', year.schoolYear);
  fact('className', 'Tên lớp', year.className);
  fact('awarded', 'Khen thưởng', flag(year.awarded));
  fact('grade', 'Khối lớp', a?.grade === undefined ? undefined : String(a.grade));
  fact('result', 'Xếp loại', year.result === undefined ? undefined : RESULT_NAMES[year.result]);
  fact('completed', 'Hoàn thành chương trình lớp học', flag(year.completed));
  fact('promoted', 'Được lên lớp', flag(year.promoted));
  fact('completionText', 'Nội dung hoàn thành chương trình', year.completionText, false);
  for (const [key, name] of Object.entries(PUPIL_NAMES)) {
    fact(`pupil.${key}`, name, pupil?.[key as keyof CheckedPupil], false);
  }
  return all;
}

function say(value: string): string {
  return value === '' ? 'để trống' : `ghi ${value}`;
}

/**
 * What two forms of one pupil's year state differently, in the order of the form. Only what both state is compared: a
 * class's table has no comments, a row no identity.
 */
export function differencesOf(left: StatedYear, right: StatedYear): Difference[] {
  const others = told(right);
  return [...told(left)].flatMap(([key, { datum, value }]): Difference[] => {
    const other = others.get(key);
    if (!other || other.value === value) return [];
    const { name, shown, item, field } = datum;
    const message = shown
      ? `${name}: ${left.source} ${say(value)}, ${right.source} ${say(other.value)}.`
      : `${name}: ${left.source} và ${right.source} ghi khác nhau.`;
    return [{ ...(item === undefined ? {} : { item }), ...(field === undefined ? {} : { field }), message }];
  });
}

/**
 * The forms of one pupil's year held against each other: every source against the first, which is the signed one, so
 * that a difference is told once and against what counts.
 */
export function inconsistencies(signed: StatedYear, others: readonly StatedYear[]): Difference[] {
  return others.flatMap((other) => differencesOf(signed, other));
}

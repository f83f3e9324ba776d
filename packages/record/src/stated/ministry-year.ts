import { itemName } from '../codes/items.ts';
import { SUBJECTS } from '../codes/subjects.ts';
import { isGrade, RESULT_NAMES, RESULTS } from '../codes/words.ts';
import type { CellItem, Grade, OverallResult, SubjectCode } from '../model.ts';
import type { FieldKey, ProfileNode } from '../profile/profile.ts';
import { PROFILES } from '../profile/profiles.ts';
import { cleanText } from '../rules/cell-text.ts';
import { parseCell } from '../rules/parse-cell.ts';

/** An element as any XML reader gives it: name without prefix, children, the text that stands directly in it. */
export interface ElementLike {
  readonly name: string;
  readonly children: readonly ElementLike[];
  readonly text: string;
}

/** What a record by the ministry's scheme states of one pupil's year, as far as it could be read. */
export interface MinistryYear {
  readonly pupil: {
    readonly pupilCode?: string;
    readonly fullName?: string;
    readonly personalId?: string;
    readonly sex?: 'male' | 'female';
    /** ISO date. */
    readonly birthDate?: string;
  };
  /** Such as `2025-2026`. */
  readonly schoolYear?: string;
  readonly schoolCode?: string;
  readonly schoolName?: string;
  readonly className?: string;
  readonly grade?: Grade;
  readonly result?: OverallResult;
  readonly promoted?: boolean;
  /** The year's end, cell by cell, each once and as a class would hold it. */
  readonly cells: readonly { readonly item: CellItem; readonly value: string }[];
  /** A sentence for each datum that stands there and that no cell can take. */
  readonly unread: readonly string[];
}

/** Cells that a plain field of the scheme becomes; qualities, competences and their comments besides. */
const CELL_OF: Readonly<Partial<Record<FieldKey, CellItem>>> = {
  homeroomComment: 'HOMEROOM.comment',
  award: 'AWARD.text',
  suddenAward: 'SUDDEN_AWARD.text',
  'pupil.absentExcused': 'ABSENT_EXCUSED.count',
  'pupil.absentUnexcused': 'ABSENT_UNEXCUSED.count',
  'pupil.heightCm': 'HEIGHT.number',
  'pupil.weightKg': 'WEIGHT.number',
};

/** Of the text's own spellings and of what they were meant to be: THONG_SO_…, …_HOC_TAC. */
const ALSO: readonly (readonly [string, FieldKey])[] = [
  ['TONG_SO_BUOI_NGHI_KHONG_PHEP', 'pupil.absentUnexcused'],
  ['NANG_LUC_GIAO_TIEP_HOP_TAC', 'trait.GIAO_TIEP_HOP_TAC'],
];

const FIELD_OF: ReadonlyMap<string, FieldKey> = new Map([
  ...Object.values(PROFILES).flatMap(({ root }) => fieldsIn(root)),
  ...ALSO,
]);

function fieldsIn(node: ProfileNode): (readonly [string, FieldKey])[] {
  if (node.kind === 'field') return [[node.tag, node.field]];
  return node.kind === 'group' ? node.children.flatMap(fieldsIn) : [];
}

/** Earlier years stand in a list of their own, signatures and annexes are no data of the year. */
const NOT_OF_THE_YEAR = new Set(['QUA_TRINH_HOC_TAP', 'DANH_SACH_THONG_TIN_KY', 'Signature']);

/**
 * Reads the year that a record of any software states, by the tags that CV 2088/BGDĐT-GDTH part II names. Where the text
 * names none (the wrappers of subjects, the values of codes), whatever wrapper and either letters or words are understood.
 *
 * @param data the element `DU_LIEU_HOC_BA`, out of what was signed and of nothing else
 * @returns never more than is written there: what is written twice, or is no value of its scale, is left out and told
 */
export function readMinistryYear(data: ElementLike): MinistryYear {
  const found = new Map<FieldKey, string | null>();
  const rows: ElementLike[] = [];
  walk(data, found, rows);
  const text = (field: FieldKey): string | undefined => found.get(field) ?? undefined;
  const cells = new Map<CellItem, string>();
  const unread: string[] = [];
  const take = (item: CellItem, raw: string): void => {
    const read = parseCell(item, raw);
    if (!read.ok) unread.push(read.message);
    else if (cells.has(item)) unread.push(`${itemName(item)}: ghi hai lần, chỉ lấy lần đầu.`);
    else if (read.value !== '') cells.set(item, read.value);
  };
  for (const row of rows) takeSubject(row, take, unread);
  for (const [field, value] of found) {
    const item = itemOf(field);
    if (item === undefined) continue;
    if (value === null) unread.push(`${itemName(item)}: ghi hai lần nên không lấy.`);
    else take(item, value);
  }
  return {
    pupil: defined({
      pupilCode: text('pupil.pupilCode'),
      fullName: text('pupil.fullName'),
      personalId: matching(text('pupil.personalId'), /^\d{12}$/),
      sex: sexOf(text('pupil.sex')),
      birthDate: dayOf(text('pupil.birthDate')),
    }),
    ...defined({
      schoolYear: matching(text('schoolYear')?.replace('–', '-'), /^\d{4}-\d{4}$/),
      schoolCode: text('school.code'),
      schoolName: text('school.name'),
      className: text('className'),
      grade: gradeOf(text('grade'), text('className')),
      result: resultOf(text('result')),
      promoted: flagOf(text('promoted')),
    }),
    cells: [...cells].map(([item, value]) => ({ item, value })),
    unread,
  };
}

function walk(element: ElementLike, found: Map<FieldKey, string | null>, rows: ElementLike[]): void {
  for (const child of element.children) {
    if (NOT_OF_THE_YEAR.has(child.name)) continue;
    if (child.children.some(({ name }) => name === 'MUC_DAT_DUOC' || name === 'MA_MON_HOC')) {
      rows.push(child);
      continue;
    }
    const field = child.children.length === 0 ? FIELD_OF.get(child.name) : undefined;
    if (field !== undefined) {
      const text = cleanText(child.text);
      // Two elements of one name: nobody can say which of them was meant.
      if (found.has(field)) found.set(field, null);
      else if (text !== '') found.set(field, text);
    }
    walk(child, found, rows);
  }
}

function takeSubject(row: ElementLike, take: (item: CellItem, raw: string) => void, unread: string[]): void {
  const text = (tag: string): string => {
    const [only, ...others] = row.children.filter(({ name }) => name === tag);
    return only === undefined || others.length > 0 ? '' : cleanText(only.text);
  };
  const subject = subjectOfRow(text('MA_MON_HOC'), text('TEN_MON_HOC'));
  if (subject === undefined) {
    unread.push(
      `Môn “${(text('TEN_MON_HOC') || text('MA_MON_HOC')).slice(0, 60)}”: không có trong chương trình.`,
    );
    return;
  }
  for (const [tag, part] of [
    ['MUC_DAT_DUOC', 'level'],
    ['DIEM_KIEM_TRA_DINH_KY', 'mark'],
    ['NHAN_XET', 'comment'],
  ] as const) {
    const value = text(tag);
    if (value !== '') take(`${subject}.${part}`, value);
  }
}

const fold = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('mỹ thuật', 'mĩ thuật')
    .replaceAll('địa lý', 'địa lí')
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim();

function subjectOfRow(code: string, name: string): SubjectCode | undefined {
  const byName = SUBJECTS.find((s) => [s.name, s.shortName].map(fold).includes(fold(name)));
  if (byName) return byName.code;
  if (/^(?:ngoại ngữ 1|tiếng anh)/.test(fold(name))) return 'NN1';
  // A code alone is ours where it is spelt as ours is; the ministry's own list is not known (QĐ 4998).
  return name === '' ? SUBJECTS.find((s) => s.code === code.toUpperCase())?.code : undefined;
}

function itemOf(field: FieldKey): CellItem | undefined {
  if (field.startsWith('trait.')) return `${field.slice(6)}.level` as CellItem;
  if (field.startsWith('traitComment.')) return `${field.slice(13)}.comment` as CellItem;
  return CELL_OF[field];
}

function dayOf(text: string | undefined): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(text ?? '');
  const ours = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text ?? '');
  const parts = iso ? [iso[1], iso[2], iso[3]] : ours ? [ours[3], ours[2], ours[1]] : undefined;
  if (parts === undefined) return undefined;
  const day = parts.map((part) => (part ?? '').padStart(2, '0')).join('-');
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}

function gradeOf(text: string | undefined, className: string | undefined): Grade | undefined {
  const grade = Number(/^(?:K(?:hối)?\s*)?0?([1-5])$/i.exec(text ?? '')?.[1] ?? Number.NaN);
  if (isGrade(grade)) return grade;
  const named = Number(/^(?:lớp\s*)?([1-5])(?!\d)/i.exec(className ?? '')?.[1] ?? Number.NaN);
  return isGrade(named) ? named : undefined;
}

function resultOf(text: string | undefined): OverallResult | undefined {
  return RESULTS.find((r) => r === text?.toUpperCase() || fold(RESULT_NAMES[r]) === fold(text ?? ''));
}

function sexOf(text: string | undefined): 'male' | 'female' | undefined {
  const word = text?.toLowerCase();
  return word === 'nam' ? 'male' : word === 'nữ' ? 'female' : undefined;
}

function flagOf(text: string | undefined): boolean | undefined {
  const word = text?.toLowerCase();
  if (word === '1' || word === 'true' || word === 'x' || word === 'có') return true;
  return word === '0' || word === 'false' || word === 'không' ? false : undefined;
}

function matching(text: string | undefined, form: RegExp): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(facts: T): Defined<T> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Defined<T>;
}

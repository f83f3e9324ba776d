import type { CellItem, SubjectCode, TraitCode, TraitGroup } from '../model.ts';
import { SUBJECTS, subjectOf } from './subjects.ts';
import { TRAIT_GROUP_NAMES, TRAIT_GROUPS, TRAITS, traitOf } from './traits.ts';

/** A cell's item taken apart, so that a rule never cuts strings itself. */
export type ItemParts =
  | { readonly kind: 'subjectLevel' | 'mark' | 'subjectComment'; readonly subject: SubjectCode }
  | { readonly kind: 'traitLevel'; readonly trait: TraitCode }
  | { readonly kind: 'traitComment'; readonly group: TraitGroup }
  | { readonly kind: 'text' | 'count' | 'height' | 'weight' };

/** Every item a cell may have, subjects first, in the order of the form. */
export const CELL_ITEMS: readonly CellItem[] = [
  ...SUBJECTS.flatMap((s): CellItem[] => [`${s.code}.level`, `${s.code}.mark`, `${s.code}.comment`]),
  ...TRAITS.map((t): CellItem => `${t.code}.level`),
  ...TRAIT_GROUPS.map((g): CellItem => `${g}.comment`),
  'HOMEROOM.comment',
  'AWARD.text',
  'SUDDEN_AWARD.text',
  'ABSENT_EXCUSED.count',
  'ABSENT_UNEXCUSED.count',
  'HEIGHT.number',
  'WEIGHT.number',
];

const OTHER_PARTS: readonly (readonly [CellItem, ItemParts])[] = [
  ['HOMEROOM.comment', { kind: 'text' }],
  ['AWARD.text', { kind: 'text' }],
  ['SUDDEN_AWARD.text', { kind: 'text' }],
  ['ABSENT_EXCUSED.count', { kind: 'count' }],
  ['ABSENT_UNEXCUSED.count', { kind: 'count' }],
  ['HEIGHT.number', { kind: 'height' }],
  ['WEIGHT.number', { kind: 'weight' }],
];

const PARTS: ReadonlyMap<string, ItemParts> = new Map<string, ItemParts>([
  ...SUBJECTS.flatMap((s): [string, ItemParts][] => [
    [`${s.code}.level`, { kind: 'subjectLevel', subject: s.code }],
    [`${s.code}.mark`, { kind: 'mark', subject: s.code }],
    [`${s.code}.comment`, { kind: 'subjectComment', subject: s.code }],
  ]),
  ...TRAITS.map((t): [string, ItemParts] => [`${t.code}.level`, { kind: 'traitLevel', trait: t.code }]),
  ...TRAIT_GROUPS.map((g): [string, ItemParts] => [`${g}.comment`, { kind: 'traitComment', group: g }]),
  ...OTHER_PARTS,
]);

/** Whether a text, such as a field of a request, names a cell. */
export function isCellItem(text: string): text is CellItem {
  return PARTS.has(text);
}

/** What a cell's item is about. */
export function partsOf(item: CellItem): ItemParts {
  const parts = PARTS.get(item);
  if (!parts) throw new RangeError('unknown cell item');
  return parts;
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  'HOMEROOM.comment': 'Nhận xét của giáo viên chủ nhiệm',
  'AWARD.text': 'Khen thưởng',
  'SUDDEN_AWARD.text': 'Khen thưởng đột xuất',
  'ABSENT_EXCUSED.count': 'Số buổi nghỉ có phép',
  'ABSENT_UNEXCUSED.count': 'Số buổi nghỉ không phép',
  'HEIGHT.number': 'Chiều cao',
  'WEIGHT.number': 'Cân nặng',
};

/** "môn Toán", but "Hoạt động trải nghiệm", which is an activity and no môn học. */
function subjectPhrase(code: SubjectCode): string {
  return code === 'HDTN' ? subjectOf(code).name : `môn ${subjectOf(code).name}`;
}

/** The cell's name in a Vietnamese sentence, such as `điểm kiểm tra môn Toán`. */
export function itemName(item: CellItem): string {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel':
      return `Mức đạt được ${subjectPhrase(parts.subject)}`;
    case 'mark':
      return `Điểm kiểm tra ${subjectPhrase(parts.subject)}`;
    case 'subjectComment':
      return `Nhận xét ${subjectPhrase(parts.subject)}`;
    case 'traitLevel': {
      const t = traitOf(parts.trait);
      return `Mức ${t.group === 'QUALITIES' ? 'phẩm chất' : 'năng lực'} ${t.name}`;
    }
    case 'traitComment':
      return `Nhận xét ${TRAIT_GROUP_NAMES[parts.group].toLowerCase()}`;
    default:
      return OTHER_NAMES[item] ?? item;
  }
}

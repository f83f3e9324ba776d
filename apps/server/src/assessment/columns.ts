import {
  type CellItem,
  type Grade,
  isElective,
  isTested,
  type Period,
  partsOf,
  type RuleSet,
  requiredComments,
  requiredItems,
  type SubjectCode,
  subjectsOf,
  TRAIT_GROUPS,
  type TraitGroup,
  traitsOf,
} from '@hocba/record';

/** Who answers for what in one class: a subject's columns belong to its teacher, all others to the homeroom teacher. */
export interface Duties {
  readonly homeroomStaffId: string | null;
  readonly teachers: ReadonlyMap<SubjectCode, string>;
}

export interface SheetColumn {
  readonly item: CellItem;
  readonly title: string;
  readonly group: string;
  readonly kind: 'level' | 'trait' | 'mark' | 'text' | 'number';
  /** The subject that the column belongs to; null for the homeroom teacher's columns. */
  readonly subject: SubjectCode | null;
  readonly ownerStaffId: string | null;
  readonly required: boolean;
}

const GROUP_TITLES: Readonly<Record<TraitGroup, string>> = {
  QUALITIES: 'Phẩm chất',
  GENERAL: 'Năng lực chung',
  SPECIFIC: 'Năng lực đặc thù',
};

const YEAR_END: readonly (readonly [item: CellItem, title: string, group: string, required: boolean])[] = [
  ['HOMEROOM.comment', 'Nhận xét chung', 'Chủ nhiệm', true],
  ['AWARD.text', 'Khen thưởng', 'Chủ nhiệm', false],
  ['SUDDEN_AWARD.text', 'Khen thưởng đột xuất', 'Chủ nhiệm', false],
  ['HEIGHT.number', 'Chiều cao (cm)', 'Sức khoẻ', true],
  ['WEIGHT.number', 'Cân nặng (kg)', 'Sức khoẻ', true],
  ['ABSENT_EXCUSED.count', 'Nghỉ có phép', 'Chuyên cần', true],
  ['ABSENT_UNEXCUSED.count', 'Nghỉ không phép', 'Chuyên cần', true],
];

/**
 * The columns of a class's table in a period, in the order of the form. A compulsory subject is always there; an
 * elective only where somebody is assigned to teach it.
 */
export function columnsOf(ruleSet: RuleSet, grade: Grade, period: Period, duties: Duties): SheetColumn[] {
  const required = new Set<CellItem>([
    ...requiredItems(ruleSet, grade, period),
    ...requiredComments(ruleSet, period),
  ]);
  const own = (item: CellItem, title: string, group: string): SheetColumn => ({
    item,
    title,
    group,
    kind: kindOf(item),
    subject: null,
    ownerStaffId: duties.homeroomStaffId,
    required: required.has(item),
  });
  const subjects = subjectsOf(grade)
    .filter((s) => !isElective(s.code, grade) || duties.teachers.has(s.code))
    .flatMap((s): SheetColumn[] => {
      const column = (item: CellItem, title: string): SheetColumn => ({
        item,
        title,
        group: s.shortName,
        kind: kindOf(item),
        subject: s.code,
        ownerStaffId: duties.teachers.get(s.code) ?? null,
        required: required.has(item),
      });
      return [
        column(`${s.code}.level`, 'Mức'),
        ...(isTested(s.code, grade, period) ? [column(`${s.code}.mark`, 'Điểm')] : []),
        column(`${s.code}.comment`, 'Nhận xét'),
      ];
    });
  const traits = TRAIT_GROUPS.flatMap((group): SheetColumn[] => [
    ...traitsOf(grade)
      .filter((t) => t.group === group)
      .map((t) => own(`${t.code}.level`, t.name, GROUP_TITLES[group])),
    own(`${group}.comment`, 'Nhận xét', GROUP_TITLES[group]),
  ]);
  const yearEnd =
    period === 'CN'
      ? YEAR_END.map(([item, title, group, needed]) => ({ ...own(item, title, group), required: needed }))
      : [];
  return [...subjects, ...traits, ...yearEnd];
}

function kindOf(item: CellItem): SheetColumn['kind'] {
  switch (partsOf(item).kind) {
    case 'subjectLevel':
      return 'level';
    case 'traitLevel':
      return 'trait';
    case 'mark':
      return 'mark';
    case 'count':
    case 'height':
    case 'weight':
      return 'number';
    default:
      return 'text';
  }
}

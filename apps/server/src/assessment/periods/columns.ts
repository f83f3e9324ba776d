import {
  type CellItem,
  type Grade,
  isElective,
  isTested,
  partsOf,
  type RuleSet,
  requiredComments,
  requiredItems,
  SUBJECTS,
  type SubjectCode,
  TRAIT_GROUPS,
  TRAITS,
  type TraitGroup,
} from '@hocba/record';
import type { CellPeriod } from './periods.ts';

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
  /** Grades whose pupils need the cell, and those whose pupils may have it: a pupil's own grade decides. */
  readonly requiredIn: readonly Grade[];
  readonly possibleIn: readonly Grade[];
  /** Needed by pupils of any grade of the class. */
  readonly required: boolean;
}

const GROUP_TITLES: Readonly<Record<TraitGroup, string>> = {
  QUALITIES: 'Phẩm chất',
  GENERAL: 'Năng lực chung',
  SPECIFIC: 'Năng lực đặc thù',
};

type OwnColumn = readonly [item: CellItem, title: string, group: string, required: boolean];

const MEASURES: readonly OwnColumn[] = [
  ['HEIGHT.number', 'Chiều cao (cm)', 'Sức khoẻ', true],
  ['WEIGHT.number', 'Cân nặng (kg)', 'Sức khoẻ', true],
];

/** The homeroom teacher's columns besides the assessment. Measured each semester; the record prints the year's end. */
const OWN: Readonly<Partial<Record<CellPeriod, readonly OwnColumn[]>>> = {
  CHK1: MEASURES.map(([item, title, group]): OwnColumn => [item, title, group, false]),
  CN: [
    ['HOMEROOM.comment', 'Nhận xét chung', 'Chủ nhiệm', true],
    ['AWARD.text', 'Khen thưởng', 'Chủ nhiệm', false],
    ['SUDDEN_AWARD.text', 'Khen thưởng đột xuất', 'Chủ nhiệm', false],
    ...MEASURES,
    ['ABSENT_EXCUSED.count', 'Nghỉ có phép', 'Chuyên cần', true],
    ['ABSENT_UNEXCUSED.count', 'Nghỉ không phép', 'Chuyên cần', true],
  ],
};

/** The columns of a class of one grade; see `columnsOfClass`. */
export function columnsOf(ruleSet: RuleSet, grade: Grade, period: CellPeriod, duties: Duties): SheetColumn[] {
  return columnsOfClass(ruleSet, [grade], period, duties);
}

/**
 * The columns of a class's table in a period, in the order of the form. A compulsory subject is always there; an
 * elective only where somebody is assigned to teach it. In a combined class each column says whose pupils it is for. In
 * summer only levels, marks and traits are assessed again, none of them by everybody.
 * @param grades of the class's pupils, at least one
 */
export function columnsOfClass(
  ruleSet: RuleSet,
  grades: readonly Grade[],
  period: CellPeriod,
  duties: Duties,
): SheetColumn[] {
  const asked = period === 'BS' ? 'CN' : period;
  const required = new Map(
    grades.map((grade): [Grade, ReadonlySet<CellItem>] => [
      grade,
      new Set(
        period === 'BS'
          ? []
          : [...requiredItems(ruleSet, grade, period), ...requiredComments(ruleSet, period)],
      ),
    ]),
  );
  const duty = (
    item: CellItem,
    possibleIn: readonly Grade[],
  ): Pick<SheetColumn, 'requiredIn' | 'possibleIn' | 'required'> => {
    const requiredIn = possibleIn.filter((g) => required.get(g)?.has(item));
    return { requiredIn, possibleIn, required: requiredIn.length > 0 };
  };
  const own = (item: CellItem, title: string, group: string, possibleIn = grades): SheetColumn => ({
    item,
    title,
    group,
    kind: kindOf(item),
    subject: null,
    ownerStaffId: duties.homeroomStaffId,
    ...duty(item, possibleIn),
  });
  const subjects = SUBJECTS.flatMap((s): SheetColumn[] => {
    const takenIn = grades.filter(
      (g) => s.grades.includes(g) || (isElective(s.code, g) && duties.teachers.has(s.code)),
    );
    const testedIn = takenIn.filter((g) => isTested(s.code, g, asked));
    const column = (item: CellItem, title: string, possibleIn: readonly Grade[]): SheetColumn => ({
      item,
      title,
      group: s.shortName,
      kind: kindOf(item),
      subject: s.code,
      ownerStaffId: duties.teachers.get(s.code) ?? null,
      ...duty(item, possibleIn),
    });
    return [
      ...(takenIn.length > 0 ? [column(`${s.code}.level`, 'Mức', takenIn)] : []),
      ...(testedIn.length > 0 ? [column(`${s.code}.mark`, 'Điểm', testedIn)] : []),
      ...(takenIn.length > 0 && period !== 'BS' ? [column(`${s.code}.comment`, 'Nhận xét', takenIn)] : []),
    ];
  });
  const traits = TRAIT_GROUPS.flatMap((group): SheetColumn[] => [
    ...TRAITS.filter((t) => t.group === group).flatMap((t) => {
      const inGrades = grades.filter((g) => t.grades.includes(g));
      return inGrades.length > 0 ? [own(`${t.code}.level`, t.name, GROUP_TITLES[group], inGrades)] : [];
    }),
    ...(period === 'BS' ? [] : [own(`${group}.comment`, 'Nhận xét', GROUP_TITLES[group])]),
  ]);
  const others = (OWN[period] ?? []).map(([item, title, group, needed]) => ({
    ...own(item, title, group),
    requiredIn: needed ? grades : [],
    required: needed,
  }));
  return [...subjects, ...traits, ...others];
}

/** What a column is for a pupil of a grade (TT 27/2020 Điều 5, Điều 7: the pupil's own grade decides). */
export function dutyIn(column: SheetColumn, grade: Grade): 'required' | 'possible' | 'none' {
  if (column.requiredIn.includes(grade)) return 'required';
  return column.possibleIn.includes(grade) ? 'possible' : 'none';
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

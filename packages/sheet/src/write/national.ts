/**
 * The national results layout (CSDL ngành, files “KQHT-C1-…-TT27_2020”) as data: which columns stand in which order.
 * Seen for grades 1–2 at the end of the year; the other grades follow the same pattern.
 */
import {
  type CellItem,
  type Grade,
  isTested,
  type Period,
  type SubjectCode,
  subjectsOf,
  TRAIT_GROUPS,
  traitsOf,
} from '@hocba/record';

export interface ResultsColumn {
  readonly path: readonly string[];
  readonly item: CellItem;
}

/** Subjects in the file's order, with its headers. */
const SUBJECTS: readonly (readonly [code: SubjectCode, header: string])[] = [
  ['TOAN', 'Toán'],
  ['TV', 'Tiếng Việt'],
  ['DD', 'Đạo đức'],
  ['TNXH', 'Tự nhiên và Xã hội'],
  ['LSDL', 'Lịch sử và Địa lí'],
  ['KH', 'Khoa học'],
  ['NN1', 'Ngoại ngữ'],
  ['TH', 'TH-CN (Tin học)'],
  ['CN', 'TH-CN (Công nghệ)'],
  ['TDT', 'Tiếng dân tộc'],
  ['AN', 'Âm nhạc'],
  ['MT', 'Mĩ thuật'],
  ['HDTN', 'Hoạt động trải nghiệm'],
  ['GDTC', 'Giáo dục thể chất'],
];

const GROUPS = { QUALITIES: 'Phẩm chất', GENERAL: 'Năng lực chung', SPECIFIC: 'Năng lực đặc thù' } as const;

const YEAR: readonly (readonly [item: CellItem, header: string])[] = [
  ['HOMEROOM.comment', 'Nhận xét chung'],
  ['AWARD.text', 'Khen thưởng'],
  ['SUDDEN_AWARD.text', 'Khen thưởng đột xuất'],
  ['HEIGHT.number', 'Chiều cao (cm)'],
  ['WEIGHT.number', 'Cân nặng (kg)'],
  ['ABSENT_EXCUSED.count', 'Số buổi nghỉ có phép'],
  ['ABSENT_UNEXCUSED.count', 'Số buổi nghỉ không phép'],
];

/**
 * The columns of results for pupils of these grades, which share their subjects' order.
 * @param comments false: the national layout; true: with every comment and the year's other cells, so that the file
 *   holds all that a class sheet has
 */
export function resultsColumns(
  grades: readonly Grade[],
  period: Period,
  comments: boolean,
): readonly ResultsColumn[] {
  const has = (code: SubjectCode) => grades.some((g) => subjectsOf(g).some((s) => s.code === code));
  const tested = (code: SubjectCode) => grades.some((g) => isTested(code, g, period));
  const subjects = SUBJECTS.filter(([code]) => has(code)).flatMap(([code, header]): ResultsColumn[] => [
    { path: [header, 'Mức'], item: `${code}.level` },
    ...(tested(code) ? [{ path: [header, 'Điểm'], item: `${code}.mark` } as const] : []),
    ...(comments ? [{ path: [header, 'Nhận xét'], item: `${code}.comment` } as const] : []),
  ]);
  // The file has the competences before the qualities, and in one block.
  const order = [...TRAIT_GROUPS.filter((g) => g !== 'QUALITIES'), 'QUALITIES' as const];
  const known = new Set(grades.flatMap((g) => traitsOf(g)));
  const traits = order.flatMap((group): ResultsColumn[] => {
    const block = comments || group === 'QUALITIES' ? GROUPS[group] : 'Năng lực';
    return [
      ...[...known]
        .filter((trait) => trait.group === group)
        .map((trait): ResultsColumn => ({ path: [block, trait.name], item: `${trait.code}.level` })),
      ...(comments ? [{ path: [block, 'Nhận xét'], item: `${group}.comment` } as const] : []),
    ];
  });
  const year = comments && period === 'CN' ? YEAR.map(([item, header]) => ({ path: [header], item })) : [];
  return [...subjects, ...traits, ...year];
}

import type { Grade, SubjectCode } from '../model.ts';
import { subjectOf } from './subjects.ts';

/** First school year of Chương trình GDPT 2018 in each grade (TT 27/2020, phần thi hành Điều 2). */
export const PROGRAMME_2018_SINCE: Readonly<Record<Grade, string>> = {
  1: '2020-2021',
  2: '2021-2022',
  3: '2022-2023',
  4: '2023-2024',
  5: '2024-2025',
};

/** Names of the older programme's form (TT 22/2016) where they differ; null where it had no such subject. */
const BEFORE: Readonly<Partial<Record<SubjectCode, string | null>>> = {
  NN1: 'Ngoại ngữ',
  TH: 'Tin học',
  CN: 'Thủ công (Kĩ thuật)',
  GDTC: 'Thể dục',
  AN: 'Âm nhạc',
  MT: 'Mĩ thuật',
  HDTN: null,
};

/**
 * The name that a subject had in a grade and school year, for records of older years; undefined if the grade's programme
 * did not have it then. The year decides per grade, as the programme came in year by year.
 */
export function subjectNameIn(code: SubjectCode, grade: Grade, schoolYear: string): string | undefined {
  const { name } = subjectOf(code);
  if (schoolYear >= PROGRAMME_2018_SINCE[grade]) return name;
  const before = BEFORE[code];
  return before === undefined ? name : (before ?? undefined);
}

import type { Grade, OverallResult, Period, SubjectLevel, TraitLevel } from '../model.ts';

/** Mức đạt được of a subject (TT 27/2020 Điều 7 khoản 1 điểm a). */
export const SUBJECT_LEVEL_NAMES: Readonly<Record<SubjectLevel, string>> = {
  T: 'Hoàn thành tốt',
  H: 'Hoàn thành',
  C: 'Chưa hoàn thành',
};

/** Mức of a quality or competence (Điều 7 khoản 1 điểm b). */
export const TRAIT_LEVEL_NAMES: Readonly<Record<TraitLevel, string>> = {
  T: 'Tốt',
  Đ: 'Đạt',
  C: 'Cần cố gắng',
};

/** Kết quả giáo dục at the end of the year (Điều 9 khoản 2). */
export const RESULT_NAMES: Readonly<Record<OverallResult, string>> = {
  HTXS: 'Hoàn thành xuất sắc',
  HTT: 'Hoàn thành tốt',
  HT: 'Hoàn thành',
  CHT: 'Chưa hoàn thành',
};

/** Results from the highest to the lowest. */
export const RESULTS: readonly OverallResult[] = ['HTXS', 'HTT', 'HT', 'CHT'];

export const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  GHK1: 'Giữa học kỳ I',
  CHK1: 'Cuối học kỳ I',
  GHK2: 'Giữa học kỳ II',
  CN: 'Cuối năm học',
};

/** Periods in the order of the school year. */
export const PERIODS: readonly Period[] = ['GHK1', 'CHK1', 'GHK2', 'CN'];

export const GRADES: readonly Grade[] = [1, 2, 3, 4, 5];

/** Whether a number out of a file or request is a primary grade. */
export function isGrade(value: unknown): value is Grade {
  return value === 1 || value === 2 || value === 3 || value === 4 || value === 5;
}

import type { Grade } from '@hocba/record';
import type { ClassBookInput } from '../book/input.ts';
import type { FormInput } from '../input.ts';
import { sampleInput, sampleRecord } from './sample-record.ts';

/** The invented pupil's years 1 to `grade`, each an issued form with a UUID and XML of its own. */
export function sampleYears(
  grade: Grade,
  pupil: { number: number; fullName?: string } = { number: 0 },
): FormInput[] {
  const code = String(pupil.number).padStart(4, '0');
  return Array.from({ length: grade }, (_, i) => {
    const of = (i + 1) as Grade;
    const base = sampleRecord(of);
    const year = 2025 - grade + i + 1;
    const doc = sampleRecord(of, {
      uuid: `3f0c2a64-8a1d-4c0e-9b57-${code}0000000${of}`,
      schoolYear: `${year}-${year + 1}`,
      issueDate: `${year + 1}-05-30`,
      createdOn: `${year + 1}-05-25`,
      pupil: {
        ...base.pupil,
        fullName: pupil.fullName ?? base.pupil.fullName,
        personalId: `00131600${code}`,
        pupilCode: `010123${code}`,
        heightCm: 112 + 6 * i,
      },
      studyYears: Array.from({ length: of }, (_, n) => ({
        schoolYear: `${year - i + n}-${year - i + n + 1}`,
        className: `${n + 1}A1`,
        schoolName: 'Trường Tiểu học Mẫu',
        arrivedOn: `${year - i + n}-09-05`,
      })),
    });
    return sampleInput(doc);
  });
}

/** A class of invented pupils with the years 1 to `grade` each; with `latestOnly` one year each. */
export function sampleClassBook(count: number, grade: Grade, latestOnly = false): ClassBookInput {
  return {
    className: `${grade}A1`,
    schoolYear: '2025-2026',
    pupils: Array.from({ length: count }, (_, i) => {
      const years = sampleYears(grade, { number: i + 1, fullName: `Nguyễn Thị Học Sinh Số ${i + 1}` });
      return { years: latestOnly ? years.slice(-1) : years };
    }),
  };
}

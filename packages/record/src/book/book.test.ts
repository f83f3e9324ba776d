import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Grade, RecordDocument } from '../model.ts';
import { completionText } from '../rules/completion.ts';
import { sampleOf } from '../testing/samples.ts';
import { BookError, bookOf } from './book.ts';

const base = sampleOf(1).doc;

interface Step {
  readonly grade: Grade;
  readonly promoted?: boolean;
  readonly school?: string;
  readonly change?: (doc: RecordDocument) => void;
}

/** One pupil's records from 2024-2025 on, one per step. */
function years(steps: readonly Step[]): RecordDocument[] {
  const rows: RecordDocument['studyYears'] = [];
  return steps.map(({ grade, promoted = true, school = 'A', change }, i) => {
    const schoolYear = `${2024 + i}-${2025 + i}`;
    const schoolName = `Trường Tiểu học Mẫu ${school}`;
    rows.push({ schoolYear, className: `${grade}A`, schoolName, arrivedOn: `${2024 + i}-09-05` });
    const doc: RecordDocument = structuredClone(base);
    Object.assign(doc, {
      uuid: `0000000${i}-0000-4000-8000-000000000000`,
      schoolYear,
      grade,
      className: `${grade}A`,
      promoted,
      completed: promoted,
      completionText: completionText(grade, promoted, promoted),
      studyYears: rows.map((r) => ({ ...r })),
    });
    doc.school = { ...doc.school, code: school, name: schoolName };
    change?.(doc);
    return doc;
  });
}

function codeOf(records: readonly RecordDocument[]): string {
  try {
    bookOf(records);
  } catch (error) {
    if (error instanceof BookError) return error.code;
    throw error;
  }
  return 'book';
}

const FIVE: Step[] = [1, 2, 3, 4, 5].map((grade) => ({ grade: grade as Grade }));

describe('a record book', () => {
  test('five years in order, cover and personal page from the latest, whatever order they come in', () => {
    const records = years(FIVE);
    const book = bookOf(records);
    expect(book.years.map((y) => y.record.grade)).toEqual([1, 2, 3, 4, 5]);
    expect(book.cover).toMatchObject({ schoolYear: '2028-2029', className: '5A' });
    expect(book.studyYears.map((y) => y.className)).toEqual(['1A', '2A', '3A', '4A', '5A']);
    expect(book.primaryCompleted).toBe(true);
    expect(book.notes).toEqual([]);
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: 5 }), (shuffled) => {
        expect(bookOf(shuffled)).toEqual(book);
      }),
    );
  });

  test('a repeated year stands twice and is marked', () => {
    const book = bookOf(years([{ grade: 1 }, { grade: 2, promoted: false }, { grade: 2 }, { grade: 3 }]));
    expect(book.years.map((y) => y.repeated)).toEqual([false, false, true, false]);
    expect(book.studyYears.map((y) => y.className)).toEqual(['1A', '2A', '2A', '3A']);
    expect(book.notes).toEqual([]);
    expect(book.primaryCompleted).toBe(false);
  });

  test('across schools, also within one school year, and rows that an older record alone knows', () => {
    const records = years([
      { grade: 1 },
      {
        grade: 2,
        school: 'B',
        change: (doc) => {
          const own = doc.studyYears.splice(0, 2)[1];
          if (!own) throw new Error('no row');
          doc.studyYears.push(
            { ...own, schoolName: 'Trường Tiểu học Mẫu A' },
            { ...own, arrivedOn: '2026-01-12' },
          );
        },
      },
    ]);
    const book = bookOf(records);
    expect(book.studyYears.map((y) => `${y.schoolYear} ${y.schoolName.slice(-1)}`)).toEqual([
      '2024-2025 A',
      '2025-2026 A',
      '2025-2026 B',
    ]);
    expect(book.years.map((y) => y.schoolChanged)).toEqual([false, true]);
    expect(book.cover.school.code).toBe('B');
  });

  test('a later record’s row corrects an earlier one’s', () => {
    const [first, second] = years([{ grade: 1 }, { grade: 2 }]);
    if (!first || !second?.studyYears[0]) throw new Error('no rows');
    second.studyYears[0].arrivedOn = '2024-09-01';
    expect(bookOf([first, second]).studyYears[0]?.arrivedOn).toBe('2024-09-01');
  });

  test.each<[string, Step[], string]>([
    ['a jump of grades', [{ grade: 1 }, { grade: 3 }], 'grade-unexpected'],
    ['kept, yet in the next grade', [{ grade: 1, promoted: false }, { grade: 2 }], 'grade-unexpected'],
    ['a year after grade 5', [{ grade: 5 }, { grade: 5 }], 'after-completion'],
    [
      'another name since',
      [{ grade: 1 }, { grade: 2, change: (d) => Object.assign(d.pupil, { fullName: 'Tên Mẫu Mới' }) }],
      'identity-changed',
    ],
  ])('notes %s', (_what, steps, code) => {
    const { notes } = bookOf(years(steps));
    expect(notes.map((n) => n.code)).toEqual([code]);
    expect(notes[0]?.message).toMatch(/^\p{Lu}.+\.$/u);
  });

  test('notes a year without a record, and nothing about its grade', () => {
    const [first, , third] = years([{ grade: 1 }, { grade: 2 }, { grade: 3 }]);
    if (!first || !third) throw new Error('no records');
    expect(bookOf([first, third]).notes.map((n) => n.code)).toEqual(['year-missing']);
  });

  test('refuses what is no one book', () => {
    const [first, second] = years([{ grade: 1 }, { grade: 2 }]);
    if (!first || !second) throw new Error('no records');
    expect(codeOf([])).toBe('empty');
    expect(codeOf([first, { ...second, pupil: { ...second.pupil, personalId: '000000000000' } }])).toBe(
      'other-pupil',
    );
    expect(codeOf([first, { ...second, schoolYear: first.schoolYear }])).toBe('year-twice');
    expect(codeOf([first, { ...second, training: !second.training }])).toBe('training-mixed');
  });

  test('leaves the records as they were', () => {
    const records = years(FIVE).reverse();
    const before = structuredClone(records);
    bookOf(records);
    expect(records).toEqual(before);
  });
});

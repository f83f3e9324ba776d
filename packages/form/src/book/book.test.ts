import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  extractAttachments,
  type FormInput,
  renderBook,
  renderClassBook,
  renderYear,
  reprintInputs,
} from '../index.ts';
import { bookmarksOf } from '../testing/bookmarks.ts';
import { pageTexts } from '../testing/page-text.ts';
import { sampleClassBook, sampleYears } from '../testing/sample-book.ts';
import { sampleInput, sampleRecord } from '../testing/sample-record.ts';
import { studyYearsOf } from './study-years.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const changed = (input: FormInput | undefined, change: Partial<FormInput['doc']>): FormInput => {
  if (input === undefined) throw new Error('no such year');
  return { ...input, doc: { ...input.doc, ...change } };
};

describe('a pupil’s book', () => {
  test('front pages of the latest year, then two pages a year in their order, counted through', async () => {
    const years = sampleYears(5);
    const pages = pageTexts(await renderBook({ years: years.toReversed() }));
    expect(pages).toHaveLength(13);
    for (const [i, page] of pages.entries()) {
      const year = years[i < 3 ? 4 : Math.floor((i - 3) / 2)];
      expect(page).toContain(`Trang ${i + 1}/13`);
      expect(page).toContain(`Mã số tra cứu học bạ (UUID): ${year?.doc.uuid}`);
      expect(page).toContain(`Năm học: ${year?.doc.schoolYear}`);
    }
    expect(pages[2]).toMatch(/2021-2022 1A1.*2022-2023 2A1.*2023-2024 3A1.*2024-2025 4A1.*2025-2026 5A1/);
    expect(pages[3]).toContain('112 cm');
    expect(pages[12]).toContain('Hoàn thành chương trình tiểu học.');
  });

  test('bookmarks lead to the front and to each year', async () => {
    const marks = bookmarksOf(await renderBook({ years: sampleYears(3) }));
    expect(marks.map((m) => [m.title, m.page])).toEqual([
      ['Bìa và thông tin cá nhân', 1],
      ['Năm học 2023-2024, lớp 1A1', 4],
      ['Năm học 2024-2025, lớp 2A1', 6],
      ['Năm học 2025-2026, lớp 3A1', 8],
    ]);
  });

  test('XML and proof of every issued year travel inside; it is no form of one year', async () => {
    const years = sampleYears(3);
    const pdf = await renderBook({ years });
    const inside = extractAttachments(pdf);
    expect(inside).toHaveLength(6);
    for (const { doc, xml } of years) {
      const name = `${doc.pupil.pupilCode}-${doc.schoolYear}.xml`;
      expect(Buffer.from(inside.find((a) => a.name === name)?.bytes ?? [])).toEqual(Buffer.from(xml));
    }
    expect(reprintInputs(pdf)).toBeNull();
  });

  test('a year that is still a draft says so on its own pages only', async () => {
    const years = sampleYears(2).map((year, i) => (i === 1 ? { ...year, issued: null } : year));
    const pdf = await renderBook({ years });
    expect(pageTexts(pdf).map((page) => page.includes('BẢN NHÁP'))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(extractAttachments(pdf).map((a) => a.name.slice(-4))).toEqual(['roof', '.xml']);
  });

  test('a book of one year has the pages of its form; same input, same bytes', async () => {
    const [year] = sampleYears(1);
    if (year === undefined) throw new Error('no year');
    const book = await renderBook({ years: [year] });
    expect(pageTexts(book)).toEqual(pageTexts(await renderYear(year)));
    expect(digest(await renderBook({ years: [year] }))).toBe(digest(book));
  });
});

describe('Quá trình học tập over all years', () => {
  const row = (schoolYear: string, className: string, schoolName = 'Trường Tiểu học Mẫu') => ({
    schoolYear,
    className,
    schoolName,
    arrivedOn: '',
  });

  test('a repeated grade, a move between schools, and a year that only a later record names', () => {
    const docs = [
      sampleRecord(1, { schoolYear: '2022-2023', studyYears: [row('2022-2023', '1A', 'Trường Cũ')] }),
      sampleRecord(2, {
        schoolYear: '2024-2025',
        studyYears: [row('2022-2023', '1X'), row('2023-2024', '2A'), row('2024-2025', '2B')],
      }),
      sampleRecord(3, {
        schoolYear: '2025-2026',
        studyYears: [row('2024-2025', '2Z'), row('2025-2026', '3A'), row('2025-2026', '3C', 'Trường Khác')],
      }),
    ];
    for (const order of [docs, docs.toReversed()]) {
      expect(studyYearsOf(order).map((r) => r.slice(0, 3).join('|'))).toEqual([
        '2022-2023|1A|Trường Cũ',
        '2023-2024|2A|Trường Tiểu học Mẫu',
        '2024-2025|2B|Trường Tiểu học Mẫu',
        '2025-2026|3A|Trường Tiểu học Mẫu',
        '2025-2026|3C|Trường Khác',
      ]);
    }
  });

  test('the table keeps five rows, and more where there are more years', () => {
    expect(studyYearsOf([sampleRecord(1)])).toHaveLength(5);
    expect(
      studyYearsOf(
        Array.from({ length: 7 }, (_, i) =>
          sampleRecord(1, {
            schoolYear: `${2019 + i}-${2020 + i}`,
            studyYears: [row(`${2019 + i}-${2020 + i}`, '1A')],
          }),
        ),
      ),
    ).toHaveLength(7);
  });
});

describe('a class in one file', () => {
  test('each pupil is counted for itself and has a bookmark with the years below', async () => {
    const input = sampleClassBook(3, 2);
    const pdf = await renderClassBook(input);
    const pages = pageTexts(pdf);
    expect(pages).toHaveLength(21);
    for (const [i, page] of pages.entries()) {
      expect(page).toContain(`Trang ${(i % 7) + 1}/7`);
      expect(page).toContain(`Học sinh: Nguyễn Thị Học Sinh Số ${Math.floor(i / 7) + 1}`);
    }
    const marks = bookmarksOf(pdf);
    expect(marks.map((m) => [m.title, m.page])).toEqual(
      [1, 2, 3].map((n) => [`Nguyễn Thị Học Sinh Số ${n}`, 7 * n - 6]),
    );
    expect(marks[1]?.children.map((m) => m.page)).toEqual([8, 11, 13]);
    expect(extractAttachments(pdf)).toEqual([]);
  });
});

describe('refused', () => {
  const years = sampleYears(2);
  const other = sampleYears(2, { number: 7 });
  test.each<[string, FormInput[]]>([
    ['no years', []],
    [
      'more years than a book has',
      Array.from({ length: 9 }, (_, i) => changed(years[0], { schoolYear: `${2010 + i}-${2011 + i}` })),
    ],
    ['years of two pupils', [...years.slice(0, 1), ...other.slice(1)]],
    ['a year twice', [...years, ...years]],
    ['records too large together', years.map((year) => ({ ...year, xml: new Uint8Array(3 * 1024 * 1024) }))],
  ])('a book: %s', async (_, input) => {
    await expect(renderBook({ years: input })).rejects.toMatchObject({
      name: 'FormError',
      code: 'input-invalid',
    });
  });

  test('a personal id that was corrected between the years does not part them', async () => {
    const corrected = changed(years[0], {
      pupil: { ...sampleRecord(1).pupil, personalId: '001316000999', pupilCode: '0101230000' },
    });
    expect(pageTexts(await renderBook({ years: [corrected, ...years.slice(1)] }))).toHaveLength(7);
  });

  test.each([
    ['no pupils', sampleClassBook(0, 1)],
    [
      'a pupil twice',
      { ...sampleClassBook(1, 1), pupils: [{ years: [sampleInput()] }, { years: [sampleInput()] }] },
    ],
    ['too many years in one file', sampleClassBook(71, 1)],
    ['a pupil without years', { ...sampleClassBook(1, 1), pupils: [{ years: [] }] }],
  ])('a class: %s', async (_, input) => {
    await expect(renderClassBook(input)).rejects.toMatchObject({ name: 'FormError', code: 'input-invalid' });
  });
});

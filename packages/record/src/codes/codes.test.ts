import { describe, expect, test } from 'vitest';
import type { Grade, Period, SubjectCode } from '../model.ts';
import { CELL_ITEMS, isCellItem, itemName, partsOf } from './items.ts';
import { PEOPLES, peopleNamed } from './people.ts';
import { PROVINCES, predecessorsOf, provinceNamed, provincesOn, successorOf } from './provinces.ts';
import { mayFollow, PUPIL_STATUSES, pupilStatusesOn } from './pupil-status.ts';
import { subjectNameIn } from './subject-names.ts';
import { isTested, SUBJECTS, subjectsOf } from './subjects.ts';
import { TRAITS, traitsOf } from './traits.ts';
import { GRADES, isGrade, PERIODS } from './words.ts';

describe('subjects and traits', () => {
  test('stand in the order of the official form', () => {
    expect(SUBJECTS.map((s) => s.code).join(' ')).toBe(
      'TV TOAN NN1 LSDL KH TH CN DD TNXH GDTC AN MT HDTN TDT',
    );
    expect(SUBJECTS.map((s) => s.name)).toContain('Tin học và Công nghệ (Tin học)');
    expect(TRAITS).toHaveLength(15);
    expect(TRAITS.filter((t) => t.group === 'QUALITIES')).toHaveLength(5);
  });

  test.each([
    [1, 'TV TOAN DD TNXH GDTC AN MT HDTN', 'NN1 TDT', 13],
    [2, 'TV TOAN DD TNXH GDTC AN MT HDTN', 'NN1 TDT', 13],
    [3, 'TV TOAN NN1 TH CN DD TNXH GDTC AN MT HDTN', 'TDT', 15],
    [4, 'TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TDT', 15],
    [5, 'TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TDT', 15],
  ] as const)('grade %i', (grade, compulsory, electives, traits) => {
    const all = subjectsOf(grade);
    expect(
      all
        .filter((s) => s.grades.includes(grade))
        .map((s) => s.code)
        .join(' '),
    ).toBe(compulsory);
    expect(
      all
        .filter((s) => s.electiveIn.includes(grade))
        .map((s) => s.code)
        .join(' '),
    ).toBe(electives);
    expect(traitsOf(grade)).toHaveLength(traits);
  });

  test('tests are set where Điều 7 says so', () => {
    const tested = (grade: Grade, period: Period): string =>
      SUBJECTS.filter((s) => isTested(s.code, grade, period))
        .map((s): SubjectCode => s.code)
        .join(' ');
    for (const end of ['CHK1', 'CN'] as const) {
      expect(tested(1, end)).toBe('TV TOAN');
      expect(tested(2, end)).toBe('TV TOAN');
      expect(tested(3, end)).toBe('TV TOAN NN1 TH CN');
      expect(tested(4, end)).toBe('TV TOAN NN1 LSDL KH TH CN');
      expect(tested(5, end)).toBe('TV TOAN NN1 LSDL KH TH CN');
    }
    for (const middle of ['GHK1', 'GHK2'] as const) {
      expect(GRADES.map((g) => tested(g, middle))).toEqual(['', '', '', 'TV TOAN', 'TV TOAN']);
    }
    expect(PERIODS).toHaveLength(4);
  });
});

describe('cell items', () => {
  test('each is known once, taken apart and named', () => {
    expect(new Set(CELL_ITEMS).size).toBe(CELL_ITEMS.length);
    expect(CELL_ITEMS).toHaveLength(14 * 3 + 15 + 3 + 7);
    for (const item of CELL_ITEMS) {
      expect(isCellItem(item)).toBe(true);
      expect(partsOf(item).kind).toBeTypeOf('string');
      expect(itemName(item)).not.toBe(item);
    }
    expect(itemName('TOAN.mark')).toBe('Điểm kiểm tra môn Toán');
    expect(itemName('YEU_NUOC.level')).toBe('Mức phẩm chất Yêu nước');
    expect(itemName('HDTN.level')).toBe('Mức đạt được Hoạt động trải nghiệm');
  });

  test.each(['', 'TOAN', 'TOAN.Mark', 'toan.mark', 'XYZ.level', '__proto__', 'HEIGHT.level'])(
    '%j is none',
    (text) => {
      expect(isCellItem(text)).toBe(false);
    },
  );
});

describe('national lists', () => {
  test('63 provinces until 30/06/2025, 34 since, each day its own', () => {
    expect(provincesOn('2025-07-01')).toHaveLength(34);
    expect(provincesOn('2025-06-30')).toHaveLength(63);
    expect(provincesOn('2018-09-05')).toHaveLength(63);
    for (const day of ['2018-09-05', '2025-06-30', '2026-11-20']) {
      const there = provincesOn(day);
      expect(new Set(there.map((p) => p.code)).size).toBe(there.length);
      expect(new Set(there.map((p) => p.name)).size).toBe(there.length);
    }
    expect(provinceNamed('Thừa Thiên Huế', '2024-12-31')?.code).toBe('46');
    expect(provinceNamed('Thừa Thiên Huế', '2025-01-01')).toBeUndefined();
    expect(provinceNamed('Quảng Nam', '2025-07-01')).toBeUndefined();
  });

  test('on every day on which a name or code changes there are whole lists, one after the other without a gap', () => {
    const day = (iso: string, by: number) =>
      new Date(Date.parse(iso) + by * 86_400_000).toISOString().slice(0, 10);
    const days = PROVINCES.flatMap(({ validFrom, validUntil }) => [
      day(validFrom, -1),
      validFrom,
      ...(validUntil === undefined ? [] : [validUntil, day(validUntil, 1)]),
    ]);
    for (const on of new Set(days)) {
      const there = provincesOn(on);
      expect(there.length, on).toBe(on < '2008-08-01' ? 0 : on < '2025-07-01' ? 63 : 34);
      expect(new Set(there.map((p) => p.code)).size, on).toBe(there.length);
      expect(new Set(there.map((p) => p.name)).size, on).toBe(there.length);
    }
    for (const { code } of PROVINCES) expect(code).toMatch(/^\d{2}$/);
  });

  test('the 34 of QĐ 19/2025/QĐ-TTg by code, and what each of the 63 became', () => {
    expect(
      provincesOn('2025-07-01')
        .map((p) => `${p.code} ${p.name}`)
        .join(', '),
    ).toBe(
      '01 Hà Nội, 04 Cao Bằng, 08 Tuyên Quang, 11 Điện Biên, 12 Lai Châu, 14 Sơn La, 15 Lào Cai, 19 Thái Nguyên, ' +
        '20 Lạng Sơn, 22 Quảng Ninh, 24 Bắc Ninh, 25 Phú Thọ, 31 Hải Phòng, 33 Hưng Yên, 37 Ninh Bình, 38 Thanh Hóa, ' +
        '40 Nghệ An, 42 Hà Tĩnh, 44 Quảng Trị, 46 Huế, 48 Đà Nẵng, 51 Quảng Ngãi, 52 Gia Lai, 56 Khánh Hòa, ' +
        '66 Đắk Lắk, 68 Lâm Đồng, 75 Đồng Nai, 79 Thành phố Hồ Chí Minh, 80 Tây Ninh, 82 Đồng Tháp, 86 Vĩnh Long, ' +
        '91 An Giang, 92 Cần Thơ, 96 Cà Mau',
    );
    const merged: Readonly<Record<string, string>> = {
      'Tuyên Quang': 'Hà Giang',
      'Lào Cai': 'Yên Bái',
      'Thái Nguyên': 'Bắc Kạn',
      'Phú Thọ': 'Vĩnh Phúc, Hòa Bình',
      'Bắc Ninh': 'Bắc Giang',
      'Hải Phòng': 'Hải Dương',
      'Hưng Yên': 'Thái Bình',
      'Ninh Bình': 'Hà Nam, Nam Định',
      'Quảng Trị': 'Quảng Bình',
      'Đà Nẵng': 'Quảng Nam',
      'Quảng Ngãi': 'Kon Tum',
      'Gia Lai': 'Bình Định',
      'Khánh Hòa': 'Ninh Thuận',
      'Lâm Đồng': 'Đắk Nông, Bình Thuận',
      'Đắk Lắk': 'Phú Yên',
      'Thành phố Hồ Chí Minh': 'Bình Dương, Bà Rịa - Vũng Tàu',
      'Đồng Nai': 'Bình Phước',
      'Tây Ninh': 'Long An',
      'Đồng Tháp': 'Tiền Giang',
      'Vĩnh Long': 'Bến Tre, Trà Vinh',
      'Cần Thơ': 'Sóc Trăng, Hậu Giang',
      'Cà Mau': 'Bạc Liêu',
      'An Giang': 'Kiên Giang',
    };
    for (const p of provincesOn('2025-07-01')) {
      const before = [p.name, ...(merged[p.name]?.split(', ') ?? [])].sort();
      expect(
        predecessorsOf(p)
          .map((one) => one.name)
          .sort(),
        p.name,
      ).toEqual(before);
    }
  });

  test('one code names two provinces at different times', () => {
    const name = (code: string, day: string) => provincesOn(day).find((p) => p.code === code)?.name;
    expect([name('44', '2025-06-30'), name('44', '2025-07-01')]).toEqual(['Quảng Bình', 'Quảng Trị']);
    expect([name('15', '2025-06-30'), name('15', '2025-07-01')]).toEqual(['Yên Bái', 'Lào Cai']);
  });

  test('every older province has become one of today, eleven alone and unchanged', () => {
    for (const p of PROVINCES) expect(successorOf(p)?.validUntil).toBeUndefined();
    const now = provincesOn('2026-01-01');
    expect(now.flatMap((p) => predecessorsOf(p))).toHaveLength(63);
    const alone = now.filter((p) => predecessorsOf(p).length === 1).map((p) => p.name);
    expect(alone).toEqual([
      'Hà Nội',
      'Cao Bằng',
      'Điện Biên',
      'Lai Châu',
      'Sơn La',
      'Lạng Sơn',
      'Quảng Ninh',
      'Thanh Hóa',
      'Nghệ An',
      'Hà Tĩnh',
      'Huế',
    ]);
    const became = (old: string) => {
      const found = provinceNamed(old, '2025-06-30');
      return found ? successorOf(found)?.name : undefined;
    };
    expect(
      ['Hà Giang', 'Vĩnh Phúc', 'Quảng Nam', 'Kon Tum', 'Bình Định', 'Long An', 'Kiên Giang', 'Bạc Liêu'].map(
        became,
      ),
    ).toEqual([
      'Tuyên Quang',
      'Phú Thọ',
      'Đà Nẵng',
      'Quảng Ngãi',
      'Gia Lai',
      'Tây Ninh',
      'An Giang',
      'Cà Mau',
    ]);
    expect(predecessorsOf(now.find((p) => p.name === 'Vĩnh Long') ?? raise()).map((p) => p.name)).toEqual([
      'Bến Tre',
      'Trà Vinh',
      'Vĩnh Long',
    ]);
  });

  test.each([
    ['Tỉnh Khánh Hoà', 'Khánh Hòa'],
    ['TP. Hồ Chí Minh', 'Thành phố Hồ Chí Minh'],
    ['TP Hồ Chí Minh', 'Thành phố Hồ Chí Minh'],
    ['ĐẮC LẮC', 'Đắk Lắk'],
    ['thành phố Đà Nẵng', 'Đà Nẵng'],
  ])('%j is %s', (written, name) => {
    expect(provinceNamed(written, '2026-01-01')?.name).toBe(name);
  });

  test('54 peoples and foreigners, found in the usual spellings', () => {
    expect(PEOPLES).toHaveLength(55);
    for (const { name } of [...PROVINCES, ...PEOPLES, ...SUBJECTS, ...TRAITS])
      expect(name).toBe(name.normalize('NFC'));
    expect(new Set(PEOPLES.map((p) => p.name)).size).toBe(55);
    expect(PEOPLES.map((p) => p.code)).toEqual(
      Array.from({ length: 55 }, (_, n) => String(n + 1).padStart(2, '0')),
    );
    const byCode = (code: string) => PEOPLES.find((p) => p.code === code)?.name;
    expect(['01', '08', '12', '23', '27', '34', '42', '49', '54', '55'].map(byCode)).toEqual([
      'Kinh',
      'Hmông',
      'Ê-đê',
      'Bru-Vân Kiều',
      'Gié-Triêng',
      'Xinh-mun',
      'Lự',
      'Bố Y',
      'Rơ-măm',
      'Người nước ngoài',
    ]);
    for (const p of PEOPLES) expect(p.validFrom <= '2020-09-01').toBe(true);
    for (const p of PEOPLES) expect(peopleNamed(p.name)).toBe(p);
    const found = [
      "H'Mông",
      'Mông',
      'Khmer',
      'Ê Đê',
      'Gia Rai',
      'CƠ HO',
      'Bru - Vân Kiều',
      'Sán Chỉ',
      'Xơ Đăng',
    ];
    expect(found.map((n) => peopleNamed(n)?.name)).toEqual([
      'Hmông',
      'Hmông',
      'Khơ-me',
      'Ê-đê',
      'Gia-rai',
      'Cơ-ho',
      'Bru-Vân Kiều',
      'Sán Chay',
      'Xơ-đăng',
    ]);
    expect(['', 'Kinh Kinh', 'constructor'].map(peopleNamed)).toEqual([undefined, undefined, undefined]);
  });

  test('statuses say who is assessed and who leaves; nothing follows the end', () => {
    expect(new Set(PUPIL_STATUSES.map((s) => s.code)).size).toBe(PUPIL_STATUSES.length);
    for (const s of PUPIL_STATUSES) expect(s.assessed && s.leaves).toBe(false);
    expect(mayFollow('studying', 'transferred')).toBe(true);
    expect(mayFollow('transferred', 'studying')).toBe(false);
    expect(mayFollow('transferred', 'arrived')).toBe(true);
    for (const { code } of PUPIL_STATUSES) expect(mayFollow('deceased', code)).toBe(false);
    expect(pupilStatusesOn('2026-01-01')).toEqual(PUPIL_STATUSES);
    expect(pupilStatusesOn('2019-01-01')).toEqual([]);
  });

  test('subjects have the names of their grade’s programme in that year', () => {
    expect(subjectNameIn('GDTC', 1, '2019-2020')).toBe('Thể dục');
    expect(subjectNameIn('GDTC', 1, '2020-2021')).toBe('Giáo dục thể chất');
    expect(subjectNameIn('MT', 5, '2023-2024')).toBe('Mĩ thuật');
    expect(subjectNameIn('MT', 4, '2023-2024')).toBe('Nghệ thuật (Mĩ thuật)');
    expect(subjectNameIn('HDTN', 5, '2023-2024')).toBeUndefined();
    expect(subjectNameIn('TOAN', 5, '2018-2019')).toBe('Toán');
    for (const s of SUBJECTS) expect(subjectNameIn(s.code, 5, '2025-2026')).toBe(s.name);
  });

  test('grades are the numbers 1 to 5 and nothing like them', () => {
    expect([1, 5].every(isGrade)).toBe(true);
    expect([0, 6, 1.5, '1', null, undefined, Number.NaN].some(isGrade)).toBe(false);
  });
});

function raise(): never {
  throw new Error('nothing found');
}

import { describe, expect, test } from 'vitest';
import { gradeOfClass, readTitle } from './title.ts';

describe('the title', () => {
  test.each([
    ['KẾT QUẢ HỌC TẬP CUỐI NĂM - LỚP 2A1 - NĂM HỌC 2025-2026', '2A1', 2, '2025-2026', 'CN'],
    ['Lớp: 4/3. Năm học 2025 – 2026', '4/3', 4, '2025-2026', null],
    ['Lớp 5.2, cuối học kỳ II', '5.2', 5, null, 'CN'],
    ['Bảng lớp 3', null, 3, null, null],
    ['Khối 1', null, 1, null, null],
    ['LỚP 10A', null, null, null, null],
    ['Năm học 2025-2027', null, null, null, null],
    ['GIỮA HỌC KỲ II LỚP 4A', '4A', 4, null, 'GHK2'],
    ['Cuối HKI lớp 4A'.normalize('NFD'), '4A', 4, null, 'CHK1'],
    ['GHKI lớp 4A', '4A', 4, null, 'GHK1'],
    ['Giữa kì 1, khối 3', null, 3, null, 'GHK1'],
    ['Kết quả cả năm lớp 4A', '4A', 4, null, 'CN'],
    ['', null, null, null, null],
  ])('%s', (line, className, grade, schoolYear, period) => {
    expect(readTitle([line])).toEqual({ className, grade, schoolYear, period });
  });

  test.each([
    ['2A1', 2],
    ['5', 5],
    ['6A', null],
    ['12', null],
    ['A2', null],
    ['', null],
  ])('grade of %j', (name, grade) => expect(gradeOfClass(name)).toBe(grade));
});

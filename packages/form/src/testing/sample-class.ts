import {
  type ClassTableRow,
  classTableForm,
  type Grade,
  type OverallResult,
  type Period,
  type SubjectLevel,
} from '@hocba/record';
import type { ClassTableInput } from '../class-table/input.ts';

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô', 'Lương', 'Nông'];
const MIDDLE = ['Thị Thanh', 'Văn', 'Hoàng Bảo', 'Ngọc Phương', 'Đức Minh', 'Quỳnh', 'Thị Hồng'];
const GIVEN = [
  'An',
  'Bình',
  'Châu',
  'Dũng',
  'Giang',
  'Hà',
  'Khánh',
  'Linh',
  'Ngân',
  'Phúc',
  'Trang',
  'Uyên',
  'Vy',
];
const LONG_NAMES = [
  'Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo Nguyên',
  'Ksor H’Blưng Êban Niê Kđăm',
  'Hoàng Nguyễn Trương Phạm Bảo Trân Khánh Linh Đan',
];
const NOTES: Readonly<Record<number, string>> = {
  3: 'HS khuyết tật học hòa nhập',
  8: 'Con thương binh',
  20: 'Chuyển đến từ học kỳ II, miễn Giáo dục thể chất theo kế hoạch giáo dục cá nhân',
};

const pick = <T>(of: readonly T[], n: number): T => of[n % of.length] as T;

function sampleRow(grade: Grade, period: Period, i: number): ClassTableRow {
  const form = classTableForm(grade, period);
  const level = (n: number): SubjectLevel =>
    i === 11 && n === 1 ? 'C' : (i * 7 + n * 3) % 4 === 0 ? 'H' : 'T';
  const subjects = form.subjects.filter((s) => !s.elective || s.code === 'NN1');
  const result: OverallResult = i === 11 ? 'CHT' : pick(['HTXS', 'HTT', 'HTT', 'HT'], i);
  return {
    fullName:
      i % 9 === 4
        ? pick(LONG_NAMES, Math.floor(i / 9))
        : `${pick(FAMILY, i)} ${pick(MIDDLE, i * 5)} ${pick(GIVEN, i * 3)}`,
    levels: Object.fromEntries(subjects.map((s, n) => [s.code, level(n)])),
    marks: Object.fromEntries(
      subjects.filter((s) => s.mark).map((s, n) => [s.code, i === 11 ? 4 : 6 + ((i * 5 + n) % 5)]),
    ),
    traits: Object.fromEntries(
      [...form.qualities, ...form.general, ...form.specific].map((t, n) => [
        t.code,
        (i + n * 3) % 6 === 0 ? 'Đ' : 'T',
      ]),
    ),
    ...(form.closing ? { result, awarded: result === 'HTXS' || i % 5 === 2, notPromoted: i === 11 } : {}),
    ...(NOTES[i] === undefined ? {} : { note: NOTES[i] }),
  };
}

/** An invented class at one period, with long names, notes and a pupil who does not complete the grade. */
export function sampleClass(
  grade: Grade,
  period: Period,
  change: Partial<ClassTableInput> = {},
  count = 35,
): ClassTableInput {
  return {
    training: false,
    grade,
    period,
    schoolYear: '2025-2026',
    className: `${grade}A1`,
    school: { name: 'Trường Tiểu học Mẫu', communeName: 'Phường Hoa Gạo', provinceName: 'Thành phố Hà Nội' },
    homeroomTeacherName: 'Trần Thị Bích Ngọc',
    principal: { fullName: 'Bùi Hữu Nghĩa', title: 'Hiệu trưởng' },
    rows: Array.from({ length: count }, (_, i) => sampleRow(grade, period, i)),
    issued: {
      place: 'Hà Nội',
      date: '2026-05-30',
      signatures: [
        { role: 'homeroomTeacher', name: 'Trần Thị Bích Ngọc', time: '2026-05-29T08:00:41+07:00' },
        { role: 'principal', name: 'Bùi Hữu Nghĩa', time: '2026-05-30T09:15:00+07:00' },
        { role: 'schoolSeal', name: 'Trường Tiểu học Mẫu', time: '2026-05-30T14:02:11+07:00' },
      ],
    },
    ...change,
  };
}

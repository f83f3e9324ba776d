/** The nine forms of *Bảng tổng hợp kết quả đánh giá giáo dục của lớp* (TT 27/2020 Phụ lục 2) as an Excel file. */
import {
  type ClassTableForm,
  type ClassTableRow,
  classTableForm,
  type Grade,
  PERIOD_NAMES,
  type Period,
  RESULT_NAMES,
  RESULTS,
} from '@hocba/record';
import type { OutCell, OutColumn, OutTable } from './table.ts';
import { writeWorkbook } from './workbook-file.ts';

/** One class's table; all pupils are of one grade (a combined class has a table for each). */
export interface ClassTable {
  readonly grade: Grade;
  readonly period: Period;
  readonly schoolYear: string;
  readonly className: string;
  readonly schoolName: string;
  /** Commune and province. */
  readonly place: string;
  readonly homeroomTeacherName: string;
  readonly principalName: string;
  readonly rows: readonly ClassTableRow[];
}

type Filled = OutColumn & { readonly of: (row: ClassTableRow, index: number) => OutCell };

/** @param tables at least one, a sheet each. @returns bytes of an `.xlsx` */
export function writeClassTables(tables: readonly ClassTable[]): Promise<Uint8Array> {
  return writeWorkbook(tables.map(tableOf));
}

function tableOf(table: ClassTable): OutTable {
  const form = classTableForm(table.grade, table.period);
  const columns = columnsOf(form, table.rows);
  const middle = Math.max(1, columns.length - 8);
  return {
    name: `${table.className} ${PERIOD_NAMES[table.period]}`,
    above: [
      `${table.schoolName} - ${table.place}`,
      `Mẫu ${form.number}: BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP`,
      `Lớp: ${table.className} - ${PERIOD_NAMES[table.period]} - Năm học: ${table.schoolYear}`,
    ],
    columns,
    rows: table.rows.map((row, at) => columns.map((column) => column.of(row, at))),
    below: [
      [],
      [
        { column: 1, text: 'Xác nhận của Hiệu trưởng' },
        { column: middle, text: 'Giáo viên chủ nhiệm' },
      ],
      [],
      [],
      [
        { column: 1, text: table.principalName },
        { column: middle, text: table.homeroomTeacherName },
      ],
    ],
  };
}

function columnsOf(form: ClassTableForm, rows: readonly ClassTableRow[]): Filled[] {
  const narrow = (path: readonly string[], of: Filled['of']): Filled => ({
    path,
    width: 5,
    align: 'center',
    upright: true,
    of,
  });
  const marks = form.subjects.some((subject) => subject.mark);
  // A môn tự chọn stands only where the class has it.
  const subjects = form.subjects.filter(
    ({ code, elective }) => !elective || rows.some((row) => row.levels[code] !== undefined),
  );
  const traits = (path: readonly string[], list: ClassTableForm['qualities']) =>
    list.map(({ code, label }) => narrow([...path, label], (row) => row.traits[code] ?? null));
  const group = 'Môn học và hoạt động giáo dục';
  return [
    { path: ['STT'], width: 5, align: 'center', of: (_, at) => at + 1 },
    { path: ['Họ và tên'], width: 28, of: (row) => row.fullName },
    ...(rows.some((row) => row.birthDate !== undefined)
      ? [
          {
            path: ['Ngày sinh'],
            width: 11,
            align: 'center' as const,
            of: (row: ClassTableRow) => (row.birthDate === undefined ? null : { date: row.birthDate }),
          },
        ]
      : []),
    ...subjects.flatMap(({ code, label, mark }) => [
      narrow([group, label, ...(marks ? ['Mức đạt được'] : [])], (row) => row.levels[code] ?? null),
      ...(mark ? [narrow([group, label, 'Điểm KTĐK'], (row) => row.marks[code] ?? null)] : []),
    ]),
    ...traits(['Phẩm chất chủ yếu'], form.qualities),
    ...traits(['Năng lực cốt lõi', 'Năng lực chung'], form.general),
    ...traits(['Năng lực cốt lõi', 'Năng lực đặc thù'], form.specific),
    ...(form.closing
      ? [
          ...RESULTS.map((result) =>
            narrow(['Đánh giá KQGD', RESULT_NAMES[result]], (row) => (row.result === result ? 'X' : null)),
          ),
          narrow(['Khen thưởng'], (row) => (row.awarded ? 'X' : null)),
          narrow(['Chưa được lên lớp'], (row) => (row.notPromoted ? 'X' : null)),
        ]
      : []),
    { path: ['Ghi chú'], width: 20, of: (row) => row.note ?? null },
  ];
}

import {
  type ClassTableForm,
  type ClassTableRow,
  classTableForm,
  GRADES,
  PERIOD_NAMES,
  PERIODS,
  RESULTS,
} from '@hocba/record';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RawSheet, readWorkbook } from '../index.ts';
import { writeClassTables } from './class-table-file.ts';

const FORMS = GRADES.flatMap((grade) => PERIODS.map((period) => ({ grade, period })));

const rowsOf = (form: ClassTableForm) =>
  RESULTS.map(
    (result, at): ClassTableRow => ({
      fullName: `Đặng Mẫu ${'ABCD'[at]}`,
      birthDate: '2018-09-05',
      levels: Object.fromEntries(form.subjects.map(({ code }, n) => [code, 'THC'[(at + n) % 3]])),
      marks: Object.fromEntries(
        form.subjects.filter((s) => s.mark).map(({ code }, n) => [code, (at + n) % 11]),
      ),
      traits: Object.fromEntries(
        [...form.qualities, ...form.general, ...form.specific].map(({ code }, n) => [
          code,
          'TĐC'[(at + n) % 3],
        ]),
      ),
      ...(form.closing ? { result, awarded: at === 0, notPromoted: at === 3 } : {}),
      note: '=1+1',
    }),
  );

describe('the class table as Excel', () => {
  /** All of them in one workbook, a sheet each: to read a file takes a thread of its own. */
  let sheets: readonly RawSheet[];
  beforeAll(async () => {
    const bytes = await writeClassTables(
      FORMS.map((which) => ({
        ...which,
        schoolYear: '2025-2026',
        className: `${which.grade}A/${PERIODS.indexOf(which.period) + 1}`,
        schoolName: 'Trường Tiểu học Mẫu',
        place: 'Xã Mẫu, Tỉnh Mẫu',
        homeroomTeacherName: 'Lê Mẫu Cô',
        principalName: 'Trần Mẫu Thầy',
        rows: rowsOf(classTableForm(which.grade, which.period)),
      })),
    );
    sheets = await readWorkbook(bytes, 'bang.xlsx');
    expect(sheets).toHaveLength(FORMS.length);
  });

  test.each(FORMS.map((which, nth) => ({ ...which, nth })))(
    'grade $grade, $period: every cell of the form stands where its header says',
    ({ nth, ...which }) => {
      const form = classTableForm(which.grade, which.period);
      const rows = rowsOf(form);
      const sheet = sheets[nth];
      const lines = sheet?.rows ?? [];
      expect(lines[1]?.[0]).toBe(`Mẫu ${form.number}: BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP`);
      expect(lines[2]?.[0]).toContain(PERIOD_NAMES[which.period]);
      const first = lines.findIndex((line) => line[0] === 1);
      const head = lines.slice(3, first);
      // A subject and a competence may share their name: the subject stands first.
      const at = (label: string, last = false) => {
        const found = head.flatMap((line) =>
          line.flatMap((cell, column) => (cell === label ? [column] : [])),
        );
        expect(found.length, label).toBeGreaterThan(0);
        return found.at(last ? -1 : 0) ?? -1;
      };
      rows.forEach((row, n) => {
        const line = lines[first + n] ?? [];
        expect([line[0], line[1], line[2]]).toEqual([n + 1, row.fullName, { date: '2018-09-05' }]);
        for (const { code, label, mark } of form.subjects) {
          expect(line[at(label)], label).toBe(row.levels[code]);
          if (mark) expect(line[at(label) + 1], label).toBe(row.marks[code]);
        }
        for (const { code, label } of [...form.qualities, ...form.general, ...form.specific])
          expect(line[at(label, true)], label).toBe(row.traits[code]);
        expect(line[at('Ghi chú')]).toBe('=1+1');
        if (form.closing) {
          const ticks = ['Hoàn thành xuất sắc', 'Hoàn thành tốt', 'Hoàn thành', 'Chưa hoàn thành'].map(
            (label) => line[at(label)],
          );
          expect(ticks.map((tick) => tick === 'X')).toEqual(RESULTS.map((result) => result === row.result));
          expect([line[at('Khen thưởng')], line[at('Chưa được lên lớp')]]).toEqual([
            n === 0 ? 'X' : null,
            n === 3 ? 'X' : null,
          ]);
        }
      });
    },
  );
});

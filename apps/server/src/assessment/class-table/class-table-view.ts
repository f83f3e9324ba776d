import {
  type ClassTableForm,
  type ClassTableRow,
  classTableForm,
  RESULT_NAMES,
  RESULTS,
} from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/class-table.ts';
import { takesSecond } from '../../roster/export/bulk.ts';
import { inSchool } from '../../store/database.ts';
import { classTablesOf } from './class-table.ts';

type View = z.input<typeof api.classTable.response>;
type Column = View['tables'][number]['columns'][number];
type Filled = Column & { readonly of: (row: ClassTableRow) => string };

/** What a drawn tick is in text, on paper and in Excel. */
const TICK = 'x';

/** The class's tables of a period to be read on screen, column by column as their forms have them. */
export async function classTable(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.classTable.query>,
): Promise<View> {
  const { years, period, state, tables } = await classTablesOf(deps, actor, input);
  return {
    className: years.className,
    schoolYear: years.schoolYear,
    schoolName: years.school.name,
    period,
    closed: state?.closed ?? false,
    takesSecond: await inSchool(deps.db, actor.schoolId, (trx) =>
      takesSecond(trx, actor, [input.classId], deps.now()),
    ),
    tables: tables.map(({ grade, rows }) => {
      const form = classTableForm(grade, period);
      const columns = columnsOf(form, rows);
      return {
        grade,
        form: form.number,
        columns: columns.map(({ group, title, part }) => ({ group, title, part })),
        rows: rows.map((row) => ({
          fullName: row.fullName,
          birthDate: row.birthDate ?? null,
          values: columns.map((column) => column.of(row)),
        })),
      };
    }),
  };
}

function columnsOf(form: ClassTableForm, rows: readonly ClassTableRow[]): Filled[] {
  const traits = (group: string, of: ClassTableForm['qualities']): Filled[] =>
    of.map(({ code, label }) => ({ group, title: label, part: null, of: (row) => row.traits[code] ?? '' }));
  const tick = (group: string, title: string, of: (row: ClassTableRow) => boolean | undefined): Filled => ({
    group,
    title,
    part: null,
    of: (row) => (of(row) ? TICK : ''),
  });
  return [
    ...form.subjects
      .filter(({ code, elective }) => !elective || rows.some((row) => row.levels[code] !== undefined))
      .flatMap(({ code, label, mark }): Filled[] => {
        const group = 'Môn học và hoạt động giáo dục';
        const level = (row: ClassTableRow) => row.levels[code] ?? '';
        if (!mark) return [{ group, title: label, part: null, of: level }];
        return [
          { group, title: label, part: 'Mức đạt được', of: level },
          { group, title: label, part: 'Điểm KTĐK', of: (row) => String(row.marks[code] ?? '') },
        ];
      }),
    ...traits('Phẩm chất chủ yếu', form.qualities),
    ...traits('Năng lực chung', form.general),
    ...traits('Năng lực đặc thù', form.specific),
    ...(form.closing
      ? [
          ...RESULTS.map((result) =>
            tick('Đánh giá kết quả giáo dục', RESULT_NAMES[result], (row) => row.result === result),
          ),
          tick('Cuối năm', 'Khen thưởng', (row) => row.awarded),
          tick('Cuối năm', 'Chưa được lên lớp', (row) => row.notPromoted),
        ]
      : []),
  ];
}

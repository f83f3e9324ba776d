import { z } from 'zod';
import { defineRoute } from './route.ts';
import { GradeValue, IsoDate, PeriodValue, SchoolYear, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });

/**
 * *Bảng tổng hợp kết quả đánh giá giáo dục của lớp* (TT 27/2020 Phụ lục 2, mẫu 1–9) to read: the columns in the form's
 * order and a line a pupil. A combined class has a table for each grade.
 */
export const classTable = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/class-table',
  policy: 'classStaff',
  summary: 'Bảng tổng hợp kết quả của lớp',
  params: ClassParams,
  query: z.strictObject({ period: PeriodValue.default('CN') }),
  response: z.strictObject({
    className: z.string(),
    schoolYear: SchoolYear,
    schoolName: z.string(),
    period: PeriodValue,
    /** While it is open the print is a draft. */
    closed: z.boolean(),
    /** To print it would go beyond what one person may take along in a day: a second one is asked. */
    takesSecond: z.boolean(),
    tables: z.array(
      z.strictObject({
        grade: GradeValue,
        /** Mẫu 1–9. */
        form: z.number().int(),
        columns: z.array(
          z.strictObject({
            group: z.string(),
            title: z.string(),
            /** Which of a subject's two columns; null where it has one. */
            part: z.string().nullable(),
          }),
        ),
        rows: z.array(
          z.strictObject({
            fullName: z.string(),
            birthDate: IsoDate.nullable(),
            values: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

/** The same on its form. Without `grade` that of the lowest grade in the class. */
export const printClassTable = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/class-table.pdf',
  policy: 'classStaff',
  summary: 'In bảng tổng hợp kết quả của lớp (PDF)',
  params: ClassParams,
  query: z.strictObject({
    period: PeriodValue.default('CN'),
    grade: z.coerce.number().pipe(GradeValue).optional(),
    /** What a second person agreed to; needed beyond 200 pupils of a person and a day. */
    approval: Uuid.optional(),
  }),
  response: { mediaType: 'application/pdf' },
});

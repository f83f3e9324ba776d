import { z } from 'zod';
import { RowMatch, RowRefusal } from './roster.ts';
import { defineRoute } from './route.ts';
import { IsoTime, MOST_PUPILS, PeriodValue, SchoolYear, Uuid } from './values.ts';

const XLSX = { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const;
const ClassParams = z.strictObject({ classId: Uuid });
/** What a second person agreed to; needed beyond 200 pupils of a person and a day. */
const Agreed = Uuid.optional();
const ImportParams = z.strictObject({ importId: Uuid });

/** One class at one period, as a file of results holds it. */
const ResultsGroup = z.strictObject({
  group: z.number().int(),
  classId: Uuid,
  className: z.string(),
  period: PeriodValue,
  /** Name of the sheet in the file. */
  sheet: z.string(),
  rows: z.array(RowMatch),
  refused: z.array(RowRefusal),
});

/**
 * Upload (multipart, field `file`) of results of one or many classes. A dry run: nothing is written but the preview. A
 * homeroom teacher's own class is read whole, a subject teacher's columns in each class taught, everything by the clerk.
 */
export const previewResults = defineRoute({
  method: 'POST',
  path: '/api/imports/results',
  policy: 'classStaff',
  summary: 'Xem trước tệp Excel kết quả của nhiều lớp',
  response: z.strictObject({
    importId: Uuid,
    fileName: z.string(),
    groups: z.array(ResultsGroup),
    remarks: z.array(z.string()),
  }),
});
export const applyResults = defineRoute({
  method: 'POST',
  path: '/api/imports/results/:importId',
  policy: 'classStaff',
  summary: 'Nhập các dòng đã chọn của nhiều lớp',
  params: ImportParams,
  body: z.strictObject({
    groups: z
      .array(
        z.strictObject({ group: z.number().int().min(0), rows: z.array(z.number().int()).max(MOST_PUPILS) }),
      )
      .max(400),
  }),
  response: z.strictObject({ imported: z.number().int(), cells: z.number().int() }),
});
/** Brings back what the import wrote over, in every cell that nobody has changed since; names the others. */
export const undoResults = defineRoute({
  method: 'POST',
  path: '/api/imports/results/:importId/undo',
  policy: 'classStaff',
  summary: 'Hoàn tác lần nhập kết quả',
  params: ImportParams,
  body: z.strictObject({}),
  response: z.strictObject({
    cells: z.number().int(),
    /** Pupils whom the import had enrolled and who are taken off the class's list again. */
    pupils: z.number().int(),
    kept: z.array(z.string()),
  }),
});
export const listImports = defineRoute({
  method: 'GET',
  path: '/api/imports',
  policy: 'signedIn',
  summary: 'Các lần nhập tệp của tôi',
  response: z.strictObject({
    imports: z.array(
      z.strictObject({
        importId: Uuid,
        kind: z.enum(['results', 'pupils', 'staff']),
        fileName: z.string(),
        appliedAt: IsoTime,
        undoneAt: IsoTime.nullable(),
      }),
    ),
  }),
});

/** All cells of a class at a period in the national layout; `comments` adds every comment and the year's other cells. */
export const exportClassResults = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/export/results',
  policy: 'classStaff',
  summary: 'Tải kết quả của lớp (Excel)',
  params: ClassParams,
  query: z.strictObject({
    period: PeriodValue.default('CN'),
    comments: z.enum(['yes', 'no']).default('no'),
    approval: Agreed,
  }),
  response: XLSX,
});
export const exportClassTable = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/export/class-table',
  policy: 'classStaff',
  summary: 'Tải bảng tổng hợp kết quả của lớp (Excel)',
  params: ClassParams,
  query: z.strictObject({ period: PeriodValue.default('CN'), approval: Agreed }),
  response: XLSX,
});
export const exportSchoolResults = defineRoute({
  method: 'GET',
  path: '/api/export/results',
  policy: 'principalOrClerk',
  summary: 'Tải kết quả của cả trường (Excel)',
  query: z.strictObject({
    schoolYear: SchoolYear,
    period: PeriodValue,
    comments: z.enum(['yes', 'no']).default('no'),
    approval: Agreed,
  }),
  response: XLSX,
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { SchoolYear, Uuid } from './values.ts';

const XLSX = { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const;
const ImportParams = z.strictObject({ importId: Uuid });
const Rows = z.strictObject({ rows: z.array(z.number().int()).max(5000) });

/** One person of a file: whom it is matched with, and what would change, field by field. */
const PersonRow = z.strictObject({
  row: z.number().int(),
  code: z.string(),
  name: z.string(),
  className: z.string().nullable(),
  match: z.enum(['new', 'code', 'name', 'similarName']),
  selected: z.boolean(),
  changes: z.array(z.strictObject({ field: z.string(), from: z.string(), to: z.string() })),
  notes: z.array(z.string()),
});
const PeoplePreview = z.strictObject({
  importId: Uuid,
  fileName: z.string(),
  rows: z.array(PersonRow),
  refused: z.array(
    z.strictObject({
      row: z.number().int(),
      code: z.string(),
      name: z.string(),
      reasons: z.array(z.string()),
    }),
  ),
  remarks: z.array(z.string()),
});
const Applied = z.strictObject({ created: z.number().int(), changed: z.number().int() });

/** Upload (multipart, field `file`) of the list of pupils (C1-HocSinh): a dry run. */
export const previewPupilList = defineRoute({
  method: 'POST',
  path: '/api/imports/pupils',
  policy: 'schoolOffice',
  summary: 'Xem trước danh sách học sinh (Excel)',
  response: PeoplePreview,
});
export const applyPupilList = defineRoute({
  method: 'POST',
  path: '/api/imports/pupils/:importId',
  policy: 'schoolOffice',
  summary: 'Nhập danh sách học sinh',
  params: ImportParams,
  body: Rows,
  response: Applied,
});
/** Upload (multipart, field `file`) of the list of staff (CSDL_GiaoVien): a dry run. */
export const previewStaffList = defineRoute({
  method: 'POST',
  path: '/api/imports/staff',
  policy: 'admin',
  summary: 'Xem trước danh sách giáo viên (Excel)',
  response: PeoplePreview,
});
export const applyStaffList = defineRoute({
  method: 'POST',
  path: '/api/imports/staff/:importId',
  policy: 'admin',
  stepUp: true,
  summary: 'Nhập danh sách giáo viên',
  params: ImportParams,
  body: Rows,
  response: Applied,
});
/** Brings back the facts that an import of persons wrote over, where nobody has changed them since. */
export const undoPeople = defineRoute({
  method: 'POST',
  path: '/api/imports/people/:importId/undo',
  policy: 'schoolOffice',
  // It takes back roles and personal numbers too.
  stepUp: true,
  summary: 'Hoàn tác lần nhập danh sách',
  params: ImportParams,
  body: z.strictObject({}),
  response: z.strictObject({
    restored: z.number().int(),
    removed: z.number().int(),
    kept: z.array(z.string()),
  }),
});
export const exportPupilList = defineRoute({
  method: 'GET',
  path: '/api/export/pupils',
  policy: 'schoolOffice',
  summary: 'Tải danh sách học sinh (Excel)',
  query: z.strictObject({
    schoolYear: SchoolYear,
    /** What a second person agreed to; needed for more than 200 pupils. */
    approval: Uuid.optional(),
  }),
  response: XLSX,
});
export const exportStaffList = defineRoute({
  method: 'GET',
  path: '/api/export/staff',
  policy: 'admin',
  summary: 'Tải danh sách giáo viên (Excel)',
  response: XLSX,
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime, SchoolYear, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });

/** How far the file of a class is. `collecting` and `typesetting` go on by themselves. */
export const ClassBookView = z.strictObject({
  state: z.enum(['none', 'collecting', 'typesetting', 'ready', 'stopped', 'failed']),
  /** Issued records of the class: in the file, or, where there is none yet, those that would be. */
  total: z.number().int(),
  collected: z.number().int(),
  /** Until when the file is kept; null where there is none. */
  keptUntil: IsoTime.nullable(),
  /** To open it would go beyond what one person may take along in a day: a second one is asked. */
  takesSecond: z.boolean(),
});

/** A pupil's whole record book: every issued year, also of schools that the pupil was taken over from. */
export const pupilBook = defineRoute({
  method: 'GET',
  path: '/api/pupils/:pupilId/book',
  policy: 'principalOrClerk',
  summary: 'In trọn học bạ của học sinh',
  params: z.strictObject({ pupilId: Uuid }),
  /** `paper` where an office still wants the booklet's wording (Phụ lục 1 TT 27/2020); the record inside is the same. */
  query: z.strictObject({ look: z.enum(['hbs', 'paper']).default('hbs') }),
  response: { mediaType: 'application/pdf' },
});
/** The files themselves of those years, with the pupil's part of each closed class list: for the family or the next school. */
export const pupilPackage = defineRoute({
  method: 'GET',
  path: '/api/pupils/:pupilId/package',
  policy: 'principalOrClerk',
  summary: 'Gói tệp học bạ của học sinh',
  params: z.strictObject({ pupilId: Uuid }),
  response: { mediaType: 'application/zip' },
});
/** Of which years that book would be: none, and there is nothing to print. */
export const pupilBookYears = defineRoute({
  method: 'GET',
  path: '/api/pupils/:pupilId/book/years',
  policy: 'principalOrClerk',
  summary: 'Các năm có trong trọn học bạ của học sinh',
  params: z.strictObject({ pupilId: Uuid }),
  response: z.strictObject({ schoolYears: z.array(SchoolYear) }),
});
export const classBook = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/book',
  policy: 'classStaff',
  summary: 'Tiến độ tệp học bạ cả lớp',
  params: ClassParams,
  response: ClassBookView,
});
/** Asked again while it is under way, or after a stop or a failure, goes on with what is there; else begins anew. */
export const makeClassBook = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/book',
  policy: 'classStaff',
  summary: 'Tạo tệp học bạ cả lớp để in',
  params: ClassParams,
  body: z.strictObject({}),
  response: ClassBookView,
});
export const stopClassBook = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/book/stop',
  policy: 'classStaff',
  summary: 'Dừng tạo tệp học bạ cả lớp',
  params: ClassParams,
  body: z.strictObject({}),
  response: ClassBookView,
});
export const classBookFile = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/book/file',
  policy: 'classStaff',
  summary: 'Mở tệp học bạ cả lớp',
  params: ClassParams,
  /** What a second person agreed to; needed beyond 200 pupils of a person and a day. */
  query: z.strictObject({ approval: Uuid.optional() }),
  response: { mediaType: 'application/pdf' },
});

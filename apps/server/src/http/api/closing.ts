import { z } from 'zod';
import { defineRoute } from './route.ts';
import { MOST_PUPILS, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Reason = z.enum(['transferred', 'left', 'deceased', 'undecided', 'other']);

/** The close of a class's year: who has an issued record, who has none and why, and what stands in the way. */
export const classClosing = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/closing',
  policy: 'classStaff',
  summary: 'Khép năm học của lớp',
  params: ClassParams,
  response: z.strictObject({
    state: z.enum(['open', 'prepared', 'closed']),
    version: z.number().int(),
    outdated: z.boolean(),
    preparedAt: z.string().nullable(),
    closedAt: z.string().nullable(),
    leafIndex: z.number().int().nullable(),
    mayPrepare: z.boolean(),
    maySeal: z.boolean(),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        pupilCode: z.string(),
        fullName: z.string(),
        state: z.enum(['issued', 'none', 'waiting']),
        obstacle: z.string().nullable(),
        leftOn: z.string().nullable(),
        reason: Reason.nullable(),
        note: z.string(),
      }),
    ),
  }),
});
/** The homeroom teacher signs the class's list. */
export const prepareClosing = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/closing/prepare',
  policy: 'homeroomTeacher',
  stepUp: true,
  summary: 'Ký danh sách khép năm học của lớp',
  params: ClassParams,
  body: z.strictObject({
    none: z
      .array(z.strictObject({ pupilId: Uuid, reason: Reason, note: z.string().max(300) }))
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ version: z.number().int() }),
});
/** The school's seal signs it too, and its root becomes a leaf of the log. */
export const sealClosing = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/closing/seal',
  policy: 'clerk',
  stepUp: true,
  summary: 'Đóng dấu danh sách khép năm học của lớp',
  params: ClassParams,
  body: z.strictObject({}),
  response: z.strictObject({ version: z.number().int(), leafIndex: z.number().int().nullable() }),
});
/** What the closed list says of one pupil, with the proof that the list is in the log; of classmates salted hashes only. */
export const recordListProof = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId/class-list-proof',
  policy: 'classStaff',
  summary: 'Phần của một học sinh trong danh sách khép năm học',
  params: z.strictObject({ recordId: Uuid }),
  response: { mediaType: 'text/plain; charset=utf-8' },
});

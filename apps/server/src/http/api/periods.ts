import { z } from 'zod';
import { defineRoute } from './route.ts';
import { CellPeriodValue, IsoDate, Item, PeriodValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Reason = z.string().trim().min(1).max(500);
const Outcome = z.strictObject({ period: CellPeriodValue, closed: z.boolean() });

/** The homeroom teacher closes a period; with something lacking only for a reason. */
export const closePeriod = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/periods/close',
  policy: 'homeroomTeacher',
  summary: 'Khoá một kỳ đánh giá của lớp',
  params: ClassParams,
  body: z.strictObject({ period: CellPeriodValue, reason: Reason.optional() }),
  response: Outcome,
});
/** The principal opens a closed period again. */
export const reopenPeriod = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/periods/reopen',
  policy: 'principal',
  summary: 'Mở lại một kỳ đánh giá của lớp',
  params: ClassParams,
  body: z.strictObject({ period: CellPeriodValue, reason: Reason }),
  response: Outcome,
});
/** TT 27/2020 Điều 7 khoản 1 điểm d: a test taken again; all sittings are kept, the last one counts. */
export const sitAgain = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/retests',
  policy: 'classStaff',
  summary: 'Ghi lần kiểm tra lại',
  params: ClassParams,
  body: z.strictObject({
    pupilId: Uuid,
    period: PeriodValue,
    item: Item,
    /** The number of this sitting: 2 for the first one that is taken again. */
    attempt: z.number().int().min(2).max(9),
    mark: z.string().min(1).max(10),
    takenOn: IsoDate,
    reason: Reason,
  }),
  response: z.strictObject({ attempt: z.number().int(), mark: z.string(), version: z.number().int() }),
});

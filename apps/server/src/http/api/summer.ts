import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime, ResultValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });

/** Pupils who have not completed the grade: what is assessed again, the support planned, how far it is. */
export const summerSupport = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/summer',
  policy: 'classStaff',
  summary: 'Rèn luyện trong hè',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    mayPlan: z.boolean(),
    /** Whether cells of the further assessment can be entered now: the end of the year is closed, the summer is not. */
    open: z.boolean(),
    /** Last day of the summer's entry. */
    untilOn: IsoDate,
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        fullName: z.string(),
        cells: z.array(
          z.strictObject({
            item: z.string(),
            title: z.string(),
            atYearEnd: z.string(),
            inSummer: z.string().nullable(),
          }),
        ),
        plan: z
          .strictObject({
            content: z.string(),
            fromOn: IsoDate,
            untilOn: IsoDate,
            by: z.string(),
            at: IsoTime,
          })
          .nullable(),
        /** What the rules give with what the summer has changed. */
        proposed: ResultValue.nullable(),
        promotionDecided: z.boolean(),
        frozen: z.boolean(),
      }),
    ),
  }),
});
/** The homeroom teacher's plan for a pupil; a later one stands in its place, both are kept. */
export const planSummer = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/summer/plans',
  policy: 'homeroomTeacher',
  summary: 'Lập kế hoạch hướng dẫn, giúp đỡ trong hè',
  params: ClassParams,
  body: z.strictObject({
    pupilId: Uuid,
    content: z.string().trim().min(1).max(2000),
    fromOn: IsoDate,
    untilOn: IsoDate,
  }),
  response: z.strictObject({ done: z.literal(true) }),
});

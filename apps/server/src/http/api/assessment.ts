import { z } from 'zod';
import { AwardView } from './awards.ts';
import { defineRoute } from './route.ts';
import { MOST_PUPILS, ProblemView, ResultValue, Uuid } from './values.ts';

export * from './awards.ts';
export * from './class-sheet.ts';
export * from './class-table.ts';
export * from './periods.ts';
export * from './plans.ts';
export * from './sentences.ts';
export * from './summer.ts';

const ClassParams = z.strictObject({ classId: Uuid });

export * from './results-files.ts';

/** *Việc của tôi*: one row a duty, with how much is done and where to go. */
export const myWork = defineRoute({
  method: 'GET',
  path: '/api/work',
  policy: 'signedIn',
  summary: 'Việc của tôi',
  response: z.strictObject({
    groups: z.array(
      z.strictObject({
        title: z.string(),
        tasks: z.array(
          z.strictObject({
            title: z.string(),
            detail: z.string(),
            link: z.string(),
            status: z.enum(['notStarted', 'inProgress', 'waiting', 'done', 'signed', 'problem']),
            statusText: z.string(),
          }),
        ),
      }),
    ),
    deadline: z.string(),
  }),
});

/** Kết quả cuối năm: what the rules propose, why not higher, and what has been decided. */
export const yearResults = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/results',
  policy: 'classStaff',
  summary: 'Kết quả cuối năm của lớp',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    /** Whether the caller is the class's homeroom teacher, who confirms and proposes. */
    mayConfirm: z.boolean(),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        pupilCode: z.string(),
        fullName: z.string(),
        proposed: ResultValue.nullable(),
        stated: ResultValue.nullable(),
        missing: z.array(z.strictObject({ item: z.string(), title: z.string() })),
        blocking: z.array(z.strictObject({ item: z.string(), title: z.string(), value: z.string() })),
        reasons: z.array(z.strictObject({ article: z.string(), sentence: z.string() })),
        completed: z.boolean().nullable(),
        promoted: z.boolean().nullable(),
        promotionDecided: z.boolean(),
        frozen: z.boolean(),
        /** The reason that stands behind a result that differs from the rules. */
        reason: z.string().nullable(),
        grade: z.number().int(),
        award: AwardView,
      }),
    ),
  }),
});
/**
 * The homeroom teacher confirms overall results. One that differs from the rules needs a reason, and the check before
 * the freeze still refuses it.
 */
export const confirmResults = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/results',
  policy: 'homeroomTeacher',
  summary: 'Xác nhận kết quả giáo dục',
  params: ClassParams,
  body: z.strictObject({
    results: z
      .array(
        z.strictObject({
          pupilId: Uuid,
          result: ResultValue,
          reason: z.string().trim().min(1).max(500).optional(),
        }),
      )
      .min(1)
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ confirmed: z.number().int() }),
});
/** TT 27/2020 Điều 11 khoản 3: for a pupil who has not completed the grade the principal decides promotion. */
export const decidePromotion = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/promotions',
  policy: 'principal',
  summary: 'Quyết định lên lớp',
  params: ClassParams,
  body: z.strictObject({
    decisions: z
      .array(
        z.strictObject({
          pupilId: Uuid,
          /** Completion follows from the result: of such a pupil the principal decides promotion alone. */
          completed: z.literal(false),
          promoted: z.boolean(),
          reason: z.string().min(1).max(500),
        }),
      )
      .min(1)
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ decided: z.number().int() }),
});
/** Everything that stands between a class and its first signature, per pupil and cell. */
export const checkClass = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/check',
  policy: 'classStaff',
  summary: 'Kiểm tra trước khi chốt',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    /** Whether all of the class is told, or only what concerns the actor's own subjects. */
    whole: z.boolean(),
    mayFreeze: z.boolean(),
    ready: z.number().int(),
    blocked: z.number().int(),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        pupilCode: z.string(),
        fullName: z.string(),
        problems: z.array(ProblemView),
      }),
    ),
    classProblems: z.array(ProblemView),
  }),
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime, Item, PeriodValue, ProblemView, ResultValue, SubjectValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Who = z.strictObject({ staffId: Uuid, fullName: z.string() });

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

const Cell = z.strictObject({
  pupilId: Uuid,
  item: Item,
  value: z.string().nullable(),
  version: z.number().int(),
  by: z.string().nullable(),
  at: IsoTime.nullable(),
});
/** The class sheet. Without `subject`, all columns of the class (homeroom's class table). */
export const classSheet = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/sheet',
  policy: 'classStaff',
  summary: 'Bảng lớp',
  params: ClassParams,
  query: z.strictObject({ period: PeriodValue.default('CN'), subject: SubjectValue.optional() }),
  response: z.strictObject({
    className: z.string(),
    grade: z.number().int(),
    period: PeriodValue,
    seq: z.number().int(),
    columns: z.array(
      z.strictObject({
        item: Item,
        title: z.string(),
        group: z.string(),
        kind: z.enum(['level', 'trait', 'mark', 'text', 'number']),
        owner: Who.nullable(),
        editable: z.boolean(),
        required: z.boolean(),
      }),
    ),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        pupilCode: z.string(),
        fullName: z.string(),
        frozen: z.boolean(),
      }),
    ),
    cells: z.array(Cell),
    suggestions: z.record(z.string(), z.array(z.string())),
  }),
});

const Op = z.strictObject({
  n: z.number().int().min(0).max(1_000_000),
  pupilId: Uuid,
  period: PeriodValue,
  item: Item,
  attempt: z.number().int().min(1).max(9).default(1),
  base: z.number().int().min(0),
  value: z.string().max(2000).nullable(),
  source: z.enum(['key', 'paste', 'fill', 'bank', 'excel']),
});
/** Cells to set, each against the version its author saw. (batch, n) is the idempotency key: a replay gives the same answer. */
export const saveCells = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/ops',
  policy: 'classStaff',
  summary: 'Ghi các ô',
  params: ClassParams,
  body: z.strictObject({
    device: z.string().min(1).max(64),
    batch: z.string().min(1).max(64),
    ops: z.array(Op).min(1).max(200),
  }),
  response: z.strictObject({
    seq: z.number().int(),
    results: z.array(
      z.union([
        z.strictObject({
          n: z.number().int(),
          ok: z.literal(true),
          version: z.number().int(),
          value: z.string().nullable(),
        }),
        z.strictObject({
          n: z.number().int(),
          conflict: z.strictObject({
            version: z.number().int(),
            value: z.string().nullable(),
            by: z.string(),
            at: IsoTime,
          }),
        }),
        z.strictObject({
          n: z.number().int(),
          reject: z.enum(['frozen', 'not-assigned', 'invalid', 'period-closed', 'unknown-pupil']),
          message: z.string(),
        }),
      ]),
    ),
  }),
});
export const changedCells = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/changes',
  policy: 'classStaff',
  summary: 'Các ô đã đổi từ lần xem trước',
  params: ClassParams,
  query: z.strictObject({ after: z.coerce.number().int().min(0), period: PeriodValue.default('CN') }),
  response: z.strictObject({ seq: z.number().int(), cells: z.array(Cell) }),
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
      }),
    ),
  }),
});
/** The homeroom teacher confirms overall results; one that differs from the rules is refused at the check. */
export const confirmResults = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/results',
  policy: 'homeroomTeacher',
  summary: 'Xác nhận kết quả giáo dục',
  params: ClassParams,
  body: z.strictObject({
    results: z
      .array(z.strictObject({ pupilId: Uuid, result: ResultValue, reason: z.string().max(500).optional() }))
      .min(1)
      .max(100),
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
          completed: z.boolean(),
          promoted: z.boolean(),
          reason: z.string().min(1).max(500),
        }),
      )
      .min(1)
      .max(100),
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

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { GradeValue, IsoDate, IsoTime, PeriodValue, SchoolYear, StaffRoleValue, Uuid } from './values.ts';

/** What is done only after another person has agreed to exactly it. */
export const ApprovalAct = z.discriminatedUnion('kind', [
  /** Thu hồi: the issued record stays readable and verifiable, and says that it was recalled and why. */
  z.strictObject({
    kind: z.literal('recall'),
    recordId: Uuid,
    reasonCode: z.enum([
      'data-entry-error',
      'identity-change',
      'decision-changed',
      'issued-in-error',
      'other',
    ]),
    /** True: cells open again, and the next record of this pupil-year will name this one as replaced. */
    replace: z.boolean(),
    /** What the replacement is to say otherwise: cells of the record with their new values. */
    corrections: z
      .array(z.strictObject({ item: z.string().max(40), value: z.string().max(4000) }))
      .min(1)
      .max(60)
      .optional(),
  }),
  /** Dời ngày khoá sổ of a year of which something is issued. */
  z.strictObject({
    kind: z.literal('year-lock'),
    schoolYear: SchoolYear,
    mainLockOn: IsoDate,
    supplementaryLockOn: IsoDate,
  }),
  /** Lists and results of more than 200 pupils as Excel. */
  z.strictObject({ kind: z.literal('export-pupils'), schoolYear: SchoolYear }),
  z.strictObject({
    kind: z.literal('export-results'),
    schoolYear: SchoolYear,
    period: PeriodValue,
    comments: z.enum(['yes', 'no']),
  }),
  /** The file or print of one class, beyond 200 pupils that somebody has taken along in a day; a book is of the whole year. */
  z.strictObject({
    kind: z.literal('export-class'),
    classId: Uuid,
    period: PeriodValue,
    file: z.enum(['results', 'results-comments', 'class-table', 'class-table-print', 'book']),
    /** Of a class of several grades that grade's print; of no other file. */
    grade: GradeValue.optional(),
  }),
  /** A registered certificate of the school's seal is put in force. */
  z.strictObject({ kind: z.literal('seal-key'), certificateId: Uuid }),
]);

const Text = z.string().trim().min(3).max(500);
const RequestParams = z.strictObject({ requestId: Uuid });
const Digest = z.string().regex(/^[0-9a-f]{64}$/);

export const ApprovalView = z.strictObject({
  requestId: Uuid,
  kind: z.string(),
  /** What it touches, such as `record:…`. */
  object: z.string(),
  /** What will be done, line by line, as it was when it was asked for. */
  summary: z.array(z.string()),
  /** Every datum that changes, as the digest covers it; empty for who neither asked nor may decide. */
  changes: z.array(z.strictObject({ what: z.string(), before: z.string(), after: z.string() })),
  reason: z.string(),
  evidence: z.string(),
  askedBy: z.string(),
  askedRole: StaffRoleValue,
  askedAt: IsoTime,
  openUntil: IsoTime,
  /** Of all of it; who decides sends it back, so that what was read is what is decided. */
  digest: Digest,
  /** `outdated`: what it stands on has changed before it was done; whoever still needs it asks anew. */
  state: z.enum(['open', 'approved', 'refused', 'withdrawn', 'expired', 'outdated']),
  decidedBy: z.string().nullable(),
  decidedAt: IsoTime.nullable(),
  note: z.string(),
  mine: z.boolean(),
  /** Where who asked fetches what was agreed to, while it has not been fetched; else null. */
  fetchAt: z.string().nullable(),
  mayDecide: z.boolean(),
});

/** What waits for the caller, what waits for others, and what became of the last weeks' requests; of a teacher the own ones. */
export const approvals = defineRoute({
  method: 'GET',
  path: '/api/approvals',
  policy: 'signedIn',
  summary: 'Việc chờ người thứ hai duyệt',
  response: z.strictObject({
    requests: z.array(ApprovalView),
    /** Kinds that the caller may ask for: somebody else is there who could agree. */
    askable: z.array(z.string()),
  }),
});
export const askApproval = defineRoute({
  method: 'POST',
  path: '/api/approvals',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Đề nghị việc cần người thứ hai duyệt',
  body: z.strictObject({
    act: ApprovalAct,
    reason: Text,
    /** Where the paper is that it rests on: number, day, where it is kept. */
    evidence: z.string().trim().max(500),
  }),
  response: z.strictObject({
    requestId: Uuid,
    digest: Digest,
    /** Who may decide. */
    approvers: z.array(z.string()),
  }),
});
export const decideApproval = defineRoute({
  method: 'POST',
  path: '/api/approvals/:requestId/decision',
  policy: 'schoolOffice',
  stepUp: true,
  summary: 'Duyệt hoặc không duyệt việc do người khác đề nghị',
  params: RequestParams,
  body: z.strictObject({ approve: z.boolean(), digest: Digest, note: z.string().trim().max(500) }),
  response: z.strictObject({ state: z.enum(['approved', 'refused']) }),
});
export const withdrawApproval = defineRoute({
  method: 'POST',
  path: '/api/approvals/:requestId/withdrawal',
  policy: 'signedIn',
  summary: 'Rút đề nghị của mình',
  params: RequestParams,
  body: z.strictObject({}),
  response: z.strictObject({}),
});

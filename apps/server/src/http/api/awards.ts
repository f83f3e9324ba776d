import { TRAITS } from '@hocba/record';
import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, MOST_PUPILS, SubjectValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Reason = z.string().trim().min(1).max(500);
const Done = z.strictObject({ done: z.literal(true) });
const TraitValue = z
  .enum(TRAITS.map((t) => t.code) as [string, ...string[]])
  .transform((code) => code as (typeof TRAITS)[number]['code']);

export const RewardKind = z.enum(['sudden', 'higher', 'letter']);

/** What the results page tells of a pupil's rewards (TT 27/2020 Điều 13). */
export const AwardView = z.strictObject({
  /** The title that is due. */
  title: z.string().nullable(),
  /** One that the result allows, with what it lacks as phrases; empty: only the principal's decision. */
  open: z.strictObject({ title: z.string(), lacking: z.array(z.string()) }).nullable(),
  grounds: z
    .strictObject({ subjects: z.array(z.string()), traits: z.array(z.string()), text: z.string() })
    .nullable(),
  vote: z.strictObject({ recognised: z.boolean(), heldOn: IsoDate }).nullable(),
  decision: z.strictObject({ granted: z.boolean(), reason: z.string().nullable() }).nullable(),
  rewards: z.array(z.strictObject({ rewardId: Uuid, kind: RewardKind, text: z.string(), givenOn: IsoDate })),
});

/** The homeroom teacher names the grounds of a title that needs them; what was voted and decided before is void. */
export const proposeTitle = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/titles/proposals',
  policy: 'homeroomTeacher',
  summary: 'Đề nghị danh hiệu Học sinh Tiêu biểu',
  params: ClassParams,
  body: z.strictObject({
    pupilId: Uuid,
    subjects: z.array(SubjectValue).max(20).default([]),
    traits: z.array(TraitValue).max(20).default([]),
  }),
  response: Done,
});
export const withdrawTitle = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/titles/withdrawals',
  policy: 'homeroomTeacher',
  summary: 'Rút đề nghị danh hiệu',
  params: ClassParams,
  body: z.strictObject({ pupilId: Uuid }),
  response: Done,
});
/** The class's vote on pupils who were proposed, as the homeroom teacher took it down. */
export const recordVote = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/titles/votes',
  policy: 'homeroomTeacher',
  summary: 'Ghi ý kiến của tập thể lớp',
  params: ClassParams,
  body: z.strictObject({
    heldOn: IsoDate,
    votes: z
      .array(z.strictObject({ pupilId: Uuid, recognised: z.boolean() }))
      .min(1)
      .max(MOST_PUPILS),
  }),
  response: Done,
});
/** The principal grants titles that lack nothing, or refuses with a reason. */
export const decideTitles = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/titles/decisions',
  policy: 'principal',
  summary: 'Quyết định danh hiệu',
  params: ClassParams,
  body: z.strictObject({
    decisions: z
      .array(z.strictObject({ pupilId: Uuid, granted: z.boolean(), reason: Reason.optional() }))
      .min(1)
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ decided: z.number().int() }),
});

const Given = { pupilId: Uuid, text: z.string().trim().min(1).max(500), givenOn: IsoDate };
/** A sudden reward, one from above, or a letter, which no record holds. */
export const giveReward = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/rewards',
  policy: 'principal',
  summary: 'Ghi khen thưởng trong năm',
  params: ClassParams,
  body: z.strictObject({ ...Given, kind: RewardKind }),
  response: z.strictObject({ rewardId: Uuid }),
});
export const sendLetter = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/letters',
  policy: 'homeroomTeacher',
  summary: 'Ghi thư khen của giáo viên',
  params: ClassParams,
  body: z.strictObject(Given),
  response: z.strictObject({ rewardId: Uuid }),
});
export const withdrawReward = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/rewards/withdrawals',
  policy: 'principal',
  summary: 'Bỏ khen thưởng ghi nhầm',
  params: ClassParams,
  body: z.strictObject({ rewardId: Uuid, reason: Reason }),
  response: Done,
});

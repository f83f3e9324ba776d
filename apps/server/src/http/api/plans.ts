import { TRAITS } from '@hocba/record';
import { z } from 'zod';
import { defineRoute } from './route.ts';
import { SubjectValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Kind = z.enum(['adjusted', 'individual', 'special-class']);
const TraitValue = z
  .enum(TRAITS.map((t) => t.code) as [string, ...string[]])
  .transform((code) => code as (typeof TRAITS)[number]['code']);
const Plan = z.strictObject({
  kind: Kind,
  subjects: z.array(z.string()),
  tests: z.array(z.string()),
  traits: z.array(z.string()),
});
const Done = z.strictObject({ done: z.literal(true) });

/** TT 27/2020 Điều 8: how pupils with a disability are assessed. Sensitive: a policy of its own. */
export const listPlans = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/plans',
  policy: 'planStaff',
  summary: 'Kế hoạch giáo dục cá nhân của lớp',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    mayConfirm: z.boolean(),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        fullName: z.string(),
        subjects: z.array(z.strictObject({ code: z.string(), name: z.string(), tested: z.boolean() })),
        traits: z.array(z.strictObject({ code: z.string(), name: z.string() })),
        proposed: Plan.nullable(),
        confirmed: Plan.nullable(),
      }),
    ),
  }),
});
/** Set by the homeroom teacher or the administrator; who is meant stands in the body, never in the address. */
export const setPlan = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/plans',
  policy: 'planAuthor',
  summary: 'Lập kế hoạch giáo dục cá nhân',
  params: ClassParams,
  body: z.strictObject({
    pupilId: Uuid,
    kind: Kind,
    subjects: z.array(SubjectValue).max(20).default([]),
    tests: z.array(SubjectValue).max(20).default([]),
    traits: z.array(TraitValue).max(20).default([]),
  }),
  response: Done,
});
/** Confirmed, or withdrawn, by the principal. */
export const decidePlan = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/plans/decision',
  policy: 'principal',
  summary: 'Xác nhận hoặc thôi kế hoạch giáo dục cá nhân',
  params: ClassParams,
  body: z.strictObject({ pupilId: Uuid, act: z.enum(['confirm', 'withdraw']) }),
  response: Done,
});

const Settings = { electivesLower: z.boolean() };
/** What the school has decided; null where it has not: the rule set's own answer holds. */
export const assessmentSettings = defineRoute({
  method: 'GET',
  path: '/api/assessment-settings',
  policy: 'signedIn',
  summary: 'Quy định đánh giá của trường',
  response: z.strictObject({ electivesLower: Settings.electivesLower.nullable() }),
});
export const setAssessmentSettings = defineRoute({
  method: 'POST',
  path: '/api/assessment-settings',
  policy: 'principal',
  summary: 'Quyết định môn tự chọn có hạ kết quả hay không',
  body: z.strictObject(Settings),
  response: z.strictObject(Settings),
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime, ProblemView, SchoolYear, Uuid } from './values.ts';

const PupilParams = z.strictObject({ pupilId: Uuid });
/** Who a pupil is; an empty text is a missing one. */
export const IdentityFacts = z.strictObject({
  fullName: z.string().min(1).max(80),
  personalId: z.string().max(20),
  registerNumber: z.string().max(20),
  sex: z.enum(['male', 'female']).nullable(),
  birthDate: IsoDate.nullable(),
  birthPlace: z.string().max(200),
  homeTown: z.string().max(200),
  address: z.string().max(300),
  ethnicity: z.string().max(40),
  nationality: z.string().max(60),
  fatherName: z.string().max(80),
  motherName: z.string().max(80),
  /** The paper that says why there is no mother to name. */
  motherAbsence: z.string().max(200),
  guardianName: z.string().max(80),
});
const Decision = z.strictObject({ number: z.string().min(1).max(60), date: IsoDate });

export const pupilIdentity = defineRoute({
  method: 'GET',
  path: '/api/pupils/:pupilId/identity',
  policy: 'principalOrClerk',
  summary: 'Lý lịch đầy đủ của học sinh',
  params: PupilParams,
  response: z.strictObject({
    fullName: z.string(),
    facts: IdentityFacts,
    problems: z.array(ProblemView),
    /** School years whose record stands: civil status then changes by a decision alone. */
    issuedYears: z.array(SchoolYear),
    /** Records that say what is no longer so, until they are recalled and replaced. */
    due: z.array(z.strictObject({ recordId: Uuid, schoolYear: SchoolYear, reason: z.string() })),
    history: z.array(
      z.strictObject({
        fields: z.array(z.string()),
        reason: z.string(),
        decision: Decision.nullable(),
        by: z.string(),
        at: IsoTime,
      }),
    ),
  }),
});
/** What lacks or does not fit in facts that are being typed; nothing is written. */
export const checkIdentity = defineRoute({
  method: 'POST',
  path: '/api/pupils/:pupilId/identity/check',
  policy: 'principalOrClerk',
  summary: 'Kiểm tra lý lịch đang sửa',
  params: PupilParams,
  body: IdentityFacts,
  response: z.strictObject({ problems: z.array(ProblemView) }),
});
export const setIdentity = defineRoute({
  method: 'POST',
  path: '/api/pupils/:pupilId/identity',
  policy: 'principalOrClerk',
  summary: 'Sửa lý lịch, ghi cải chính hộ tịch',
  params: PupilParams,
  body: z.strictObject({
    facts: IdentityFacts,
    reason: z.string().min(3).max(500),
    /** The decision that changes civil status; without one nothing is changed that an issued record says. */
    decision: Decision.optional(),
  }),
  response: z.strictObject({
    changed: z.array(z.string()),
    /** Records that are now due for recall and replacement. */
    due: z.array(Uuid),
  }),
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime, MOST_PUPILS, ResultValue, SchoolYear, Uuid } from './values.ts';

/** Nghiệm thu, bàn giao (TT 27/2020 Điều 12), and the record book handed to its pupil (Điều 10). */
const Kind = z.enum(['class', 'primary']);
const Grade = z.number().int().min(1).max(5);
const Text = z.string().max(4000);
const Person = z.strictObject({ staffId: Uuid, fullName: z.string() });
const HandedPupil = z.strictObject({
  pupilId: Uuid,
  pupilCode: z.string(),
  fullName: z.string(),
  grade: Grade,
  result: ResultValue.nullable(),
  completed: z.boolean().nullable(),
  promoted: z.boolean().nullable(),
});
const Summary = z.strictObject({
  handOverId: Uuid,
  kind: Kind,
  classId: Uuid,
  className: z.string(),
  schoolYear: SchoolYear,
  onDate: IsoDate,
  giver: z.string(),
  /** null: the school itself. */
  receiver: z.string().nullable(),
  givenAt: IsoTime,
  answer: z
    .strictObject({ accepted: z.boolean(), remarks: z.string(), by: z.string(), at: IsoTime })
    .nullable(),
  /** Whether the caller is who has to answer. */
  mine: z.boolean(),
});
const ClassParams = z.strictObject({ classId: Uuid });
const HandOverParams = z.strictObject({ handOverId: Uuid });

/** What the homeroom teacher would hand over now: the pupils with their results, and to whom it may go. */
export const classHandOver = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/hand-over',
  policy: 'homeroomTeacher',
  summary: 'Chuẩn bị bàn giao lớp',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    schoolYear: SchoolYear,
    parts: z.array(
      z.strictObject({
        kind: Kind,
        pupils: z.array(HandedPupil),
        /** Why it cannot be handed over yet. */
        lacking: z.array(z.string()),
        /** The one that waits for its answer or was accepted. */
        current: Summary.nullable(),
      }),
    ),
    teachers: z.array(Person),
  }),
});
export const giveClass = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/hand-over',
  policy: 'homeroomTeacher',
  summary: 'Bàn giao lớp',
  params: ClassParams,
  body: z.strictObject({
    kind: Kind,
    /** The next teacher; absent for pupils who have completed primary, who are handed to the school. */
    toStaffId: Uuid.optional(),
    onDate: IsoDate,
    strengths: Text,
    weaknesses: Text,
    /** What is handed over: record books, class tables, lists. */
    files: Text,
    /** Others who were there, such as a teacher of the lower-secondary school. */
    present: Text,
  }),
  response: z.strictObject({ handOverId: Uuid }),
});
/** Those that the caller gives or takes; principal and clerk see all. */
export const listHandOvers = defineRoute({
  method: 'GET',
  path: '/api/hand-overs',
  policy: 'signedIn',
  summary: 'Các biên bản bàn giao',
  response: z.strictObject({
    handOvers: z.array(Summary),
    /** Own classes of the running year, from which a hand-over starts. */
    classes: z.array(z.strictObject({ classId: Uuid, name: z.string() })),
  }),
});
export const handOverMinutes = defineRoute({
  method: 'GET',
  path: '/api/hand-overs/:handOverId',
  policy: 'signedIn',
  summary: 'Biên bản bàn giao',
  params: HandOverParams,
  response: z.strictObject({
    ...Summary.shape,
    schoolName: z.string(),
    strengths: z.string(),
    weaknesses: z.string(),
    files: z.string(),
    present: z.string(),
    pupils: z.array(HandedPupil),
  }),
});
export const answerHandOver = defineRoute({
  method: 'POST',
  path: '/api/hand-overs/:handOverId/answer',
  policy: 'signedIn',
  summary: 'Nhận hoặc chưa nhận bàn giao',
  params: HandOverParams,
  body: z.strictObject({ accepted: z.boolean(), remarks: z.string().max(2000) }),
  response: z.strictObject({ accepted: z.boolean() }),
});

const Handing = z.strictObject({
  toName: z.string(),
  relation: z.string(),
  onDate: IsoDate,
  recordedBy: z.string(),
  recordedAt: IsoTime,
});
/** Whose record book goes to the pupil: who has completed primary or has left for another school in that year. */
export const listBooks = defineRoute({
  method: 'GET',
  path: '/api/school-years/:schoolYear/record-books',
  policy: 'principalOrClerk',
  summary: 'Học bạ phải trả cho học sinh',
  params: z.strictObject({ schoolYear: SchoolYear }),
  response: z.strictObject({
    books: z.array(
      z.strictObject({
        pupilId: Uuid,
        pupilCode: z.string(),
        fullName: z.string(),
        className: z.string(),
        occasion: z.enum(['completed', 'transferred']),
        handed: Handing.nullable(),
      }),
    ),
  }),
});
export const handBooks = defineRoute({
  method: 'POST',
  path: '/api/school-years/:schoolYear/record-books',
  policy: 'principalOrClerk',
  summary: 'Ghi đã trả học bạ',
  params: z.strictObject({ schoolYear: SchoolYear }),
  body: z.strictObject({
    onDate: IsoDate,
    books: z
      .array(
        z.strictObject({
          pupilId: Uuid,
          toName: z.string().min(1).max(80),
          relation: z.string().min(1).max(40),
        }),
      )
      .min(1)
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ handed: z.number().int() }),
});

import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime, MOST_PUPILS, SignerRoleValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const RecordParams = z.strictObject({ recordId: Uuid });

/** Makes the record of every pupil without a blocking problem, once, as bytes; lists who was left out and why. */
export const freezeClass = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/freeze',
  policy: 'homeroomTeacher',
  summary: 'Chốt dữ liệu lớp, tạo học bạ',
  params: ClassParams,
  body: z.strictObject({}),
  response: z.strictObject({
    frozen: z.array(z.strictObject({ recordId: Uuid, pupilId: Uuid, pupilCode: z.string() })),
    /** What subject teachers sign instead, where the profile has no slot for them: one for each grade. */
    tables: z.array(z.strictObject({ recordId: Uuid, grade: z.number().int(), pupils: z.number().int() })),
    alreadyFrozen: z.number().int(),
    leftOut: z.array(
      z.strictObject({
        pupilId: Uuid,
        pupilCode: z.string(),
        fullName: z.string(),
        reasons: z.array(z.string()),
      }),
    ),
  }),
});
/** Takes frozen, not yet issued records back for mending: their signatures are void, the next freeze has a new UUID. */
export const thawRecords = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/thaw',
  policy: 'homeroomTeacher',
  summary: 'Trả lại để sửa',
  params: ClassParams,
  body: z.strictObject({
    recordIds: z.array(Uuid).min(1).max(MOST_PUPILS),
    reason: z.string().min(3).max(500),
  }),
  response: z.strictObject({ thawed: z.number().int(), voidedSignatures: z.number().int() }),
});

export const RecordStatus = z.enum([
  'frozen',
  'subjectsSigned',
  'homeroomSigned',
  'principalSigned',
  'issued',
  'thawed',
  'recalled',
  'replaced',
]);
export const RecordSummary = z.strictObject({
  recordId: Uuid,
  /** null for a class's table, whose name stands in `fullName`. */
  pupilId: Uuid.nullable(),
  pupilCode: z.string(),
  fullName: z.string(),
  className: z.string(),
  schoolYear: z.string(),
  status: RecordStatus,
  statusText: z.string(),
  signed: z.number().int(),
  slots: z.number().int(),
  issuedAt: IsoTime.nullable(),
  /** The class's table that the record stands on, where its profile has no slot for subject teachers. */
  tableId: Uuid.nullable(),
  replaces: Uuid.nullable(),
  replacedBy: Uuid.nullable(),
});
export const listRecords = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/records',
  policy: 'classStaff',
  summary: 'Học bạ của lớp',
  params: ClassParams,
  response: z.strictObject({
    className: z.string(),
    records: z.array(RecordSummary),
    /** Tables of the class that subject teachers sign; none where records have slots for them. */
    tables: z.array(RecordSummary),
  }),
});
export const recordDetail = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId',
  policy: 'classStaff',
  summary: 'Một học bạ và lịch sử',
  params: RecordParams,
  response: z.strictObject({
    ...RecordSummary.shape,
    signers: z.array(
      z.strictObject({
        slotId: z.string(),
        role: SignerRoleValue,
        roleText: z.string(),
        name: z.string(),
        signedAt: z.string().nullable(),
      }),
    ),
    history: z.array(
      z.strictObject({
        at: IsoTime,
        who: z.string(),
        role: z.string(),
        act: z.string(),
        reason: z.string().nullable(),
      }),
    ),
    leafIndex: z.number().int().nullable(),
    verifyUrl: z.string().nullable(),
  }),
});
/** The record as it will print (draft with watermark), or as issued. */
export const recordPdf = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId/pdf',
  policy: 'classStaff',
  summary: 'Bản in (PDF)',
  params: RecordParams,
  response: { mediaType: 'application/pdf' },
});
export const recordXml = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId/xml',
  policy: 'classStaff',
  summary: 'Tệp XML',
  params: RecordParams,
  response: { mediaType: 'application/xml' },
});
export const recordProof = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId/proof',
  policy: 'classStaff',
  summary: 'Tệp bằng chứng phát hành',
  params: RecordParams,
  response: { mediaType: 'text/plain; charset=utf-8' },
});

/** What the signed-in person has to sign now, class by class, with what is excluded and why. */
export const signingTasks = defineRoute({
  method: 'GET',
  path: '/api/signing',
  policy: 'signedIn',
  summary: 'Việc cần ký',
  response: z.strictObject({
    tasks: z.array(
      z.strictObject({
        role: SignerRoleValue,
        roleText: z.string(),
        classId: Uuid,
        className: z.string(),
        /** Of a subject teacher: what the signature answers for; empty for who signs the whole record. */
        subjects: z.array(z.string()),
        ready: z.number().int(),
        /** How many of the ready ones stand on a class's table. */
        readyOnTables: z.number().int(),
        signed: z.number().int(),
        waiting: z.number().int(),
        /** Issued records of the class whose PDF the seal has still to sign. */
        prints: z.number().int(),
        excluded: z.array(
          z.strictObject({ pupilCode: z.string(), fullName: z.string(), reason: z.string() }),
        ),
      }),
    ),
    certificate: z
      .strictObject({
        subject: z.string(),
        issuer: z.string(),
        notAfter: IsoTime,
        training: z.boolean(),
        kindText: z.string(),
      })
      .nullable(),
    /** The key file's password is asked for at the confirmation, for each role that signs with one. */
    passwordFor: z.array(SignerRoleValue),
    /** How often a batch of the seal with records and their prints is confirmed where the seal's key is. */
    sealConfirmations: z.union([z.literal(1), z.literal(2)]),
  }),
});
/** One confirmation for all ready records of the classes. Signing goes on in the background and survives a kill. */
export const startSigning = defineRoute({
  method: 'POST',
  path: '/api/signing-batches',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Ký một lô',
  body: z.strictObject({
    role: SignerRoleValue,
    classIds: z.array(Uuid).min(1).max(60),
    /** Of the key file, where that is how the person signs: used at once, never kept. */
    keyPassword: z.string().max(200).optional(),
  }),
  response: z.strictObject({ batchId: Uuid, total: z.number().int() }),
});
export const signingProgress = defineRoute({
  method: 'GET',
  path: '/api/signing-batches/:batchId',
  policy: 'signedIn',
  summary: 'Tiến độ ký',
  params: z.strictObject({ batchId: Uuid }),
  response: z.strictObject({
    batchId: Uuid,
    role: SignerRoleValue,
    total: z.number().int(),
    signed: z.number().int(),
    issued: z.number().int(),
    /** PDF files of what was issued, which the same seal signs afterwards. */
    prints: z.strictObject({ total: z.number().int(), signed: z.number().int() }),
    refused: z.array(z.strictObject({ pupilCode: z.string(), reason: z.string() })),
    finished: z.boolean(),
    /** Unfinished and without a change for a while: to be resumed. */
    stuck: z.boolean(),
    /** Waits for its person, and why. */
    paused: z.strictObject({ code: z.string(), text: z.string() }).nullable(),
    /** What is out at a signer now. */
    order: z
      .strictObject({
        at: z.enum(['phone', 'page', 'agent', 'secret']),
        url: z.string().nullable(),
        /** What the service wants typed, in its own words. */
        asks: z.array(z.strictObject({ id: z.string(), label: z.string() })),
        count: z.number().int(),
        digest: z.string(),
        expiresAt: IsoTime,
        secondsLeft: z.number().int(),
        note: z.string().nullable(),
        agentConnected: z.boolean(),
      })
      .nullable(),
    /** Signatures that a service may bill twice: it may have made them without our having got them. */
    perhapsTwice: z.number().int(),
  }),
});
/** What the person types for the order that is out. It goes to the service at once, and is kept nowhere. */
export const confirmSigning = defineRoute({
  method: 'POST',
  path: '/api/signing-batches/:batchId/confirm',
  policy: 'signedIn',
  summary: 'Xác nhận với dịch vụ ký bằng mã nhập tay',
  params: z.strictObject({ batchId: Uuid }),
  body: z.strictObject({
    secrets: z
      .array(z.strictObject({ id: z.string().max(100), value: z.string().min(1).max(200) }))
      .min(1)
      .max(6),
  }),
  response: z.strictObject({ batchId: Uuid }),
});
export const resumeSigning = defineRoute({
  method: 'POST',
  path: '/api/signing-batches/:batchId/resume',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Ký tiếp phần còn lại',
  params: z.strictObject({ batchId: Uuid }),
  body: z.strictObject({ keyPassword: z.string().max(200).optional() }),
  response: z.strictObject({ batchId: Uuid, remaining: z.number().int() }),
});
/** Ends a batch before all is signed: what is signed stays, the rest can be signed in another batch. */
export const stopSigning = defineRoute({
  method: 'POST',
  path: '/api/signing-batches/:batchId/stop',
  policy: 'signedIn',
  summary: 'Dừng lô ký',
  params: z.strictObject({ batchId: Uuid }),
  body: z.strictObject({}),
  response: z.strictObject({ batchId: Uuid, signed: z.number().int(), left: z.number().int() }),
});

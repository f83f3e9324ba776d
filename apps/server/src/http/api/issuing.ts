import { z } from 'zod';
import { LODGING_PROBLEMS, StoppedLog } from './lodging.ts';
import { defineRoute } from './route.ts';
import { RecordSummary } from './signing.ts';
import { IsoTime, Uuid } from './values.ts';

export * from './books.ts';
export * from './closing.ts';
export * from './lodging.ts';

/** Toàn trường: class × step with counts. */
export const schoolOverview = defineRoute({
  method: 'GET',
  path: '/api/school/overview',
  policy: 'principalOrClerk',
  summary: 'Toàn trường',
  response: z.strictObject({
    classes: z.array(
      z.strictObject({
        classId: Uuid,
        name: z.string(),
        grade: z.number().int(),
        pupils: z.number().int(),
        homeroomTeacher: z.string(),
        cellsDone: z.number().int(),
        cellsTotal: z.number().int(),
        frozen: z.number().int(),
        subjectsSigned: z.number().int(),
        homeroomSigned: z.number().int(),
        principalSigned: z.number().int(),
        issued: z.number().int(),
        /** Pupils who have not completed the grade and wait for the principal's decision. */
        undecided: z.number().int(),
        /** Whose turn it is with the list that closes the class's year. */
        closing: z.enum(['notYet', 'toSign', 'toSeal', 'closed']),
        attention: z.array(z.string()),
      }),
    ),
  }),
});
/** What an issued record states, cell by cell, for who asks for its replacement and names what is wrong. */
export const recordFields = defineRoute({
  method: 'GET',
  path: '/api/records/:recordId/fields',
  policy: 'classStaff',
  summary: 'Các ô của học bạ đã phát hành',
  params: z.strictObject({ recordId: Uuid }),
  response: z.strictObject({
    fields: z.array(z.strictObject({ item: z.string(), name: z.string(), value: z.string() })),
  }),
});
/** Classes of all years, each with how many pupils' records have been issued. */
export const issuedClasses = defineRoute({
  method: 'GET',
  path: '/api/issued/classes',
  policy: 'principalOrClerk',
  summary: 'Các lớp và số học bạ đã phát hành',
  response: z.strictObject({
    classes: z.array(
      z.strictObject({
        classId: Uuid,
        name: z.string(),
        schoolYear: z.string(),
        issued: z.number().int(),
      }),
    ),
  }),
});
export const issuedRecords = defineRoute({
  method: 'GET',
  path: '/api/issued',
  policy: 'principalOrClerk',
  summary: 'Học bạ đã phát hành',
  query: z.strictObject({ classId: Uuid }),
  response: z.strictObject({ records: z.array(RecordSummary), tables: z.array(RecordSummary) }),
});
/** What the server's own daily comparison found last, class by class; `records` is null where it failed. */
export const comparedClasses = defineRoute({
  method: 'GET',
  path: '/api/comparisons',
  policy: 'principal',
  summary: 'Kết quả đối chiếu hằng ngày của các lớp',
  response: z.strictObject({
    classes: z.array(
      z.strictObject({
        classId: Uuid,
        className: z.string(),
        comparedAt: IsoTime,
        records: z.number().int().nullable(),
        differing: z.number().int(),
      }),
    ),
  }),
});
/** Records of a class against everything else that speaks of the same year; only names what differs. */
export const compareClass = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/comparison',
  policy: 'principal',
  summary: 'Đối chiếu học bạ của lớp',
  params: z.strictObject({ classId: Uuid }),
  /** With the prints it takes some seconds for a class. */
  body: z.strictObject({ prints: z.boolean() }),
  response: z.strictObject({
    className: z.string(),
    comparedAt: IsoTime,
    records: z.number().int(),
    differing: z.array(
      z.strictObject({
        recordId: Uuid,
        pupilCode: z.string(),
        fullName: z.string(),
        statusText: z.string(),
        differences: z.array(z.strictObject({ field: z.string(), message: z.string() })),
      }),
    ),
  }),
});
export const trustBundle = defineRoute({
  method: 'GET',
  path: '/api/trust',
  policy: 'public',
  summary:
    'Căn cứ kiểm tra: tệp căn cứ đã ký và tình trạng của mọi nhật ký; chứng thư gốc và chính sách dạng thường',
  response: z.strictObject({
    bundle: z.string(),
    vkey: z.string(),
    statuses: z.array(z.strictObject({ name: z.string(), text: z.string() })),
    roots: z.array(z.strictObject({ name: z.string(), pem: z.string() })),
    policy: z.string(),
    asOf: z.string(),
  }),
});
const trustedRoot = z.strictObject({ subject: z.string(), notAfter: z.string() });
/** What this installation trusts, and until when: the level above's list, and whether the file that lies there holds. */
export const trustStanding = defineRoute({
  method: 'GET',
  path: '/api/trust/standing',
  policy: 'schoolOffice',
  summary: 'Căn cứ kiểm tra đang dùng',
  response: z.strictObject({
    training: z.boolean(),
    /** Whether a seal's certificate is set up here. */
    hasSeal: z.boolean(),
    /** What verifiers are given; null before the school's first log. */
    list: z
      .strictObject({
        /** Whether the level above has signed it; else this installation itself has. */
        fromAbove: z.boolean(),
        asOf: z.string(),
        /** Until when nothing newer is needed for it to be believed. */
        until: z.string(),
        signedBy: z.string(),
        key: z.string(),
        roots: z.array(trustedRoot),
        authorityRoots: z.array(trustedRoot),
        /** For how many days a status file away from the server makes anything green. */
        statusDays: z.number(),
        logs: z.array(
          z.strictObject({
            origin: z.string(),
            from: z.string(),
            /** Its key may be in wrong hands: believed up to its last tree only. */
            stopped: z.boolean(),
            /** Null for a log that is kept elsewhere. */
            here: z
              .strictObject({
                leaves: z.number(),
                life: z.enum(['open', 'ending', 'closed', 'stolen']),
                /** The day from which it is closed by itself, and what keeps it open past that; null where none is set, or it has ended. */
                closes: z
                  .strictObject({
                    on: z.string(),
                    noLaterLog: z.boolean(),
                    unlockedYears: z.number().int(),
                    unfinishedRecords: z.number().int(),
                    unclosedClasses: z.number().int(),
                  })
                  .nullable(),
                /** What the level above has answered for; null where nothing is lodged. */
                lodged: z
                  .strictObject({
                    leaves: z.number().int(),
                    problem: z.enum(LODGING_PROBLEMS).nullable(),
                  })
                  .nullable(),
                witness: z.enum(['met', 'missing', 'none-required']),
                witnesses: z.array(z.strictObject({ name: z.string(), seenAt: z.string().nullable() })),
                statusAsOf: z.string(),
                dated: z.strictObject({ at: z.string(), renewBefore: z.string() }).nullable(),
                /** Of the first leaf that no authority has dated; null where all are. */
                undatedSince: z.string().nullable(),
              })
              .nullable(),
          }),
        ),
        /** Null where the list does not know the school. */
        school: z
          .strictObject({
            name: z.string(),
            successor: z.string().nullable(),
            seals: z.array(
              z.strictObject({
                from: z.string(),
                until: z.string().nullable(),
                ours: z.boolean(),
                /** When the certificate ends, of one that is known here. */
                notAfter: z.string().nullable(),
              }),
            ),
          })
          .nullable(),
        suspicions: z.array(
          z.strictObject({
            from: z.string(),
            to: z.string().nullable(),
            decision: z.string(),
            /** A certificate that somebody here signs with, or that vouches for one. */
            ours: z.boolean(),
          }),
        ),
        claimKeys: z.array(z.strictObject({ origin: z.string(), from: z.string(), until: z.string() })),
      })
      .nullable(),
    /** Whether there are logs, but a file that the list is made of cannot be read. */
    unreadable: z.boolean(),
    stopped: z.array(StoppedLog),
    problem: z
      .enum(['no-key', 'wrong-signature', 'not-a-bundle', 'not-understood', 'older', 'from-the-future'])
      .nullable(),
    /** Time-stamping authorities that have given a token: until when their certificates last; too soon, and no renewal is bought there. */
    timestampAuthorities: z.array(
      z.strictObject({ host: z.string(), notAfter: z.string(), tooSoon: z.boolean() }),
    ),
    /** Whether the caller looks after what other installations lodge here. */
    keepsOthers: z.boolean(),
  }),
});

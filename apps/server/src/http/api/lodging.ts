import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime } from './values.ts';

/** Longest request and receipt in characters: as `hocba log` takes them by file. */
const LONGEST = 65_536;

/** Why the level above has not the newest tree of a log. */
export const LODGING_PROBLEMS = [
  'malformed',
  'unknown-log',
  'signature-refused',
  'no-shared-log',
  'older',
  'other-start',
  'unproven',
  'forked',
  'above-behind',
  'receipt-invalid',
  'unreachable',
  'bad-answer',
  'too-often',
  'own-files',
] as const;

/** Why a log writes no more: what is wrong in one word, so that the page has one sentence for each. */
export const LOG_STOPS = [
  'witness-policy',
  'known-checkpoints',
  'clock',
  'restored',
  'other-history',
  'key',
  'files',
  'disk',
  'other',
] as const;

/** A log that writes no more. What is signed and waits for it is kept meanwhile. */
export const StoppedLog = z.strictObject({ schoolYear: z.string(), why: z.enum(LOG_STOPS) });

/**
 * What the level above holds of another installation's log: the checkpoint that was lodged last and, once its leaf is published, the
 * receipt. All of it is public by itself: whoever asks must only know the log's name.
 */
export const lodgedTree = defineRoute({
  method: 'GET',
  path: '/api/lodged',
  policy: 'public',
  summary: 'Bản xác nhận đang giữ của nhật ký một trường',
  query: z.strictObject({ origin: z.string().min(1).max(200) }),
  response: z.strictObject({
    /** Leaves of the checkpoint that was lodged last; 0 where none was. */
    size: z.number().int(),
    /** That checkpoint with its log's own signature (c2sp.org/tlog-checkpoint). */
    checkpoint: z.string().nullable(),
    /** Proof file of its leaf (c2sp.org/tlog-proof); null while no tree with it is published. */
    receipt: z.string().nullable(),
  }),
});

/** Takes a checkpoint of a log whose key is registered here. The same one again changes nothing and answers with the receipt. */
export const lodgeCheckpoint = defineRoute({
  method: 'POST',
  path: '/api/lodged',
  policy: 'public',
  summary: 'Gửi bản xác nhận của nhật ký trường vào nhật ký chung',
  /** Body of an `add-checkpoint` request (c2sp.org/tlog-witness). */
  body: z.strictObject({
    request: z.string().min(1).max(LONGEST),
    /** The largest checkpoint of the log here that a receipt has shown: what stands here must extend it. */
    seen: z.string().min(1).max(LONGEST).optional(),
  }),
  response: z.strictObject({
    origin: z.string(),
    size: z.number().int(),
    already: z.boolean(),
    receipt: z.string().max(LONGEST).nullable(),
  }),
});

/** For who runs a log that others lodge in: which logs do, how far and since when, and what is kept of those with two histories. */
export const schoolsLodging = defineRoute({
  method: 'GET',
  path: '/api/schools-lodging',
  policy: 'admin',
  summary: 'Nhật ký các trường gửi lên',
  response: z.strictObject({
    /** How many days of silence are too many. */
    silentDays: z.number().int(),
    logs: z.array(
      z.strictObject({
        origin: z.string(),
        schoolCode: z.string(),
        /** As the list of the level above has it; null where that does not know the school. */
        schoolName: z.string().nullable(),
        schoolYear: z.string(),
        /** Whether its key still stands in `school-logs`: only then is anything taken of it. */
        registered: z.boolean(),
        /** The checkpoint that was taken last; null where none was. */
        last: z.strictObject({ leaves: z.number().int(), at: IsoTime }).nullable(),
        /** The newest log of its school, and nothing came of it for too long. */
        silent: z.boolean(),
        forks: z.array(
          z.strictObject({
            /** Leaves of the lodged tree that is contradicted, and of the one that was shown. */
            held: z.number().int(),
            shown: z.number().int(),
            keptAt: IsoTime,
            /** The shown tree is larger, and the request that proves it is kept. */
            larger: z.boolean(),
          }),
        ),
      }),
    ),
  }),
});

/** One of the files by which anybody can tell that a log has two histories; all of them are public by themselves. */
export const forkEvidence = defineRoute({
  method: 'GET',
  path: '/api/schools-lodging/evidence',
  policy: 'admin',
  summary: 'Bằng chứng hai lịch sử của một nhật ký',
  query: z.strictObject({
    origin: z.string().min(1).max(200),
    held: z.coerce.number().int().min(1),
    /** The lodged checkpoint, the one that was shown against it, the request that proves that this one was not grown from that one. */
    part: z.enum(['held', 'shown', 'proof']),
  }),
  response: { mediaType: 'text/plain; charset=utf-8' },
});

/** What the work page says in red as long as it is so: two histories under one key. */
export const logAlarms = defineRoute({
  method: 'GET',
  path: '/api/log-alarms',
  policy: 'schoolOffice',
  summary: 'Báo động về nhật ký phát hành',
  response: z.strictObject({
    /** Own logs that write no more. */
    stopped: z.array(StoppedLog),
    /** School years of the own logs of which the level above holds another history. */
    own: z.array(z.string()),
    /** For who runs the shared log: schools whose logs have two. */
    others: z.array(z.strictObject({ schoolCode: z.string(), schoolYear: z.string() })),
  }),
});

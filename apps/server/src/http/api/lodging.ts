import { z } from 'zod';
import { defineRoute } from './route.ts';

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
  'receipt-invalid',
  'unreachable',
  'bad-answer',
  'too-often',
  'own-files',
] as const;

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
  body: z.strictObject({ request: z.string().min(1).max(LONGEST) }),
  response: z.strictObject({
    origin: z.string(),
    size: z.number().int(),
    already: z.boolean(),
    receipt: z.string().max(LONGEST).nullable(),
  }),
});

import { randomBytes } from 'node:crypto';
import { encodeLeaf, recallCommitment } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { requireRole } from '../access/objects.ts';
import type { recallRecord as recallRoute } from '../http/api/issuing.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import { appendActs, loadSigned, lockClass, type StoredSigned } from '../signing/records.ts';
import { refusalOf } from '../signing/state.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { leafIndexOf, loggedLeaf, schoolOf } from './issue.ts';
import { openOrigin } from './log/ends.ts';
import { sha256 } from './log/keys.ts';
import { addPending } from './log/pending.ts';
import type { Sequencer } from './log/sequencer.ts';

export interface RecallDeps {
  readonly db: Kysely<Database>;
  readonly sequencer: Sequencer;
  readonly logHost: string;
  now(): Date;
  /** Makes the status file of the log anew. */
  publishStatus(origin: string): Promise<unknown>;
}

/**
 * Recalls an issued record, or a class's table on which none stands any more: it stays readable and verifiable, and log and status say from now on that it is no
 * longer in force. With `replace` the pupil's cells open again and the next record names this one; a record that was
 * recalled without it can be opened so later, once, and has no second leaf for it.
 *
 * @returns `leafIndex` null if the log could not be reached yet; the recall stands all the same
 * @throws Refusal `not-found`, `not-issued`, `already-recalled`, `table-in-use`, `log-unavailable`
 */
export async function recallRecord(
  deps: RecallDeps,
  actor: Actor,
  recordId: string,
  body: z.output<typeof recallRoute.body>,
): Promise<z.input<typeof recallRoute.response>> {
  requireRole(actor, 'principal');
  const { schoolId, staffId } = actor;
  const reason = body.reason.normalize('NFC');
  const recalled = await inSchool(deps.db, schoolId, async (trx) => {
    const [found] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
    if (found === undefined) throw new Refusal('not-found');
    await lockClass(trx, schoolId, found.classId);
    const [record] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
    if (record === undefined) throw new Refusal('not-issued');
    const at = deps.now();
    const origin = await openOrigin(trx, await schoolOf(trx, schoolId), record.schoolYear, deps.logHost);
    const isTable = record.pupilId === null;
    if (isTable) await requireUnused(trx, schoolId, record);
    const act = { recordId, staffId, role: 'principal', reason, at };
    const replace = body.replace && !isTable;
    if (replace && refusalOf(record.facts, { act: 'return' }) === null) {
      await appendActs(trx, schoolId, [{ ...act, act: 'return', after: record.acts.length }]);
      return { origin, leafHash: await recallLeafOf(trx, schoolId, recordId) };
    }
    const refusal = refusalOf(record.facts, { act: 'recall' });
    if (refusal !== null) throw new Refusal(codeOf(refusal));
    const previous = await loggedLeaf(trx, schoolId, recordId);
    const salt = new Uint8Array(randomBytes(32));
    const leaf = encodeLeaf({
      kind: 'recall',
      time: Math.floor(at.getTime() / 1000),
      commitment: recallCommitment(sha256, {
        salt,
        recalledLeafHash: previous.leafHash,
        reasonCode: body.reasonCode,
        reasonTextDigest: sha256(new TextEncoder().encode(reason)),
      }),
      previous,
    });
    const leafHash = await addPending(trx, origin, leaf);
    await trx
      .insertInto('recalled_record')
      .values({
        school_id: schoolId,
        record_id: recordId,
        reason_code: body.reasonCode,
        reason,
        replaced_by: null,
        salt,
        leaf,
        leaf_hash: leafHash,
        recalled_at: at,
        recalled_by: staffId,
      })
      .execute();
    const acts = [{ ...act, act: 'recall' as const, after: record.acts.length }];
    await appendActs(
      trx,
      schoolId,
      replace ? [...acts, { ...act, act: 'return' as const, after: record.acts.length + 1 }] : acts,
    );
    return { origin, leafHash };
  });
  try {
    await deps.sequencer.settle(recalled.origin);
    await deps.publishStatus(recalled.origin);
  } catch (error) {
    // The recall is stored and its leaf waits: nothing is lost, the receipt comes later.
    if (!(error instanceof Refusal) || error.code !== 'log-unavailable') throw error;
  }
  return { recordId, leafIndex: await leafIndexOf(deps.db, recalled.leafHash) };
}

/** A table is what its records stand on: these are taken back first. @throws Refusal `table-in-use` */
async function requireUnused(trx: Kysely<Database>, schoolId: string, table: StoredSigned): Promise<void> {
  const records = await loadSigned(trx, schoolId, { classId: table.classId });
  const standing = records.filter(
    ({ tableId, facts }) =>
      tableId === table.recordId && !facts.acts.includes('thaw') && !facts.acts.includes('recall'),
  );
  if (standing.length > 0)
    throw new Refusal('table-in-use', [`Còn ${standing.length} học bạ dựa trên bảng này.`]);
}

async function recallLeafOf(trx: Kysely<Database>, schoolId: string, recordId: string): Promise<Uint8Array> {
  const row = await trx
    .selectFrom('recalled_record')
    .select('leaf_hash')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirstOrThrow();
  return row.leaf_hash;
}

function codeOf(refusal: string | null): RefusalCode {
  return refusal === 'already-recalled' ? 'already-recalled' : 'not-issued';
}

import { randomBytes } from 'node:crypto';
import { encodeLeaf } from '@hocba/ledger';
import type { CryptoPort } from '@hocba/signature';
import type { Transaction } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { departuresOf } from '../../signing/freeze/as-agreed.ts';
import type { SigningLevels } from '../../signing/levels/raise.ts';
import type { SealedRecord } from '../../signing/portion/portion-deps.ts';
import { assemble } from '../../signing/records/assemble.ts';
import { takeRaised } from '../../signing/records/raised-slots.ts';
import {
  appendActs,
  isRecord,
  loadParts,
  loadSigned,
  type StoredSigned,
} from '../../signing/records/records.ts';
import { refusalOf, type Step } from '../../signing/records/state.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { requireNamedTable, tableDigests } from '../../signing/slots/named-table.ts';
import { RecordUntrusted, requireLevels, verifySigned } from '../../signing/slots/verify-slots.ts';
import type { Database } from '../../store/tables.ts';
import { openOrigin } from '../log/ends.ts';
import { addPending } from '../log/pending.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { beginArchive } from './archive.ts';
import { coreOf } from './core.ts';
import { loggedLeaf } from './issued.ts';
import { schoolOf } from './school-head.ts';
import { newToken } from './token.ts';

export interface IssueDeps {
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly levels: Pick<SigningLevels, 'levels'>;
  readonly sequencer: Pick<Sequencer, 'ensure'>;
  /** Where the logs are, as `originOf` takes it. */
  readonly logHost: string;
}

/**
 * Issues a record or a class's table in the transaction that stored its seal: the XML is assembled, read again as a stranger would and
 * every signature verified; then the record, its leaf for the log and its public token are appended together. If
 * anything does not hold, the transaction ends and the seal was never there.
 *
 * @throws RecordUntrusted; Refusal `log-unavailable` while the log cannot be reached or made
 */
export async function issueSealed(
  deps: IssueDeps,
  trx: Transaction<Database>,
  sealed: SealedRecord,
): Promise<void> {
  const { schoolId, recordId, staffId, at } = sealed;
  const [record] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
  const parts = (await loadParts(trx, schoolId, [recordId])).get(recordId);
  if (record === undefined || parts === undefined) throw new Refusal('not-found');
  demand(record, { act: 'issue' });
  const school = await schoolOf(trx, schoolId);
  const xml = assemble(record, parts);
  const roots = await deps.signers.roots();
  const trust = { crypto: deps.crypto, roots, training: school.training, now: at };
  const verified = await verifySigned(trust, xml, parts.annex);
  const { read } = verified.file;
  if (read.missingSlots.length > 0) throw new RecordUntrusted('slot-missing');
  if (read.doc.uuid !== recordId) throw new RecordUntrusted('uuid-differs');
  requireNamedTable(record, verified.file, await tableDigests(trx, schoolId, [record]));
  requireLevels(verified, deps.levels.levels);
  if (record.replaces !== null && verified.file.kind === 'record') {
    const departing = await departuresOf(trx, schoolId, record.replaces, verified.file.read.doc);
    if (departing.length > 0) throw new RecordUntrusted('not-as-agreed');
  }

  const origin = await openOrigin(trx, school, record.schoolYear, deps.logHost);
  await deps.sequencer.ensure(origin);
  const salt = new Uint8Array(randomBytes(32));
  const core = coreOf(verified, salt);
  const time = Math.floor(at.getTime() / 1000);
  const leaf =
    record.replaces === null
      ? encodeLeaf({ kind: 'issue', time, commitment: core })
      : encodeLeaf({
          kind: 'replace',
          time,
          commitment: core,
          previous: await loggedLeaf(trx, schoolId, record.replaces),
        });
  const leafHash = await addPending(trx, origin, leaf);
  await trx
    .insertInto('issued_record')
    .values({
      school_id: schoolId,
      record_id: recordId,
      xml,
      salt,
      core,
      leaf,
      leaf_hash: leafHash,
      issued_at: at,
      issued_by: staffId,
    })
    .execute();
  await beginArchive(trx, { schoolId, recordId, at }, verified, await takeRaised(trx, schoolId, recordId));
  // A table names a whole class: it has no public page.
  if (isRecord(record)) {
    await trx
      .insertInto('verification_token')
      .values({ token: newToken(), school_id: schoolId, record_id: recordId })
      .execute();
  }
  await appendActs(trx, schoolId, [
    { recordId, after: record.acts.length, act: 'issue', staffId, role: 'schoolSeal', at },
  ]);
  if (record.replaces !== null) await replace(trx, sealed, record.replaces);
}

async function replace(trx: Transaction<Database>, sealed: SealedRecord, oldId: string): Promise<void> {
  const [old] = await loadSigned(trx, sealed.schoolId, { recordIds: [oldId] });
  if (old === undefined) throw new Refusal('not-found');
  demand(old, { act: 'replace' });
  await appendActs(trx, sealed.schoolId, [
    {
      recordId: oldId,
      after: old.acts.length,
      act: 'replace',
      staffId: sealed.staffId,
      role: 'schoolSeal',
      at: sealed.at,
    },
  ]);
}

function demand(record: StoredSigned, step: Step): void {
  const refusal = refusalOf(record.facts, step);
  if (refusal !== null) throw new RecordUntrusted(refusal);
}

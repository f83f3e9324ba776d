import { setImmediate as turn } from 'node:timers/promises';
import type { CryptoPort } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { isRecord, type StoredSigned } from '../../../signing/records/records.ts';
import { statusOf } from '../../../signing/records/state.ts';
import type { SlotTrust } from '../../../signing/slots/verify-slots.ts';
import type { Copies } from '../../../store/copy-out.ts';
import type { Database } from '../../../store/tables.ts';
import { hex } from '../log/logs.ts';
import { digestOf, type KeptResult, type RecordResult } from '../log/resume.ts';
import { done, loadPortion, type Portion } from './portion.ts';
import { recordFault, type StoreTrust } from './record-fault.ts';

/** Some records of a school, to be looked at. */
export interface LookOrder {
  readonly schoolId: string;
  readonly training: boolean;
  readonly recordIds: readonly string[];
  /** What an earlier run has found of them; null where nothing is kept. */
  readonly kept: readonly KeptResult[] | null;
}

/** What a record's own rows and bytes say, and what is then asked of the log. */
export interface Looked {
  readonly recordId: string;
  readonly result: RecordResult;
  /** By which the result is kept; null where nothing is, or it was kept already. */
  readonly inputs: string | null;
  /** Hash of its leaf, hex; null where it is not issued. */
  readonly leafHash: string | null;
  readonly replaces: string | null;
  /** Hash of the leaf of the one that it replaces, hex, by that one's row. */
  readonly replacedHash: string | null;
  /** Whose record of which year it is now; null where it is nobody's. */
  readonly yearOf: string | null;
}

/** Who looks at records: here, or several in threads of their own. */
export interface Looker {
  /** Orders that may be given before the first is answered. */
  readonly ahead: number;
  /** In the order of the records' ids. Records that are gone by now are not among them. */
  look(order: LookOrder): Promise<readonly Looked[]>;
}

export interface LookDeps {
  readonly db: Kysely<Database>;
  readonly copies: Copies;
  readonly crypto: CryptoPort;
  readonly roots: SlotTrust['roots'];
  readonly begun: Date;
}

/** Looks in this thread, at one portion after the other; the database reads the next one meanwhile. */
export function lookerHere(deps: LookDeps): Looker {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ahead: 2,
    look(order) {
      const coming = loadPortion(deps, order.schoolId, order.recordIds);
      // Told when it is its turn, which may be long after.
      coming.catch(() => {});
      const looked = last.then(async () => lookAt(deps, order, await coming));
      last = looked.catch(() => {});
      return looked;
    },
  };
}

async function lookAt(
  { db, crypto, roots, begun }: LookDeps,
  { schoolId, training, kept }: LookOrder,
  rows: Portion,
): Promise<readonly Looked[]> {
  const trust: StoreTrust = { crypto, roots, training, now: begun, db, schoolId };
  const found = kept && new Map(kept.map((one) => [one.id, one]));
  const looked: Looked[] = [];
  for (const record of rows.records) {
    // All else here waits for nothing but itself, and the next portion would not come in.
    await turn();
    const issued = rows.issued.get(record.recordId);
    looked.push({
      recordId: record.recordId,
      ...(await resultOf(trust, record, rows, found)),
      leafHash: issued === undefined ? null : hex(issued.leaf_hash),
      replaces: record.replaces,
      replacedHash: (record.replaces && rows.replacedHash.get(record.replaces)) ?? null,
      yearOf:
        isRecord(record) && statusOf(record.facts) === 'issued'
          ? `${record.pupilId} ${record.schoolYear}`
          : null,
    });
  }
  done(rows);
  return looked;
}

/** What is found of a record apart from its place in the log; from an earlier run where all that it is found from is the same. */
async function resultOf(
  trust: StoreTrust,
  record: StoredSigned,
  rows: Portion,
  kept: ReadonlyMap<string, KeptResult> | null,
): Promise<Pick<Looked, 'result' | 'inputs'>> {
  const id = record.recordId;
  const inputs = kept && inputsOf(trust, record, rows);
  const known = kept?.get(id);
  if (known !== undefined && known.inputs === inputs) return { result: known, inputs: null };
  const seen = { issued: 0, signatures: 0 };
  const code = await recordFault(trust, record, rows, seen);
  return { result: { code, ...seen }, inputs };
}

function inputsOf(trust: StoreTrust, record: StoredSigned, rows: Portion): string {
  const id = record.recordId;
  return digestOf([
    [trust.training, trust.roots.map((root) => root.der)],
    [record, rows.parts.get(id), rows.digests.get(id), rows.issued.get(id), rows.archives.get(id)],
    [rows.tokens.has(id), rows.registered.has(id), rows.claims.get(id)],
    [record.tableId === null ? undefined : rows.tables.get(record.tableId)],
    rows.pupilCodes.get(record.pupilId ?? ''),
    record.signed.map(({ certificateId }) => rows.certificates.get(certificateId)),
  ]);
}

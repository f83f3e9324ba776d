import { LedgerError, leafHash, recallCommitment } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { loadSigned, type StoredSigned } from '../../../signing/records/records.ts';
import { statusOf } from '../../../signing/records/state.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { leafOver } from '../../issue/core.ts';
import { sha256 } from '../../log/keys.ts';
import { hex, isGivenNow, type KnownLeaves } from '../log/logs.ts';
import type { AuditNotes } from '../report.ts';

/**
 * Every recall of a school against its leaf and its act, and every act that calls a record recalled or replaced against the leaf that
 * must stand for it.
 *
 * @param accounted takes the hashes of the recalls' leaves, hex
 */
export async function auditRecalls(
  db: Kysely<Database>,
  schoolId: string,
  leaves: KnownLeaves,
  notes: AuditNotes,
  accounted: Set<string>,
): Promise<void> {
  const { rows, records, unlogged, unsaid } = await inSnapshot(db, schoolId, async (trx) => {
    const found = await trx
      .selectFrom('recalled_record as c')
      .innerJoin('issued_record as i', (join) =>
        join.onRef('i.school_id', '=', 'c.school_id').onRef('i.record_id', '=', 'c.record_id'),
      )
      .select([
        'c.record_id',
        'c.reason_code',
        'c.reason',
        'c.salt',
        'c.leaf',
        'c.leaf_hash',
        'c.recalled_at',
        'c.recalled_by',
      ])
      .select('i.leaf_hash as issued_hash')
      .where('c.school_id', '=', schoolId)
      .orderBy('c.record_id')
      .execute();
    const recordIds = found.map((row) => row.record_id);
    return {
      rows: found,
      records: await loadSigned(trx, schoolId, { recordIds }),
      unlogged: await actsWithoutLeaf(trx, schoolId),
      unsaid: await replacedWithoutAct(trx, schoolId),
    };
  });
  for (const { record_id } of unlogged) notes.problem('recall', record_id, 'act-without-leaf');
  for (const record_id of unsaid) notes.problem('recall', record_id, 'replaced-without-act');
  for (const row of rows) {
    notes.recalled++;
    accounted.add(hex(row.leaf_hash));
    const commitment = commitmentOf(row);
    const leaf = commitment === null ? null : leafOver(row.leaf, commitment);
    const hash = hex(leafHash(sha256, row.leaf));
    const record = records.find((r) => r.recordId === row.record_id);
    const status = record ? statusOf(record.facts) : null;
    const code =
      leaf === null ||
      leaf.kind !== 'recall' ||
      hex(leaf.previous?.leafHash ?? new Uint8Array()) !== hex(row.issued_hash)
        ? 'leaf-differs'
        : hash !== hex(row.leaf_hash)
          ? 'leaf-hash-differs'
          : !leaves.byHash.has(hash) && !leaves.pending.has(hash) && !(await isGivenNow(db, row.leaf_hash))
            ? 'not-in-log'
            : status !== 'recalled' && status !== 'replaced'
              ? 'recall-without-act'
              : leaf.time !== Math.floor(Number(row.recalled_at) / 1000) || !isByAct(record, row)
                ? 'recalled-at-differs'
                : null;
    if (code !== null) notes.problem('recall', row.record_id, code);
  }
}

/** Null where the row's values are none that any leaf commits to. */
function commitmentOf(row: {
  readonly salt: Uint8Array;
  readonly issued_hash: Uint8Array;
  readonly reason_code: string;
  readonly reason: string;
}): Uint8Array | null {
  try {
    return recallCommitment(sha256, {
      salt: row.salt,
      recalledLeafHash: row.issued_hash,
      reasonCode: row.reason_code,
      reasonTextDigest: sha256(new TextEncoder().encode(row.reason)),
    });
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** Whoever recalled it, and when, as its act says. */
function isByAct(
  record: StoredSigned | undefined,
  row: { readonly recalled_at: Date; readonly recalled_by: string },
): boolean {
  const act = record?.acts.find((one) => one.act === 'recall');
  return Number(act?.at) === Number(row.recalled_at) && act?.staffId === row.recalled_by;
}

/** Records in whose place another one was issued, and whose own acts do not say so: they would be told to be recalled only. */
async function replacedWithoutAct(trx: Kysely<Database>, schoolId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('record as r')
    .innerJoin('issued_record as i', (join) =>
      join.onRef('i.school_id', '=', 'r.school_id').onRef('i.record_id', '=', 'r.record_id'),
    )
    .select('r.replaces')
    .distinct()
    .where('r.school_id', '=', schoolId)
    .where('r.replaces', 'is not', null)
    .$narrowType<{ replaces: string }>()
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('record_act as a')
            .select('a.seq')
            .whereRef('a.school_id', '=', 'r.school_id')
            .whereRef('a.record_id', '=', 'r.replaces')
            .where('a.act', '=', 'replace'),
        ),
      ),
    )
    .orderBy('r.replaces')
    .execute();
  return rows.map(({ replaces }) => replaces);
}

/** Acts that call a record recalled or replaced, and that no leaf stands for. */
async function actsWithoutLeaf(trx: Kysely<Database>, schoolId: string): Promise<{ record_id: string }[]> {
  return trx
    .selectFrom('record_act as a')
    .select('a.record_id')
    .distinct()
    .where('a.school_id', '=', schoolId)
    .where(({ and, eb, exists, not, or, selectFrom }) =>
      or([
        and([
          eb('a.act', '=', 'recall'),
          not(
            exists(
              selectFrom('recalled_record as c')
                .select('c.record_id')
                .whereRef('c.school_id', '=', 'a.school_id')
                .whereRef('c.record_id', '=', 'a.record_id'),
            ),
          ),
        ]),
        and([
          eb('a.act', '=', 'replace'),
          not(
            exists(
              selectFrom('record as r')
                .innerJoin('issued_record as i', (join) =>
                  join.onRef('i.school_id', '=', 'r.school_id').onRef('i.record_id', '=', 'r.record_id'),
                )
                .select('r.record_id')
                .whereRef('r.school_id', '=', 'a.school_id')
                .whereRef('r.replaces', '=', 'a.record_id'),
            ),
          ),
        ]),
      ]),
    )
    .orderBy('a.record_id')
    .execute();
}

import { claimKeyCommitment, encodeLeaf, LedgerError, leafHash, parseClaimKey } from '@hocba/ledger';
import { nodeSha256 as sha256 } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';
import type { KnownLeaves } from './logs.ts';

/**
 * Every claim key that the store holds against the leaf that certifies it: a key that no leaf speaks of signs prints that
 * nobody may believe, and one whose document was changed is another's.
 *
 * @returns hashes of the leaves that a claim key answers for, hex
 */
export async function auditClaimKeys(
  db: Kysely<Database>,
  leaves: KnownLeaves,
  notes: AuditNotes,
): Promise<string[]> {
  const rows = await db
    .selectFrom('claim_key')
    .select(['origin', 'document', 'salt', 'leaf_hash', 'made_at'])
    .orderBy('origin')
    .orderBy('made_at')
    .execute();
  const accounted: string[] = [];
  for (const { origin, document, salt, leaf_hash } of rows) {
    const hash = Buffer.from(leaf_hash).toString('hex');
    const wrong = (code: string): void => notes.problem('log', origin, code);
    const expected = certifyingLeaf(document, salt);
    if (expected === null || expected.origin !== origin || expected.hash !== hash) {
      wrong('claim-key-differs');
      continue;
    }
    const known = leaves.byHash.get(hash);
    if (known === undefined && !leaves.pending.has(hash)) wrong('claim-key-not-logged');
    else if (known !== undefined && known.origin !== origin) wrong('claim-key-not-logged');
    else accounted.push(hash);
  }
  return accounted;
}

/** The leaf that the document asks for; null for a document that is none. */
function certifyingLeaf(document: Uint8Array, salt: Uint8Array): { origin: string; hash: string } | null {
  try {
    const key = parseClaimKey(new Uint8Array(document));
    const commitment = claimKeyCommitment(sha256, key, salt);
    const leaf = encodeLeaf({ kind: 'claimKey', time: key.from, commitment });
    return { origin: key.origin, hash: Buffer.from(leafHash(sha256, leaf)).toString('hex') };
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

import { ClaimError, readClaim } from '@hocba/form/claim';
import { claimKeyId, LedgerError, parseClaimKey } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { hex } from './logs.ts';
import type { AuditNotes } from './report.ts';

/**
 * Every claim that a school's prints carry in their QR: signed by a claim key of the store, whose own leaf is held elsewhere, and about
 * the leaf of the record that it stands beside. Two claims that were swapped would put one pupil's marks on another's paper.
 */
export async function auditClaims(db: Kysely<Database>, schoolId: string, notes: AuditNotes): Promise<void> {
  const rows = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('record_claim as c')
      .leftJoin('issued_record as i', (join) =>
        join.onRef('i.school_id', '=', 'c.school_id').onRef('i.record_id', '=', 'c.record_id'),
      )
      .select(['c.record_id', 'c.claim', 'i.leaf_hash'])
      .where('c.school_id', '=', schoolId)
      // What a claim has no room for was given none.
      .where('c.claim', 'is not', null)
      .orderBy('c.record_id')
      .execute(),
  );
  // After the claims: a server at work makes the key before what it signs.
  const documents = await db.selectFrom('claim_key').select('document').execute();
  const keys = documents.flatMap(({ document }) => publicKeyIn(document));
  for (const { record_id, claim, leaf_hash } of rows) {
    const holds = leaf_hash !== null && (await isOfLeaf(claim ?? '', leaf_hash, keys));
    if (!holds) notes.problem('record', record_id, 'claim-differs');
  }
}

async function isOfLeaf(claim: string, leafHash: Uint8Array, keys: readonly Uint8Array[]): Promise<boolean> {
  try {
    const read = readClaim(claim);
    if (!hex(leafHash).startsWith(hex(read.leafHash))) return false;
    for (const key of keys.filter((one) => hex(claimKeyId(sha256, one)) === hex(read.keyId)))
      if ((await ed25519.verify(key, read.signed, read.signature)) === true) return true;
    return false;
  } catch (error) {
    if (error instanceof ClaimError) return false;
    throw error;
  }
}

/** None of a document that is no claim key's: that is named with its leaf. */
function publicKeyIn(document: Uint8Array): Uint8Array[] {
  try {
    return [parseClaimKey(new Uint8Array(document)).publicKey];
  } catch (error) {
    if (error instanceof LedgerError) return [];
    throw error;
  }
}

import { ClaimError, claimContentOf, claimDifferences, readClaim, signClaim } from '@hocba/form/claim';
import { claimKeyId, LedgerError, parseClaimKey } from '@hocba/ledger';
import type { SignedFile } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import { inSchool } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { ed25519, sha256 } from '../../log/keys.ts';
import { hex } from '../log/logs.ts';
import type { AuditNotes } from '../report.ts';

/** By how much clocks may differ, and how long an audit may take. */
const APART_MS = 86_400_000;

interface ClaimAuditDeps {
  readonly db: Kysely<Database>;
  readonly begun: Date;
  /** Whether a time, unix seconds, was told by a clock that ran ahead. */
  readonly unreal: (time: number) => boolean;
}

/**
 * Every claim that a school's prints carry in their QR: signed by a claim key of the store, whose own leaf is held elsewhere, and about
 * the leaf of the record that it stands beside. Two claims that were swapped would put one pupil's marks on another's paper.
 */
export async function auditClaims(
  { db, begun, unreal }: ClaimAuditDeps,
  schoolId: string,
  notes: AuditNotes,
): Promise<void> {
  const rows = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('record_claim as c')
      .leftJoin('issued_record as i', (join) =>
        join.onRef('i.school_id', '=', 'c.school_id').onRef('i.record_id', '=', 'c.record_id'),
      )
      .select(['c.record_id', 'c.claim', 'c.signed_at', 'i.leaf_hash', 'i.issued_at'])
      // Where a leaf was logged again after a theft the claim keeps its first place.
      .select(
        sql<string[]>`array(select leaf_index::text from log_leaf l where l.leaf_hash = i.leaf_hash)`.as(
          'places',
        ),
      )
      .where('c.school_id', '=', schoolId)
      .orderBy('c.record_id')
      .execute(),
  );
  // After the claims: a server at work makes the key before what it signs.
  const documents = await db.selectFrom('claim_key').select('document').execute();
  const keys = documents.flatMap(({ document }) => publicKeyIn(document));
  for (const { record_id, claim, signed_at, leaf_hash, issued_at, places } of rows) {
    // Signed once its leaf had a number, and before an audit that takes a day at most was over.
    const [issuedAt, signedAt] = [Number(issued_at ?? signed_at), Number(signed_at)];
    const isOfItsTime = signedAt >= issuedAt - APART_MS && signedAt <= Number(begun) + APART_MS;
    if (!isOfItsTime && ![issuedAt, signedAt].some((time) => unreal(time / 1000)))
      notes.problem('record', record_id, 'claim-time-differs');
    // What a claim has no room for was given none.
    if (claim === null) continue;
    const holds = leaf_hash !== null && (await isOfLeaf(claim, { leafHash: leaf_hash, places }, keys));
    if (!holds) notes.problem('record', record_id, 'claim-differs');
  }
}

/**
 * Whether a claim says anything else than the record that it stands beside: whoever has the year's claim key could sign other marks for
 * a paper. Not of a text that is no claim.
 */
export function claimsOther(file: SignedFile, claim: string): boolean {
  const content = contentIn(claim);
  if (content === null || file.kind !== 'record') return false;
  return claimDifferences(content, claimContentOf(file.read.doc)).length > 0;
}

export const isClaim = (text: string): boolean => contentIn(text) !== null;

function contentIn(claim: string) {
  try {
    return readClaim(claim).content;
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

/** Whether a claim has no room for what the record says; any key and leaf serve to tell. */
export async function hasNoRoom(file: SignedFile): Promise<boolean> {
  if (file.kind !== 'record') return true;
  const none = { keyId: new Uint8Array(4), leafIndex: 0, leafHash: new Uint8Array(16) };
  try {
    await signClaim({ ...none, content: claimContentOf(file.read.doc) }, async () => new Uint8Array(64));
    return false;
  } catch (error) {
    if (error instanceof ClaimError) return true;
    throw error;
  }
}

async function isOfLeaf(
  claim: string,
  { leafHash, places }: { readonly leafHash: Uint8Array; readonly places: readonly string[] },
  keys: readonly Uint8Array[],
): Promise<boolean> {
  try {
    const read = readClaim(claim);
    if (!hex(leafHash).startsWith(hex(read.leafHash)) || !places.includes(String(read.leafIndex)))
      return false;
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

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type ClaimKey,
  claimKeyCommitment,
  encodeLeaf,
  formatClaimKey,
  parseClaimKey,
  parseVkey,
} from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { noteSigner, sha256 } from '../log/keys.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { addPending } from '../log/pending.ts';
import { proofFile } from '../log/published.ts';

/** A year, and the weeks in which the last records of a school year are issued. */
const LIFE = 395 * 86_400;

/** The key in use and how it signs (Ed25519, 64 bytes back). */
export interface OpenClaimKey {
  readonly key: ClaimKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface ClaimKeyDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly sequencer: { settle(origin: string): Promise<void> };
  now(): Date;
}

/**
 * The log's claim key of this time. A new one is made where there is none or the last has ended, and is used only when
 * its certifying leaf stands in a published checkpoint: a kill between the two leaves a key that nobody has used yet.
 * Only what signs claims in the background may call this; what serves pages reads the stored claims.
 *
 * @throws Refusal `log-unavailable` while the leaf is not published; KeyError where a certified key's file is gone
 */
export async function openClaimKey(deps: ClaimKeyDeps, origin: string): Promise<OpenClaimKey> {
  const key = (await newestKey(deps, origin)) ?? (await makeKey(deps, origin));
  await deps.sequencer.settle(origin);
  const { sign } = await noteSigner(keyFile(deps.dataDir, origin, key.from), `${origin}/claims`, false);
  return { key, sign };
}

async function newestKey({ db, now }: ClaimKeyDeps, origin: string): Promise<ClaimKey | null> {
  const row = await db
    .selectFrom('claim_key')
    .select('document')
    .where('origin', '=', origin)
    .orderBy('made_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const key = parseClaimKey(row.document);
  return now().getTime() / 1000 < key.until ? key : null;
}

async function makeKey({ db, dataDir, now }: ClaimKeyDeps, origin: string): Promise<ClaimKey> {
  const from = Math.floor(now().getTime() / 1000);
  const { vkey } = await noteSigner(keyFile(dataDir, origin, from), `${origin}/claims`, true);
  const { publicKey } = parseVkey(sha256, vkey);
  const key: ClaimKey = { origin, publicKey, from, until: from + LIFE };
  const salt = new Uint8Array(randomBytes(32));
  const leaf = encodeLeaf({
    kind: 'claimKey',
    time: from,
    commitment: claimKeyCommitment(sha256, key, salt),
  });
  await inTransaction(db, async (trx) => {
    const leafHash = await addPending(trx, origin, leaf);
    await trx
      .insertInto('claim_key')
      .values({ origin, document: formatClaimKey(key), salt, leaf, leaf_hash: leafHash, made_at: now() })
      .execute();
  });
  return key;
}

function keyFile(dataDir: string, origin: string, from: number): string {
  return join(dataDir, 'keys', 'claims', `${origin.replaceAll('/', '_')}_${from}.key`);
}

/** Every claim key whose leaf is published, with the proof of it: what a verifier needs to believe a claim. */
export async function certifiedClaimKeys(
  deps: Pick<ClaimKeyDeps, 'db' | 'dataDir'>,
  origins: readonly string[],
): Promise<{ document: Uint8Array; proof: Uint8Array }[]> {
  if (origins.length === 0) return [];
  const rows = await deps.db
    .selectFrom('claim_key')
    .select(['origin', 'document', 'salt', 'leaf', 'leaf_hash'])
    .where('origin', 'in', origins)
    .orderBy('origin')
    .orderBy('made_at')
    .execute();
  const found: { document: Uint8Array; proof: Uint8Array }[] = [];
  for (const { origin, document, salt, leaf, leaf_hash } of rows) {
    const index = await leafIndexOf(deps.db, leaf_hash);
    const proof = index === null ? null : await proofFile(deps.dataDir, origin, { index, bytes: leaf, salt });
    if (proof !== null) found.push({ document, proof });
  }
  return found;
}

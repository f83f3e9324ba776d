import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { evidencePath, LedgerError, openCheckpoint, parseVkey, treeReader } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { type Certificate, type CryptoPort, verifyEvidence } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { Database } from '../../../store/tables.ts';
import { type DatedCheckpoint, newestEvidence, UNDATED_LATE_MS, undatedSince } from '../../log/evidence.ts';
import { ed25519, KeyError, sha256 } from '../../log/keys.ts';
import { folderOf, isOrigin } from '../../log/origin.ts';
import { originsMade } from '../../log/pending.ts';
import { publishedLog } from '../../log/published.ts';
import type { AuditNotes } from '../report.ts';
import { hex } from './logs.ts';

interface Deps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly crypto: CryptoPort;
  readonly roots: readonly Certificate[];
  readonly begun: Date;
}

/** Every dated checkpoint: it is one of its log's own history, and its evidence proves the time as of today. */
export async function auditEvidence(deps: Deps, notes: AuditNotes): Promise<void> {
  // Others were named with the logs.
  for (const origin of (await originsMade(deps.db)).filter(isOrigin)) {
    for (const one of await newestEvidence(deps.db, origin)) {
      notes.dated++;
      const fault = await faultOf(deps, one);
      if (fault !== null) notes.problem('log', `${origin}/evidence/${one.size}`, fault);
    }
    // It is stored before it is published: what dates the older leaves would be gone with its rows, and nobody would have said so.
    for (const size of await sizesPublished(deps.dataDir, origin))
      if (!(await isStored(deps.db, origin, size)))
        notes.problem('log', `${origin}/evidence/${size}`, 'evidence-not-in-store');
    if (await isLongUndated(deps, origin)) notes.open.push({ what: 'log', id: origin, code: 'undated' });
  }
}

/** Nothing is wrong with it; by when its newest leaves were there only its own key says. What cannot be read was named with the logs. */
async function isLongUndated({ db, dataDir, begun }: Deps, origin: string): Promise<boolean> {
  try {
    const log = await publishedLog(dataDir, origin);
    const since = log === null ? null : await undatedSince(db, origin, log.checkpoint.size);
    return since !== null && begun.getTime() - since.getTime() > UNDATED_LATE_MS;
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return false;
    throw error;
  }
}

/** By how much the clock here and the authority's may differ. */
const CLOCKS_APART_MS = 86_400_000;

async function sizesPublished(dataDir: string, origin: string): Promise<string[]> {
  try {
    const names = await readdir(join(folderOf(dataDir, origin), 'evidence'));
    return names.filter((name) => /^[1-9]\d{0,14}$/.test(name)).sort((a, b) => Number(a) - Number(b));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function isStored(db: Kysely<Database>, origin: string, size: string): Promise<boolean> {
  const row = await db
    .selectFrom('log_evidence')
    .select('size')
    .where('origin', '=', origin)
    .where('size', '=', size)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function faultOf(
  { db, dataDir, crypto, roots, begun }: Deps,
  { origin, size, version, note, evidence, made_at, renew_before }: DatedCheckpoint,
): Promise<string | null> {
  try {
    const log = await publishedLog(dataDir, origin);
    if (log === null) return 'checkpoint-missing';
    const dated = await openCheckpoint(ed25519, note, [parseVkey(sha256, log.vkey)]);
    if (dated.origin !== origin || dated.size !== Number(size)) return 'checkpoint-differs';
    // Behind the last believed tree of a stolen log nothing is claimed any more.
    if (dated.size > log.checkpoint.size) return null;
    const storage = fileStorage(folderOf(dataDir, origin));
    const file = await storage.read(evidencePath(dated.size));
    // A kill between storing and publishing leaves the older file until the next dating.
    if (file !== null && !(await isOneOf(db, { origin, size }, file))) return 'evidence-file-differs';
    const reader = treeReader(sha256, storage, log.checkpoint.size);
    if (hex(await reader.root(dated.size)) !== hex(dated.root)) return 'known-checkpoint-differs';
    const found = await verifyEvidence(crypto, evidence, note, { roots, now: begun });
    if (!found.valid) return found.code;
    // By these it is due: what is put off is not dated again in time, and what is dated ahead lets no other be dated.
    if (!(renew_before <= found.renewBefore)) return 'evidence-term-differs';
    const apart = Math.abs(Number(made_at) - Number(found.provenAt));
    return version > 0 || apart <= CLOCKS_APART_MS ? null : 'evidence-made-at-differs';
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return error.code;
    throw error;
  }
}

async function isOneOf(
  db: Kysely<Database>,
  of: { readonly origin: string; readonly size: string },
  file: Uint8Array,
): Promise<boolean> {
  const rows = await db
    .selectFrom('log_evidence')
    .select('evidence')
    .where('origin', '=', of.origin)
    .where('size', '=', of.size)
    .execute();
  return rows.some((row) => Buffer.compare(row.evidence, file) === 0);
}

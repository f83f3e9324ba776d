import { bareCheckpoint, decodeLeaf, evidencePath } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import {
  type AlgorithmRule,
  type Certificate,
  type CryptoPort,
  changeEvidenceHash,
  type EvidenceServices,
  evidenceHash,
  judgeAlgorithm,
  RENEWAL_MARGIN,
  renewEvidence,
  verifyEvidence,
  writeEvidence,
} from '@hocba/signature';
import type { Kysely, Selectable } from 'kysely';
import type { SigningLevels } from '../../signing/levels/raise.ts';
import type { LogEvidenceTable } from '../../store/tables/log-life.ts';
import type { Database } from '../../store/tables.ts';
import { ed25519, sha256 } from './keys.ts';
import { folderOf, TRAINING_HOST } from './origin.ts';
import { originsMade } from './pending.ts';
import { publishedLog } from './published.ts';

export interface EvidenceDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly crypto: CryptoPort;
  readonly levels: Pick<SigningLevels, 'authoritiesOf'>;
  /** The project's rules unless said. */
  readonly algorithms?: readonly AlgorithmRule[];
  now(): Date;
}

export type DatedCheckpoint = Selectable<LogEvidenceTable>;

/** How often a log that has grown is dated; a timestamp may cost money. */
const EVERY_MS = 24 * 3_600_000;

/**
 * Gives each log's evidence of time what is due. Once a day a log that has grown has its newest checkpoint dated. Half a year before an
 * authority's certificate ends, one token dates the newest checkpoint and all earlier evidence of the log together; where the
 * hash is about to be refused, all of it is hashed anew by SHA-512 (RFC 4998 §5.2). Of an authority whose own certificate ends
 * within that half year nothing is bought, once that is known: another one is asked, or it waits.
 *
 * @returns timestamps that were obtained
 * @throws AuthorityUnavailable, TimestampError of the first log that was refused, when all were tried: what is stored stays, the
 *   rest waits for the next time
 */
export async function dateLogs(deps: EvidenceDeps): Promise<number> {
  let timestamps = 0;
  let refused: unknown = null;
  for (const origin of await originsMade(deps.db)) {
    try {
      if (await dateLog(deps, origin)) timestamps++;
    } catch (error) {
      refused ??= error;
    }
  }
  if (refused !== null) throw refused;
  return timestamps;
}

/** @returns whether a timestamp was obtained */
async function dateLog(deps: EvidenceDeps, origin: string): Promise<boolean> {
  const { crypto, db, dataDir } = deps;
  const now = deps.now();
  const log = await publishedLog(dataDir, origin);
  if (log === null || log.checkpoint.size === 0) return false;
  const { size } = log.checkpoint;
  const dated = await newestEvidence(db, origin);
  const soon = new Date(now.getTime() + RENEWAL_MARGIN);
  const falls = judgeAlgorithm('sha256', soon, deps.algorithms) === 'refused';
  const due = dated.some(
    (one) => one.renew_before <= soon || (falls && evidenceHash(one.evidence) === 'sha256'),
  );
  const fresh = size > Number(dated.at(-1)?.size ?? 0);
  // One of a time to come was made under a clock that ran ahead, and keeps none from being made now.
  const lately = dated.some(({ version, made_at }) => {
    const age = now.getTime() - made_at.getTime();
    return version === 0 && age >= 0 && age < EVERY_MS;
  });
  if (!due && (!fresh || lately)) return false;
  const note = await bareCheckpoint(sha256, ed25519, log.vkey, log.note);
  const services = await servicesFor(deps, origin, soon);
  const hash = falls ? 'sha512' : 'sha256';
  const notes = fresh ? [note] : [];
  if (!due) {
    const [evidence] = await writeEvidence(crypto, notes, hash, services);
    await keep(deps, origin, [{ size, version: 0, note, evidence }], services.roots);
    return true;
  }
  const changing = falls && dated.some((one) => evidenceHash(one.evidence) === 'sha256');
  const evidence = changing
    ? await changeEvidenceHash(
        crypto,
        dated.map((one) => ({ record: one.note, evidence: one.evidence })),
        hash,
        services,
      )
    : await renewEvidence(
        crypto,
        dated.map((one) => one.evidence),
        services,
        notes,
      );
  const made = dated.map((one, n) => ({
    size: Number(one.size),
    version: one.version + 1,
    note: one.note,
    evidence: evidence[n],
  }));
  // With a change of hash the newest checkpoint is dated by itself, the next time.
  if (!changing && fresh) made.push({ size, version: 0, note, evidence: evidence.at(-1) });
  await keep(deps, origin, made, services.roots);
  return true;
}

/** The newest evidence of each dated checkpoint of a log, the smallest tree first. */
export async function newestEvidence(db: Kysely<Database>, origin: string): Promise<DatedCheckpoint[]> {
  return db
    .selectFrom('log_evidence')
    .distinctOn('size')
    .selectAll()
    .where('origin', '=', origin)
    .orderBy('size')
    .orderBy('version', 'desc')
    .execute();
}

/** By so much the server may be late with what it does once a day. */
export const UNDATED_LATE_MS = 7 * 24 * 3_600_000;

/** Of a log's leaves up to this size, when the first one was made that no authority has dated, by its own word; null where all are dated. */
export async function undatedSince(db: Kysely<Database>, origin: string, size: number): Promise<Date | null> {
  const dated = Number((await newestEvidence(db, origin)).at(-1)?.size ?? 0);
  if (dated >= size) return null;
  const row = await db
    .selectFrom('log_leaf')
    .select('leaf')
    .where('origin', '=', origin)
    .where('leaf_index', '=', String(dated))
    .executeTakeFirst();
  return row === undefined ? null : new Date(decodeLeaf(row.leaf).time * 1000);
}

async function servicesFor(
  { levels }: EvidenceDeps,
  origin: string,
  lasting: Date,
): Promise<EvidenceServices & { readonly roots: readonly Certificate[] }> {
  const training = origin.startsWith(`${TRAINING_HOST}/`);
  const { timestamp, nonce, roots } = await levels.authoritiesOf(training).services(lasting);
  return { port: timestamp, nonce: nonce(), roots };
}

interface Made {
  readonly size: number;
  readonly version: number;
  readonly note: Uint8Array;
  readonly evidence: Uint8Array | undefined;
}

/** Verified as a stranger would, stored, then published: what does not hold is not kept. */
async function keep(
  { db, dataDir, crypto, algorithms, now }: EvidenceDeps,
  origin: string,
  made: readonly Made[],
  roots: readonly Certificate[],
): Promise<void> {
  const rows = await Promise.all(
    made.map(async ({ size, version, note, evidence = new Uint8Array() }) => {
      const trust = { roots, now: now(), ...(algorithms === undefined ? {} : { policy: algorithms }) };
      const found = await verifyEvidence(crypto, evidence, note, trust);
      if (!found.valid) throw new EvidenceRefused(found.code);
      const { renewBefore } = found;
      return {
        origin,
        size: String(size),
        version,
        note,
        evidence,
        renew_before: renewBefore,
        made_at: now(),
      };
    }),
  );
  await db
    .insertInto('log_evidence')
    .values(rows)
    // Another process was first: its evidence is the one.
    .onConflict((oc) => oc.columns(['origin', 'size', 'version']).doNothing())
    .execute();
  for (const one of await newestEvidence(db, origin))
    await fileStorage(folderOf(dataDir, origin)).write(evidencePath(Number(one.size)), one.evidence);
}

/** Evidence that was obtained and does not verify. */
export class EvidenceRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'EvidenceRefused';
    this.code = code;
  }
}

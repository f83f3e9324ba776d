import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LedgerError, parseVkey } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { DerError, parseCertificate } from '@hocba/signature';
import { BundleError, openBundle, type TrustBundle } from '@hocba/verify';
import { writeDurably } from './durable-file.ts';

/**
 * The trust bundle of the level above, as the operator lays it down: `trust/hocba.trust`, and in `trust/hocba-trust.vkey`
 * the key it must be signed by, which came by another way. What was accepted once is kept beside it, and goes on while a
 * newer file is refused: nobody takes a school back to an older list by laying down an older file.
 */
export interface LaidBundle {
  readonly accepted: {
    readonly bundle: TrustBundle;
    readonly bytes: Uint8Array;
    readonly vkey: string;
  } | null;
  /** Why the file that lies there now is not believed; null where it is, or where none lies there. */
  readonly problem: LaidProblem | null;
}

export type LaidProblem =
  | 'no-key'
  | 'wrong-signature'
  | 'not-a-bundle'
  /** Signed, and of a newer kind than this version reads. */
  | 'not-understood'
  /** Dated before what was accepted already. */
  | 'older'
  /** Dated after now: one with a date far ahead would shut out every later one. */
  | 'from-the-future';

const AHEAD_S = 5 * 60;
const known = new Map<string, { readonly stamp: string; readonly laid: LaidBundle }>();
/** One reads at a time, and what is accepted is written once. */
const underWay = new Map<string, Promise<LaidBundle>>();

/** The bundle of the level above and what is wrong with the file that lies there; read anew when a file has changed. */
export async function laidBundle(dataDir: string, now: () => Date): Promise<LaidBundle> {
  const before = underWay.get(dataDir);
  const mine = (before ?? Promise.resolve()).then(
    () => readAnew(dataDir, now),
    () => readAnew(dataDir, now),
  );
  underWay.set(dataDir, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(dataDir) === mine) underWay.delete(dataDir);
  }
}

/** The same for who may write nothing: a newer file that lies there is believed, and not kept. */
export function laidBundleAsIs(dataDir: string, now: Date): Promise<LaidBundle> {
  return readLaid(join(dataDir, 'trust'), now, false);
}

const STATUS_FILE = /^status(-[0-9A-Za-z.-]+)?\.txt$/;

/**
 * Signed answers to what was recalled or replaced: those that the operator has laid beside the bundle (`trust/status-*.txt`), and those of the
 * logs that are kept here, of which the bundle names the key. Whoever judges by them verifies them.
 */
export async function laidStatuses(
  dataDir: string,
  { statusKeys }: Pick<TrustBundle, 'statusKeys'>,
): Promise<Uint8Array[]> {
  const folder = join(dataDir, 'trust');
  const names = await readdir(folder).catch(() => []);
  const places = names.filter((name) => STATUS_FILE.test(name)).map((name) => join(folder, name));
  const known = new Set(statusKeys.map(({ origin }) => origin));
  for await (const path of glob(['log', '*', '*', '*', 'status'].join(sep), { cwd: dataDir }))
    if (known.has(path.split(sep).slice(1, -1).join('/'))) places.push(join(dataDir, path));
  const found = await Promise.all(places.map(readIfThere));
  return found.filter((bytes) => bytes !== null);
}

async function readAnew(dataDir: string, now: () => Date): Promise<LaidBundle> {
  const folder = join(dataDir, 'trust');
  const files = ['hocba.trust', 'hocba-trust.vkey', 'accepted/hocba.trust'].map((name) => join(folder, name));
  const stamp = (await Promise.all(files.map(stampOf))).join(' ');
  const before = known.get(dataDir);
  // A file from the future becomes good by waiting.
  if (before?.stamp === stamp && before.laid.problem !== 'from-the-future') return before.laid;
  const laid = await readLaid(folder, now());
  known.set(dataDir, { stamp: (await Promise.all(files.map(stampOf))).join(' '), laid });
  return laid;
}

async function stampOf(place: string): Promise<string> {
  const found = await stat(place).catch(() => null);
  return found === null ? '-' : `${found.mtimeMs}/${found.size}/${found.ino}`;
}

async function readLaid(folder: string, now: Date, keep = true): Promise<LaidBundle> {
  const laid = await readIfThere(join(folder, 'hocba.trust'));
  const key = await readIfThere(join(folder, 'hocba-trust.vkey'));
  const vkey = key === null ? null : keyIn(key);
  if (vkey === null) return { accepted: null, problem: laid === null ? null : 'no-key' };
  const place = join(folder, 'accepted', 'hocba.trust');
  const kept = await readIfThere(place);
  // Kept under a key that is no longer the configured one: believed no more.
  const opened = kept === null ? null : await open(kept, vkey);
  const accepted =
    kept !== null && opened !== null && typeof opened !== 'string'
      ? { bundle: opened, bytes: kept, vkey }
      : null;
  if (laid === null || (kept !== null && Buffer.compare(laid, kept) === 0 && accepted !== null))
    return { accepted, problem: null };
  const next = await open(laid, vkey);
  if (typeof next === 'string') return { accepted, problem: next };
  if (next.asOf > now.getTime() / 1000 + AHEAD_S) return { accepted, problem: 'from-the-future' };
  if (accepted !== null && next.asOf < accepted.bundle.asOf) return { accepted, problem: 'older' };
  if (keep) await writeDurably(place, laid, 0o600);
  return { accepted: { bundle: next, bytes: laid, vkey }, problem: null };
}

async function readIfThere(place: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(place));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function keyIn(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes).trim();
  try {
    parseVkey(nodeSha256, text);
    return text;
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

async function open(bytes: Uint8Array, vkey: string): Promise<TrustBundle | LaidProblem> {
  try {
    const bundle = await openBundle(nodeSha256, nodeEd25519, [vkey], bytes);
    for (const der of [...bundle.roots, ...bundle.authorityRoots]) parseCertificate(der);
    return bundle;
  } catch (error) {
    if (error instanceof DerError) return 'not-a-bundle';
    if (!(error instanceof BundleError)) throw error;
    return error.code === 'wrong-signature' || error.code === 'not-understood' ? error.code : 'not-a-bundle';
  }
}

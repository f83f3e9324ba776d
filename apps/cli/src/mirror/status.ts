/** The status file beside a mirror: what the log's keeper says is recalled or replaced, held against the leaves. */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkStatus,
  type FollowedLeaf,
  LedgerError,
  openStatus,
  parseVkey,
  type Status,
  statusesContradict,
} from '@hocba/ledger';
import { nodeEd25519, nodeSha256, readOrNull, replaceFile } from '@hocba/ledger/node';
import type { MirrorPlace } from './evidence.ts';

/** Where the file lies in the log and in the mirror. */
export const STATUS_FILE = 'status';
const KEY_FILE = 'status.vkey';
/**
 * Name of a refused status that contradicts the one kept then, which is laid beside it as `.kept`: the two together prove to anybody that
 * one is false, also when a third says what the first said.
 */
const REFUSED_STATUS = /^(refused-[0-9a-f]{16})\.status$/;

/** The key that the mirror's status is signed by, as it was first told; null where none ever was. */
export async function statusKeyOf(dir: string): Promise<string | null> {
  const bytes = await readOrNull(join(dir, '.mirror', KEY_FILE));
  return bytes === null ? null : new TextDecoder().decode(bytes).trim();
}

/** Keeps the key for every later run and for the audit. */
export async function keepStatusKey(dir: string, statusKey: string): Promise<void> {
  await replaceFile(join(dir, '.mirror', KEY_FILE), Buffer.from(`${statusKey}\n`), writing(dir));
}

const writing = (dir: string) => ({ temporary: join(dir, '.mirror', '.temp'), mode: 0o644 });

export type StatusRefusal =
  | LedgerError['code']
  | 'status-missing'
  | 'status-older'
  | 'status-contradicts'
  | 'status-of-later-tree';

/**
 * Keeps a log's status in its mirror, if it is one: signed by the status key, of this log, of a tree that the copy holds, and neither
 * older than the kept one nor against it. The kept one stays where the new one is refused; one that contradicts it is laid beside.
 *
 * @param bytes as they were served before the log's checkpoint was asked for, so that the copy holds its tree; null: none was
 * @param size of the copy
 * @returns null where nothing is wrong
 * @throws LedgerError 'copy-damaged' for a kept one that cannot be read
 */
export async function keepStatus(
  { dir, vkey }: MirrorPlace,
  statusKey: string,
  bytes: Uint8Array | null,
  size: number,
): Promise<StatusRefusal | null> {
  const origin = parseVkey(nodeSha256, vkey).name;
  const path = join(dir, STATUS_FILE);
  const before = await readOrNull(path);
  // A log has none before its first; what was public once is not taken back.
  if (bytes === null) return before === null ? null : 'status-missing';
  const open = (of: Uint8Array) => openStatus(nodeSha256, nodeEd25519, statusKey, origin, of);
  const kept = before === null ? null : await open(before).catch(() => null);
  if (before !== null && kept === null) throw new LedgerError('copy-damaged', STATUS_FILE);
  try {
    const status = await open(bytes);
    if (before !== null && kept !== null && statusesContradict(kept, status)) {
      const name = `refused-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
      await replaceFile(join(dir, '.mirror', `${name}.kept`), before, writing(dir));
      await replaceFile(join(dir, '.mirror', `${name}.status`), bytes, writing(dir));
      return 'status-contradicts';
    }
    if (kept !== null && status.asOf < kept.asOf) return 'status-older';
    if (status.size > size) return 'status-of-later-tree';
    await replaceFile(path, bytes, writing(dir));
    return null;
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
}

/** What the status in a mirror says, held against the mirror's leaves. */
export interface StatusReport {
  /** Unix seconds; null where the file cannot be read. */
  readonly asOf: number | null;
  /** Leaves that it says another log's leaf speaks of: one mirror says nothing of that. */
  readonly untold: readonly number[];
  readonly wrong: readonly { readonly file: string; readonly code: StatusFault; readonly index?: number }[];
}

export type StatusFault = StatusRefusal | 'status-omits-leaf' | 'status-invents' | 'status-untrue';

/**
 * Judges the status that lies in a mirror, and those that it refused because they contradict it.
 *
 * @param size of the copy, whose leaves were found good
 * @param followed the copy's leaves that later ones of it speak of
 * @returns null where the mirror keeps none
 */
export async function auditMirroredStatus(
  { dir, vkey }: MirrorPlace,
  size: number,
  followed: Iterable<FollowedLeaf>,
): Promise<StatusReport | null> {
  const statusKey = await statusKeyOf(dir);
  const bytes = await readOrNull(join(dir, STATUS_FILE));
  if (statusKey === null || bytes === null) return null;
  const origin = parseVkey(nodeSha256, vkey).name;
  const open = (of: Uint8Array) => openStatus(nodeSha256, nodeEd25519, statusKey, origin, of);
  const wrong: { file: string; code: StatusFault; index?: number }[] = [];
  let status: Status;
  try {
    status = await open(bytes);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { asOf: null, untold: [], wrong: [{ file: STATUS_FILE, code: error.code }] };
  }
  if (status.size > size) wrong.push({ file: STATUS_FILE, code: 'status-of-later-tree' });
  else {
    const { omitted, invented, untrue } = checkStatus(status, followed, 'own-log');
    for (const index of omitted) wrong.push({ file: STATUS_FILE, code: 'status-omits-leaf', index });
    for (const index of invented) wrong.push({ file: STATUS_FILE, code: 'status-invents', index });
    for (const index of untrue) wrong.push({ file: STATUS_FILE, code: 'status-untrue', index });
  }
  for (const file of await contradictingFiles(dir, open)) wrong.push({ file, code: 'status-contradicts' });
  const untold = status.entries.filter(({ log }) => log !== undefined).map(({ index }) => index);
  return { asOf: status.asOf, untold, wrong };
}

/** Refused statuses that, with the one that was kept then, are proof; what the key did not sign is none. */
async function contradictingFiles(
  dir: string,
  open: (bytes: Uint8Array) => Promise<Status>,
): Promise<string[]> {
  const found: string[] = [];
  for (const file of (await readdir(join(dir, '.mirror'))).sort()) {
    const name = REFUSED_STATUS.exec(file)?.[1];
    if (name === undefined) continue;
    const pair = await Promise.all(
      [`${name}.kept`, file].map((one) => readOrNull(join(dir, '.mirror', one))),
    );
    const [kept, refused] = await Promise.all(
      pair.map((bytes) => (bytes === null ? null : open(bytes).catch(() => null))),
    );
    if (kept && refused && statusesContradict(kept, refused)) found.push(`.mirror/${file}`);
  }
  return found;
}

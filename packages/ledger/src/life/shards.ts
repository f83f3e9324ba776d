import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { LedgerError } from '../error.ts';
import { formatNote, formatVkey, parseNote, parseVkey, signNote, verifyNote } from '../note/note.ts';
import { formatPolicy, type Policy, parsePolicy } from '../note/policy.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';

/** All logs (shards) of a province from its first year on, and whose cosignatures they need; signed and dated. */
export interface ShardList {
  /** Unix seconds. */
  readonly asOf: number;
  /** Every shard is one of its logs, closed ones too: what they hold is verified for ever. */
  readonly policy: Policy;
}

const HEADER = '# hocba.vn/shards/v1';

function refuse(detail: string): never {
  throw new LedgerError('shards-invalid', detail);
}

/** A policy file (c2sp.org/tlog-policy) with two comment lines in front: any reader of policies can use it as it stands. */
export function formatShardList(sha256: Sha256, list: ShardList): string {
  const names = list.policy.logs.map((log) => log.key.name);
  // One origin, one key: a second key under the name of a shard would be a second log that looks like the first.
  if (names.length === 0 || new Set(names).size < names.length) refuse('origins');
  return `${HEADER}\n# as-of ${formatTime(list.asOf)}\n${formatPolicy(sha256, list.policy)}`;
}

/** The list as a note signed by the province's key, which is none of the logs' keys. @throws LedgerError 'shards-invalid' | 'signer-wrong' */
export async function signShardList(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  list: ShardList,
): Promise<Uint8Array> {
  const text = formatShardList(sha256, list);
  if (list.policy.logs.some((log) => formatVkey(log.key) === signer.vkey))
    throw new LedgerError('signer-wrong');
  return formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
}

/** Verifies and reads a list of shards, strictly. @throws LedgerError 'shards-invalid' | 'policy-invalid' | those of `verifyNote` */
export async function openShardList(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  bytes: Uint8Array,
): Promise<ShardList> {
  const note = parseNote(bytes, 262_144);
  await verifyNote(ed25519, note, [parseVkey(sha256, vkey)]);
  const [header, dated = '', ...lines] = note.text.split('\n');
  const asOf = dated.startsWith('# as-of ') ? parseTime(dated.slice('# as-of '.length)) : null;
  if (header !== HEADER || asOf === null) refuse('head');
  const list = { asOf, policy: parsePolicy(sha256, lines.join('\n')) };
  if (formatShardList(sha256, list) !== note.text) refuse('spelling');
  return list;
}

/**
 * Whether a list may follow an older one: it is no older, and every shard of the old one is in it with the same key. A key or an
 * origin is never used again for another log.
 * @throws LedgerError 'shards-invalid' with the origin
 */
export function checkShardSuccession(older: ShardList, newer: ShardList): void {
  if (newer.asOf < older.asOf) refuse('older than the one before');
  const keys = new Map(newer.policy.logs.map((log) => [log.key.name, formatVkey(log.key)]));
  for (const { key } of older.policy.logs) {
    if (keys.get(key.name) !== formatVkey(key)) refuse(key.name);
  }
}

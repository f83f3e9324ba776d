import { concatBytes, toHex } from '../encoding/bytes.ts';
import { fromUtf8, parseDecimal, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { LogFile } from '../tree/integrate.ts';
import { parseTilePath } from '../tree/tile-path.ts';

/** Which bundle of files belongs to a signed checkpoint. */
export interface StagedRef {
  readonly key: string;
  /** SHA-256 of the bundle, hexadecimal: a bundle that changed while it waited is not applied. */
  readonly digest: string;
}

/** What the lock remembers: when the last checkpoint was signed, which files it needs, and the checkpoint itself. */
export interface LockRecord {
  /** Unix milliseconds. */
  readonly time: number;
  /** Null for the empty log. */
  readonly staged: StagedRef | null;
  /** Absent while the log is open. */
  readonly life?: 'closed' | 'frozen';
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: Uint8Array;
}

const HEADER = 'hocba.vn/ledger-lock/v1';

export function formatLockRecord(record: LockRecord): Uint8Array {
  const staged = record.staged === null ? 'none' : `${record.staged.key} ${record.staged.digest}`;
  const life = record.life === undefined ? '' : `life ${record.life}\n`;
  return concatBytes(utf8(`${HEADER}\ntime ${record.time}\nstaged ${staged}\n${life}\n`), record.checkpoint);
}

/** When a log signed last by its own clock, unix milliseconds, out of its lock's bytes. @throws LedgerError 'lock-invalid' */
export const lastSignedAt = (lock: Uint8Array): number => parseLockRecord(lock).time;

/** @throws LedgerError 'lock-invalid' */
export function parseLockRecord(bytes: Uint8Array): LockRecord {
  const text = fromUtf8(bytes) ?? '';
  const match =
    /^hocba\.vn\/ledger-lock\/v1\ntime ([0-9]{1,16})\nstaged (?:none|([0-9]+-[0-9]+-[0-9a-f]{64}) ([0-9a-f]{64}))\n(?:life (closed|frozen)\n)?\n/.exec(
      text,
    );
  if (match === null) throw new LedgerError('lock-invalid');
  const [head, time = '', key, digest, life] = match;
  try {
    return {
      time: parseDecimal(time),
      staged: key === undefined || digest === undefined ? null : { key, digest },
      ...(life === 'closed' || life === 'frozen' ? { life } : {}),
      checkpoint: bytes.slice(head.length),
    };
  } catch {
    throw new LedgerError('lock-invalid');
  }
}

/** Key of a bundle: size it builds on, size it leads to, root it leads to. Other leaves give another key. */
export function stagedKey(base: number, size: number, root: Uint8Array): string {
  return `${base}-${size}-${toHex(root)}`;
}

/** Size of the tree that a staged bundle builds on. @throws LedgerError 'staged-invalid' */
export function stagedBase(key: string): number {
  const base = /^(0|[1-9][0-9]{0,15})-[0-9]+-[0-9a-f]{64}$/.exec(key)?.[1];
  if (base === undefined) throw new LedgerError('staged-invalid', 'key');
  return parseDecimal(base);
}

const MAGIC = utf8('hocba.vn/ledger-staged/v1\n');

/** Files as one byte string: magic, then per file path length u16, path, length u32, bytes. */
export function encodeBundle(files: readonly LogFile[]): Uint8Array {
  const parts = files.flatMap((file) => {
    const path = utf8(file.path);
    const head = new Uint8Array(6 + path.length);
    const view = new DataView(head.buffer);
    view.setUint16(0, path.length);
    head.set(path, 2);
    view.setUint32(2 + path.length, file.bytes.length);
    return [head, file.bytes];
  });
  return concatBytes(MAGIC, ...parts);
}

/** Reads a bundle; only tile paths are let through. @throws LedgerError 'staged-invalid' */
export function decodeBundle(bytes: Uint8Array): LogFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files: LogFile[] = [];
  let at = MAGIC.length;
  try {
    if (toHex(bytes.subarray(0, at)) !== toHex(MAGIC)) throw new LedgerError('staged-invalid');
    while (at < bytes.length) {
      const pathEnd = at + 2 + view.getUint16(at);
      const path = fromUtf8(bytes.subarray(at + 2, pathEnd)) ?? '';
      parseTilePath(path);
      const end = pathEnd + 4 + view.getUint32(pathEnd);
      if (end > bytes.length) throw new LedgerError('staged-invalid');
      files.push({ path, bytes: bytes.slice(pathEnd + 4, end) });
      at = end;
    }
  } catch {
    throw new LedgerError('staged-invalid', 'bundle');
  }
  return files;
}

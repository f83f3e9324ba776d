import { DerError, DerMembers, type DerValue, enumerated, readDer, time } from '../der/read.ts';
import { GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME } from '../der/tags.ts';
import { readExtensionList } from '../x509/extension.ts';
import { CRL_EXTENSION, REASONS } from './oids.ts';

/**
 * The entries of a CRL are walked as bytes, without an object for each. An entry is
 * `SEQUENCE { serial INTEGER, revocationDate Time, extensions SEQUENCE OPTIONAL }`, below 64 kB.
 */

const UTC_OCTETS = 13;
const GENERALIZED_OCTETS = 15;
/** RFC 5280 allows 20; CAs with 21 were seen, the sign's zero among them. */
const MAX_SERIAL_OCTETS = 21;

/** Number of entries, each held to its form. Throws DerError. */
export function countEntries(entries: Uint8Array): number {
  return walk(entries, null).count;
}

export interface RevokedEntry {
  readonly revokedAt: Date;
  readonly reason: string;
}

/** The entry of a serial (hexadecimal, without leading zero octets), null if it is not there. Throws DerError. */
export function findEntry(entries: Uint8Array, serial: string): RevokedEntry | null {
  const octets = Uint8Array.from(serial.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  // As an INTEGER has it: a zero before a first octet that would read as a sign.
  const wanted = ((octets[0] ?? 0) & 0x80) !== 0 ? Uint8Array.of(0, ...octets) : octets;
  const { found } = walk(entries, wanted);
  return found === null ? null : readEntry(readDer(found));
}

function walk(entries: Uint8Array, wanted: Uint8Array | null): { count: number; found: Uint8Array | null } {
  const limit = entries.length;
  let at = 0;
  let count = 0;
  while (at < limit) {
    const start = at;
    if (entries[at] !== SEQUENCE) throw new DerError('unexpected-tag');
    let length = entries[at + 1] ?? 0x80;
    at += 2;
    if (length >= 0x80) {
      const octets = length - 0x80;
      if (octets < 1 || octets > 2 || at + octets > limit) throw new DerError('overlong-length');
      length = octets === 1 ? (entries[at] ?? 0) : (entries[at] ?? 0) * 256 + (entries[at + 1] ?? 0);
      if (length < 0x80 || (octets === 2 && length < 0x100)) throw new DerError('overlong-length');
      at += octets;
    }
    const end = at + length;
    if (end > limit) throw new DerError('truncated');
    const serialOctets = entries[at + 1] ?? 0xff;
    if (entries[at] !== INTEGER || serialOctets === 0 || serialOctets > MAX_SERIAL_OCTETS)
      throw new DerError('bad-integer');
    const serialAt = at + 2;
    at = serialAt + serialOctets;
    const timeTag = entries[at];
    const timeOctets =
      timeTag === UTC_TIME ? UTC_OCTETS : timeTag === GENERALIZED_TIME ? GENERALIZED_OCTETS : 0;
    if (entries[at + 1] !== timeOctets) throw new DerError('bad-time');
    at += 2 + timeOctets;
    if (at > end || (at < end && entries[at] !== SEQUENCE)) throw new DerError('unexpected-tag');
    at = end;
    count++;
    if (wanted !== null && serialOctets === wanted.length && matches(entries, serialAt, wanted))
      return { count, found: entries.subarray(start, end) };
  }
  return { count, found: null };
}

function matches(entries: Uint8Array, at: number, wanted: Uint8Array): boolean {
  // From the end: serials of one CA often begin alike.
  for (let i = wanted.length - 1; i >= 0; i--) if (entries[at + i] !== wanted[i]) return false;
  return true;
}

function readEntry(value: DerValue): RevokedEntry {
  const members = new DerMembers(value, SEQUENCE);
  members.next(INTEGER);
  const revokedAt = time(members.next());
  const extensions = members.more ? readExtensionList(members.next()) : undefined;
  members.done();
  const coded = extensions?.get(CRL_EXTENSION.reason)?.content;
  const reason = coded === undefined ? 0 : enumerated(readDer(coded));
  return { revokedAt, reason: REASONS.get(reason) ?? 'unspecified' };
}

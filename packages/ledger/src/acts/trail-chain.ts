import { framedText, uint64Bytes } from '../encoding/byte-fields.ts';
import { concatBytes } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { type ChainFinding, type ChainHead, type Link, verifyHashChain } from './hash-chain.ts';

/** One line of a school's audit trail, as it is stored. Texts are NFC; identifiers have one spelling. */
export interface TrailEvent {
  /** 1, 2, 3… within the school. */
  readonly seq: number;
  readonly event: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly account: string | null;
  readonly role: string | null;
  readonly act: string;
  readonly object: string | null;
  readonly outcome: string;
  readonly address: string | null;
}

export const TRAIL_DOMAIN = utf8('hocba.vn/trail/v1\n');
export const EVENT_VERSION = 1;
export const MAX_TEXT = 20_000;

function refuse(detail: string): never {
  throw new LedgerError('act-invalid', detail);
}

function text(value: string, what: string): Uint8Array {
  if (!value.isWellFormed() || value !== value.normalize('NFC') || utf8(value).length > MAX_TEXT)
    refuse(what);
  return framedText(value);
}

function optional(value: string | null, what: string): Uint8Array {
  return value === null ? Uint8Array.of(0) : concatBytes(Uint8Array.of(1), text(value, what));
}

function whole(value: number, least: number, what: string): Uint8Array {
  if (!Number.isSafeInteger(value) || value < least) refuse(what);
  return uint64Bytes(BigInt(value));
}

/** Hash before the first event: of the school, so that events of one are none of another's. @throws LedgerError 'act-invalid' */
export function trailStart(sha256: Sha256, school: string): Uint8Array {
  if (school === '') refuse('school');
  return sha256(concatBytes(utf8('hocba.vn/trail-chain/v1\n'), text(school, 'school')));
}

/**
 * Hash of a trail after one more event: `SHA-256("hocba.vn/trail/v1\n" ‖ previous[32] ‖ event)`; the event as version u8 and its
 * fields in the order of `TrailEvent`, numbers as uint64, texts as UTF-8 after their length as uint16, what may be absent after a
 * byte that says whether it is there.
 * @throws LedgerError 'act-invalid'
 */
export function trailChain(sha256: Sha256, previous: Uint8Array, event: TrailEvent): Uint8Array {
  if (previous.length !== HASH_LENGTH) refuse('previous hash');
  return sha256(
    concatBytes(
      TRAIL_DOMAIN,
      previous,
      Uint8Array.of(EVENT_VERSION),
      whole(event.seq, 1, 'seq'),
      text(event.event, 'event'),
      whole(event.at, 0, 'at'),
      optional(event.account, 'account'),
      optional(event.role, 'role'),
      text(event.act, 'act'),
      optional(event.object, 'object'),
      text(event.outcome, 'outcome'),
      optional(event.address, 'address'),
    ),
  );
}

/** Verifies a school's trail from its first event on, against heads kept elsewhere, and names the first bad event. */
export function verifyTrail(
  sha256: Sha256,
  school: string,
  events: readonly Link<TrailEvent>[],
  anchors: readonly ChainHead[] = [],
): ChainFinding {
  const chain = (previous: Uint8Array, event: TrailEvent) => trailChain(sha256, previous, event);
  return verifyHashChain(trailStart(sha256, school), chain, events, anchors);
}

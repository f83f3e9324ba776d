import type { HashAlgorithm } from '../algorithms.ts';
import { toHex } from '../bytes.ts';
import { CONTENT } from '../cms/oids.ts';
import { readSignedData, type SignedData } from '../cms/read.ts';
import { instant } from '../der/instant.ts';
import {
  boolean,
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  objectIdentifier,
  readDer,
  smallInteger,
  unsignedInteger,
} from '../der/read.ts';
import { BOOLEAN, context, INTEGER, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import { readHashAlgorithm } from '../x509/signature-algorithm.ts';

/** A time-stamp token (RFC 3161 §2.4.2), read and not yet verified. */
export interface TimestampToken {
  readonly der: Uint8Array;
  readonly cms: SignedData;
  /** Dotted. */
  readonly policy: string;
  /** Null for a hash that is refused here. */
  readonly hash: HashAlgorithm | null;
  readonly imprint: Uint8Array;
  /** Hexadecimal. */
  readonly serial: string;
  readonly time: Date;
  /** Milliseconds either way, rounded up; null if the authority does not say. */
  readonly accuracy: number | null;
  readonly nonce: Uint8Array | null;
}

/** Larger tokens are not seen: one with four certificates has 8 kB. */
const MAX_BYTES = 65_536;

/** Reads a token from exactly its DER. Throws DerError. */
export function parseTimestampToken(der: Uint8Array): TimestampToken {
  if (der.length > MAX_BYTES) throw new DerError('trailing-bytes');
  const cms = readSignedData(der);
  if (cms.contentType !== CONTENT.timestampInfo) throw new DerError('unexpected-tag');
  const info = new DerMembers(readDer(cms.content), SEQUENCE);
  if (smallInteger(info.next()) !== 1) throw new DerError('bad-integer');
  const policy = objectIdentifier(info.next());
  const pair = new DerMembers(info.next(), SEQUENCE);
  const hash = readHashAlgorithm(pair.next());
  const imprint = contentOf(pair.next(OCTET_STRING));
  pair.done();
  const serial = toHex(unsignedInteger(info.next()));
  const time = instant(info.next());
  const accuracy = info.optional(SEQUENCE);
  const ordering = info.optional(BOOLEAN);
  if (ordering !== undefined) boolean(ordering);
  const nonce = info.optional(INTEGER);
  // The authority's name says less than its certificate, and nothing is taken from it.
  info.optional(context(0, true));
  const extensions = info.optional(context(1, true));
  info.done();
  if (extensions !== undefined) refuseCritical(extensions);
  return {
    der,
    cms,
    policy,
    hash,
    imprint,
    serial,
    time,
    accuracy: accuracy === undefined ? null : readAccuracy(accuracy),
    nonce: nonce === undefined ? null : unsignedInteger(nonce),
  };
}

function readAccuracy(value: DerValue): number {
  const members = new DerMembers(value, SEQUENCE);
  const seconds = members.optional(INTEGER);
  const millis = members.optional(context(0, false));
  const micros = members.optional(context(1, false));
  members.done();
  const part = (implicit: DerValue | undefined): number => {
    if (implicit === undefined) return 0;
    const number = smallInteger({ ...implicit, tag: INTEGER });
    if (number < 1 || number > 999) throw new DerError('bad-integer');
    return number;
  };
  const whole = seconds === undefined ? 0 : smallInteger(seconds);
  return whole * 1_000 + part(millis) + (part(micros) > 0 ? 1 : 0);
}

/** No extension of a token is understood here, so none may be critical. */
function refuseCritical(extensions: DerValue): void {
  for (const extension of new DerMembers(extensions, context(1, true)).rest(SEQUENCE)) {
    const members = new DerMembers(extension, SEQUENCE);
    objectIdentifier(members.next());
    const critical = members.optional(BOOLEAN);
    members.next(OCTET_STRING);
    members.done();
    if (critical !== undefined && boolean(critical)) throw new DerError('unexpected-tag');
  }
}

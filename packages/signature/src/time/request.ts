import type { HashAlgorithm } from '../algorithms.ts';
import {
  boolean,
  contentOf,
  DerError,
  DerMembers,
  objectIdentifier,
  readDer,
  smallInteger,
  unsignedInteger,
} from '../der/read.ts';
import { BOOLEAN, INTEGER, OCTET_STRING, OID, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { hashAlgorithm, readHashAlgorithm } from '../x509/signature-algorithm.ts';

/** What a time-stamping authority is asked to date (RFC 3161 §2.4.1). */
export interface TimestampRequest {
  readonly hash: HashAlgorithm;
  /** Digest of what is to be dated. */
  readonly imprint: Uint8Array;
  /** Fresh random octets, 8 to 32; the answer must repeat them, so that an old one cannot be played again. */
  readonly nonce: Uint8Array;
  /** Dotted policy that is wanted, if any. */
  readonly policy?: string;
}

const OCTETS: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** DER of a TimeStampReq that asks for the authority's certificate too. Throws RangeError. */
export function writeTimestampRequest(request: TimestampRequest): Uint8Array {
  const { hash, imprint, nonce, policy } = request;
  if (imprint.length !== OCTETS[hash]) throw new RangeError('the imprint is not of its hash');
  if (nonce.length < 8 || nonce.length > 32) throw new RangeError('a nonce has 8 to 32 octets');
  return der.sequence(
    der.integer(Uint8Array.of(1)),
    der.sequence(hashAlgorithm(hash), der.octetString(imprint)),
    ...(policy === undefined ? [] : [der.oid(policy)]),
    der.integer(nonce),
    der.truth(true),
  );
}

/** What an authority reads of a request; `hash` null if it is of a hash that is refused here. */
export interface ReadTimestampRequest {
  readonly hash: HashAlgorithm | null;
  readonly imprint: Uint8Array;
  readonly nonce: Uint8Array | null;
  readonly policy: string | null;
  readonly certificateWanted: boolean;
}

/** Reads a TimeStampReq without extensions. Throws DerError. */
export function readTimestampRequest(bytes: Uint8Array): ReadTimestampRequest {
  const members = new DerMembers(readDer(bytes), SEQUENCE);
  if (smallInteger(members.next()) !== 1) throw new DerError('bad-integer');
  const pair = new DerMembers(members.next(), SEQUENCE);
  const hash = readHashAlgorithm(pair.next());
  const imprint = contentOf(pair.next(OCTET_STRING));
  pair.done();
  const policy = members.optional(OID);
  const nonce = members.optional(INTEGER);
  const wanted = members.optional(BOOLEAN);
  members.done();
  if (hash !== null && imprint.length !== OCTETS[hash]) throw new DerError('unexpected-tag');
  return {
    hash,
    imprint,
    nonce: nonce === undefined ? null : unsignedInteger(nonce),
    policy: policy === undefined ? null : objectIdentifier(policy),
    certificateWanted: wanted !== undefined && boolean(wanted),
  };
}

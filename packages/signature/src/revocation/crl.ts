import { sameBytes, toHex } from '../bytes.ts';
import {
  bitStringOctets,
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  encodingOf,
  readDer,
  smallInteger,
  time,
} from '../der/read.ts';
import { context, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME } from '../der/tags.ts';
import { type Extension, readExtensionList } from '../x509/extension.ts';
import { type DistinguishedName, readName } from '../x509/name.ts';
import { type CertificateSignatureScheme, readSignatureAlgorithm } from '../x509/signature-algorithm.ts';
import { countEntries } from './crl-entries.ts';
import { CRL_EXTENSION } from './oids.ts';

/** A CertificateList (RFC 5280 §5), read and not yet verified. Its entries stay bytes: there may be 100,000 of them. */
export interface Crl {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Octets of the entries, one after the other. */
  readonly entries: Uint8Array;
  readonly count: number;
  /** Hexadecimal, null if it does not say. */
  readonly authorityKeyId: string | null;
  readonly scheme: CertificateSignatureScheme | null;
  readonly signature: Uint8Array;
  /** Which certificates it speaks of; null if that is not understood here (partitions, delta, indirect). */
  readonly scope: 'all' | 'end-entities' | 'authorities' | null;
}

/** A province's CA with ten times the entries that the design asks for. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a CRL from exactly its DER, every entry's form included. Throws DerError. */
export function parseCrl(der: Uint8Array): Crl {
  if (der.length > MAX_BYTES) throw new DerError('trailing-bytes');
  const outer = new DerMembers(readDer(der), SEQUENCE);
  const tbsValue = outer.next();
  const outerAlgorithm = outer.next();
  const signature = bitStringOctets(outer.next());
  outer.done();

  const tbs = new DerMembers(tbsValue, SEQUENCE);
  // Version 1 has no extensions, and so no word of what it speaks of.
  if (smallInteger(tbs.next(INTEGER)) !== 1) throw new DerError('bad-integer');
  if (!sameBytes(encodingOf(tbs.next()), encodingOf(outerAlgorithm))) throw new DerError('unexpected-tag');
  const issuer = readName(tbs.next());
  const thisUpdate = time(tbs.next());
  const next = tbs.optional(UTC_TIME) ?? tbs.optional(GENERALIZED_TIME);
  const list = tbs.optional(SEQUENCE);
  const wrapper = tbs.optional(context(0, true));
  tbs.done();
  const entries = list === undefined ? new Uint8Array(0) : contentOf(list);
  const extensions: ReadonlyMap<string, Extension> =
    wrapper === undefined ? new Map() : readExtensionList(inside(wrapper));
  return {
    der,
    tbs: encodingOf(tbsValue),
    issuer,
    thisUpdate,
    nextUpdate: next === undefined ? null : time(next),
    entries,
    count: countEntries(entries),
    authorityKeyId: readKeyId(extensions.get(CRL_EXTENSION.authorityKeyIdentifier)),
    scheme: readSignatureAlgorithm(outerAlgorithm),
    signature,
    scope: readScope(extensions),
  };
}

function inside(wrapper: DerValue): DerValue {
  const explicit = new DerMembers(wrapper, wrapper.tag);
  const value = explicit.next();
  explicit.done();
  return value;
}

function readKeyId(extension: Extension | undefined): string | null {
  if (extension === undefined) return null;
  const keyId = new DerMembers(readDer(extension.content), SEQUENCE).optional(context(0, false));
  return keyId === undefined ? null : toHex(contentOf(keyId));
}

const UNDERSTOOD = new Set<string>([
  CRL_EXTENSION.number,
  CRL_EXTENSION.authorityKeyIdentifier,
  CRL_EXTENSION.issuingDistributionPoint,
]);

/**
 * IssuingDistributionPoint (RFC 5280 §5.2.5). One part of a divided list would call everything in the other parts
 * good, so only the division by kind, which every certificate shows of itself, is followed.
 */
function readScope(extensions: ReadonlyMap<string, Extension>): Crl['scope'] {
  for (const [type, { critical }] of extensions) if (critical && !UNDERSTOOD.has(type)) return null;
  const point = extensions.get(CRL_EXTENSION.issuingDistributionPoint);
  if (point === undefined) return 'all';
  const [only, ...others] = new DerMembers(readDer(point.content), SEQUENCE).rest();
  if (only === undefined) return 'all';
  const isTrue = only.end === only.contentStart + 1 && only.bytes[only.contentStart] === 0xff;
  if (others.length > 0 || !isTrue) return null;
  if (only.tag === context(1, false)) return 'end-entities';
  return only.tag === context(2, false) ? 'authorities' : null;
}

import { toHex } from '../bytes.ts';
import {
  boolean,
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  namedBits,
  objectIdentifier,
  readDer,
  smallInteger,
} from '../der/read.ts';
import { BOOLEAN, context, INTEGER, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import { EXTENSION } from './oids.ts';

/** Bits of keyUsage in their order (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export interface CertificateExtensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** Dotted identifiers; null if the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly policies: readonly string[];
  /** Hexadecimal. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** Critical extensions that are not understood here: such a certificate is in no valid path. */
  readonly unknownCritical: readonly string[];
  /** Whether it says which names may stand below it. That holds for a path whether or not it is marked critical (RFC 5280 §6.1.4 (g)). */
  readonly constrainsNames: boolean;
  /** Every extension that is marked critical. */
  readonly critical: ReadonlySet<string>;
  /** True if a responder's certificate says that nobody answers for it (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck: boolean;
}

/** Extensions whose content is checked elsewhere or not needed; being critical does not stop them. */
const TOLERATED = new Set<string>([
  EXTENSION.subjectAltName,
  EXTENSION.crlDistributionPoints,
  EXTENSION.authorityInfoAccess,
  EXTENSION.ocspNoCheck,
]);

/** Reads Extensions (RFC 5280 §4.2). Throws DerError; one given twice is refused. */
export function readExtensions(value: DerValue): CertificateExtensions {
  const found = new Map<string, DerValue>();
  const unknownCritical: string[] = [];
  const criticalOnes = new Set<string>();
  for (const extension of new DerMembers(value, SEQUENCE).rest(SEQUENCE)) {
    const members = new DerMembers(extension, SEQUENCE);
    const oid = objectIdentifier(members.next());
    const flag = members.optional(BOOLEAN);
    const critical = flag !== undefined && boolean(flag);
    const octets = contentOf(members.next(OCTET_STRING));
    members.done();
    if (found.has(oid)) throw new DerError('unexpected-tag');
    const read = READ_HERE.has(oid);
    if (critical) criticalOnes.add(oid);
    found.set(oid, read ? readDer(octets) : extension);
    if (critical && !read && !TOLERATED.has(oid)) unknownCritical.push(oid);
  }
  const read = <T>(oid: string, reader: (value: DerValue) => T): T | null => {
    const present = found.get(oid);
    return present === undefined ? null : reader(present);
  };
  return {
    basicConstraints: read(EXTENSION.basicConstraints, readBasicConstraints),
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    extendedKeyUsage: read(EXTENSION.extendedKeyUsage, (v) =>
      new DerMembers(v, SEQUENCE).rest().map(objectIdentifier),
    ),
    policies: read(EXTENSION.certificatePolicies, readPolicies) ?? [],
    subjectKeyId: read(EXTENSION.subjectKeyIdentifier, (v) => toHex(octets(v))),
    authorityKeyId: read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyId),
    unknownCritical,
    constrainsNames: found.has(EXTENSION.nameConstraints),
    critical: criticalOnes,
    ocspNoCheck: found.has(EXTENSION.ocspNoCheck),
  };
}

const READ_HERE = new Set<string>([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.certificatePolicies,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
]);

function octets(value: DerValue): Uint8Array {
  if (value.tag !== OCTET_STRING) throw new DerError('unexpected-tag');
  return contentOf(value);
}

function readBasicConstraints(value: DerValue) {
  const members = new DerMembers(value, SEQUENCE);
  const flag = members.optional(BOOLEAN);
  const length = members.optional(INTEGER);
  members.done();
  return {
    ca: flag !== undefined && boolean(flag),
    pathLength: length === undefined ? null : smallInteger(length),
  };
}

function readKeyUsage(value: DerValue): ReadonlySet<KeyUsage> {
  const bits = namedBits(value);
  return new Set(KEY_USAGES.filter((_, bit) => bits.has(bit)));
}

function readPolicies(value: DerValue): string[] {
  return new DerMembers(value, SEQUENCE)
    .rest(SEQUENCE)
    .map((p) => objectIdentifier(new DerMembers(p, SEQUENCE).next()));
}

function readAuthorityKeyId(value: DerValue): string | null {
  const keyId = new DerMembers(value, SEQUENCE).optional(context(0, false));
  return keyId === undefined ? null : toHex(contentOf(keyId));
}

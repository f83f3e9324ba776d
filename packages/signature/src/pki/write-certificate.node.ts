import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitStringOctets, DerMembers, readDer } from '../der/read.ts';
import { context, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import type { Certificate } from '../x509/certificate.ts';
import { KEY_USAGES, type KeyUsage } from '../x509/extensions.ts';
import { ATTRIBUTE, EXTENSION } from '../x509/oids.ts';

/** What a new certificate says. */
export interface CertificatePlan {
  /** In the order written, by dotted type; the country is a PrintableString, all else UTF-8. */
  readonly subject: readonly (readonly [type: string, value: string])[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Null for an end entity; otherwise how many CAs may stand below. */
  readonly pathLength: number | null;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly string[];
  /** True where the purpose must be understood by whoever relies on it (time-stamping, RFC 3161 §2.3). */
  readonly criticalPurpose?: boolean;
  readonly policies?: readonly string[];
  /** Contents of further extensions: subjectAltName, nameConstraints. */
  readonly others?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly content: Uint8Array;
  }[];
}

/** Who signs it: null for a root, which signs itself. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
}

/** DER of a new X.509 v3 certificate (RFC 5280 §4) for the key in `spki`, signed with SHA-256. */
export function writeCertificate(
  plan: CertificatePlan,
  spki: Uint8Array,
  issuer: Issuer | null,
  ownKey: KeyObject,
): Uint8Array {
  const signingKey = issuer?.privateKey ?? ownKey;
  const algorithm = algorithmOf(signingKey);
  const subject = writeName(plan.subject);
  // A random serial of 127 bits: positive, never zero, and not to be guessed.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const keyId = keyIdentifier(spki);
  const issuerKeyId = issuer === null ? keyId : keyIdentifier(issuer.certificate.spki);
  const tbs = der.sequence(
    der.encode(context(0, true), der.integer(Uint8Array.of(2))),
    der.integer(new Uint8Array(serial)),
    algorithm,
    issuer?.certificate.subject.der ?? subject,
    der.sequence(der.time(plan.notBefore), der.time(plan.notAfter)),
    subject,
    spki,
    der.encode(context(3, true), der.sequence(...extensions(plan, keyId, issuerKeyId))),
  );
  const signature = new Uint8Array(sign('sha256', tbs, { key: signingKey, dsaEncoding: 'der' }));
  return der.sequence(tbs, algorithm, der.bitString(signature));
}

function algorithmOf(key: KeyObject): Uint8Array {
  return key.asymmetricKeyType === 'ec'
    ? der.sequence(der.oid('1.2.840.10045.4.3.2'))
    : der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing());
}

function writeName(attributes: CertificatePlan['subject']): Uint8Array {
  return der.sequence(
    ...attributes.map(([type, value]) => {
      const text =
        type === ATTRIBUTE.country ? der.printableString(value) : der.utf8String(value.normalize('NFC'));
      return der.setOf(der.sequence(der.oid(type), text));
    }),
  );
}

/** First 160 bits of SHA-256 of the key's bits (RFC 7093 §2, method 1): no SHA-1 anywhere. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const members = new DerMembers(readDer(spki), SEQUENCE);
  members.next();
  const bits = bitStringOctets(members.next());
  return new Uint8Array(createHash('sha256').update(bits).digest()).subarray(0, 20);
}

function extensions(plan: CertificatePlan, keyId: Uint8Array, issuerKeyId: Uint8Array): Uint8Array[] {
  const extension = (oid: string, critical: boolean, content: Uint8Array): Uint8Array =>
    critical
      ? der.sequence(der.oid(oid), der.truth(true), der.octetString(content))
      : der.sequence(der.oid(oid), der.octetString(content));
  const constraints =
    plan.pathLength === null
      ? der.sequence()
      : der.sequence(der.truth(true), der.integer(Uint8Array.of(plan.pathLength)));
  const usage = der.namedBitList(plan.keyUsage.map((name) => KEY_USAGES.indexOf(name)));
  const list = [
    extension(EXTENSION.basicConstraints, true, constraints),
    extension(EXTENSION.keyUsage, true, usage),
    extension(EXTENSION.subjectKeyIdentifier, false, der.octetString(keyId)),
    extension(
      EXTENSION.authorityKeyIdentifier,
      false,
      der.sequence(der.encode(context(0, false), issuerKeyId)),
    ),
  ];
  if (plan.extendedKeyUsage !== undefined) {
    list.push(
      extension(
        EXTENSION.extendedKeyUsage,
        plan.criticalPurpose === true,
        der.sequence(...plan.extendedKeyUsage.map(der.oid)),
      ),
    );
  }
  if (plan.policies !== undefined) {
    const policies = plan.policies.map((policy) => der.sequence(der.oid(policy)));
    list.push(extension(EXTENSION.certificatePolicies, false, der.sequence(...policies)));
  }
  for (const { oid, critical, content } of plan.others ?? []) list.push(extension(oid, critical, content));
  return list;
}

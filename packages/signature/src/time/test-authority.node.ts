import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CONTENT } from '../cms/oids.ts';
import { type CmsPlan, writeSignedAttributes, writeSignedData } from '../cms/write.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { generalizedTime } from '../der/instant.ts';
import * as der from '../der/write.ts';
import { spkiOf } from '../pki/keys.node.ts';
import { type CertificatePlan, type Issuer, writeCertificate } from '../pki/write-certificate.node.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { PURPOSE } from '../x509/oids.ts';
import { hashAlgorithm } from '../x509/signature-algorithm.ts';

/** Authorities of every kind of wrongness, for tests: nothing here checks what it makes. */

const DAY = 86_400_000;
export const AT = new Date('2026-05-28T13:14:07.250Z');
export const POLICY = '1.3.6.1.4.1.99999.1';

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A certificate with its key; `null` as issuer for a root. */
export function certify(changes: Partial<CertificatePlan>, issuer: Issuer | null, key = newKey()): Issuer {
  const plan: CertificatePlan = {
    subject: [['2.5.4.3', `Bên thử ${changes.subject?.[0]?.[1] ?? ''}`]],
    notBefore: new Date(AT.getTime() - DAY),
    notAfter: new Date(AT.getTime() + DAY),
    pathLength: null,
    keyUsage: ['digitalSignature'],
    ...changes,
  };
  return { certificate: parseCertificate(writeCertificate(plan, spkiOf(key), issuer, key)), privateKey: key };
}

export const CA: Partial<CertificatePlan> = { pathLength: 1, keyUsage: ['keyCertSign', 'cRLSign'] };
export const TSA: Partial<CertificatePlan> = {
  extendedKeyUsage: [PURPOSE.timeStamping],
  criticalPurpose: true,
};

export interface ForgedToken {
  readonly signer: Issuer;
  readonly message: Uint8Array;
  /** SHA-256 of the message, where only that is known. */
  readonly imprint?: Uint8Array;
  readonly time?: Date;
  readonly policy?: string;
  readonly nonce?: Uint8Array;
  readonly carried?: readonly Issuer[];
  /** DER of the certificate that ESSCertIDv2 names, if not the signer's. */
  readonly named?: Uint8Array;
  readonly digested?: Uint8Array;
  readonly contentType?: string;
  /** What the signed attributes say of the type, if not what it is. */
  readonly attributed?: string;
  readonly extensions?: Uint8Array;
  readonly key?: KeyObject;
}

/** A token with just what is asked for, wrong or right. */
export function forgeToken(forged: ForgedToken): Uint8Array {
  const { signer, message, time = AT, policy = POLICY, nonce, carried = [signer], extensions } = forged;
  const content = der.sequence(
    der.integer(Uint8Array.of(1)),
    der.oid(policy),
    der.sequence(hashAlgorithm('sha256'), der.octetString(forged.imprint ?? nodeCrypto.sha256(message))),
    der.integer(Uint8Array.of(7)),
    generalizedTime(time),
    ...(nonce === undefined ? [] : [der.integer(nonce)]),
    ...(extensions === undefined ? [] : [extensions]),
  );
  const plan: CmsPlan = {
    contentType: forged.contentType ?? CONTENT.timestampInfo,
    content,
    hash: 'sha256',
    signer: signer.certificate,
    certificates: carried.map(({ certificate }) => certificate.der),
  };
  const digest = nodeCrypto.sha256(forged.digested ?? content);
  const attributes = writeSignedAttributes(
    { ...plan, contentType: forged.attributed ?? plan.contentType },
    digest,
    nodeCrypto.sha256(forged.named ?? signer.certificate.der),
  );
  const key = forged.key ?? signer.privateKey;
  return writeSignedData(
    plan,
    attributes,
    new Uint8Array(sign('sha256', attributes, { key, dsaEncoding: 'der' })),
  );
}

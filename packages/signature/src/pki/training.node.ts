import { encodePem } from '../pem.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { KeyUsage } from '../x509/extensions.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { ATTRIBUTE, PURPOSE, TRAINING_POLICY_OID } from '../x509/oids.ts';
import { type KeyKind, newKey, privateKeyPem, readPrivateKey, spkiOf } from './keys.node.ts';
import { askedAtResponder, listedByRoot } from './training-places.node.ts';
import { type CertificatePlan, type Issuer, writeCertificate } from './write-certificate.node.ts';

/** Stands in the organisation of every training certificate. */
export const TRAINING_MARK = ' – TẬP HUẤN';
const NO_LEGAL_VALUE = 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ';

/** A certificate with its key; PEM, the key as unencrypted PKCS#8 (store it with mode 0600). */
export interface KeyedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Root and issuing CA of a school in training. */
export interface TrainingPki {
  readonly root: KeyedCertificate;
  readonly issuing: KeyedCertificate;
}

/** A signer's certificate, its key, and the chain a Signer takes (DER, leaf first, without the root). */
export interface IssuedLeaf extends KeyedCertificate {
  readonly chain: readonly Uint8Array[];
}

export interface TrainingPkiOptions {
  /** Name of the school or installation. */
  readonly organisation: string;
  readonly now: Date;
  readonly rootKey?: 'p256' | 'rsa-4096';
}

export interface TrainingPerson {
  readonly fullName: string;
  /** 12-digit số định danh cá nhân (invented). */
  readonly personalId: string;
  readonly schoolName: string;
  readonly key: 'p256' | 'rsa-2048';
}

export interface TrainingSeal {
  readonly organisationName: string;
  readonly taxCode: string;
  readonly key: 'p256' | 'rsa-2048';
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Clocks of old computers run behind; a certificate is valid from an hour before it is made. */
const BACKDATE = HOUR;
const CA_DAYS = 3_652;
const LEAF_DAYS = 1_095;

/** Makes root (self-signed, two levels below) and issuing CA (leaves only), valid ten years. */
export async function makeTrainingPki({
  organisation,
  now,
  rootKey = 'p256',
}: TrainingPkiOptions): Promise<TrainingPki> {
  const ca = (commonName: string, pathLength: number): CertificatePlan => ({
    subject: [
      [ATTRIBUTE.country, 'VN'],
      [ATTRIBUTE.organisation, organisation + TRAINING_MARK],
      [ATTRIBUTE.commonName, commonName],
    ],
    ...validity(now, CA_DAYS),
    pathLength,
    keyUsage: ['keyCertSign', 'cRLSign'],
    policies: [TRAINING_POLICY_OID],
  });
  const root = await issue(ca(`CA gốc ${NO_LEGAL_VALUE}`, 1), rootKey, null);
  const below = { ...ca(`CA cấp chứng thư ${NO_LEGAL_VALUE}`, 0), others: listedByRoot() };
  const issuing = await issue(below, 'p256', issuerOf(root));
  return { root, issuing };
}

/** A person's certificate: CN, UID `CCCD:<12 digits>`, O = school with the training mark, C=VN. */
export async function issueTrainingPerson(
  pki: TrainingPki,
  person: TrainingPerson,
  now: Date,
): Promise<IssuedLeaf> {
  if (!/^\d{12}$/.test(person.personalId)) throw new RangeError('a personal id has 12 digits');
  return issueLeaf(pki, person.fullName, `CCCD:${person.personalId}`, person.schoolName, person.key, now);
}

/** The school's seal: CN and O are the organisation, UID `MST:<tax code>`. */
export async function issueTrainingSeal(
  pki: TrainingPki,
  seal: TrainingSeal,
  now: Date,
): Promise<IssuedLeaf> {
  if (!/^\d{10}(-\d{3})?$/.test(seal.taxCode)) throw new RangeError('a tax code has 10 digits, or 10 and 3');
  return issueLeaf(pki, seal.organisationName, `MST:${seal.taxCode}`, seal.organisationName, seal.key, now);
}

async function issueLeaf(
  pki: TrainingPki,
  commonName: string,
  userId: string,
  organisation: string,
  key: KeyKind,
  now: Date,
): Promise<IssuedLeaf> {
  const usage: KeyUsage[] = ['digitalSignature', 'contentCommitment'];
  const plan: CertificatePlan = {
    subject: [
      [ATTRIBUTE.country, 'VN'],
      [ATTRIBUTE.organisation, organisation + TRAINING_MARK],
      [ATTRIBUTE.commonName, commonName],
      [ATTRIBUTE.userId, userId],
    ],
    ...validity(now, LEAF_DAYS),
    pathLength: null,
    keyUsage: usage,
    extendedKeyUsage: [PURPOSE.documentSigning, PURPOSE.emailProtection],
    policies: [TRAINING_POLICY_OID],
    others: askedAtResponder(),
  };
  const leaf = await issue(plan, key, issuerOf(pki.issuing));
  const chain = [certificateFromPem(leaf.certificatePem), certificateFromPem(pki.issuing.certificatePem)];
  return { ...leaf, chain: chain.map(({ der }) => der) };
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const from = now.getTime() - BACKDATE;
  return { notBefore: new Date(from), notAfter: new Date(from + days * DAY) };
}

export function issuerOf(ca: KeyedCertificate): Issuer {
  return { certificate: certificateFromPem(ca.certificatePem), privateKey: readPrivateKey(ca.privateKeyPem) };
}

/** Makes a key and its certificate; `issuer` null for a root. */
export async function issue(
  plan: CertificatePlan,
  kind: KeyKind,
  issuer: Issuer | null,
): Promise<KeyedCertificate> {
  const key = await newKey(kind);
  const certificate = writeCertificate(plan, spkiOf(key), issuer, key);
  // Read back by the strict reader: what it would refuse must not be handed out.
  parseCertificate(certificate);
  return { certificatePem: encodePem('CERTIFICATE', certificate), privateKeyPem: privateKeyPem(key) };
}

import { nothing } from '../der/write.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { ATTRIBUTE, EXTENSION, PURPOSE, TRAINING_POLICY_OID } from '../x509/oids.ts';
import { type IssuedLeaf, issue, issuerOf, TRAINING_MARK, type TrainingPki } from './training.node.ts';
import { askedAtResponder } from './training-places.node.ts';
import type { CertificatePlan } from './write-certificate.node.ts';

/** A service's certificate that is wanted of the training PKI. */
export interface TrainingService {
  /** Name of the school or installation. */
  readonly organisation: string;
  readonly now: Date;
  /** Valid from an hour before `now`, for so many days. */
  readonly days: number;
  readonly key?: 'p256' | 'rsa-2048';
}

const HOUR = 3_600_000;

/** Certificate and key of a time-stamping authority (RFC 3161 §2.3) of the training PKI. */
export const issueTrainingTsa = (pki: TrainingPki, service: TrainingService): Promise<IssuedLeaf> =>
  issueService(pki, service, 'Dấu thời gian', {
    extendedKeyUsage: [PURPOSE.timeStamping],
    criticalPurpose: true,
    others: askedAtResponder(),
  });

/** Certificate and key of an OCSP responder (RFC 6960 §4.2.2.2) for what the training PKI's issuing CA issued. */
export const issueTrainingResponder = (pki: TrainingPki, service: TrainingService): Promise<IssuedLeaf> =>
  issueService(pki, service, 'Trả lời thu hồi', {
    extendedKeyUsage: [PURPOSE.ocspSigning],
    others: [{ oid: EXTENSION.ocspNoCheck, critical: false, content: nothing() }],
  });

async function issueService(
  pki: TrainingPki,
  { organisation, now, days, key = 'p256' }: TrainingService,
  commonName: string,
  purpose: Partial<CertificatePlan>,
): Promise<IssuedLeaf> {
  const from = now.getTime() - HOUR;
  const plan: CertificatePlan = {
    subject: [
      [ATTRIBUTE.country, 'VN'],
      [ATTRIBUTE.organisation, organisation + TRAINING_MARK],
      [ATTRIBUTE.commonName, commonName],
    ],
    notBefore: new Date(from),
    notAfter: new Date(from + days * 24 * HOUR),
    pathLength: null,
    keyUsage: ['digitalSignature'],
    policies: [TRAINING_POLICY_OID],
    ...purpose,
  };
  const leaf = await issue(plan, key, issuerOf(pki.issuing));
  const chain = [certificateFromPem(leaf.certificatePem), certificateFromPem(pki.issuing.certificatePem)];
  return { ...leaf, chain: chain.map(({ der }) => der) };
}

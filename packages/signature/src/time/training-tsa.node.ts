import { randomBytes, sign } from 'node:crypto';
import { CONTENT } from '../cms/oids.ts';
import { type CmsPlan, writeSignedAttributes, writeSignedData } from '../cms/write.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { generalizedTime } from '../der/instant.ts';
import { DerError } from '../der/read.ts';
import { BIT_STRING } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { readPrivateKey } from '../pki/keys.node.ts';
import { isTrainingCertificate, parseCertificate } from '../x509/certificate.ts';
import { TRAINING_POLICY_OID } from '../x509/oids.ts';
import { hashAlgorithm } from '../x509/signature-algorithm.ts';
import { type ReadTimestampRequest, readTimestampRequest } from './request.ts';

export interface TrainingTsaOptions {
  readonly privateKeyPem: string;
  /** DER, the authority's certificate first, without the root; every one of them a training certificate. */
  readonly chain: readonly Uint8Array[];
  readonly now: () => Date;
}

/** Numbers of the bits of PKIFailureInfo that are used here (RFC 3161 §2.4.2). */
const FAILURE = { badAlg: 0, badRequest: 2, unacceptedPolicy: 15 } as const;
const ACCURACY_SECONDS = 1;

/**
 * A time-stamping authority in this process, for training and tests: a TimeStampReq in, a TimeStampResp out. Its
 * tokens carry the training policy and its own clock, and prove nothing to anybody. Throws RangeError for a chain
 * that is not of a training PKI: a real authority's key has no business here.
 */
export function trainingTsa({
  privateKeyPem,
  chain,
  now,
}: TrainingTsaOptions): (request: Uint8Array) => Uint8Array {
  const certificates = chain.map(parseCertificate);
  const [signer] = certificates;
  if (signer === undefined || !certificates.every(isTrainingCertificate))
    throw new RangeError('only a training PKI has a training authority');
  const key = readPrivateKey(privateKeyPem);
  return (bytes) => {
    let request: ReadTimestampRequest;
    try {
      request = readTimestampRequest(bytes);
    } catch (error) {
      if (error instanceof DerError) return rejection(FAILURE.badRequest);
      throw error;
    }
    if (request.hash === null) return rejection(FAILURE.badAlg);
    if (request.policy !== null && request.policy !== TRAINING_POLICY_OID)
      return rejection(FAILURE.unacceptedPolicy);
    const content = der.sequence(
      der.integer(Uint8Array.of(1)),
      der.oid(TRAINING_POLICY_OID),
      der.sequence(hashAlgorithm(request.hash), der.octetString(request.imprint)),
      der.integer(new Uint8Array(randomBytes(16))),
      generalizedTime(now()),
      der.sequence(der.integer(Uint8Array.of(ACCURACY_SECONDS))),
      ...(request.nonce === null ? [] : [der.integer(request.nonce)]),
    );
    const plan: CmsPlan = {
      contentType: CONTENT.timestampInfo,
      content,
      hash: 'sha256',
      signer,
      certificates: request.certificateWanted ? chain : [],
    };
    const message = writeSignedAttributes(plan, nodeCrypto.sha256(content), nodeCrypto.sha256(signer.der));
    const signature = new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'der' }));
    const status = der.sequence(der.integer(Uint8Array.of(0)));
    return der.sequence(status, writeSignedData(plan, message, signature));
  };
}

function rejection(bit: number): Uint8Array {
  const octets = new Uint8Array((bit >> 3) + 1);
  octets[bit >> 3] = 0x80 >> (bit & 7);
  const failure = der.encode(BIT_STRING, Uint8Array.of(7 - (bit & 7)), octets);
  return der.sequence(der.sequence(der.integer(Uint8Array.of(2)), failure));
}

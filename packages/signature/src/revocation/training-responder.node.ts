import { type KeyObject, sign } from 'node:crypto';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { generalizedTime } from '../der/instant.ts';
import { DerError } from '../der/read.ts';
import { context, ENUMERATED } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { readPrivateKey } from '../pki/keys.node.ts';
import { type Certificate, isTrainingCertificate, parseCertificate } from '../x509/certificate.ts';
import { signatureAlgorithm } from '../x509/signature-algorithm.ts';
import { isCertIdOf, keyHash } from './cert-id.ts';
import { nonceExtension, readOcspRequest } from './ocsp-request.ts';
import { OCSP, REASONS } from './oids.ts';

/** What a register knows of a certificate. */
export type RegisterEntry = 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: string };

export interface ResponderOptions {
  readonly privateKeyPem: string;
  /** DER, the responder's certificate first; every one a training certificate. */
  readonly chain: readonly Uint8Array[];
  /** DER of the CA for whose certificates it answers. */
  readonly issuer: Uint8Array;
  /** By hexadecimal serial, as in `Certificate.serial`. */
  readonly statusOf: (serial: string) => RegisterEntry;
  readonly now: () => Date;
  /** How long an answer holds, in minutes. */
  readonly minutes?: number;
  /** How it names itself in answers. */
  readonly namedBy?: 'name' | 'key';
}

/** RFC 5280 §4.1.2.5.2: no fractions. */
const wholeSeconds = (date: Date): Uint8Array =>
  generalizedTime(new Date(Math.floor(date.getTime() / 1_000) * 1_000));

const MALFORMED = 1;
const UNAUTHORIZED = 6;

/**
 * An OCSP responder in this process, for training and tests: an OCSPRequest in, an OCSPResponse out. Throws
 * RangeError for a chain that is not of a training PKI.
 */
export function trainingResponder(options: ResponderOptions): (request: Uint8Array) => Uint8Array {
  const chain = options.chain.map(parseCertificate);
  const issuer = parseCertificate(options.issuer);
  const [signer] = chain;
  if (signer === undefined || ![...chain, issuer].every(isTrainingCertificate))
    throw new RangeError('only a training PKI has a training responder');
  const key = readPrivateKey(options.privateKeyPem);
  const { now, minutes = 60, statusOf, namedBy = 'name' } = options;
  return (bytes) => {
    try {
      const { id, idDer, nonce } = readOcspRequest(bytes);
      if (!isCertIdOf(nodeCrypto, id, id.serial, issuer)) return refusal(UNAUTHORIZED);
      const at = now();
      const nextUpdate = new Date(at.getTime() + minutes * 60_000);
      const single = { idDer, entry: statusOf(id.serial), thisUpdate: at, nextUpdate };
      return writeOcspResponse({ signer, key, singles: [single], producedAt: at, nonce, namedBy });
    } catch (error) {
      if (error instanceof DerError) return refusal(MALFORMED);
      throw error;
    }
  };
}

/** One answer to be written; `nextUpdate` null to leave it out. */
export interface SinglePlan {
  readonly idDer: Uint8Array;
  readonly entry: RegisterEntry;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
}

export interface ResponsePlan {
  readonly signer: Certificate;
  readonly key: KeyObject;
  readonly singles: readonly SinglePlan[];
  readonly producedAt: Date;
  readonly nonce?: Uint8Array | undefined;
  readonly namedBy?: 'name' | 'key';
  /** DER, carried beside the signature; the signer's if not given. */
  readonly certificates?: readonly Uint8Array[];
}

const REASON_NUMBERS = new Map([...REASONS].map(([number, name]) => [name, number]));
const refusal = (status: number): Uint8Array => der.sequence(der.encode(ENUMERATED, Uint8Array.of(status)));

/** A successful OCSPResponse (RFC 6960 §4.2.1) that says what it is told to; SHA-256. */
export function writeOcspResponse(plan: ResponsePlan): Uint8Array {
  const { signer, key, singles, producedAt, nonce, namedBy = 'name', certificates = [signer.der] } = plan;
  const responder =
    namedBy === 'name'
      ? der.encode(context(1, true), signer.subject.der)
      : der.encode(context(2, true), der.octetString(keyHash(signer)));
  const data = der.sequence(
    responder,
    wholeSeconds(producedAt),
    der.sequence(...singles.map(writeSingle)),
    ...(nonce === undefined ? [] : [nonceExtension(1, nonce)]),
  );
  const scheme = key.asymmetricKeyType === 'rsa' ? 'rsa-pkcs1' : 'ecdsa';
  const signature = new Uint8Array(sign('sha256', data, { key, dsaEncoding: 'der' }));
  const basic = der.sequence(
    data,
    signatureAlgorithm(scheme, 'sha256'),
    der.bitString(signature),
    ...(certificates.length === 0 ? [] : [der.encode(context(0, true), der.sequence(...certificates))]),
  );
  const typed = der.sequence(der.oid(OCSP.basic), der.octetString(basic));
  return der.sequence(der.encode(ENUMERATED, Uint8Array.of(0)), der.encode(context(0, true), typed));
}

function writeSingle({ idDer, entry, thisUpdate, nextUpdate }: SinglePlan): Uint8Array {
  return der.sequence(
    idDer,
    writeStatus(entry),
    wholeSeconds(thisUpdate),
    ...(nextUpdate === null ? [] : [der.encode(context(0, true), wholeSeconds(nextUpdate))]),
  );
}

function writeStatus(entry: RegisterEntry): Uint8Array {
  if (entry === 'good') return der.encode(context(0, false));
  if (entry === 'unknown') return der.encode(context(2, false));
  const reason = REASON_NUMBERS.get(entry.reason ?? '');
  return der.encode(
    context(1, true),
    wholeSeconds(entry.revokedAt),
    ...(reason === undefined
      ? []
      : [der.encode(context(0, true), der.encode(ENUMERATED, Uint8Array.of(reason)))]),
  );
}

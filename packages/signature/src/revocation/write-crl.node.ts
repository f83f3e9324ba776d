import { sign } from 'node:crypto';
import { joinBytes } from '../bytes.ts';
import { context, ENUMERATED } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { readPrivateKey } from '../pki/keys.node.ts';
import type { KeyedCertificate } from '../pki/training.node.ts';
import type { Issuer } from '../pki/write-certificate.node.ts';
import { isTrainingCertificate } from '../x509/certificate.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { signatureAlgorithm } from '../x509/signature-algorithm.ts';
import { CRL_EXTENSION, REASONS } from './oids.ts';

export interface CrlEntry {
  /** Hexadecimal. */
  readonly serial: string;
  readonly revokedAt: Date;
  readonly reason?: string;
}

export interface CrlPlan {
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly number: number;
  readonly entries: readonly CrlEntry[];
  /** Content of IssuingDistributionPoint, if it is to have one. */
  readonly point?: Uint8Array;
}

/** A CRL of a training CA. Throws RangeError for a CA that is not a training one. */
export function writeTrainingCrl(ca: KeyedCertificate, plan: CrlPlan): Uint8Array {
  const certificate = certificateFromPem(ca.certificatePem);
  if (!isTrainingCertificate(certificate)) throw new RangeError('only a training CA has its list made here');
  return writeCrl({ certificate, privateKey: readPrivateKey(ca.privateKeyPem) }, plan);
}

const REASON_NUMBERS = new Map([...REASONS].map(([number, name]) => [name, number]));

/** A version 2 CRL (RFC 5280 §5) for tests and training: it says what it is told to; SHA-256. */
export function writeCrl({ certificate, privateKey }: Issuer, plan: CrlPlan): Uint8Array {
  const { thisUpdate, nextUpdate, number, entries, point } = plan;
  const algorithm = signatureAlgorithm(
    privateKey.asymmetricKeyType === 'rsa' ? 'rsa-pkcs1' : 'ecdsa',
    'sha256',
  );
  const extension = (type: string, critical: boolean, content: Uint8Array): Uint8Array =>
    critical
      ? der.sequence(der.oid(type), der.truth(true), der.octetString(content))
      : der.sequence(der.oid(type), der.octetString(content));
  const keyId = octetsOf(certificate.subjectKeyId ?? '');
  const extensions = [
    extension(
      CRL_EXTENSION.authorityKeyIdentifier,
      false,
      der.sequence(der.encode(context(0, false), keyId)),
    ),
    extension(CRL_EXTENSION.number, false, der.integer(octetsOf(number.toString(16).padStart(8, '0')))),
    ...(point === undefined ? [] : [extension(CRL_EXTENSION.issuingDistributionPoint, true, point)]),
  ];
  const tbs = der.sequence(
    der.integer(Uint8Array.of(1)),
    algorithm,
    certificate.subject.der,
    der.time(thisUpdate),
    ...(nextUpdate === null ? [] : [der.time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [der.sequence(joinBytes(...entries.map(writeEntry)))]),
    der.encode(context(0, true), der.sequence(...extensions)),
  );
  const signature = new Uint8Array(sign('sha256', tbs, { key: privateKey, dsaEncoding: 'der' }));
  return der.sequence(tbs, algorithm, der.bitString(signature));
}

function writeEntry({ serial, revokedAt, reason }: CrlEntry): Uint8Array {
  const number = REASON_NUMBERS.get(reason ?? '');
  const coded =
    number === undefined
      ? []
      : [
          der.sequence(
            der.sequence(
              der.oid(CRL_EXTENSION.reason),
              der.octetString(der.encode(ENUMERATED, Uint8Array.of(number))),
            ),
          ),
        ];
  return der.sequence(der.integer(octetsOf(serial)), der.time(revokedAt), ...coded);
}

const octetsOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

import { partsOf, type SigningAlgorithm } from '../algorithms.ts';
import { CONTENT } from '../cms/oids.ts';
import { type CmsPlan, writeSignedAttributes, writeSignedData } from '../cms/write.ts';
import { type CryptoPort, digestOf } from '../crypto/crypto-port.ts';
import { derFromPlain } from '../crypto/ecdsa.ts';
import { DerError } from '../der/read.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { PadesError } from './error.ts';
import { appendField, type SignedRange, signedBytes, UNSEEN, withValue, writtenNumber } from './field.ts';
import { openPdf, pagesOf } from './source.ts';

/** Where a signature shows, and what: operators of PDF in a box of the rectangle's size. */
export interface PadesLook {
  /** From 0. */
  readonly page: number;
  /** In points from the page's lower left corner: left, bottom, right, top. */
  readonly rect: readonly [number, number, number, number];
  readonly content: Uint8Array;
}

export interface PadesRequest {
  /** DER, leaf first, then intermediates; without the root. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  /** The signer's own word, to the second. */
  readonly time: Date;
  /** Nothing to be seen if not given. */
  readonly look?: PadesLook;
  /** Octets kept for the value with chain and timestamp; 12,288 if not given. */
  readonly room?: number;
}

/** A signature that waits for its value: the first of two steps. Plain data, to be stored between. */
export interface PreparedPades {
  /** The file with the field, the value zeros. */
  readonly pdf: Uint8Array;
  readonly range: SignedRange;
  /** What the signer signs: the CMS signed attributes (RFC 5652 §5.4). */
  readonly message: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  /** The signer's own word. */
  readonly time: Date;
}

const ROOM = 12_288;

/**
 * Adds a signature field to one of our PDFs and says what is to be signed (EN 319 142-1 §5.3, §6.3: CMS detached, with
 * content type, message digest and signing certificate; the time stands in /M alone). Earlier bytes stay as they are.
 * Same input, same bytes. Throws PadesError, DerError for a chain that cannot be read.
 */
export function preparePades(crypto: CryptoPort, pdf: Uint8Array, request: PadesRequest): PreparedPades {
  const source = openPdf(pdf);
  const { look, chain, algorithm, time } = request;
  const page = pagesOf(source)[look?.page ?? 0];
  if (page === undefined) throw new PadesError('no-such-page');
  const field = appendField(source, {
    kind: 'signature',
    page,
    rect: look === undefined ? UNSEEN : look.rect.map(writtenNumber).join(' '),
    look: look?.content ?? new Uint8Array(0),
    time,
    room: request.room ?? ROOM,
  });
  const digest = digestOf(crypto, 'sha256', signedBytes(field.pdf, field.range));
  const { signer, plan } = planOf(chain);
  const message = writeSignedAttributes(plan, digest, certificateDigest(crypto, 'sha256', signer));
  return { pdf: field.pdf, range: field.range, message, chain, algorithm, time };
}

/**
 * The digest of the file that `message` signs for, if it is what `preparePades` makes for this certificate, to the octet;
 * null for anything else. For who holds a key and must know what kind of thing it is asked to sign.
 */
export function fileDigestIn(
  crypto: CryptoPort,
  message: Uint8Array,
  certificate: Uint8Array,
): Uint8Array | null {
  const { signer, plan } = planOf([certificate]);
  const made = (digest: Uint8Array): Uint8Array =>
    writeSignedAttributes(plan, digest, certificateDigest(crypto, 'sha256', signer));
  // Wherever two digests lead to different octets the digest stands, and nowhere else.
  const [zeros, ones] = [made(new Uint8Array(32)), made(new Uint8Array(32).fill(0xff))];
  const from = zeros.findIndex((octet, n) => octet !== ones[n]);
  const digest = Uint8Array.from(message.subarray(from, from + 32));
  if (digest.length !== 32) return null;
  const same = made(digest);
  return message.length === same.length && message.every((octet, n) => octet === same[n]) ? digest : null;
}

function planOf(chain: readonly Uint8Array[]): { signer: Certificate; plan: CmsPlan } {
  const [leaf] = chain;
  if (leaf === undefined) throw new DerError('truncated');
  const signer = knownCertificateOf(leaf);
  return {
    signer,
    plan: { contentType: CONTENT.data, content: null, hash: 'sha256', signer, certificates: chain },
  };
}

/**
 * Puts the value in (`signature` in XML form: ECDSA r‖s, RSA as is), after it was verified against the certificate.
 * `timestamp` dates it (level T): a token over `padesTimestampMessage`. Throws PadesError `signature-invalid`, `no-room`.
 */
export async function completePades(
  crypto: CryptoPort,
  { pdf, range, message, chain, algorithm }: PreparedPades,
  signature: Uint8Array,
  timestamp?: Uint8Array,
): Promise<Uint8Array> {
  const { signer, plan } = planOf(chain);
  if (!(await crypto.verify(algorithm, signer.spki, signature, message)))
    throw new PadesError('signature-invalid');
  const value = padesTimestampMessage(algorithm, signature);
  return withValue(pdf, range, writeSignedData(plan, message, value, timestamp));
}

/** What a signature's timestamp is over: its value as CMS holds it (EN 319 122-1 §5.3). */
export const padesTimestampMessage = (algorithm: SigningAlgorithm, signature: Uint8Array): Uint8Array =>
  partsOf(algorithm).scheme === 'ecdsa' ? derFromPlain(signature) : signature;

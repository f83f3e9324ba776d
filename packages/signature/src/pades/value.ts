import { CONTENT, SIGNED_ATTRIBUTE, UNSIGNED_ATTRIBUTE } from '../cms/oids.ts';
import { readDetachedSignedData } from '../cms/read.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError, encodingOf } from '../der/read.ts';
import { checkSigner, signerAmong, type TimestampCode } from '../time/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { signedBytes } from './field.ts';
import type { ReadUpdate } from './revisions.ts';

/** A signature's CMS, held against the bytes that it covers. */
export interface PadesValue {
  readonly valid: true;
  readonly certificate: Certificate;
  /** Leaf first, as carried. */
  readonly chain: readonly Certificate[];
  readonly signature: Uint8Array;
  /** DER of the token over it. */
  readonly timestamp: Uint8Array | null;
}

/** EN 319 142-1 §6.3: these, and no signing-time, since /M has it. */
const SIGNED: readonly string[] = Object.values(SIGNED_ATTRIBUTE).filter(
  (type) => type !== SIGNED_ATTRIBUTE.signingTime,
);

const refuse = (code: TimestampCode) => ({ valid: false, code }) as const;

/**
 * Reads and verifies the CMS of a signature field: exactly the attributes of the baseline, the digest of the field's
 * bytes, the named certificate first among those carried, and its signature.
 */
export async function readPadesValue(
  crypto: CryptoPort,
  update: Exclude<ReadUpdate, { kind: 'store' }>,
): Promise<PadesValue | { readonly valid: false; readonly code: TimestampCode }> {
  try {
    const cms = readDetachedSignedData(update.value);
    const { attributes, signature } = cms.signer;
    if (cms.contentType !== CONTENT.data) return refuse('malformed');
    if (attributes.size !== SIGNED.length || !SIGNED.every((type) => attributes.has(type)))
      return refuse('malformed');
    const chain = cms.certificates.map(knownCertificateOf);
    // A SET has no order of its own: the leaf is the one that is named, the others follow by their names.
    const certificate = signerAmong(crypto, chain, cms);
    if (certificate === undefined) return refuse('signer-not-found');
    const content = signedBytes(update.pdf, update.range);
    const fault = await checkSigner(crypto, { ...cms, content }, certificate);
    if (fault !== null) return refuse(fault);
    const token = cms.unsigned.get(UNSIGNED_ATTRIBUTE.signatureTimestamp);
    if (cms.unsigned.size > (token === undefined ? 0 : 1)) return refuse('malformed');
    const ordered = [certificate, ...chain.filter((c) => c !== certificate)];
    const timestamp = token === undefined ? null : encodingOf(token);
    return { valid: true, certificate, chain: ordered, signature, timestamp };
  } catch (error) {
    if (error instanceof DerError) return refuse('malformed');
    throw error;
  }
}

import { decodeUtf8, encodeUtf8 } from '@hocba/xml';
import { partsOf } from '../algorithms.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { isPlainEcdsa } from '../crypto/ecdsa.ts';
import { ANNEX_ID, DSIG, idsOf, TYPE, XADES } from '../markup/vocabulary.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { type KnownCertificate, knownCertificate } from '../x509/known.ts';
import { withNamespace, withoutNamespace } from './apex.ts';
import { SigningError } from './errors.ts';
import { writeKeyInfo } from './key-info.ts';
import { bytesToSign, type PreparedSignature } from './prepare.ts';

/**
 * Puts the value into a prepared signature: the canonical `<Signature>` element that the slot takes.
 * `signatureValue` is in XML form (r‖s for ECDSA). It is verified with the leaf's key first, because devices
 * and services do return signatures of other messages and other keys; and what was
 * stored in between is held against the digests that were signed. The digests of the record's own parts are left
 * to whoever has the record. Throws SigningError.
 */
export async function completeSignature(
  crypto: CryptoPort,
  prepared: PreparedSignature,
  signatureValue: Uint8Array,
): Promise<Uint8Array> {
  const toBeSigned = bytesToSign(prepared);
  const chain = prepared.chain.map(readStored);
  const [leaf] = chain;
  if (leaf === undefined) throw new SigningError('bad-prepared-signature');
  const { curve } = partsOf(prepared.algorithm);
  if (curve !== null && !isPlainEcdsa(curve, signatureValue))
    throw new SigningError('signature-value-not-in-xml-form');
  const verified = await crypto.verify(prepared.algorithm, leaf.certificate.spki, signatureValue, toBeSigned);
  if (verified !== true) throw new SigningError('signature-value-invalid');

  const ids = idsOf(prepared.slotId);
  const signedInfo = withoutNamespace(decodeUtf8(toBeSigned));
  checkParts(crypto, prepared, signedInfo, chain);
  return encodeUtf8(
    `<Signature xmlns="${DSIG}" Id="${ids.signature}">${signedInfo}` +
      `<SignatureValue Id="${ids.value}">${toBase64(signatureValue)}</SignatureValue>` +
      `${writeKeyInfo(chain)}<Object>${prepared.properties}</Object>` +
      `<Object><QualifyingProperties xmlns="${XADES}" Id="${ids.qualifyingProperties}" ` +
      `Target="#${ids.signature}">${prepared.signedProperties}</QualifyingProperties></Object>` +
      `${prepared.annex ?? ''}</Signature>`,
  );
}

/** Refuses stored parts that are not those whose digests were signed. */
function checkParts(
  crypto: CryptoPort,
  prepared: PreparedSignature,
  signedInfo: string,
  chain: readonly KnownCertificate[],
): void {
  const ids = idsOf(prepared.slotId);
  const digest = (canonical: Uint8Array) => toBase64(crypto.sha256(canonical));
  const parts = [
    [ids.properties, prepared.properties, DSIG],
    [ids.signedProperties, prepared.signedProperties, XADES],
    ...(prepared.annex === undefined ? [] : [[ANNEX_ID, prepared.annex, DSIG] as const]),
  ] as const;
  const same = parts.every(
    ([id, part, namespace]) =>
      digest(encodeUtf8(withNamespace(part, namespace))) === signedDigest(signedInfo, id),
  );
  const annexed = signedInfo.includes(` Type="${TYPE.object}" URI="#${ANNEX_ID}">`);
  const named = [...prepared.signedProperties.matchAll(/<DigestValue [^>]*>([^<]*)/g)].map(
    ([, value]) => value,
  );
  const digests = chain.map(({ certificate }) => toBase64(certificateDigest(crypto, 'sha256', certificate)));
  // What was prepared before names the leaf alone.
  const certified =
    (named.length === 1 || named.length === digests.length) &&
    named.every((value, i) => value === digests[i]);
  if (!same || !certified || annexed !== (prepared.annex !== undefined))
    throw new SigningError('bad-prepared-signature');
}

/** The DigestValue of the Reference to `id`, in SignedInfo as `prepareSignature` writes it. */
function signedDigest(signedInfo: string, id: string): string | undefined {
  const [, reference] = signedInfo.split(` URI="#${id}">`);
  return reference === undefined ? undefined : /<DigestValue>([^<]*)/.exec(reference)?.[1];
}

function readStored(base64: string): KnownCertificate {
  const der = fromBase64(base64);
  if (der === null) throw new SigningError('bad-prepared-signature');
  try {
    return knownCertificate(der);
  } catch {
    throw new SigningError('bad-prepared-signature');
  }
}

import { encodeUtf8 } from '@hocba/xml';
import { partsOf } from '../algorithms.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { CryptoPort } from '../crypto-port.ts';
import { isPlainEcdsa } from '../ecdsa.ts';
import { SigningError } from './errors.ts';
import { type KnownCertificate, knownCertificate, writeKeyInfo } from './key-info.ts';
import { bytesToSign, type PreparedSignature } from './prepare.ts';
import { DSIG, idsOf } from './vocabulary.ts';

/**
 * Puts the value into a prepared signature: the canonical `<Signature>` element that the slot takes.
 * `signatureValue` is in XML form (r‖s for ECDSA). It is verified with the leaf's key first, because devices
 * and services do return signatures of other messages and other keys. Throws SigningError; never returns a
 * signature that does not verify.
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
  const signedInfo = new TextDecoder().decode(toBeSigned).replace(` xmlns="${DSIG}"`, '');
  return encodeUtf8(
    `<Signature xmlns="${DSIG}" Id="${ids.signature}">${signedInfo}` +
      `<SignatureValue Id="${ids.value}">${toBase64(signatureValue)}</SignatureValue>` +
      `${writeKeyInfo(chain)}${prepared.objects}</Signature>`,
  );
}

function readStored(base64: string): KnownCertificate {
  const der = fromBase64(base64);
  if (der === null) throw new SigningError('bad-prepared-signature');
  try {
    return knownCertificate(der, base64);
  } catch {
    throw new SigningError('bad-prepared-signature');
  }
}

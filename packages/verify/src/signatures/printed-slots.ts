import type { SignedSlot } from '@hocba/form';
import type { ReadRecord } from '@hocba/record';
import { ATTRIBUTE, attributeOf, type Certificate, type CryptoPort } from '@hocba/signature';
import { checkSignatures } from './check-signatures.ts';

/**
 * A record's slots with the certificates that stand behind them, as its form names them. Issuing and verifying both go this way, so
 * that a print and its re-rendering say the same. Of a slot that does not verify no certificate is named.
 */
export async function printedSlots(crypto: CryptoPort, read: ReadRecord): Promise<SignedSlot[]> {
  const { slots } = await checkSignatures(crypto, read);
  const proven = new Map(slots.map(({ slot, finding }) => [slot.slotId, finding.certificate]));
  return read.slots.map(({ slotId, role, signingTime, personalId }) => {
    const certificate = proven.get(slotId);
    return {
      role,
      signingTime,
      personalId,
      ...(certificate === undefined
        ? {}
        : { certificate: { issuer: issuerOf(certificate), serial: certificate.serial } }),
    };
  });
}

/** The authority's common name, else its whole name. */
function issuerOf({ issuer }: Certificate): string {
  return attributeOf(issuer, ATTRIBUTE.commonName) || issuer.text;
}

import { betweenSlots } from '@hocba/record';
import { digestOf, signatureAsSigned } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { inOrder } from '../../../signing/records/assemble.ts';
import type { StoredSigned } from '../../../signing/records/records.ts';
import type { VerifiedSigned } from '../../../signing/slots/verify-slots.ts';
import type { PartDigests } from './portion.ts';

/**
 * Whether the issued bytes are the frozen ones with the stored slots in them, part by part: then putting them together makes
 * the same bytes again. The reader has found every slot in its place and in its order, and nothing else in it.
 */
export function isOfParts(
  { file, signatures }: VerifiedSigned,
  record: Pick<StoredSigned, 'plans' | 'signed'>,
  parts: PartDigests,
): boolean {
  if (file.kind !== 'record') return false;
  const { slots, xmlDocument } = file.read;
  const plans = inOrder(record.plans);
  if (plans.length !== slots.length || signatures.length !== slots.length) return false;
  if (!isDigest(parts.frozenXml, betweenSlots(xmlDocument.bytes, slots))) return false;
  return slots.every(({ slotId, role, signingTime, personalId, signature }, i) => {
    const plan = plans[i];
    const stored = record.signed.find((one) => one.slotId === slotId);
    const digest = parts.signatures.get(slotId);
    if (plan === undefined || stored === undefined || digest === undefined) return false;
    const planned = 'personalId' in plan.signer ? plan.signer.personalId : undefined;
    return (
      plan.slotId === slotId &&
      plan.role === role &&
      plan.order === i &&
      planned === personalId &&
      stored.signingTime === signingTime &&
      (stored.personalId ?? undefined) === personalId &&
      isDigest(digest, signatureAsSigned(xmlDocument, signature))
    );
  });
}

const isDigest = (sha256: Uint8Array, pieces: readonly Uint8Array[]): boolean =>
  Buffer.compare(digestOf(nodeCrypto, 'sha256', pieces), sha256) === 0;

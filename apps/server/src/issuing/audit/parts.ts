import { withoutSlots } from '@hocba/record';
import { signatureAsSigned } from '@hocba/signature';
import { inOrder } from '../../signing/assemble.ts';
import type { StoredSigned } from '../../signing/records.ts';
import type { VerifiedSigned } from '../../signing/verify-slots.ts';
import { sha256 } from '../log/keys.ts';
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
  if (!sameBytes(digestOnce(withoutSlots(xmlDocument.bytes, slots), xmlDocument.bytes), parts.frozenXml))
    return false;
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
      sameBytes(digestOnce(signatureAsSigned(xmlDocument, signature), xmlDocument.bytes), digest)
    );
  });
}

/**
 * SHA-256 of what was put together for that alone. Its memory is given back at once: two thirds of a record go by here, and what it
 * would cost to have them collected is more than their digest. A view of the record itself, where there was nothing to put together, stays.
 */
function digestOnce(made: Uint8Array, record: Uint8Array): Uint8Array {
  const digest = sha256(made);
  const { buffer } = made;
  if (buffer instanceof ArrayBuffer && buffer !== record.buffer && buffer.byteLength === made.length)
    buffer.transfer(0);
  return digest;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

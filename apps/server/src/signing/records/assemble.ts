import { insertSignedSlots, type PlannedSlot, type SlotPlan } from '@hocba/record';
import type { RecordParts, SignedSlot, StoredSigned } from './records.ts';

/**
 * The XML of a record or a class's table as far as it is signed: frozen bytes and slots, put together in the order of the plan. The same
 * parts give the same bytes; it stops before the first slot without a signature.
 */
export function assemble(record: Pick<StoredSigned, 'plans' | 'signed'>, parts: RecordParts): Uint8Array {
  const slots: PlannedSlot[] = [];
  for (const plan of inOrder(record.plans)) {
    const slot = record.signed.find((s) => s.slotId === plan.slotId);
    const signature = parts.signatures.get(plan.slotId);
    if (slot === undefined || signature === undefined) break;
    slots.push({ plan, slot: slotContent(slot, signature) });
  }
  return slots.length === 0 ? parts.frozenXml : insertSignedSlots(parts.frozenXml, slots);
}

export function slotContent(slot: Pick<SignedSlot, 'signingTime' | 'personalId'>, signature: Uint8Array) {
  return {
    signingTime: slot.signingTime,
    signature,
    ...(slot.personalId === null ? {} : { personalId: slot.personalId }),
  };
}

export function inOrder(plans: readonly SlotPlan[]): SlotPlan[] {
  return [...plans].sort((a, b) => a.order - b.order);
}

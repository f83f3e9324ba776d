import { el, rawElement, scanCanonical, serialize } from '@hocba/xml';
import { MOET_2025 } from '../profile/moet-2025.ts';
import { profileById } from '../profile/profiles.ts';
import { DSIG_NAMESPACE } from '../xml/annex.ts';
import { insertSlot, insertSlots, type SlotContent } from '../xml/insert.ts';
import { type SlotPlan, slotIds, slotSpec } from '../xml/slots.ts';
import type { FrozenRecord } from '../xml/write.ts';

/** A Signature element with the shape that a slot needs and no cryptography at all. */
export function blankSignature(slotId: string, annex?: Uint8Array): Uint8Array {
  const value = el('SignatureValue', { Id: slotIds.signatureValue(slotId) }, 'AAAA');
  const bytes = serialize(el('Signature', { xmlns: DSIG_NAMESPACE, Id: slotIds.signature(slotId) }, value));
  if (!annex) return bytes;
  // The Object stands in the Signature's namespace already, so that its own declaration goes.
  const inner = new TextDecoder().decode(annex).replace(` xmlns="${DSIG_NAMESPACE}"`, '');
  const text = new TextDecoder().decode(bytes).replace('</Signature>', () => `${inner}</Signature>`);
  const whole = new TextEncoder().encode(text);
  scanCanonical(whole);
  rawElement(whole);
  return whole;
}

function slotContent(plan: SlotPlan, annex: Uint8Array, profile = MOET_2025): SlotContent {
  const carries = slotSpec(profile, plan.role)?.carriesAnnex === true;
  return {
    signingTime: `2026-05-28T20:14:${String(plan.order).padStart(2, '0')}+07:00`,
    ...('personalId' in plan.signer ? { personalId: plan.signer.personalId } : {}),
    signature: blankSignature(plan.slotId, carries ? annex : undefined),
  };
}

/** Fills the first `count` slots (all by default), each at its own time. */
export function fillSlots(frozen: FrozenRecord, count: number = frozen.slots.length): Uint8Array {
  const plans = frozen.slots.slice(0, count);
  return insertSlots(
    frozen.xml,
    plans.map((plan) => ({ plan, slot: slotContent(plan, frozen.annex, profileById(frozen.profile)) })),
  );
}

/** Fills one slot of a record that has the earlier ones. */
export function fillSlot(xml: Uint8Array, plan: SlotPlan, annex: Uint8Array): Uint8Array {
  return insertSlot(xml, plan, slotContent(plan, annex));
}

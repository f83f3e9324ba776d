import { CanonicalXmlError, scanCanonical, type XmlDocument, type XmlElement } from '@hocba/xml';
import type { SignerRole } from '../model.ts';
import type { SlotSpec } from '../profile/profile.ts';
import { DSIG_NAMESPACE } from './annex.ts';
import { joined } from './bytes.ts';
import { assertAttributes, Children } from './children.ts';
import { RecordReadError } from './errors.ts';
import { isSigningTime } from './forms.ts';
import { type SlotPlan, slotIds } from './slots.ts';

/** A slot as it stands in the bytes. Whether its signature is good is not this package's to say. */
export interface ReadSlot {
  readonly slotId: string;
  readonly role: SignerRole;
  readonly element: XmlElement;
  readonly signature: XmlElement;
  /** NGAY_KY as written; the verifier compares it with the signed SigningTime. */
  readonly signingTime: string;
  /** SO_CCCD as written; equal to the planned signer's. The seal has none. */
  readonly personalId?: string;
}

/** A slot's element: signed time, signer's number where the role has one, and one Signature named for the slot. */
export function readSlot(spec: SlotSpec, slotId: string, element: XmlElement, place: string): ReadSlot {
  assertAttributes(element, slotId, place);
  const children = new Children(element, place);
  const text = (tag: string): string => {
    const field = children.must(tag);
    assertAttributes(field, undefined, `${place}/${tag}`);
    return field.text;
  };
  const signingTime = text(spec.timeTag);
  if (!isSigningTime(signingTime)) throw new RecordReadError('value-not-allowed', `${place}/${spec.timeTag}`);
  const personalId = spec.personalIdTag === undefined ? undefined : text(spec.personalIdTag);
  const [signature, ...more] = children.rest();
  if (
    signature?.name !== 'Signature' ||
    signature.namespace !== DSIG_NAMESPACE ||
    signature.attributes.get('Id') !== slotIds.signature(slotId) ||
    more.length > 0
  ) {
    throw new RecordReadError('slot-malformed', place);
  }
  return {
    slotId,
    role: spec.role,
    element,
    signature,
    signingTime,
    ...(personalId === undefined ? {} : { personalId }),
  };
}

/** The document without the slots' bytes: what the writer makes of the same data. */
export function withoutSlots(xml: Uint8Array, slots: readonly ReadSlot[]): Uint8Array {
  return joined(betweenSlots(xml, slots));
}

/** The same in pieces, for what only digests it. */
export function betweenSlots(xml: Uint8Array, slots: readonly ReadSlot[]): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const { element } of slots) {
    kept.push(xml.subarray(at, element.start));
    at = element.end;
  }
  kept.push(xml.subarray(at));
  return kept;
}

/** Holds the slots present to the plan: the first ones of it, without a gap, each by its planned signer. */
export function assertPlanned(slots: readonly ReadSlot[], plans: readonly SlotPlan[]): void {
  slots.forEach((slot, i) => {
    const plan = plans[i];
    if (plan?.slotId !== slot.slotId) throw new RecordReadError('slot-out-of-order', slot.slotId);
    if ('personalId' in plan.signer && slot.personalId !== plan.signer.personalId) {
      throw new RecordReadError('signer-differs', slot.slotId);
    }
  });
}

/** Canonical bytes scanned, or the refusal of a reader. */
export function scan(xml: Uint8Array): XmlDocument {
  try {
    return scanCanonical(xml);
  } catch (cause) {
    if (cause instanceof CanonicalXmlError) throw new RecordReadError('not-canonical', undefined, { cause });
    throw cause;
  }
}

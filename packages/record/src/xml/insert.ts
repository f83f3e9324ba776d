import { el, find, scanCanonical, type XmlDocument, type XmlElement } from '@hocba/xml';
import type { ProfileNode, SlotSpec } from '../profile/profile.ts';
import { PROFILES, type Profiles } from '../profile/profiles.ts';
import { DSIG_NAMESPACE } from './annex.ts';
import { joined } from './bytes.ts';
import { RecordWriteError } from './errors.ts';
import { isSigningTime } from './forms.ts';
import { profileOfDocument } from './identify.ts';
import { ANNEX_ID, type SlotPlan, slotIds } from './slots.ts';

/** What fills a slot. */
export interface SlotContent {
  /** The signed SigningTime, exactly: `2026-05-28T20:14:05+07:00`. */
  readonly signingTime: string;
  /** Number of the person who signed; the seal has none. */
  readonly personalId?: string;
  /** Canonical `Signature` element by itself. */
  readonly signature: Uint8Array;
}

export interface PlannedSlot {
  readonly plan: SlotPlan;
  readonly slot: SlotContent;
}

/** Path of tags from the root to the element that holds the role's slots. */
function pathTo(nodes: readonly ProfileNode[], role: SlotPlan['role']): string[] | undefined {
  for (const node of nodes) {
    if (node.kind === 'slots' && node.role === role) return [];
    if (node.kind !== 'group') continue;
    const inner = pathTo(node.children, role);
    if (inner) return [node.tag, ...inner];
  }
  return undefined;
}

/** Where the slots of a format stand. */
export interface SlotLayout {
  readonly slots: readonly SlotSpec[];
  /** Tags from the root to the element that holds a role's slots. */
  readonly pathTo: (role: SlotPlan['role']) => readonly string[] | undefined;
}

function containerOf(document: XmlDocument, layout: SlotLayout, role: SlotPlan['role']): XmlElement {
  const path = layout.pathTo(role);
  const element = path ? find(document.root, path.join('/')) : undefined;
  if (!element) throw new RecordWriteError('slot-unknown', role);
  return element;
}

function slotsIn(document: XmlDocument, layout: SlotLayout, spec: SlotSpec): number {
  return containerOf(document, layout, spec.role).children.filter((c) => c.name === spec.tag).length;
}

function assertSignature(spec: SlotSpec, slotId: string, signature: Uint8Array): void {
  const { root, byId } = scanCanonical(signature);
  const annex = byId.get(ANNEX_ID);
  const right =
    root.name === 'Signature' &&
    root.namespace === DSIG_NAMESPACE &&
    root.attributes.get('Id') === slotIds.signature(slotId) &&
    byId.has(slotIds.signatureValue(slotId)) &&
    (spec.carriesAnnex ? annex?.parent === root : annex === undefined);
  if (!right) throw new RecordWriteError('signature-malformed', slotId);
}

/** The slot's element as it will stand in the record. */
function writeSlot(spec: SlotSpec, slotId: string, plan: SlotPlan, slot: SlotContent): Uint8Array {
  const personalId = 'personalId' in plan.signer ? plan.signer.personalId : undefined;
  if (slot.personalId !== personalId) throw new RecordWriteError('signer-differs', slotId);
  if (!isSigningTime(slot.signingTime)) {
    throw new RecordWriteError('value-not-allowed', `${slotId}.signingTime`);
  }
  assertSignature(spec, slotId, slot.signature);
  const fields = [
    el(spec.timeTag, null, slot.signingTime),
    ...(spec.personalIdTag !== undefined && personalId !== undefined
      ? [el(spec.personalIdTag, null, personalId)]
      : []),
  ];
  // The Signature was scanned just now, so that it goes in as it is.
  const head = el(spec.tag, { Id: slotId }, ...fields).xml.slice(0, -`</${spec.tag}>`.length);
  const encoder = new TextEncoder();
  return joined([encoder.encode(head), slot.signature, encoder.encode(`</${spec.tag}>`)]);
}

/**
 * Puts the next slots into the record, in the order of signing. Only inserts: every byte that stood before stands
 * after it, and a slot goes in only when all earlier ones of the plan are there.
 * @param xml the frozen record, with the slots before these
 * @throws RecordWriteError `slot-out-of-order`, `signature-malformed`, `signer-differs`, …; CanonicalXmlError for bytes
 *   that are not canonical
 */
export function insertSlots(
  xml: Uint8Array,
  slots: readonly PlannedSlot[],
  profiles: Profiles = PROFILES,
): Uint8Array {
  const document = scanCanonical(xml);
  const profile = profileOfDocument(document, profiles);
  if (!profile) throw new RecordWriteError('unknown-profile');
  const { root, slots: specs } = profile;
  return insertByLayout(document, slots, { slots: specs, pathTo: (role) => pathTo(root.children, role) });
}

/** `insertSlots` for a document whose layout is known already: a record of a profile, or a class's table. */
export function insertByLayout(
  document: XmlDocument,
  slots: readonly PlannedSlot[],
  layout: SlotLayout,
): Uint8Array {
  const xml = document.bytes;
  const counts = new Map(layout.slots.map((s) => [s.role, slotsIn(document, layout, s)]));
  let present = [...counts.values()].reduce((a, b) => a + b, 0);
  const additions = new Map<number, Uint8Array[]>();
  for (const { plan, slot } of slots) {
    const spec = layout.slots.find((s) => s.role === plan.role);
    if (!spec) throw new RecordWriteError('slot-unknown', plan.role);
    const ofRole = counts.get(plan.role) ?? 0;
    const slotId = spec.many ? `${spec.id}${ofRole + 1}` : spec.id;
    if (present !== plan.order || plan.slotId !== slotId || (!spec.many && ofRole > 0)) {
      throw new RecordWriteError('slot-out-of-order', plan.slotId);
    }
    const at = containerOf(document, layout, plan.role).contentEnd;
    additions.set(at, [...(additions.get(at) ?? []), writeSlot(spec, slotId, plan, slot)]);
    counts.set(plan.role, ofRole + 1);
    present++;
  }

  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const [at, elements] of [...additions].sort(([a], [b]) => a - b)) {
    parts.push(xml.subarray(copied, at), ...elements);
    copied = at;
  }
  const out = joined([...parts, xml.subarray(copied)]);
  // The whole must be canonical too: an Id of a signature may stand in the record already.
  scanCanonical(out);
  return out;
}

/** Puts the next slot into the record: `insertSlots` of one. */
export function insertSlot(xml: Uint8Array, plan: SlotPlan, slot: SlotContent): Uint8Array {
  return insertSlots(xml, [{ plan, slot }]);
}

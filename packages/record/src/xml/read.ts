import {
  CanonicalXmlError,
  canonicalElement,
  scanCanonical,
  type XmlDocument,
  type XmlElement,
} from '@hocba/xml';
import type { RecordDocument, SignerRole } from '../model.ts';
import type {
  FieldKey,
  FieldNode,
  FieldValue,
  Profile,
  ProfileNode,
  RecordField,
  SlotSpec,
  SubjectField,
  YearField,
} from '../profile/profile.ts';
import { PROFILES, type Profiles } from '../profile/profiles.ts';
import { DSIG_NAMESPACE, readAnnex } from './annex.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import { assembleRecord, type Flat } from './fields.ts';
import { decodeValue, isSigningTime } from './forms.ts';
import { profileOfDocument } from './identify.ts';
import { ANNEX_ID, planSlots, type SlotPlan, slotIds, slotSpec } from './slots.ts';
import { freezeRecord } from './write.ts';

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

export interface ReadRecord {
  readonly doc: RecordDocument;
  readonly profile: Profile;
  /** Canonical bytes of the annex's Object by itself. */
  readonly annex: Uint8Array;
  /** Slots present, in the order of signing, without a gap. */
  readonly slots: readonly ReadSlot[];
  /** Slots that the profile asks for and that are not there yet. */
  readonly missingSlots: readonly SlotPlan[];
  readonly xmlDocument: XmlDocument;
}

interface Gathered {
  readonly profile: Profile;
  readonly fields: Map<FieldKey, FieldValue>;
  readonly years: Flat<YearField>[];
  readonly subjects: Flat<SubjectField>[];
  readonly slots: ReadSlot[];
}

/** Goes along an element's children in order; whatever is left over at the end is unknown and refused. */
class Children {
  private readonly list: readonly XmlElement[];
  private readonly place: string;
  private at = 0;

  constructor(element: XmlElement, place: string) {
    this.list = element.children;
    this.place = place;
  }

  take(tag: string): XmlElement | undefined {
    const next = this.list[this.at];
    if (next?.name !== tag || next.namespace !== '') return undefined;
    this.at++;
    return next;
  }

  must(tag: string): XmlElement {
    const taken = this.take(tag);
    if (!taken) throw new RecordReadError('missing-element', `${this.place}/${tag}`);
    return taken;
  }

  rest(): readonly XmlElement[] {
    const rest = this.list.slice(this.at);
    this.at = this.list.length;
    return rest;
  }

  done(): void {
    if (this.at < this.list.length) throw new RecordReadError('unexpected-element', this.place);
  }
}

function assertAttributes(element: XmlElement, id: string | undefined, place: string): void {
  if (element.attributes.size !== (id === undefined ? 0 : 1))
    throw new RecordReadError('unexpected-attribute', place);
  if (id !== undefined && element.attributes.get('Id') !== id) throw new RecordReadError('wrong-id', place);
}

function readField(
  profile: Profile,
  node: FieldNode,
  from: Children,
  into: Map<FieldKey, FieldValue>,
  place: string,
): void {
  const element = node.required ? from.must(node.tag) : from.take(node.tag);
  if (!element) return;
  const here = `${place}/${node.tag}`;
  assertAttributes(element, undefined, here);
  if (element.children.length > 0) throw new RecordReadError('unexpected-element', here);
  const value = decodeValue(profile, node.form, element.text);
  if (value === undefined) throw new RecordReadError('value-not-allowed', here);
  into.set(node.field, value);
}

function readItem<K extends FieldKey>(
  profile: Profile,
  element: XmlElement,
  nodes: readonly FieldNode<K>[],
  place: string,
): Flat<K> {
  const into = new Map<FieldKey, FieldValue>();
  const children = new Children(element, place);
  for (const node of nodes) readField(profile, node, children, into, place);
  children.done();
  return into as Flat as Flat<K>;
}

function readItems(element: XmlElement, item: string, place: string): readonly XmlElement[] {
  assertAttributes(element, undefined, place);
  const children = new Children(element, place);
  const items: XmlElement[] = [];
  for (let next = children.take(item); next; next = children.take(item)) items.push(next);
  children.done();
  return items;
}

function readSlot(spec: SlotSpec, slotId: string, element: XmlElement, place: string): ReadSlot {
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

function readNode(g: Gathered, node: ProfileNode, from: Children, place: string): void {
  if (node.kind === 'field') {
    readField(g.profile, node, from, g.fields, place);
    return;
  }
  if (node.kind === 'slots') {
    const spec = slotSpec(g.profile, node.role);
    if (!spec) throw new RecordReadError('unknown-profile', place);
    for (let n = 1, next = from.take(spec.tag); next; n++, next = from.take(spec.tag)) {
      if (!spec.many && n > 1) throw new RecordReadError('slot-out-of-order', place);
      g.slots.push(readSlot(spec, spec.many ? `${spec.id}${n}` : spec.id, next, `${place}/${spec.tag}`));
    }
    return;
  }
  const element = from.must(node.tag);
  const here = `${place}/${node.tag}`;
  if (node.kind === 'group') {
    readGroup(g, node, element, here);
    return;
  }
  for (const item of readItems(element, node.item, here)) {
    const at = `${here}/${node.item}`;
    if (node.kind === 'years') {
      assertAttributes(item, undefined, at);
      g.years.push(readItem(g.profile, item, node.fields, at));
    } else {
      const subject = readItem(g.profile, item, node.fields, at);
      const id = node.idPrefix === undefined ? undefined : `${node.idPrefix}${subject.get('subject.code')}`;
      assertAttributes(item, id, at);
      g.subjects.push(subject);
    }
  }
}

function readGroup(
  g: Gathered,
  node: Extract<ProfileNode, { kind: 'group' }>,
  element: XmlElement,
  place: string,
): void {
  assertAttributes(element, node.id, place);
  const children = new Children(element, place);
  for (const child of node.children) readNode(g, child, children, place);
  children.done();
}

function scan(xml: Uint8Array): XmlDocument {
  try {
    return scanCanonical(xml);
  } catch (cause) {
    if (cause instanceof CanonicalXmlError) throw new RecordReadError('not-canonical', undefined, { cause });
    throw cause;
  }
}

/** The annex from its only place: a child of the Signature of the slot that the profile says carries it. */
function annexInSlots(g: Gathered, document: XmlDocument): Uint8Array | undefined {
  const carrier = g.slots.find((s) => slotSpec(g.profile, s.role)?.carriesAnnex);
  const element = document.byId.get(ANNEX_ID);
  if (!element && !carrier) return undefined;
  if (!element) throw new RecordReadError('annex-missing');
  const inPlace =
    element.parent === carrier?.signature &&
    element.name === 'Object' &&
    element.namespace === DSIG_NAMESPACE;
  if (!inPlace) throw new RecordReadError('annex-misplaced');
  return canonicalElement(document, element);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The record's data without the slots' bytes: what `freezeRecord` makes of the same data. */
function withoutSlots(xml: Uint8Array, slots: readonly ReadSlot[]): Uint8Array {
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const { element } of slots) {
    kept.push(xml.subarray(at, element.start));
    at = element.end;
  }
  kept.push(xml.subarray(at));
  const joined = new Uint8Array(kept.reduce((n, part) => n + part.length, 0));
  let offset = 0;
  for (const part of kept) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Writes the record again from what was read: only bytes that come out the same are a record of this profile. */
function assertSameBytes(
  doc: RecordDocument,
  xml: Uint8Array,
  slots: readonly ReadSlot[],
  annex: Uint8Array,
  profiles: Profiles,
): void {
  try {
    const again = freezeRecord(doc, profiles);
    if (!sameBytes(again.annex, annex)) throw new RecordReadError('annex-malformed');
    if (!sameBytes(again.xml, withoutSlots(xml, slots))) throw new RecordReadError('inconsistent');
  } catch (cause) {
    if (cause instanceof RecordWriteError) throw new RecordReadError('inconsistent', cause.field, { cause });
    throw cause;
  }
}

function assertPlanned(slots: readonly ReadSlot[], plans: readonly SlotPlan[]): void {
  slots.forEach((slot, i) => {
    const plan = plans[i];
    if (plan?.slotId !== slot.slotId) throw new RecordReadError('slot-out-of-order', slot.slotId);
    if ('personalId' in plan.signer && slot.personalId !== plan.signer.personalId) {
      throw new RecordReadError('signer-differs', slot.slotId);
    }
  });
}

/**
 * Reads a record of a known profile: exact tags in exact order, no unknown field, every value exactly as the profile
 * writes it, slots without a gap in the order of signing, everything from its prescribed place only.
 * @param xml canonical bytes, with any number of slots filled
 * @param annex bytes of the annex's Object, for a record without the signature that carries it; if the bytes
 *   hold an annex too, both must be equal
 * @param profiles those that may be read; the program's own unless a school has another (`parseProfile`)
 * @throws RecordReadError; `annex-missing` where neither has one
 */
export function readRecord(xml: Uint8Array, annex?: Uint8Array, profiles: Profiles = PROFILES): ReadRecord {
  const xmlDocument = scan(xml);
  const profile = profileOfDocument(xmlDocument, profiles);
  if (!profile) throw new RecordReadError('unknown-profile');
  const g: Gathered = { profile, fields: new Map(), years: [], subjects: [], slots: [] };
  readGroup(g, profile.root, xmlDocument.root, profile.root.tag);

  const signedAnnex = annexInSlots(g, xmlDocument);
  const annexBytes = signedAnnex ?? annex;
  if (!annexBytes) throw new RecordReadError('annex-missing');
  if (signedAnnex && annex && !sameBytes(signedAnnex, annex)) throw new RecordReadError('annex-differs');
  const content = readAnnexBytes(annexBytes, profiles);
  if (content.profile !== profile.id || content.uuid !== g.fields.get('uuid'))
    throw new RecordReadError('annex-differs');

  const doc = assembleRecord(g.fields as Flat as Flat<RecordField>, g.years, g.subjects, content);
  assertSameBytes(doc, xml, g.slots, annexBytes, profiles);
  const plans = planSlots(doc, profile);
  assertPlanned(g.slots, plans);
  return {
    doc,
    profile,
    annex: annexBytes,
    slots: g.slots,
    missingSlots: plans.slice(g.slots.length),
    xmlDocument,
  };
}

function readAnnexBytes(bytes: Uint8Array, profiles: Profiles): ReturnType<typeof readAnnex> {
  try {
    return readAnnex(bytes, profiles);
  } catch (cause) {
    if (cause instanceof CanonicalXmlError)
      throw new RecordReadError('annex-malformed', undefined, { cause });
    throw cause;
  }
}

/** What each slot present must reference and who must have signed it, in the order of signing. */
export function slotPlansOf(read: ReadRecord): SlotPlan[] {
  return planSlots(read.doc, read.profile).slice(0, read.slots.length);
}

import { CanonicalXmlError, canonicalElement, type XmlDocument, type XmlElement } from '@hocba/xml';
import type { RecordDocument } from '../model.ts';
import type {
  FieldKey,
  FieldNode,
  FieldValue,
  Profile,
  ProfileNode,
  RecordField,
  SubjectField,
  YearField,
} from '../profile/profile.ts';
import { PROFILES, type Profiles } from '../profile/profiles.ts';
import { DSIG_NAMESPACE, readAnnex } from './annex.ts';
import { sameBytes } from './bytes.ts';
import { assertAttributes, Children } from './children.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import { assembleRecord, type Flat } from './fields.ts';
import { decodeValue } from './forms.ts';
import { profileOfDocument } from './identify.ts';
import { assertPlanned, type ReadSlot, readSlot, scan, withoutSlots } from './read-slot.ts';
import { ANNEX_ID, planSlots, type SlotPlan, slotSpec } from './slots.ts';
import { freezeRecord } from './write.ts';

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

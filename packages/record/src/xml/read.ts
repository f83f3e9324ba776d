import {
  CanonicalXmlError,
  canonicalElement,
  scanCanonical,
  type XmlDocument,
  type XmlElement,
} from '@hocba/xml';
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
import { DSIG_NAMESPACE, readAnnex, writeAnnex } from './annex.ts';
import { sameBytes } from './bytes.ts';
import { assertAttributes, Children } from './children.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import {
  assembleRecord,
  type FieldTable,
  type Flat,
  RECORD_FIELDS,
  SUBJECT_FIELDS,
  YEAR_FIELDS,
} from './fields.ts';
import { decodeValue } from './forms.ts';
import { profileOfDocument } from './identify.ts';
import { assertPlanned, type ReadSlot, readSlot, scan } from './read-slot.ts';
import { annexAsBefore, isWrittenAsBefore, keepAnnex } from './recurring-annex.ts';
import { ANNEX_ID, planSlots, type SlotPlan, slotSpec } from './slots.ts';
import { writableProfile } from './write.ts';

export interface ReadRecord {
  readonly doc: RecordDocument;
  readonly profile: Profile;
  /** Canonical bytes of the annex's Object by itself. */
  readonly annex: Uint8Array;
  /** Slots present, in the order of signing, without a gap. */
  readonly slots: readonly ReadSlot[];
  /** All slots that the profile asks for, in the order of signing. */
  readonly plans: readonly SlotPlan[];
  /** Those of them that are not there yet. */
  readonly missingSlots: readonly SlotPlan[];
  readonly xmlDocument: XmlDocument;
}

/** The fields of one element that the profile has a tag for. */
interface FieldsRead<K extends FieldKey = FieldKey> {
  readonly values: Map<K, FieldValue>;
  /** Optional ones whose tag is not there. */
  readonly absent: K[];
}

interface Gathered {
  readonly profile: Profile;
  readonly fields: FieldsRead;
  readonly years: FieldsRead<YearField>[];
  readonly subjects: FieldsRead<SubjectField>[];
  readonly slots: ReadSlot[];
}

function readField(
  profile: Profile,
  node: FieldNode,
  from: Children,
  { values, absent }: FieldsRead,
  place: string,
): void {
  const element = node.required ? from.must(node.tag) : from.take(node.tag);
  if (!element) {
    absent.push(node.field);
    return;
  }
  if (element.attributes.size > 0) assertAttributes(element, undefined, `${place}/${node.tag}`);
  if (element.children.length > 0) throw new RecordReadError('unexpected-element', `${place}/${node.tag}`);
  const value = decodeValue(profile, node.form, element.text);
  if (value === undefined) throw new RecordReadError('value-not-allowed', `${place}/${node.tag}`);
  // A profile may say a datum in two places: they must say the same.
  if (values.has(node.field) && values.get(node.field) !== value)
    throw new RecordReadError('inconsistent', node.field);
  values.set(node.field, value);
}

function readItem<K extends FieldKey>(
  profile: Profile,
  element: XmlElement,
  nodes: readonly FieldNode<K>[],
  place: string,
): FieldsRead<K> {
  const read: FieldsRead<K> = { values: new Map(), absent: [] };
  const children = childrenOf(element, place);
  for (const node of nodes) readField(profile, node, children, read as FieldsRead, place);
  children.done();
  return read;
}

/** The children of an element that holds nothing but elements: without any it is empty, and no text stands there unseen. */
function childrenOf(element: XmlElement, place: string): Children {
  if (element.children.length === 0 && element.contentStart !== element.contentEnd)
    throw new RecordReadError('inconsistent', place);
  return new Children(element, place);
}

function readItems(element: XmlElement, item: string, place: string): readonly XmlElement[] {
  assertAttributes(element, undefined, place);
  const children = childrenOf(element, place);
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
      const id =
        node.idPrefix === undefined ? undefined : `${node.idPrefix}${subject.values.get('subject.code')}`;
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
  const children = childrenOf(element, place);
  for (const child of node.children) readNode(g, child, children, place);
  children.done();
}

/** The annex from its only place: a child of the Signature of the slot that the profile says carries it. */
function annexInSlots(g: Gathered, document: XmlDocument): XmlElement | undefined {
  const carrier = g.slots.find((s) => slotSpec(g.profile, s.role)?.carriesAnnex);
  const element = document.byId.get(ANNEX_ID);
  if (!element && !carrier) return undefined;
  if (!element) throw new RecordReadError('annex-missing');
  const inPlace =
    element.parent === carrier?.signature &&
    element.name === 'Object' &&
    element.namespace === DSIG_NAMESPACE;
  if (!inPlace) throw new RecordReadError('annex-misplaced');
  return element;
}

/** Holds what was read of one element to what the writer would write there: the same values, and no tag where it has none. */
function assertWritten<T>(
  { values, absent }: FieldsRead,
  table: FieldTable<T, FieldKey>,
  of: T | undefined,
  profile: Profile,
): void {
  const written = (field: FieldKey): FieldValue | undefined =>
    of === undefined ? undefined : table.get(field)?.(of, profile);
  values.forEach((value, field) => {
    if (value === '' || written(field) !== value) throw new RecordReadError('inconsistent', field);
  });
  for (const field of absent)
    if (written(field) !== undefined) throw new RecordReadError('inconsistent', field);
}

/**
 * Only what the writer makes of the same document is a record of this profile. Each value was read as nothing but the text
 * that the writer has for it, in tags, order and attributes of the profile, out of bytes that are canonical and so have no
 * other spelling: what is left are values that the document does not give back. The annex is written again and compared, or
 * is known to be as written.
 */
function assertAsWritten(
  doc: RecordDocument,
  g: Gathered,
  profiles: Profiles,
  assertAnnex: (profile: Profile) => void,
): void {
  try {
    const profile = writableProfile(doc, profiles);
    assertAnnex(profile);
    assertWritten(g.fields, RECORD_FIELDS, doc, profile);
    g.years.forEach((year, i) => {
      assertWritten(year, YEAR_FIELDS, doc.studyYears[i], profile);
    });
    g.subjects.forEach((subject, i) => {
      assertWritten(subject, SUBJECT_FIELDS, doc.subjects[i], profile);
    });
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
  const g: Gathered = {
    profile,
    fields: { values: new Map(), absent: [] },
    years: [],
    subjects: [],
    slots: [],
  };
  readGroup(g, profile.root, xmlDocument.root, profile.root.tag);

  const signedAnnex = annexInSlots(g, xmlDocument);
  const annexBytes = signedAnnex ? canonicalElement(xmlDocument, signedAnnex) : annex;
  if (!annexBytes) throw new RecordReadError('annex-missing');
  if (signedAnnex && annex && !sameBytes(annexBytes, annex)) throw new RecordReadError('annex-differs');
  const root = signedAnnex ?? annexRoot(annexBytes);
  const before = annexAsBefore(root, profiles);
  const content = before?.content ?? readAnnex(root, profiles);
  if (content.profile !== profile.id || content.uuid !== g.fields.values.get('uuid'))
    throw new RecordReadError('annex-differs');

  const doc = assembleRecord(
    g.fields.values as Flat as Flat<RecordField>,
    g.years.map(({ values }) => values),
    g.subjects.map(({ values }) => values),
    content,
  );
  assertAsWritten(doc, g, profiles, (written) => {
    if (before !== null && isWrittenAsBefore(before, doc, written)) return;
    if (!sameBytes(writeAnnex(doc, written), annexBytes)) throw new RecordReadError('annex-malformed');
    keepAnnex(root, content, doc, written);
  });
  const plans = planSlots(doc, profile);
  assertPlanned(g.slots, plans);
  return {
    doc,
    profile,
    annex: annexBytes,
    slots: g.slots,
    plans,
    missingSlots: plans.slice(g.slots.length),
    xmlDocument,
  };
}

function annexRoot(bytes: Uint8Array): XmlElement {
  try {
    return scanCanonical(bytes).root;
  } catch (cause) {
    if (cause instanceof CanonicalXmlError)
      throw new RecordReadError('annex-malformed', undefined, { cause });
    throw cause;
  }
}

/** What each slot present must reference and who must have signed it, in the order of signing. */
export function slotPlansOf(read: ReadRecord): SlotPlan[] {
  return read.plans.slice(0, read.slots.length);
}

import { canonicalElement, type XmlDocument, type XmlElement } from '@hocba/xml';
import { sameBytes } from '../xml/bytes.ts';
import { assertAttributes, Children } from '../xml/children.ts';
import { RecordReadError, RecordWriteError } from '../xml/errors.ts';
import { assertPlanned, type ReadSlot, readSlot, scan, withoutSlots } from '../xml/read-slot.ts';
import type { SlotPlan } from '../xml/slots.ts';
import type { ClassTableDocument } from './document.ts';
import { type Branch, CLASS_TABLE_GRAMMAR, type LeafValue, type Node, type SlotPlace } from './grammar.ts';
import { planTableSlots, TABLE_SLOTS } from './slots.ts';
import { documentOf, type Tree } from './tree.ts';
import { decodeLeaf, freezeClassTable } from './write.ts';

export interface ReadClassTable {
  readonly doc: ClassTableDocument;
  /** Slots present, in the order of signing, without a gap. */
  readonly slots: readonly ReadSlot[];
  /** Slots that the table needs and that are not there yet. */
  readonly missingSlots: readonly SlotPlan[];
  readonly xmlDocument: XmlDocument;
}

type Growing = Record<string, LeafValue | Tree | readonly Tree[] | undefined>;

function readSlots(place: SlotPlace, from: Children, at: string, slots: ReadSlot[]): void {
  const spec = TABLE_SLOTS.find((s) => s.role === place.role);
  if (!spec) throw new RecordReadError('slot-malformed', at);
  for (let n = 1, next = from.take(spec.tag); next; n++, next = from.take(spec.tag)) {
    if (!spec.many && n > 1) throw new RecordReadError('slot-out-of-order', at);
    slots.push(readSlot(spec, spec.many ? `${spec.id}${n}` : spec.id, next, `${at}/${spec.tag}`));
  }
}

function readNode(node: Node, from: Children, into: Growing, at: string, slots: ReadSlot[]): void {
  if (node.kind === 'slots') return readSlots(node, from, at, slots);
  const here = `${at}/${node.tag}`;
  switch (node.kind) {
    case 'leaf': {
      const element = node.required ? from.must(node.tag) : from.take(node.tag);
      if (!element) return;
      assertAttributes(element, undefined, here);
      if (element.children.length > 0) throw new RecordReadError('unexpected-element', here);
      const value = decodeLeaf(node.form, element.text);
      if (value === undefined) throw new RecordReadError('value-not-allowed', here);
      into[node.key] = value;
      return;
    }
    case 'branch': {
      const inner: Growing = node.key === undefined ? into : {};
      readBranch(node, from.must(node.tag), inner, here, slots);
      if (node.key !== undefined) into[node.key] = inner;
      return;
    }
    case 'entries': {
      const entries: Tree[] = [];
      for (let next = from.take(node.tag); next; next = from.take(node.tag)) {
        const entry: Growing = {};
        const children = new Children(next, here);
        for (const n of node.nodes) readNode(n, children, entry, here, slots);
        children.done();
        assertAttributes(next, node.id && `${node.id.prefix}${String(entry[node.id.key])}`, here);
        entries.push(entry);
      }
      into[node.key] = entries;
    }
  }
}

function readBranch(node: Branch, element: XmlElement, into: Growing, at: string, slots: ReadSlot[]): void {
  assertAttributes(element, node.id, at);
  const children = new Children(element, at);
  for (const n of node.nodes) readNode(n, children, into, at, slots);
  children.done();
}

/**
 * Reads a class's table: exact tags in exact order, every value exactly as the format writes it, slots without a gap in
 * the order of signing. Only bytes that come out the same when written again are a table.
 * @param xml canonical bytes, with any number of slots filled
 * @throws RecordReadError
 */
export function readClassTable(xml: Uint8Array): ReadClassTable {
  const xmlDocument = scan(xml);
  const { root } = xmlDocument;
  if (root.name !== CLASS_TABLE_GRAMMAR.tag || root.namespace !== '')
    throw new RecordReadError('unknown-profile');
  const tree: Growing = {};
  const slots: ReadSlot[] = [];
  readBranch(CLASS_TABLE_GRAMMAR, root, tree, CLASS_TABLE_GRAMMAR.tag, slots);
  const doc = documentOf(tree);
  assertSameBytes(doc, xml, slots);
  const plans = planTableSlots(doc);
  assertPlanned(slots, plans);
  return { doc, slots, missingSlots: plans.slice(slots.length), xmlDocument };
}

function assertSameBytes(doc: ClassTableDocument, xml: Uint8Array, slots: readonly ReadSlot[]): void {
  try {
    if (!sameBytes(freezeClassTable(doc).xml, withoutSlots(xml, slots)))
      throw new RecordReadError('inconsistent');
  } catch (cause) {
    if (cause instanceof RecordWriteError) throw new RecordReadError('inconsistent', cause.field, { cause });
    throw cause;
  }
}

/** What each slot present must reference and who must have signed it, in the order of signing. */
export function tableSlotPlansOf(read: ReadClassTable): SlotPlan[] {
  return planTableSlots(read.doc).slice(0, read.slots.length);
}

/**
 * What the table says, without its signatures: the canonical bytes whose SHA-256 a record names its table by. The same
 * from the freeze on, whoever signs.
 */
export function classTableContents({ xmlDocument }: Pick<ReadClassTable, 'xmlDocument'>): Uint8Array {
  const contents = xmlDocument.byId.get('noidung');
  if (contents === undefined) throw new RecordReadError('missing-element', 'noidung');
  return canonicalElement(xmlDocument, contents);
}

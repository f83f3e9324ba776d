import { el, type RawXml, serialize } from '@hocba/xml';
import type { SubjectCode, TraitCode } from '../model.ts';
import { isRuleSetId } from '../rules/rule-set-ids.ts';
import { RecordWriteError } from '../xml/errors.ts';
import { encodePlain, isDate } from '../xml/forms.ts';
import type { SlotPlan } from '../xml/slots.ts';
import { CLASS_TABLE_FORMAT, type ClassTableDocument } from './document.ts';
import { classTableForm } from './forms.ts';
import {
  CLASS_TABLE_GRAMMAR,
  type Leaf,
  type LeafForm,
  type LeafValue,
  type Node,
  TABLES,
} from './grammar.ts';
import { planTableSlots } from './slots.ts';
import { type Tree, treeOf } from './tree.ts';

/** What a reader's bounds on elements leave room for, with its signatures; pupils beyond it stand in a further table. */
export const MOST_LINES = 100;

/** A class's table as it is kept from the freeze on: bytes, never made again from tables. */
export interface FrozenClassTable {
  readonly uuid: string;
  readonly format: typeof CLASS_TABLE_FORMAT;
  /** Canonical XML with the places of the slots empty. */
  readonly xml: Uint8Array;
  readonly slots: readonly SlotPlan[];
}

const tableOf = (form: LeafForm): readonly (readonly [LeafValue, string])[] | undefined =>
  Object.hasOwn(TABLES, form) ? TABLES[form as keyof typeof TABLES] : undefined;

/** A datum as the format writes it, or undefined if the form does not allow it. */
export function encodeLeaf(form: LeafForm, value: LeafValue): string | undefined {
  const table = tableOf(form);
  if (table) return table.find(([v]) => v === value)?.[1];
  if (typeof value === 'boolean') return undefined;
  if (form === 'date') return typeof value === 'string' && isDate(value) ? value : undefined;
  return encodePlain(form as Parameters<typeof encodePlain>[0], value);
}

/** The datum of a written text, or undefined if it is not exactly what the format writes for it. */
export function decodeLeaf(form: LeafForm, text: string): LeafValue | undefined {
  const table = tableOf(form);
  if (table) return table.find(([, written]) => written === text)?.[0];
  const value = form === 'count' || form === 'mark' ? Number(text) : text;
  return encodeLeaf(form, value) === text ? value : undefined;
}

function writeLeaf(node: Leaf, tree: Tree): RawXml[] {
  const value = tree[node.key];
  if (value === undefined || value === '') {
    if (node.required || value === '') throw new RecordWriteError('field-missing', node.key);
    return [];
  }
  const text = typeof value === 'object' ? undefined : encodeLeaf(node.form, value);
  if (text === undefined) throw new RecordWriteError('value-not-allowed', node.key);
  return [el(node.tag, null, text)];
}

function writeNode(node: Node, tree: Tree): RawXml[] {
  switch (node.kind) {
    case 'leaf':
      return writeLeaf(node, tree);
    case 'slots':
      return [];
    case 'branch': {
      const inner = node.key === undefined ? tree : (tree[node.key] as Tree);
      const children = node.nodes.flatMap((n) => writeNode(n, inner));
      return [el(node.tag, node.id === undefined ? null : { Id: node.id }, ...children)];
    }
    case 'entries':
      return (tree[node.key] as readonly Tree[]).map((entry) => {
        const id = node.id && { Id: `${node.id.prefix}${String(entry[node.id.key])}` };
        return el(node.tag, id ?? null, ...node.nodes.flatMap((n) => writeNode(n, entry)));
      });
  }
}

/** What no form of a single datum can see: the columns of the form, in its order; each pupil once. */
function assertShape(doc: ClassTableDocument): void {
  const form = classTableForm(doc.grade, doc.period);
  const order = form.subjects.map((s) => s.code);
  const taught = doc.subjects.map((s) => s.subject);
  taught.forEach((code, i) => {
    const before = taught[i - 1];
    if (!order.includes(code)) throw new RecordWriteError('subject-not-in-grade', code);
    if (before && order.indexOf(before) >= order.indexOf(code))
      throw new RecordWriteError('subject-order', code);
  });
  for (const { code, elective } of form.subjects)
    if (!elective && !taught.includes(code)) throw new RecordWriteError('field-missing', `${code}.teacher`);
  if (doc.rows.length === 0) throw new RecordWriteError('field-missing', 'rows');
  if (doc.rows.length > MOST_LINES) throw new RecordWriteError('value-not-allowed', 'rows');
  const codes = doc.rows.map((r) => r.pupilCode);
  if (new Set(codes).size !== codes.length) throw new RecordWriteError('value-not-allowed', 'pupilCode');
  const tested = form.subjects.filter((s) => s.mark).map((s) => s.code);
  const traits = [...form.qualities, ...form.general, ...form.specific].map((t) => t.code);
  for (const row of doc.rows) {
    for (const code of Object.keys(row.levels) as SubjectCode[])
      if (!taught.includes(code)) throw new RecordWriteError('subject-not-in-grade', `${code}.level`);
    for (const code of Object.keys(row.marks) as SubjectCode[])
      if (!taught.includes(code) || !tested.includes(code))
        throw new RecordWriteError('value-not-allowed', `${code}.mark`);
    for (const code of Object.keys(row.traits) as TraitCode[])
      if (!traits.includes(code)) throw new RecordWriteError('trait-not-in-grade', code);
    const closes = row.result !== undefined || row.awarded || row.notPromoted;
    if (closes && !form.closing) throw new RecordWriteError('value-not-allowed', 'result');
  }
}

/**
 * Makes the table's bytes, once. Text must be NFC, without blanks around it; what nobody gave must be absent, not empty.
 * Whether the cells are complete and agree with the rules is `checkPeriod`'s and `checkPupilYear`'s to say.
 * @throws RecordWriteError
 */
export function freezeClassTable(doc: ClassTableDocument): FrozenClassTable {
  if (!isRuleSetId(doc.ruleSet)) throw new RecordWriteError('unknown-rule-set', 'ruleSet');
  assertShape(doc);
  const [root] = writeNode(CLASS_TABLE_GRAMMAR, treeOf(doc));
  if (!root) throw new RecordWriteError('field-missing', 'root');
  return {
    uuid: doc.uuid,
    format: CLASS_TABLE_FORMAT,
    xml: serialize(root),
    slots: planTableSlots(doc),
  };
}

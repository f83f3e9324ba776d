import { scanCanonical } from '@hocba/xml';
import type { SignerRole } from '../model.ts';
import type { SlotSpec } from '../profile/profile.ts';
import { insertByLayout, type PlannedSlot, type SlotLayout } from '../xml/insert.ts';
import { type SlotPlan, slotIds } from '../xml/slots.ts';
import type { ClassTableDocument } from './document.ts';
import { CLASS_TABLE_GRAMMAR, type Node } from './grammar.ts';

const slot = (role: SignerRole, tag: string, id: string, references: SlotSpec['references']): SlotSpec => ({
  role,
  tag,
  id,
  many: role === 'subjectTeacher',
  timeTag: 'NGAY_KY',
  ...(role === 'schoolSeal' ? {} : { personalIdTag: 'SO_CCCD' }),
  carriesAnnex: false,
  references,
});

/**
 * Who signs a class's table, in the order of signing (QĐ 1789/QĐ-SGDĐT Điều 14): a subject teacher per class and subject,
 * over the class's list and the own column; homeroom teacher; principal and seal over all of it with those signatures.
 */
export const TABLE_SLOTS: readonly SlotSpec[] = [
  slot('subjectTeacher', 'GVBM', 'gvbm-', [{ to: 'element', id: 'thongtinbang' }, { to: 'ownSubjects' }]),
  slot('homeroomTeacher', 'GVCN', 'gvcn', [{ to: 'element', id: 'noidung' }]),
  slot('principal', 'CBQL', 'cbql', [{ to: 'element', id: 'data' }]),
  slot('schoolSeal', 'KY_PHAT_HANH', 'ky-phat-hanh', [
    { to: 'element', id: 'data' },
    { to: 'earlierSignatures' },
  ]),
];

type Signing = Pick<SlotPlan, 'slotId' | 'role' | 'signer' | 'subjects'>;

function signings(doc: ClassTableDocument): Signing[] {
  return [
    ...doc.subjects.map(
      ({ subject, teacher }, i): Signing => ({
        slotId: `gvbm-${i + 1}`,
        role: 'subjectTeacher',
        signer: teacher,
        subjects: [subject],
      }),
    ),
    { slotId: 'gvcn', role: 'homeroomTeacher', signer: doc.homeroomTeacher },
    { slotId: 'cbql', role: 'principal', signer: doc.principal },
    { slotId: 'ky-phat-hanh', role: 'schoolSeal', signer: doc.seal },
  ];
}

/** Every signature that the table needs, in the order of signing. */
export function planTableSlots(doc: ClassTableDocument): SlotPlan[] {
  const all = signings(doc);
  return all.map((signing, order): SlotPlan => {
    const spec = TABLE_SLOTS.find((s) => s.role === signing.role);
    const references = (spec?.references ?? []).flatMap((rule): string[] => {
      if (rule.to === 'element') return [rule.id];
      if (rule.to === 'ownSubjects') return (signing.subjects ?? []).map((s) => `mon-${s}`);
      return all.slice(0, order).map((earlier) => slotIds.signatureValue(earlier.slotId));
    });
    return { ...signing, order, references, carriesAnnex: false };
  });
}

function pathTo(nodes: readonly Node[], role: SignerRole): string[] | undefined {
  for (const node of nodes) {
    if (node.kind === 'slots' && node.role === role) return [];
    if (node.kind !== 'branch') continue;
    const inner = pathTo(node.nodes, role);
    if (inner) return [node.tag, ...inner];
  }
  return undefined;
}

const LAYOUT: SlotLayout = { slots: TABLE_SLOTS, pathTo: (role) => pathTo(CLASS_TABLE_GRAMMAR.nodes, role) };

/**
 * Puts the next slots into the table, in the order of signing; every byte that stood before stands after it.
 * @throws RecordWriteError; CanonicalXmlError for bytes that are not canonical
 */
export function insertTableSlots(xml: Uint8Array, slots: readonly PlannedSlot[]): Uint8Array {
  return insertByLayout(scanCanonical(xml), slots, LAYOUT);
}

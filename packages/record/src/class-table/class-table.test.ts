import { readFileSync } from 'node:fs';
import { scanCanonical } from '@hocba/xml';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { RESULT_NAMES } from '../codes/words.ts';
import { anyClassTable, TABLE_SAMPLES, tableSample } from '../testing/class-tables.ts';
import { blankSignature } from '../testing/signed.ts';
import { RecordReadError, RecordWriteError } from '../xml/errors.ts';
import type { PlannedSlot } from '../xml/insert.ts';
import type { SlotPlan } from '../xml/slots.ts';
import type { ClassTableDocument, SignedTableRow } from './document.ts';
import { CLASS_TABLE_FORMS } from './forms.ts';
import { readClassTable, tableSlotPlansOf } from './read.ts';
import { insertTableSlots } from './slots.ts';
import { type FrozenClassTable, freezeClassTable } from './write.ts';
import { classTableXsd } from './xsd.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function filledSlot(plan: SlotPlan): PlannedSlot {
  return {
    plan,
    slot: {
      signingTime: `2026-05-28T20:14:${String(plan.order).padStart(2, '0')}+07:00`,
      ...('personalId' in plan.signer ? { personalId: plan.signer.personalId } : {}),
      signature: blankSignature(plan.slotId),
    },
  };
}

function signed(frozen: FrozenClassTable, count = frozen.slots.length): Uint8Array {
  return insertTableSlots(frozen.xml, frozen.slots.slice(0, count).map(filledSlot));
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordReadError || error instanceof RecordWriteError) return error.code;
    throw error;
  }
  return 'done';
}

function judge(xml: string): string {
  const schema = XmlDocument.fromString(classTableXsd());
  const validator = XsdValidator.fromDoc(schema);
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return 'valid';
  } catch (error) {
    return error instanceof Error ? error.message : 'invalid';
  } finally {
    document.dispose();
    validator.dispose();
    schema.dispose();
  }
}

// Samples are never made again: if one of these fails, tables that schools have signed would read differently.
describe.each(TABLE_SAMPLES.map((s) => [s.name, s] as const))('frozen sample %s', (_name, { doc, xml }) => {
  test('is what the writer makes of its data, and reads as it', () => {
    expect(textOf(freezeClassTable(doc).xml)).toBe(textOf(xml));
    expect(readClassTable(xml)).toMatchObject({ doc, slots: [] });
    expect(scanCanonical(xml).root.name).toBe('BANG_TONG_HOP');
  });

  test('validates against the schema, before and after signing', () => {
    expect(judge(textOf(xml))).toBe('valid');
    expect(judge(textOf(signed(freezeClassTable(doc))))).toBe('valid');
  });
});

test('each of the nine forms has a sample, and the schema lies beside them', () => {
  const numbers = TABLE_SAMPLES.map((s) => Number(/^mau(\d)-/.exec(s.name)?.[1]));
  expect(CLASS_TABLE_FORMS.map((f) => f.number).filter((n) => !numbers.includes(n))).toEqual([]);
  const kept = new URL('../../samples/bang-lop-1/bang-lop-1.xsd', import.meta.url);
  expect(readFileSync(kept, 'utf8')).toBe(classTableXsd());
});

test('any table comes back as it was, before and after signing, and fits the schema', () => {
  fc.assert(
    fc.property(anyClassTable, (doc) => {
      const frozen = freezeClassTable(doc);
      expect(readClassTable(frozen.xml).doc).toEqual(doc);
      const read = readClassTable(signed(frozen));
      expect(read.doc).toEqual(doc);
      expect(tableSlotPlansOf(read)).toEqual(frozen.slots);
      expect(read.missingSlots).toEqual([]);
      expect(judge(textOf(frozen.xml))).toBe('valid');
    }),
    { numRuns: 60 },
  );
});

describe('who signs what', () => {
  const frozen = freezeClassTable(tableSample('mau3-lop1').doc);

  test('one signature per class and subject, then homeroom teacher, principal, school', () => {
    expect(frozen.slots.map((p) => p.slotId).join(' ')).toBe(
      'gvbm-1 gvbm-2 gvbm-3 gvbm-4 gvbm-5 gvbm-6 gvbm-7 gvbm-8 gvbm-9 gvcn cbql ky-phat-hanh',
    );
    expect(frozen.slots[1]).toMatchObject({
      role: 'subjectTeacher',
      subjects: ['TOAN'],
      references: ['thongtinbang', 'mon-TOAN'],
    });
    expect(frozen.slots[9]?.references).toEqual(['noidung']);
    expect(frozen.slots[10]?.references).toEqual(['data']);
    expect(frozen.slots[11]?.references).toEqual([
      'data',
      ...frozen.slots.slice(0, 11).map((p) => `sv-${p.slotId}`),
    ]);
  });

  test('every reference is an Id of the bytes once the slots before it are filled', () => {
    for (const [n, plan] of frozen.slots.entries()) {
      const { byId } = scanCanonical(signed(frozen, n));
      for (const id of plan.references) expect(byId.has(id), `${plan.slotId} ${id}`).toBe(true);
    }
  });

  test('slots go in one after the other or together, to the same bytes', () => {
    let xml = frozen.xml;
    for (const plan of frozen.slots) xml = insertTableSlots(xml, [filledSlot(plan)]);
    expect(textOf(xml)).toBe(textOf(signed(frozen)));
    const half = readClassTable(signed(frozen, 5));
    expect(half.missingSlots.map((s) => s.slotId)[0]).toBe('gvbm-6');
  });

  test('a slot out of order, of another signer or twice is refused', () => {
    const [first, second] = frozen.slots;
    if (!first || !second) throw new Error('no plan');
    expect(codeOf(() => insertTableSlots(frozen.xml, [filledSlot(second)]))).toBe('slot-out-of-order');
    const { slot } = filledSlot(first);
    expect(
      codeOf(() =>
        insertTableSlots(frozen.xml, [{ plan: first, slot: { ...slot, personalId: '000000000000' } }]),
      ),
    ).toBe('signer-differs');
    const once = insertTableSlots(frozen.xml, [filledSlot(first)]);
    expect(codeOf(() => insertTableSlots(once, [filledSlot(first)]))).toBe('slot-out-of-order');
  });
});

describe('no table is written', () => {
  const { doc } = tableSample('mau9-lop4');
  const middle = tableSample('mau7-lop4').doc;
  const [row] = doc.rows;
  if (!row) throw new Error('no row');
  const withRow = (change: Partial<SignedTableRow>, of: ClassTableDocument = doc): ClassTableDocument => ({
    ...of,
    rows: [{ ...(of.rows[0] ?? row), ...change }, ...of.rows.slice(1)],
  });
  const [tv, toan, ...others] = doc.subjects;
  if (!tv || !toan) throw new Error('no subjects');

  test.each<[string, ClassTableDocument, string]>([
    ['of an unknown rule set', { ...doc, ruleSet: 'TT30_2014' }, 'unknown-rule-set'],
    ['without pupils', { ...doc, rows: [] }, 'field-missing'],
    ['of a whole school', { ...doc, rows: Array.from({ length: 101 }, () => row) }, 'value-not-allowed'],
    ['with a pupil twice', { ...doc, rows: [row, row] }, 'value-not-allowed'],
    ['without a compulsory subject', { ...doc, subjects: [tv, ...others] }, 'field-missing'],
    ['in another order', { ...doc, subjects: [toan, tv, ...others] }, 'subject-order'],
    ['with a subject twice', { ...doc, subjects: [tv, tv, toan, ...others] }, 'subject-order'],
    [
      'with a subject of another grade',
      { ...doc, subjects: [...doc.subjects, { ...tv, subject: 'TNXH' }] },
      'subject-not-in-grade',
    ],
    ['with a level of no column', withRow({ levels: { TNXH: 'T' } }), 'subject-not-in-grade'],
    ['with a mark of no test', withRow({ marks: { DD: 9 } }), 'value-not-allowed'],
    ['with a mark in the middle of a semester', withRow({ marks: { KH: 9 } }, middle), 'value-not-allowed'],
    ['with half a mark', withRow({ marks: { TOAN: 8.5 } }), 'value-not-allowed'],
    ['with a result before the end of the year', withRow({ result: 'HT' }, middle), 'value-not-allowed'],
    ['with a title before the end of the year', withRow({ awarded: true }, middle), 'value-not-allowed'],
    [
      'with a competence of another grade',
      withRow({ traits: { TIN_HOC: 'T' } }, tableSample('mau1-lop1').doc),
      'trait-not-in-grade',
    ],
    ['with a name that is not composed', withRow({ fullName: 'Mẫu'.normalize('NFD') }), 'value-not-allowed'],
    ['with a day that is none', withRow({ birthDate: '2016-02-30' }), 'value-not-allowed'],
    ['with an empty note', withRow({ note: '' }), 'field-missing'],
    ['without a class', { ...doc, className: '' }, 'field-missing'],
    ['with a UUID of another version', { ...doc, uuid: doc.uuid.replace('-4', '-1') }, 'value-not-allowed'],
  ])('%s', (_what, wrong, code) => {
    expect(codeOf(() => freezeClassTable(wrong))).toBe(code);
  });
});

describe('no table is read', () => {
  const frozen = freezeClassTable(tableSample('mau9-lop4').doc);
  const text = textOf(signed(frozen));
  const slotOf = (tag: string): string =>
    text.slice(text.indexOf(`<${tag} `), text.indexOf(`</${tag}>`) + tag.length + 3);

  test.each<[string, string, string, string]>([
    ['with a declaration', '<BANG_TONG_HOP>', '<?xml version="1.0"?><BANG_TONG_HOP>', 'not-canonical'],
    ['with a comment', '</NOI_DUNG_BANG>', '<!-- --></NOI_DUNG_BANG>', 'not-canonical'],
    ['of another root', 'BANG_TONG_HOP>', 'HOC_BA>', 'unknown-profile'],
    ['with an unknown field', '</TEN_LOP>', '</TEN_LOP><X>1</X>', 'missing-element'],
    ['with a field of a pupil', '</NGAY_SINH>', '</NGAY_SINH><X>1</X>', 'unexpected-element'],
    ['without a field', '<MA_KHOI>4</MA_KHOI>', '', 'missing-element'],
    ['with an attribute', '<TEN_LOP>', '<TEN_LOP A="1">', 'unexpected-attribute'],
    ['with another Id', 'Id="noidung"', 'Id="khac"', 'wrong-id'],
    ['whose column has another subject’s Id', 'Id="mon-TOAN"', 'Id="mon-TNXH"', 'wrong-id'],
    ['of another version', '<PHIEN_BAN>1.0-TAP-HUAN', '<PHIEN_BAN>2.0', 'value-not-allowed'],
    ['that is training in one field only', '<PHIEN_BAN>1.0-TAP-HUAN<', '<PHIEN_BAN>1.0<', 'inconsistent'],
    ['of another form than its grade and period', '<MAU>9<', '<MAU>8<', 'inconsistent'],
    ['of a rule set that nobody knows', 'TT27_2020', 'TT30_2014', 'inconsistent'],
    ['with a level that is none', '<MUC_DAT_DUOC>H<', '<MUC_DAT_DUOC>Đ<', 'value-not-allowed'],
    [
      'with a mark written otherwise',
      '<DIEM_KIEM_TRA_DINH_KY>9<',
      '<DIEM_KIEM_TRA_DINH_KY>09<',
      'value-not-allowed',
    ],
    [
      'with a result in letters',
      `<KET_QUA_XEP_LOAI>${RESULT_NAMES.HT}<`,
      '<KET_QUA_XEP_LOAI>HT<',
      'value-not-allowed',
    ],
    ['whose lines do not count up', '<HOC_SINH><STT>2<', '<HOC_SINH><STT>9<', 'inconsistent'],
    ['with a result of no pupil', '<KET_QUA><STT>4</STT><MUC', '<KET_QUA><STT>7</STT><MUC', 'inconsistent'],
    [
      'with one pupil’s result twice',
      '<KET_QUA><STT>2</STT><MUC',
      '<KET_QUA><STT>1</STT><MUC',
      'inconsistent',
    ],
    ['with a subject twice', '<MA_MON_HOC>TOAN<', '<MA_MON_HOC>TV<', 'wrong-id'],
    ['with a flag that says no', '<CHUA_DUOC_LEN_LOP>1<', '<CHUA_DUOC_LEN_LOP>0<', 'value-not-allowed'],
    ['with the homeroom teacher’s slot left out', slotOf('GVCN'), '', 'slot-out-of-order'],
    ['with the principal’s slot twice', '</CBQL>', '</CBQL><CBQL Id="cbql"></CBQL>', 'not-canonical'],
    [
      'with the seal’s slot among the teachers’',
      '<GVCN ',
      `${slotOf('KY_PHAT_HANH')}<GVCN `,
      'not-canonical',
    ],
    ['whose signing time is none', '<NGAY_KY>2026-05-28T', '<NGAY_KY>2026-05-28 ', 'value-not-allowed'],
    [
      'signed under another number',
      '<SO_CCCD>000000000009</SO_CCCD><Sig',
      '<SO_CCCD>000000000008</SO_CCCD><Sig',
      'signer-differs',
    ],
    [
      'with a signature of another namespace',
      'xmlns="http://www.w3.org/2000/09/xmldsig#"',
      'xmlns="urn:x"',
      'slot-malformed',
    ],
  ])('%s', (_what, from, to, code) => {
    expect(text).toContain(from);
    const wrong = from === 'BANG_TONG_HOP>' ? text.replaceAll(from, () => to) : text.replace(from, () => to);
    expect(codeOf(() => readClassTable(bytesOf(wrong)))).toBe(code);
  });

  test('one changed byte is refused or read as other data, never as the same', () => {
    const { xml, slots } = frozen;
    for (let at = 0; at < xml.length; at += 37) {
      const wrong = xml.slice();
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      try {
        expect(readClassTable(wrong).doc).not.toEqual(tableSample('mau9-lop4').doc);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordReadError);
      }
    }
    expect(slots.length).toBe(16);
  });
});

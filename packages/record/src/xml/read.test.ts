import { CanonicalXmlError, canonicalElement } from '@hocba/xml';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOET_2025 } from '../profile/moet-2025.ts';
import { anyDocument } from '../testing/arbitraries.ts';
import { sampleOf } from '../testing/samples.ts';
import { fillSlots } from '../testing/signed.ts';
import { RecordReadError } from './errors.ts';
import { readRecord, slotPlansOf } from './read.ts';
import { freezeRecord } from './write.ts';

const sample = sampleOf(4);
const frozen = freezeRecord(sample.doc);
const signed = fillSlots(frozen);

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordReadError) return error.code;
    throw error;
  }
  return 'read';
}

function edited(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(from)) throw new Error(`nothing to edit: ${from}`);
  return new TextEncoder().encode(text.replace(from, () => to));
}

describe('reading gives back what was frozen', () => {
  test('for any document, before and after signing', () => {
    fc.assert(
      fc.property(anyDocument, (doc) => {
        const record = freezeRecord(doc);
        expect(readRecord(record.xml, record.annex).doc).toEqual(doc);
        const complete = readRecord(fillSlots(record));
        expect(complete.doc).toEqual(doc);
        expect(complete.missingSlots).toEqual([]);
        expect(slotPlansOf(complete)).toEqual(record.slots);
      }),
      { numRuns: 150 },
    );
  });

  test('slots with their plans, and what is still to be signed', () => {
    const read = readRecord(fillSlots(frozen, 7), frozen.annex);
    expect(read.slots.map((s) => s.slotId)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `gvbm-${n}`));
    expect(read.missingSlots.map((s) => s.slotId)).toEqual(['gvcn', 'cbql', 'ky-phat-hanh']);
    const all = readRecord(signed);
    expect(all.slots.map((s) => s.role).slice(-3)).toEqual(['homeroomTeacher', 'principal', 'schoolSeal']);
    expect(all.slots[0]).toMatchObject({
      signingTime: '2026-05-28T20:14:00+07:00',
      personalId: '000385100004',
    });
    expect(all.slots.at(-1)?.personalId).toBeUndefined();
    expect(Buffer.from(all.annex).equals(Buffer.from(frozen.annex))).toBe(true);
    for (const plan of slotPlansOf(all)) {
      for (const id of plan.references) expect(all.xmlDocument.byId.has(id)).toBe(true);
    }
    expect(slotPlansOf(all).at(-1)?.references.slice(0, 3)).toEqual(['data', 'annex', 'sv-gvbm-1']);
  });

  test('the bytes a subject teacher signs are the same before and after other slots', () => {
    const before = readRecord(frozen.xml, frozen.annex).xmlDocument;
    const after = readRecord(signed).xmlDocument;
    for (const id of ['mon-TOAN', 'mon-TDT', 'thongtinhocba']) {
      const [a, b] = [before.byId.get(id), after.byId.get(id)];
      if (!a || !b) throw new Error('element lost');
      expect(Buffer.from(canonicalElement(before, a)).equals(Buffer.from(canonicalElement(after, b)))).toBe(
        true,
      );
    }
  });
});

describe('refused', () => {
  const cases: [string, string, string, string][] = [
    ['another profile', '2025-TAP-HUAN<', '2026<', 'unknown-profile'],
    ['real instead of training', '>2025-TAP-HUAN<', '>2025<', 'inconsistent'],
    ['an unknown field', '<THONG_TU>', '<GHI_CHU>x</GHI_CHU><THONG_TU>', 'missing-element'],
    [
      'an unknown field at the end',
      '</TEN_LOP></THONG_TIN_CHUNG>',
      '</TEN_LOP><X>1</X></THONG_TIN_CHUNG>',
      'unexpected-element',
    ],
    [
      'two fields in another order',
      '<MA_KHOI>4</MA_KHOI><TEN_LOP>4A</TEN_LOP>',
      '<TEN_LOP>4A</TEN_LOP><MA_KHOI>4</MA_KHOI>',
      'missing-element',
    ],
    ['a field twice', '<MA_KHOI>4</MA_KHOI>', '<MA_KHOI>4</MA_KHOI><MA_KHOI>4</MA_KHOI>', 'missing-element'],
    ['a required field gone', '<NGAY_SINH>14/04/2016</NGAY_SINH>', '', 'missing-element'],
    [
      'the right spelling',
      'THONG_SO_BUOI_NGHI_KHONG_PHEP>2</THONG_SO',
      'TONG_SO_BUOI_NGHI_KHONG_PHEP>2</TONG_SO',
      'missing-element',
    ],
    ['an ISO birth date', '14/04/2016', '2016-04-14', 'value-not-allowed'],
    ['a day that is none', '14/04/2016', '31/04/2016', 'value-not-allowed'],
    ['a mark of 11', '<DIEM_KIEM_TRA_DINH_KY>4<', '<DIEM_KIEM_TRA_DINH_KY>11<', 'value-not-allowed'],
    ['a mark 04', '<DIEM_KIEM_TRA_DINH_KY>4<', '<DIEM_KIEM_TRA_DINH_KY>04<', 'value-not-allowed'],
    ['an empty mark', '<DIEM_KIEM_TRA_DINH_KY>4<', '<DIEM_KIEM_TRA_DINH_KY><', 'value-not-allowed'],
    ['a blank before a name', '<HO_VA_TEN>Học', '<HO_VA_TEN> Học', 'value-not-allowed'],
    ['sex in English', '>Nam<', '>male<', 'value-not-allowed'],
    ['true for a flag', '<DUOC_LEN_LOP>0<', '<DUOC_LEN_LOP>false<', 'value-not-allowed'],
    ['a level H for a trait', '<PHAM_CHAT_NHAN_AI>Đ<', '<PHAM_CHAT_NHAN_AI>H<', 'value-not-allowed'],
    ['a subject of another grade', '<MA_MON_HOC>LSDL<', '<MA_MON_HOC>TNXH<', 'wrong-id'],
    ['an Id that does not fit', 'Id="mon-TOAN"', 'Id="mon-toan"', 'wrong-id'],
    ['data without Id', ' Id="data"', '', 'unexpected-attribute'],
    ['an attribute at the root', '<HOC_BA>', '<HOC_BA version="1">', 'unexpected-attribute'],
    ['a namespace at the root', '<HOC_BA>', '<HOC_BA xmlns="urn:x">', 'unknown-profile'],
    [
      'completion of primary school in grade 4',
      '</DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC>',
      '</DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC><DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC>1</DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC>',
      'inconsistent',
    ],
    ['text beside slots', '</GVBM></DANH_SACH_GVBM>', '</GVBM>x</DANH_SACH_GVBM>', 'not-canonical'],
    ['a competence gone', '<NANG_LUC_TINH_TOAN>Đ</NANG_LUC_TINH_TOAN>', '', 'missing-element'],
    ['a comment', '<THONG_TU>', '<!--x--><THONG_TU>', 'not-canonical'],
    ['a line break between tags', '<THONG_TU>', '\n<THONG_TU>', 'not-canonical'],
    ['an NFD name', 'Học Sinh Mẫu Bốn', 'Học Sinh Mẫu Bốn'.normalize('NFD'), 'not-canonical'],
    // What is signed:
    ['a teacher in the annex', 'Giáo Viên Mẫu Tin Học', 'Giáo Viên Mẫu Tin', 'read'],
    ['an unknown field in the annex', '<BO_QUY_TAC>', '<X>1</X><BO_QUY_TAC>', 'annex-malformed'],
    [
      'an annex of another record',
      '<PHU_LUC xmlns="urn:hocba:annex:1"><MA_TRA_CUU_UUID>00000004',
      '<PHU_LUC xmlns="urn:hocba:annex:1"><MA_TRA_CUU_UUID>00000005',
      'annex-differs',
    ],
    ['another rule set', '>TT27_2020<', '>TT30_2014<', 'inconsistent'],
    [
      'an annex that says it is real',
      '>TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ<',
      '>CHÍNH THỨC<',
      'inconsistent',
    ],
    ['an annex without teachers', '<MON>TH</MON><MON>CN</MON>', '<MON>TH</MON>', 'annex-differs'],
    ['a comment for a subject not taken', '<NHAN_XET MON="NN1">', '<NHAN_XET MON="TNXH">', 'annex-malformed'],
    [
      'an annex beside the Signature',
      '<DANH_SACH_GVBM>',
      '<DANH_SACH_GVBM><Object Id="annex2"></Object>',
      'unexpected-element',
    ],
    [
      'another signer’s number',
      '<SO_CCCD>000385100004</SO_CCCD><Signature',
      '<SO_CCCD>000385100005</SO_CCCD><Signature',
      'signer-differs',
    ],
    ['a signing time without zone', '2026-05-28T20:14:00+07:00', '2026-05-28T20:14:00', 'value-not-allowed'],
    ['a slot under another Id', 'GVBM Id="gvbm-2"', 'GVBM Id="gvbm-9"', 'wrong-id'],
    ['a Signature under another Id', 'Id="sig-gvbm-2"', 'Id="sig-gvbm-x"', 'slot-malformed'],
    [
      'a Signature in no namespace',
      '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="sig-cbql">',
      '<Signature Id="sig-cbql">',
      'slot-malformed',
    ],
    [
      'a number beside the seal',
      '</NGAY_KY><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="sig-ky-phat-hanh">',
      '</NGAY_KY><SO_CCCD>000175300001</SO_CCCD><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="sig-ky-phat-hanh">',
      'slot-malformed',
    ],
  ];
  test.each(cases)('%s', (_name, from, to, code) => {
    expect(codeOf(() => readRecord(edited(signed, from, to)))).toBe(code);
  });

  const slot = (id: string, tag: string): string => {
    const text = new TextDecoder().decode(signed);
    return text.slice(
      text.indexOf(`<${tag} Id="${id}">`),
      text.indexOf(`</${tag}>`, text.indexOf(`Id="${id}"`)) + tag.length + 3,
    );
  };

  test.each([
    ['a teacher’s slot taken out', slot('gvbm-7', 'GVBM'), '', 'slot-out-of-order'],
    ['the first slot taken out', slot('gvbm-1', 'GVBM'), '', 'wrong-id'],
    ['the homeroom slot taken out', slot('gvcn', 'GVCN'), '', 'annex-missing'],
    ['the principal’s slot taken out', slot('cbql', 'CBQL'), '', 'slot-out-of-order'],
    [
      'the seal before the principal',
      slot('cbql', 'CBQL') + slot('ky-phat-hanh', 'KY_PHAT_HANH'),
      slot('ky-phat-hanh', 'KY_PHAT_HANH') + slot('cbql', 'CBQL'),
      'unexpected-element',
    ],
    [
      'the principal’s slot among the data',
      '</DANH_SACH_THONG_TIN_KY>',
      `${slot('cbql', 'CBQL')}</DANH_SACH_THONG_TIN_KY>`,
      'not-canonical',
    ],
    [
      'the whole list moved out of the data',
      '<PHAT_HANH_HOC_BA>',
      '<CU></CU><PHAT_HANH_HOC_BA>',
      'missing-element',
    ],
  ])('%s', (_name, from, to, code) => {
    expect(codeOf(() => readRecord(edited(signed, from, to)))).toBe(code);
  });

  test('text where slots will stand', () => {
    const text = edited(frozen.xml, '<DANH_SACH_GVBM></', '<DANH_SACH_GVBM>x</');
    expect(codeOf(() => readRecord(text, frozen.annex))).toBe('inconsistent');
  });

  test('a datum that a profile says twice and that is not the same twice', () => {
    const node = { kind: 'field', tag: 'TEN_LOP_2', field: 'className', form: 'text' } as const;
    const twice = (required: boolean) => {
      const [first, ...rest] = MOET_2025.root.children;
      if (first?.kind !== 'group') throw new Error('no group first');
      const group = { ...first, children: [...first.children, { ...node, required }] };
      return { 'moet-2025': { ...MOET_2025, root: { ...MOET_2025.root, children: [group, ...rest] } } };
    };
    for (const required of [true, false]) {
      const profiles = twice(required);
      const { xml, annex } = freezeRecord(sample.doc, profiles);
      expect(readRecord(xml, annex, profiles).doc).toEqual(sample.doc);
      const other = edited(xml, '<TEN_LOP_2>4A<', '<TEN_LOP_2>4B<');
      expect(codeOf(() => readRecord(other, annex, profiles))).toBe('inconsistent');
      const gone = edited(xml, '<TEN_LOP_2>4A</TEN_LOP_2>', '');
      const code = required ? 'missing-element' : 'inconsistent';
      expect(codeOf(() => readRecord(gone, annex, profiles))).toBe(code);
    }
  });

  test('a record without its annex, or with another one than it carries', () => {
    expect(codeOf(() => readRecord(frozen.xml))).toBe('annex-missing');
    expect(codeOf(() => readRecord(frozen.xml, sampleOf(3).annex))).toBe('annex-differs');
    const other = edited(frozen.annex, 'Mẫu Tin Học', 'Mẫu Tin');
    expect(codeOf(() => readRecord(signed, other))).toBe('annex-differs');
    expect(codeOf(() => readRecord(frozen.xml, new Uint8Array([60])))).toBe('annex-malformed');
    expect(codeOf(() => readRecord(frozen.xml, frozen.xml))).toBe('annex-malformed');
  });

  test('an annex that stands in another Signature than the homeroom teacher’s', () => {
    const object = new TextDecoder()
      .decode(frozen.annex)
      .replace(' xmlns="http://www.w3.org/2000/09/xmldsig#"', '');
    const without = edited(signed, object, '');
    expect(codeOf(() => readRecord(without))).toBe('annex-missing');
    const moved = edited(
      without,
      '</SignatureValue></Signature></CBQL>',
      `</SignatureValue>${object}</Signature></CBQL>`,
    );
    expect(codeOf(() => readRecord(moved))).toBe('annex-misplaced');
    const nested = edited(
      without,
      '</SignatureValue></Signature></GVCN>',
      `</SignatureValue><Object>${object}</Object></Signature></GVCN>`,
    );
    expect(codeOf(() => readRecord(nested))).toBe('annex-misplaced');
  });

  test('one changed byte is refused or read as other data, never as the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: frozen.xml.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = frozen.xml.slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        try {
          const { doc } = readRecord(bytes, frozen.annex);
          expect(doc).not.toEqual(sample.doc);
          // What is read at all is what the writer makes of it.
          expect(freezeRecord(doc)).toMatchObject({ xml: bytes, annex: frozen.annex });
        } catch (error) {
          expect(error).toBeInstanceOf(RecordReadError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('no error tells a pupil’s data', () => {
    try {
      readRecord(edited(signed, '14/04/2016', '31/04/2016'));
    } catch (error) {
      expect(String(error)).not.toContain('2016');
      expect(String(error)).toContain('NGAY_SINH');
    }
    expect(() => readRecord(new Uint8Array())).toThrow(RecordReadError);
    expect(CanonicalXmlError.name).toBe('CanonicalXmlError');
  });
});

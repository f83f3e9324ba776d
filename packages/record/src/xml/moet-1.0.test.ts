import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyDocument } from '../testing/arbitraries.ts';
import { sampleOf } from '../testing/samples.ts';
import { fillSlots } from '../testing/signed.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import { insertSlot } from './insert.ts';
import { readRecord, slotPlansOf } from './read.ts';
import { freezeRecord } from './write.ts';

const withHomeroom = sampleOf(3, 'moet-1.0');
const without = sampleOf(1, 'moet-1.0');

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordReadError || error instanceof RecordWriteError) return error.code;
    throw error;
  }
  return 'done';
}

const changed = (bytes: Uint8Array, from: string, to: string): Uint8Array => {
  const text = new TextDecoder().decode(bytes);
  expect(text).toContain(from);
  return new TextEncoder().encode(text.replace(from, () => to));
};

describe('moet-1.0 (CV 2088): three signatures outside the data, or two', () => {
  test('homeroom teacher, principal, school', () => {
    const plans = freezeRecord(withHomeroom.doc).slots;
    expect(plans.map((p) => [p.slotId, p.references])).toEqual([
      ['gvcn', ['data']],
      ['cbql', ['data', 'annex']],
      ['ky-phat-hanh', ['data', 'annex', 'sv-gvcn', 'sv-cbql']],
    ]);
    expect(plans.map((p) => p.order)).toEqual([0, 1, 2]);
  });

  test('without the homeroom teacher where the school says so, and the record says it too', () => {
    const frozen = freezeRecord(without.doc);
    expect(frozen.slots.map((p) => p.slotId)).toEqual(['cbql', 'ky-phat-hanh']);
    const read = readRecord(fillSlots(frozen));
    expect(read.doc).toEqual(without.doc);
    expect(read.doc.homeroomSigns).toBe(false);
    expect(read.missingSlots).toEqual([]);
    expect(slotPlansOf(read)).toEqual(frozen.slots);
  });

  test('a homeroom teacher’s signature does not get into a record that plans none, and is not left out of one that does', () => {
    const planned = freezeRecord(withHomeroom.doc);
    const [gvcn, cbql] = planned.slots;
    const frozen = freezeRecord(without.doc);
    if (!gvcn || !cbql) throw new Error('no plan');
    const slots = fillSlots(planned);
    const text = new TextDecoder().decode(slots);
    const element = text.slice(text.indexOf('<GVCN '), text.indexOf('</GVCN>') + '</GVCN>'.length);
    const smuggled = changed(fillSlots(frozen), '<CBQL ', `${element}<CBQL `);
    expect(codeOf(() => readRecord(smuggled))).toBe('slot-out-of-order');
    expect(codeOf(() => readRecord(changed(slots, element, '')))).toBe('slot-out-of-order');
    const signature = new TextEncoder().encode('<Signature></Signature>');
    const content = { signingTime: '2026-05-28T20:14:05+07:00', signature };
    expect(codeOf(() => insertSlot(planned.xml, cbql, content))).toBe('slot-out-of-order');
  });

  test('the annex is read from the principal’s signature only, and told apart without it', () => {
    const frozen = freezeRecord(withHomeroom.doc);
    expect(codeOf(() => readRecord(fillSlots(frozen, 1)))).toBe('annex-missing');
    expect(readRecord(fillSlots(frozen, 1), frozen.annex).slots.map((s) => s.role)).toEqual([
      'homeroomTeacher',
    ]);
    expect(readRecord(fillSlots(frozen, 2)).missingSlots.map((s) => s.role)).toEqual(['schoolSeal']);
  });

  test('a record names the class’s table that its subject teachers signed, in the signed annex', () => {
    const classTable = { uuid: '7c9a4f5e-21d3-4b8a-9d0e-5f60718293a4', digest: 'a1'.repeat(32) };
    const frozen = freezeRecord({ ...withHomeroom.doc, classTable });
    expect(new TextDecoder().decode(frozen.annex)).toContain(classTable.digest);
    expect(readRecord(fillSlots(frozen)).doc).toEqual({ ...withHomeroom.doc, classTable });
    const other = changed(fillSlots(frozen), classTable.digest, 'b2'.repeat(32));
    expect(readRecord(other).doc.classTable?.digest).toBe('b2'.repeat(32));
    for (const [from, to] of [
      [classTable.digest, classTable.digest.toUpperCase()],
      [classTable.digest, classTable.digest.slice(1)],
      [classTable.uuid, 'none'],
      ['<SHA256_NOI_DUNG>', '<SHA256_NOI_DUNG>&#xD;'],
      ['</SHA256_NOI_DUNG>', '</SHA256_NOI_DUNG><X></X>'],
    ] as const) {
      expect(
        codeOf(() => readRecord(changed(fillSlots(frozen), from, to))),
        to,
      ).not.toBe('done');
    }
  });

  test.each([
    ['an upper-case digest', { uuid: '7c9a4f5e-21d3-4b8a-9d0e-5f60718293a4', digest: 'A1'.repeat(32) }],
    ['half a digest', { uuid: '7c9a4f5e-21d3-4b8a-9d0e-5f60718293a4', digest: 'a1' }],
    ['no UUID', { uuid: 'table', digest: 'a1'.repeat(32) }],
  ])('no record is written that names a table by %s', (_what, classTable) => {
    expect(codeOf(() => freezeRecord({ ...withHomeroom.doc, classTable }))).toBe('value-not-allowed');
  });

  test('a record with slots for subject teachers names no table', () => {
    const classTable = { uuid: '7c9a4f5e-21d3-4b8a-9d0e-5f60718293a4', digest: 'a1'.repeat(32) };
    expect(codeOf(() => freezeRecord({ ...sampleOf(3).doc, classTable }))).toBe('value-not-allowed');
  });

  test('any document comes back as it was, before and after signing', () => {
    fc.assert(
      fc.property(anyDocument, fc.boolean(), (any, signs) => {
        const doc = { ...any, profile: 'moet-1.0', ...(signs ? {} : { homeroomSigns: false as const }) };
        const record = freezeRecord(doc);
        expect(readRecord(record.xml, record.annex).doc).toEqual(doc);
        expect(readRecord(fillSlots(record)).doc).toEqual(doc);
      }),
      { numRuns: 100 },
    );
  });

  test('who taught what and each comment stand in the annex', () => {
    const annex = new TextDecoder().decode(withHomeroom.annex);
    expect(annex).toContain('<GIAO_VIEN><HO_VA_TEN>');
    expect(annex).not.toContain('SLOT=');
    expect(readRecord(withHomeroom.xml, withHomeroom.annex).doc.subjects).toEqual(withHomeroom.doc.subjects);
  });

  test('in moet-2025 the homeroom teacher always signs', () => {
    const doc = { ...sampleOf(2).doc, homeroomSigns: false as const };
    expect(codeOf(() => freezeRecord(doc))).toBe('value-not-allowed');
    const frozen = sampleOf(2);
    const annex = changed(
      frozen.annex,
      '<CON_DAU>',
      '<GIAO_VIEN_CHU_NHIEM_KHONG_KY>1</GIAO_VIEN_CHU_NHIEM_KHONG_KY><CON_DAU>',
    );
    expect(codeOf(() => readRecord(frozen.xml, annex))).toBe('inconsistent');
  });

  test('one version’s bytes under the other version’s name are refused', () => {
    const posing = changed(withHomeroom.xml, '<PHIEN_BAN>1.0-TAP-HUAN<', '<PHIEN_BAN>2025-TAP-HUAN<');
    expect(codeOf(() => readRecord(posing, withHomeroom.annex))).toBe('unknown-profile');
    expect(codeOf(() => readRecord(sampleOf(3).xml, withHomeroom.annex))).toBe('annex-differs');
  });
});

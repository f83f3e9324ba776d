import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../profile/profiles.ts';
import { anyDocument } from '../testing/arbitraries.ts';
import { SAMPLES, sampleOf } from '../testing/samples.ts';
import { fillSlots } from '../testing/signed.ts';
import { freezeRecord } from './write.ts';
import { xsdOf } from './xsd.ts';

/** What libxml2 says of a text, by the profile's schema: valid, or its first complaint. */
function judge(profile: string, xml: string): string {
  const schema = XmlDocument.fromString(xsdOf(profile));
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

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe.each(Object.keys(PROFILES))('schema of %s', (profile) => {
  test('is the one that lies beside the samples, for schools without this program', () => {
    const kept = readFileSync(new URL(`../../samples/${profile}/${profile}.xsd`, import.meta.url), 'utf8');
    expect(xsdOf(profile)).toBe(kept);
  });

  test.each([1, 2, 3, 4, 5])('takes the sample of grade %i, unsigned and signed', (grade) => {
    const sample = sampleOf(grade, profile);
    expect(judge(profile, textOf(sample.xml))).toBe('valid');
    expect(judge(profile, textOf(fillSlots(freezeRecord(sample.doc))))).toBe('valid');
  });

  test('takes whatever the writer writes', () => {
    fc.assert(
      fc.property(anyDocument, (doc) => {
        const record = freezeRecord({ ...doc, profile });
        expect(judge(profile, textOf(record.xml))).toBe('valid');
      }),
      { numRuns: 60 },
    );
  });

  const text = textOf(fillSlots(freezeRecord(sampleOf(4, profile).doc)));
  test.each([
    [
      'an unknown field',
      '<TEN_LOP>4A</TEN_LOP></THONG_TIN_CHUNG>',
      '<TEN_LOP>4A</TEN_LOP><X>1</X></THONG_TIN_CHUNG>',
    ],
    ['another order', 'NANG_LUC_NGON_NGU', 'NANG_LUC_TINH_TOAN'],
    ['a level that is none', '<MUC_DAT_DUOC>H<', '<MUC_DAT_DUOC>Đ<'],
    ['a mark with decimals', '<DIEM_KIEM_TRA_DINH_KY>', '<DIEM_KIEM_TRA_DINH_KY>.'],
    ['a mark above ten', '<DIEM_KIEM_TRA_DINH_KY>', '<DIEM_KIEM_TRA_DINH_KY>1'],
    ['a result in letters', '<KET_QUA_XEP_LOAI>Chưa hoàn thành<', '<KET_QUA_XEP_LOAI>CHT<'],
    ['eleven digits', '<SO_CCCD>0', '<SO_CCCD>'],
    ['another version', '<PHIEN_BAN>', '<PHIEN_BAN>9'],
    ['another Id', 'Id="data"', 'Id="other"'],
    [
      'the right spelling of a tag that is official otherwise',
      'NANG_LUC_GIAO_TIEP_HOC_TAC',
      'NANG_LUC_GIAO_TIEP_HOP_TAC',
    ],
    ['one subject twice', '<MA_MON_HOC>TOAN<', '<MA_MON_HOC>TV<'],
    ['two principals', '<CBQL Id="cbql">', '<CBQL Id="cbql"></CBQL><CBQL Id="cbql">'],
    ['a signature of another namespace', 'xmlns="http://www.w3.org/2000/09/xmldsig#"', 'xmlns="urn:other"'],
  ])('refuses %s', (_what, from, to) => {
    expect(text).toContain(from);
    expect(
      judge(
        profile,
        text.replaceAll(from, () => to),
      ),
    ).not.toBe('valid');
  });
});

test('no sample is of another profile’s schema', () => {
  for (const { doc, xml } of SAMPLES) {
    for (const other of Object.keys(PROFILES).filter((p) => p !== doc.profile)) {
      expect(judge(other, textOf(xml))).not.toBe('valid');
    }
  }
  expect(() => xsdOf('moet-9')).toThrow(RangeError);
});

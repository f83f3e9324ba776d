import { describe, expect, test } from 'vitest';
import { provincesOn } from '../codes/provinces.ts';
import { CommuneListError } from './commune.ts';
import { communeNamed, communesOn } from './find.ts';
import { carriedOn, readCommuneList } from './read-list.ts';
import { communesOfReform } from './reform-2025.ts';

const DAY = '2026-11-20';

describe('communes since 01/07/2025', () => {
  const all = communesOfReform();

  test('3,321 units in 34 provinces, each once, tidy, from the day of the reform', () => {
    expect(all).toHaveLength(3321);
    expect(new Set(all.map((c) => c.code)).size).toBe(3321);
    expect(new Set(all.map((c) => c.provinceCode))).toEqual(new Set(provincesOn(DAY).map((p) => p.code)));
    for (const c of all) expect(c.name).toBe(c.name.normalize('NFC').trim());
    expect(communesOn(all, '2025-06-30')).toEqual([]);
    expect(communesOn(all, '2025-07-01')).toHaveLength(3321);
    expect(communesOn(all, DAY, '46')).toHaveLength(40);
    for (const c of all) expect(c.code).toMatch(/^\d{5}$/);
    // Of one province two units may bear one name only as units of different kinds.
    expect(new Set(all.map((c) => `${c.provinceCode} ${c.name}`)).size).toBe(3321);
    expect(all.filter((c) => c.kind === 'Đặc khu').map((c) => c.name)).toContain('Đặc khu Phú Quốc');
    expect(all.filter((c) => c.kind === 'Đặc khu')).toHaveLength(13);
  });

  test.each([
    ['Phường Ba Đình', '01', 'Phường Ba Đình'],
    ['ba đình', '01', 'Phường Ba Đình'],
    ['PHƯỜNG YÊN HOÀ', '01', 'Phường Yên Hòa'],
    ['Phường Yên Hòa'.normalize('NFD'), '01', 'Phường Yên Hòa'],
    ['phường  Văn Miếu-Quốc Tử Giám', '01', 'Phường Văn Miếu - Quốc Tử Giám'],
    ['Hoàng Sa', '48', 'Đặc khu Hoàng Sa'],
  ])('%j is found', (text, province, name) => {
    expect(communeNamed(all, text, province, DAY)?.name).toBe(name);
  });

  test.each([
    ['Xã Ba Đình', '01', DAY],
    ['Phường Ba Đình', '79', DAY],
    ['Phường Ba Đình', '01', '2025-06-30'],
    ['Phường Yên Hóa', '01', DAY],
    ['', '01', DAY],
  ])('%j is not, in %s on %s', (text, province, day) => {
    expect(communeNamed(all, text, province, day)).toBeUndefined();
  });
});

/** A list in the published form: one invented commune in each province of the day. */
function published(change: (data: Record<string, unknown>[]) => unknown = (d) => d): Uint8Array {
  const data = provincesOn(DAY).map(({ code, name }, i) => ({
    Code: code,
    FullName: `Tỉnh ${name}`,
    Wards: [{ Code: String(90000 + i), FullName: `Xã Mẫu ${i}`, ProvinceCode: code }],
  }));
  return new TextEncoder().encode(JSON.stringify(change(data)));
}

function codeOf(bytes: Uint8Array): string {
  try {
    readCommuneList(bytes, '2026-08-01');
  } catch (error) {
    if (error instanceof CommuneListError) return error.code;
    throw error;
  }
  return 'done';
}

describe('a published list', () => {
  test('is read with the day from which it holds', () => {
    const list = readCommuneList(published(), '2026-08-01');
    expect(list).toHaveLength(34);
    expect(list[0]).toEqual({
      code: '90000',
      kind: 'Xã',
      name: 'Xã Mẫu 0',
      provinceCode: '01',
      validFrom: '2026-08-01',
    });
  });

  type Entry = { Code: string; FullName: unknown; Wards: Record<string, unknown>[] };
  const first = (change: (p: Entry) => unknown) => (data: Record<string, unknown>[]) => [
    change(data[0] as unknown as Entry),
    ...data.slice(1),
  ];
  const ward = (change: Record<string, unknown>) =>
    first((p) => ({ ...p, Wards: [{ ...p.Wards[0], ...change }] }));
  test.each<[string, Uint8Array, string]>([
    ['text that is no JSON', new TextEncoder().encode('[{'), 'not-json'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'not-json'],
    ['an object', published(() => ({})), 'not-the-form'],
    ['nothing', published(() => []), 'not-the-form'],
    ['a file too large', new Uint8Array(5_000_001), 'too-large'],
    ['an unknown member', published(first((p) => ({ ...p, Extra: 1 }))), 'not-the-form'],
    ['a province without communes', published(first((p) => ({ ...p, Wards: [] }))), 'not-the-form'],
    ['a province without name', published(first((p) => ({ ...p, FullName: 1 }))), 'not-the-form'],
    ['a province of before', published(first((p) => ({ ...p, Code: '02' }))), 'unknown-province'],
    ['a province twice', published((d) => [d[0], ...d]), 'unknown-province'],
    ['a province too few', published((d) => d.slice(1)), 'incomplete'],
    ['a code of four digits', published(ward({ Code: '9000' })), 'not-the-form'],
    ['a code told twice', published(ward({ Code: '90001' })), 'told-twice'],
    ['a commune of another province', published(ward({ ProvinceCode: '04' })), 'not-the-form'],
    ['a unit of no kind', published(ward({ FullName: 'Thị trấn Mẫu' })), 'not-the-form'],
    ['a member that a prototype has', published(ward({ __proto__: 1, constructor: 'x' })), 'not-the-form'],
  ])('with %s is refused', (_what, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  test('carries an older one on: who was renamed ends on the eve, nothing that held is lost', () => {
    const older = readCommuneList(published(), '2025-07-01');
    const newer = readCommuneList(published(ward({ FullName: 'Phường Mẫu 0' })), '2026-08-01');
    const list = carriedOn(older, newer);
    expect(list).toHaveLength(35);
    const names = (day: string) => communesOn(list, day, '01').map((c) => c.name);
    expect(names('2026-07-31')).toEqual(['Xã Mẫu 0']);
    expect(names('2026-08-01')).toEqual(['Phường Mẫu 0']);
    expect(communesOn(list, DAY)).toHaveLength(34);
    expect(communesOn(list, DAY, '04')[0]?.validFrom).toBe('2025-07-01');
    expect(carriedOn(list, newer)).toEqual(list);
    expect(carriedOn(older, [])).toEqual(older);
  });
});

import { scanCanonical } from '@hocba/xml';
import { describe, expect, test } from 'vitest';
import type { RecordDocument } from '../model.ts';
import { sampleOf } from '../testing/samples.ts';
import { fillSlots } from '../testing/signed.ts';
import { RecordReadError } from './errors.ts';
import { readRecord } from './read.ts';
import { freezeRecord } from './write.ts';

const { doc } = sampleOf(4);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const written = (changed: RecordDocument): Uint8Array => fillSlots(freezeRecord(changed));

const commented = (comment: string | undefined): RecordDocument => ({
  ...doc,
  uuid: '0b5e2f4a-7a55-4c1e-9d0e-6d1f2a3b4c5d',
  subjects: doc.subjects.map(({ comment: before, ...result }) =>
    before === undefined || comment === undefined ? result : { ...result, comment },
  ),
});
const BASE = written({ ...commented('Em đọc to, rõ.'), uuid: doc.uuid });

/** So many documents of other forms that those of all records are given up. */
function forget(): void {
  for (let n = 0; n < 200; n++) {
    const inner = Array.from({ length: 8 }, (_, i) => `<f${n}x${i}></f${n}x${i}>`).join('');
    scanCanonical(utf8(`<f${n}>${inner}</f${n}>`));
  }
}

function told(xml: Uint8Array): unknown {
  try {
    const { doc: read, annex, plans } = readRecord(xml);
    return { read, annex, plans };
  } catch (error) {
    if (error instanceof RecordReadError) return [error.code, error.place];
    throw error;
  }
}

/** What is read after records of the same form is what is read after none. */
function same(xml: Uint8Array, what: string, cold: () => unknown): void {
  const alone = cold();
  // One in so many documents that no other knows is kept.
  for (let again = 0; again < 20; again++) told(BASE);
  for (let again = 0; again < 2; again++) expect(told(xml), what).toEqual(alone);
}
const alone = (xml: Uint8Array) => (): unknown => {
  forget();
  return told(xml);
};

describe('an annex of the form of one before', () => {
  const changes: readonly [string, Uint8Array][] = [
    ['the same', BASE],
    ['other comments and number', written(commented('Em học tốt.'))],
    ['comments with references', written(commented('Em < bạn & > tốt'))],
    ['comments of several lines', written(commented('Một\nhai'))],
    ['no comments', written(commented(undefined))],
    ['another seal', written({ ...doc, seal: { ...doc.seal, organisationName: 'Trường Khác' } })],
    ['a subject fewer', written({ ...doc, subjects: doc.subjects.slice(1) })],
    [
      'another teacher',
      written({
        ...doc,
        subjects: doc.subjects.map((one) => ({
          ...one,
          teacher: { ...one.teacher, fullName: 'Trần Văn Khác' },
        })),
      }),
    ],
    ['training', written({ ...doc, training: !doc.training })],
  ];
  test.each(changes)('is read as if there had been none: %s', (what, xml) => {
    same(xml, what, alone(xml));
    expect(told(xml)).toHaveProperty('read');
  });

  test.each<[string, (xml: string) => string]>([
    ['a comment with a blank at its end', (xml) => xml.replace(/(<NHAN_XET MON="[^"]*">[^<]*)/, '$1 ')],
    ['an empty comment', (xml) => xml.replace(/(<NHAN_XET MON="[^"]*">)[^<]*/, '$1')],
    [
      'a comment that is too long',
      (xml) => xml.replace(/(<NHAN_XET MON="[^"]*">)/, `$1${'a'.repeat(9_000)}`),
    ],
    ['a comment with a tab', (xml) => xml.replace(/(<NHAN_XET MON="[^"]*">[^<])/, '$1\t')],
    [
      'another number in the annex',
      (xml) => xml.replace(/(.*<MA_TRA_CUU_UUID>)[^<]*/s, '$10b5e2f4a-7a55-4c1e-9d0e-6d1f2a3b4c5d'),
    ],
    [
      'another number in the data',
      (xml) => xml.replace(/(<MA_TRA_CUU_UUID>)[^<]*/, '$10b5e2f4a-7a55-4c1e-9d0e-6d1f2a3b4c5d'),
    ],
    ['no number anywhere', (xml) => xml.replace(/(<MA_TRA_CUU_UUID>)[^<]*/g, '$1x')],
    ['another subject in the data', (xml) => xml.replace('<MA_MON_HOC>TV<', '<MA_MON_HOC>TOAN<')],
    ['a comment on another subject', (xml) => xml.replace('<NHAN_XET MON="TV"', '<NHAN_XET MON="TOAN"')],
  ])('is refused as if there had been none: %s', (what, change) => {
    const text = textOf(BASE);
    expect(change(text)).not.toBe(text);
    const xml = utf8(change(text));
    same(xml, what, alone(xml));
    expect(told(xml)).toBeInstanceOf(Array);
  });

  test('is refused or read the same with any octet changed', () => {
    const { start, end } = scanCanonical(BASE).byId.get('annex') ?? { start: 0, end: 0 };
    expect(end - start).toBeGreaterThan(500);
    // All were gone through once; every seventh is tried each time.
    const changed = Array.from({ length: Math.floor((end - start) / 7) }, (_, i) => {
      const xml = BASE.slice();
      xml[start + 7 * i] = (xml[start + 7 * i] as number) ^ (i % 2 === 0 ? 1 : 4);
      return xml;
    });
    forget();
    const cold = changed.map((xml) => {
      // One that was read keeps its form, which is that of the next one too.
      const found = told(xml);
      if (!Array.isArray(found)) forget();
      return found;
    });
    for (const [i, xml] of changed.entries()) same(xml, String(start + 7 * i), () => cold[i]);
  });
});

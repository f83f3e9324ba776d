import { encodeUtf8 } from '@hocba/xml';
import { expect, test } from 'vitest';
import { acceptedGenerally, acceptsStrictly } from './attacks/judge.ts';
import { attackRecord } from './attacks/record.ts';
import { differential } from './differential.ts';

test('our own path and libxml2 agree on mutants of a record', async () => {
  const { canonical, disagreements } = await differential(await attackRecord(3), 400, 20_260_528, 4);
  expect(disagreements).toEqual([]);
  expect(canonical).toBeGreaterThan(20);
});

test('they may differ in one way: what is written otherwise and means the same is valid by libxml2, and not taken by our own path', async () => {
  const record = await attackRecord(3);
  for (const xml of [record.xml.replace('<HOC_BA>', '<HOC_BA >'), `\n${record.xml}`, `${record.xml}\n`]) {
    expect(xml).not.toBe(record.xml);
    expect(await acceptsStrictly(record, xml)).toBe(false);
    expect(await acceptedGenerally(record, encodeUtf8(xml))).not.toBeNull();
  }
  expect(await acceptsStrictly(record, record.xml)).toBe(true);
});

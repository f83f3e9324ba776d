import { expect, test } from 'vitest';
import { attackRecord } from './attacks/record.ts';
import { differential } from './differential.ts';

test('our own path and libxml2 agree on mutants of a record', async () => {
  const { canonical, valid, disagreements } = await differential(await attackRecord(3), 400, 20_260_528, 4);
  expect(disagreements).toEqual([]);
  expect(canonical).toBeGreaterThan(20);
  expect(valid.general).toBeGreaterThan(0);
}, 120_000);

import { expect, test } from 'vitest';
import { networkOf } from '../access/network.ts';
import { LookupLimits } from './limits.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('network of %s', (address, network) => expect(networkOf(address)).toBe(network));

test('after five wrong tokens each answer waits; another network does not', async () => {
  const waits: number[] = [];
  const limits = new LookupLimits(async (ms) => void waits.push(ms));
  for (let i = 0; i < 4; i++) expect(await limits.wasWrong('192.0.2.1')).toBe(false);
  await limits.mayLookUp('192.0.2.1');
  expect(waits).toEqual([]);
  expect(await limits.wasWrong('192.0.2.1')).toBe(true);
  await limits.mayLookUp('192.0.2.1');
  await limits.mayLookUp('192.0.2.2');
  expect(waits).toEqual([1000]);
});

test('the thirty-first lookup of a minute is refused', async () => {
  const limits = new LookupLimits(async () => {});
  for (let i = 0; i < 30; i++) expect(await limits.mayLookUp('2001:db8::1')).toBe(true);
  expect(await limits.mayLookUp('2001:db8::2')).toBe(false);
  expect(await limits.mayLookUp('2001:db8:0:1::2')).toBe(true);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVkey } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { openBundle } from '@hocba/verify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { folderOf } from '../log/origin.ts';
import { publishStatus } from '../status/status.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from './bundle.ts';

let house: TestHouse;
let ids: string[];
/** It stands still, and is set forward instead of waited for. */
let here: Date;
let later = 0;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  ids = await house.issueAll();
  here = house.now();
});
afterAll(() => house.close());

const deps = () => ({
  db: house.database.db,
  dataDir: house.dataDir,
  now: () => new Date(here.getTime() + later * 1000),
});

const statusOf = ({ statuses }: Awaited<ReturnType<typeof trustBundle>>): string => statuses[0]?.text ?? '';

/** How often the log's leaves are read while something goes on. */
async function leavesRead(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(house.database.db, 'selectFrom');
  try {
    await work();
    return spy.mock.calls.filter(([table]) => String(table) === 'believed_leaf').length;
  } finally {
    spy.mockRestore();
  }
}

test('a crowd of readers makes one status, and none while that is fresh', async () => {
  const crowd = () => Promise.all(Array.from({ length: 64 }, () => trustBundle(deps())));
  expect(await leavesRead(crowd)).toBe(1);
  const first = await trustBundle(deps());
  later = 30;
  expect(
    await leavesRead(async () => {
      for (const bundle of await crowd()) expect(bundle).toEqual(first);
    }),
  ).toBe(0);
});

test('the bundle names the school, its logs and its registered seal, signed by a key of its own', async () => {
  const { bundle, vkey } = await trustBundle(deps());
  const bytes = new TextEncoder().encode(bundle);
  const opened = await openBundle(nodeSha256, nodeEd25519, [vkey], bytes);
  const [school] = opened.schools;
  expect([opened.schools.length, school?.code, school?.logs[0]?.origin]).toEqual([
    1,
    house.school.code,
    house.origin,
  ]);
  expect([school?.seals.length, opened.roots.length, opened.statusKeys.length]).toEqual([1, 1, 1]);
  const logKey = opened.policy.logs[0]?.key.publicKey;
  expect(parseVkey(nodeSha256, vkey).publicKey).not.toEqual(logKey);
  const changed = bytes.slice();
  changed[100] = (changed[100] ?? 0) ^ 1;
  await expect(openBundle(nodeSha256, nodeEd25519, [vkey], changed)).rejects.toThrow('wrong-signature');
});

test('after a minute it is dated anew', async () => {
  const before = await trustBundle(deps());
  later += 61;
  const after = await trustBundle(deps());
  expect(Date.parse(after.asOf) - Date.parse(before.asOf)).toBeGreaterThan(30_000);
  expect(statusOf(after)).toContain(`as-of ${after.asOf.slice(0, 19)}`);
});

test('a clock put back does not keep a status from the future', async () => {
  const before = await trustBundle(deps());
  later -= 3600;
  const after = await trustBundle(deps());
  expect(Date.parse(after.asOf)).toBeLessThan(Date.parse(before.asOf) - 3000);
  later += 3600;
  await trustBundle(deps());
});

test('a leaf more makes another status at once', async () => {
  const before = await trustBundle(deps());
  expect(statusOf(before)).toContain('\nsize 2\n');
  await house.recall(ids[0] ?? '', false);
  expect(statusOf(await trustBundle(deps()))).toMatch(/\nsize 3\n\d recalled 2 data-entry-error\n/);
});

test('a status file that does not verify, or of a smaller tree, is not handed out', async () => {
  const place = join(folderOf(house.dataDir, house.origin), 'status');
  const whole = await readFile(place, 'utf8');
  for (const broken of [whole.replace(' recalled 2', ' replaced 2'), whole.slice(0, 40), '']) {
    await writeFile(place, broken);
    expect(statusOf(await trustBundle(deps()))).toMatch(/\nsize 3\n\d recalled 2 data-entry-error\n/);
  }
});

test('published at the same time: the file ends with the newest', async () => {
  const ticking = { ...deps(), now: () => new Date(here.getTime() + later++ * 1000) };
  const many = await Promise.all(Array.from({ length: 8 }, () => publishStatus(ticking, house.origin)));
  expect(new Set(many.map(({ asOf }) => asOf.getTime())).size).toBe(8);
  const stored = await readFile(join(folderOf(house.dataDir, house.origin), 'status'));
  expect(stored.equals(Buffer.from(many.at(-1)?.bytes ?? new Uint8Array()))).toBe(true);
});

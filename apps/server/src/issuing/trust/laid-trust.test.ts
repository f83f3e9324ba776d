import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { parseCertificate } from '@hocba/signature';
import { openBundle, signBundle, type TrustBundle } from '@hocba/verify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import { laidBundle } from '../../store/laid-bundle.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from './bundle.ts';
import { trustStanding } from './standing.ts';

/** A real school believes the level above's list, as the operator lays it down, and goes on with the last good one. */
const province = ed25519Signer('so-gddt.example/trust', generateLogKey());
const stranger = ed25519Signer('so-gddt.example/trust', generateLogKey());
let house: TestHouse;
let own: TrustBundle;
beforeAll(async () => {
  house = await makeHouse({ pupils: 1 });
  await house.issueAll();
  const given = await trustBundle(deps());
  own = await openBundle(nodeSha256, nodeEd25519, [given.vkey], new TextEncoder().encode(given.bundle));
  await house.database.asOwner('update school set training = false');
});
afterAll(() => house.close());
beforeEach(async () => {
  await rm(join(house.dataDir, 'trust'), { recursive: true, force: true });
  await mkdir(join(house.dataDir, 'trust'));
  await lay('hocba-trust.vkey', new TextEncoder().encode(`${province.vkey}\n`));
});

const deps = () => ({ db: house.database.db, dataDir: house.dataDir, now: house.now });
const lay = (name: string, bytes: Uint8Array) => writeFile(join(house.dataDir, 'trust', name), bytes);
const NOW = () => Math.floor(house.now().getTime() / 1000);
async function layBundle(change: Partial<TrustBundle> = {}, by = province): Promise<Uint8Array> {
  const bytes = await signBundle(nodeSha256, nodeEd25519, by, { ...own, asOf: NOW() - 1000, ...change });
  await lay('hocba.trust', bytes);
  return bytes;
}
const read = () => laidBundle(house.dataDir, house.now);

test('read by several at the moment when it was laid down, all of them have it', async () => {
  for (const asOf of [NOW() - 900, NOW() - 800, NOW() - 700]) {
    await layBundle({ asOf });
    const all = await Promise.all(Array.from({ length: 12 }, read));
    expect(all.map(({ accepted, problem }) => [accepted?.bundle.asOf, problem])).toEqual(
      Array.from({ length: 12 }, () => [asOf, null]),
    );
  }
});

test('is handed on as it is, with the statuses of the logs that this server keeps', async () => {
  const before = await trustBundle(deps());
  expect(before.vkey).not.toBe(province.vkey);
  const bytes = await layBundle();
  const given = await trustBundle(deps());
  expect(given.bundle).toBe(new TextDecoder().decode(bytes));
  expect([given.vkey, given.statuses.length]).toEqual([province.vkey, before.statuses.length]);
  expect(await trustStanding(deps(), house.school.clerk)).toMatchObject({
    training: false,
    hasSeal: true,
    list: {
      fromAbove: true,
      signedBy: 'so-gddt.example/trust',
      school: { seals: [{ ours: true, until: null }] },
      logs: [{ stopped: false, here: { witness: 'none-required', witnesses: [] } }],
      claimKeys: [],
      suspicions: [],
    },
    problem: null,
  });
});

test('what is suspected is told to be ours by a certificate or by a key, of a signer or of what vouches for one', async () => {
  const rows = await inSchool(house.database.db, house.school.clerk.schoolId, (trx) =>
    trx.selectFrom('signing_certificate').select('chain').execute(),
  );
  const [leaf, issuing] = (rows[0]?.chain ?? []).map((der) => parseCertificate(der));
  if (leaf === undefined || issuing === undefined) throw new Error('no chain');
  const root = own.roots.map(parseCertificate).find(({ subject }) => subject.text === issuing.issuer.text);
  const print = (bytes: Uint8Array | undefined): string =>
    Buffer.from(nodeSha256(bytes ?? new Uint8Array())).toString('hex');
  const nobody = 'ab'.repeat(32);
  const named = [
    { certificate: print(leaf.der) },
    { certificate: nobody, key: print(leaf.spki) },
    { certificate: nobody, key: print(issuing.spki) },
    { certificate: nobody, key: print(root?.spki) },
    { certificate: nobody, key: nobody },
    { certificate: nobody },
  ];
  const rest = { from: NOW() - 500, to: null, decision: '12/QĐ-SGDĐT ngày 02/06/2026', reattested: [] };
  await layBundle({ suspicions: named.map((one) => ({ ...one, ...rest })) });
  const { list } = await trustStanding(deps(), house.school.clerk);
  expect(list?.suspicions.map(({ ours }) => ours)).toEqual([true, true, true, true, false, false]);
});

test('a training school hands on its own all the same', async () => {
  await layBundle();
  await house.database.asOwner('update school set training = true');
  try {
    expect((await trustBundle(deps())).vkey).not.toBe(province.vkey);
  } finally {
    await house.database.asOwner('update school set training = false');
  }
});

describe('not believed, and the last good one goes on', () => {
  const cases: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    [
      'signed by somebody else under the same name',
      'wrong-signature',
      () => layBundle({ asOf: NOW() }, stranger),
    ],
    ['dated before what was accepted', 'older', () => layBundle({ asOf: NOW() - 2000 })],
    ['dated after now', 'from-the-future', () => layBundle({ asOf: NOW() + 3600 })],
    [
      'with a root that is no certificate',
      'not-a-bundle',
      () => layBundle({ asOf: NOW(), roots: [Uint8Array.of(0x30, 0)] }),
    ],
    ['no bundle at all', 'not-a-bundle', () => lay('hocba.trust', new TextEncoder().encode('khong phai'))],
    ['empty', 'not-a-bundle', () => lay('hocba.trust', new Uint8Array())],
  ];
  test.each(cases)('%s: %s', async (_, problem, laying) => {
    const good = await layBundle();
    expect((await read()).problem).toBeNull();
    await laying();
    const found = await read();
    expect(found.problem).toBe(problem);
    expect(found.accepted?.bytes).toEqual(good);
    expect((await trustBundle(deps())).bundle).toBe(new TextDecoder().decode(good));
    // A newer good one ends it.
    const newer = await layBundle({ asOf: NOW() - 10 });
    expect(await read()).toMatchObject({ problem: null, accepted: { bytes: newer } });
  });

  test('one byte changed', async () => {
    const good = await layBundle();
    await read();
    for (const at of [30, Math.floor(good.length / 2), good.length - 10]) {
      const changed = good.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await lay('hocba.trust', changed);
      const found = await read();
      expect(found.problem, String(at)).not.toBeNull();
      expect(found.accepted?.bytes).toEqual(good);
    }
  });

  test('without a key, or with another one, nothing is believed, not even what was', async () => {
    await layBundle();
    await read();
    await lay('hocba-trust.vkey', new TextEncoder().encode(stranger.vkey));
    expect(await read()).toMatchObject({ accepted: null, problem: 'wrong-signature' });
    await rm(join(house.dataDir, 'trust', 'hocba-trust.vkey'));
    expect(await read()).toEqual({ accepted: null, problem: 'no-key' });
  });
});

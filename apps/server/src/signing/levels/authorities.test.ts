import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTimestampToken, readTimestampResponse, writeTimestampRequest } from '@hocba/signature';
import { issueTrainingTsa, nodeCrypto, trainingTsa } from '@hocba/signature/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { openTrainingPki } from '../training-pki.ts';
import { openAuthorities } from './authorities.ts';
import { seenAuthorities, storedEnds } from './authority-ends.ts';

/** A timestamp may cost money: of an authority whose certificate is about to end nothing is bought that must last. */
const ENDING = 'http://ending.example/tsa';
const LASTING = 'http://lasting.example/tsa';
const DAY = 86_400_000;
let database: TestDatabase;
let dataDir: string;
let now: Date;
let asked: string[];
beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-authorities-'));
  now = new Date('2026-05-28T01:00:00Z');
  asked = [];
});
afterEach(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Two authorities with keys and certificates of their own, of ninety days and of four years. */
async function authoritiesOf(places: readonly string[]) {
  const pki = await openTrainingPki(dataDir, now);
  const stamps = new Map<string, ReturnType<typeof trainingTsa>>();
  for (const [place, days] of [[ENDING, 90] as const, [LASTING, 1461] as const]) {
    const tsa = await issueTrainingTsa(pki, { organisation: 'Học bạ số', now, days });
    stamps.set(place, trainingTsa({ ...tsa, now: () => now }));
  }
  return openAuthorities({
    crypto: nodeCrypto,
    cache: { get: async () => undefined, put: async () => {} },
    ends: storedEnds(database.db, () => now),
    now: () => now,
    roots: async () => [],
    call: async ({ place, post }) => {
      asked.push(place);
      const stamp = stamps.get(place);
      if (stamp === undefined || post === undefined) throw new Error(place);
      return { body: stamp(post.body), date: now };
    },
    timestampAuthorities: places,
  });
}
type Opened = Awaited<ReturnType<typeof authoritiesOf>>;

/** @returns until when the token's certificates last */
async function tokenOf(authorities: Opened, lasting?: Date): Promise<void> {
  const { timestamp, nonce } = await authorities.services(lasting);
  const imprint = nodeCrypto.sha256(new TextEncoder().encode('x'));
  const response = readTimestampResponse(
    await timestamp(writeTimestampRequest({ hash: 'sha256', imprint, nonce: nonce() })),
  );
  if (!response.granted) throw new Error('refused');
  expect(parseTimestampToken(response.token).time.getTime()).toBe(now.getTime());
}
const halfAYear = () => new Date(now.getTime() + 183 * DAY);

test('with another authority: the one that ends is bought from once, and passed over from then on', async () => {
  const authorities = await authoritiesOf([ENDING, LASTING]);
  await tokenOf(authorities, halfAYear());
  expect(asked).toEqual([ENDING, LASTING]);
  await tokenOf(authorities, halfAYear());
  await tokenOf(await authoritiesOf([ENDING, LASTING]), halfAYear());
  expect(asked).toEqual([ENDING, LASTING, LASTING, LASTING]);
  const [ending, lasting] = await seenAuthorities(database.db);
  expect(ending).toMatchObject({ host: 'ending.example' });
  expect(ending?.endsAt.getTime()).toBeLessThan(halfAYear().getTime());
  expect(lasting?.endsAt.getTime()).toBeGreaterThan(halfAYear().getTime());
});

test('without another: what was paid for is used, then nobody is asked until a week has passed', async () => {
  const authorities = await authoritiesOf([ENDING]);
  await tokenOf(authorities, halfAYear());
  for (let n = 0; n < 3; n++) {
    now = new Date(now.getTime() + 2 * DAY);
    await expect(tokenOf(authorities, halfAYear())).rejects.toMatchObject({ code: 'ends-too-soon' });
  }
  expect(asked).toEqual([ENDING]);
  now = new Date(now.getTime() + 2 * DAY);
  await tokenOf(authorities, halfAYear());
  expect(asked).toEqual([ENDING, ENDING]);
});

test('what need not last takes the first that answers', async () => {
  const authorities = await authoritiesOf([ENDING, LASTING]);
  await tokenOf(authorities, halfAYear());
  await tokenOf(authorities);
  expect(asked).toEqual([ENDING, LASTING, ENDING]);
});

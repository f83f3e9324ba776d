import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  certificateFromPem,
  parseCertificate,
  parseTimestampToken,
  readTimestampResponse,
  writeTimestampRequest,
} from '@hocba/signature';
import {
  issueTrainingResponder,
  issueTrainingTsa,
  nodeCrypto,
  type RegisterEntry,
  TRAINING_RESPONDER,
  TRAINING_ROOT_LIST,
  trainingResponder,
  trainingTsa,
  writeTrainingCrl,
} from '@hocba/signature/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import { openTrainingPki } from '../signers/training-pki.ts';
import { openAuthorities } from './authorities.ts';
import { seenAuthorities, storedEnds } from './authority-ends.ts';

/** A timestamp may cost money: of an authority whose certificate is about to end nothing is bought that must last. */
const ENDING = 'http://ending.example/tsa';
const LASTING = 'http://lasting.example/tsa';
const DAY = 86_400_000;
const ASKED = { hash: 'sha256', imprint: nodeCrypto.sha256(new TextEncoder().encode('x')) } as const;
let database: TestDatabase;
let dataDir: string;
let now: Date;
let asked: string[];
/** What an authority answers instead of its own answer. */
let instead: Map<string, (request: Uint8Array, honest: (request: Uint8Array) => Uint8Array) => Uint8Array>;
let register: Map<string, RegisterEntry>;
let serials: Map<string, string>;
beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-authorities-'));
  now = new Date('2026-05-28T01:00:00Z');
  asked = [];
  instead = new Map();
  register = new Map();
  serials = new Map();
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
    serials.set(place, parseCertificate(tsa.chain[0] ?? new Uint8Array()).serial);
  }
  const respond = trainingResponder({
    ...(await issueTrainingResponder(pki, { organisation: 'Học bạ số', now, days: 1461 })),
    issuer: certificateFromPem(pki.issuing.certificatePem).der,
    statusOf: (serial) => register.get(serial) ?? 'good',
    now: () => now,
  });
  const list = () =>
    writeTrainingCrl(pki.root, {
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + DAY),
      number: 1,
      entries: [],
    });
  return openAuthorities({
    crypto: nodeCrypto,
    cache: { get: async () => undefined, put: async () => {} },
    ends: storedEnds(database.db, () => now),
    now: () => now,
    roots: async () => [certificateFromPem(pki.root.certificatePem)],
    call: async ({ place, post }) => {
      if (place === TRAINING_ROOT_LIST) return { body: list(), date: now };
      if (post === undefined) throw new Error(place);
      if (place === TRAINING_RESPONDER) return { body: respond(post.body), date: now };
      asked.push(place);
      const stamp = stamps.get(place);
      if (stamp === undefined) throw new AuthorityUnavailable('unreachable');
      return { body: instead.get(place)?.(post.body, stamp) ?? stamp(post.body), date: now };
    },
    timestampAuthorities: places,
    elsewhere: { ocsp: [TRAINING_RESPONDER], crls: [TRAINING_ROOT_LIST] },
  });
}
type Opened = Awaited<ReturnType<typeof authoritiesOf>>;

/** @returns until when the token's certificates last */
async function tokenOf(authorities: Opened, lasting?: Date): Promise<void> {
  const { timestamp, nonce } = await authorities.services(lasting);
  const response = readTimestampResponse(
    await timestamp(writeTimestampRequest({ ...ASKED, nonce: nonce() })),
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

const otherNonce = (): Uint8Array => writeTimestampRequest({ ...ASKED, nonce: new Uint8Array(16).fill(7) });
/** The same request over another digest. */
function otherDigest(request: Uint8Array): Uint8Array {
  const at = Buffer.from(request).indexOf(ASKED.imprint);
  return request.with(at, (request[at] ?? 0) ^ 1);
}
type Instead = NonNullable<ReturnType<(typeof instead)['get']>>;
const ofAWeekAgo: Instead = (_, honest) => {
  const later = now;
  now = new Date(later.getTime() - 7 * DAY);
  const token = honest(otherNonce());
  now = later;
  return token;
};

test.each<[string, Instead]>([
  // PKIStatus 2, rejection.
  ['a rejection', () => Uint8Array.of(0x30, 5, 0x30, 3, 2, 1, 2)],
  ['a page of its provider', () => new TextEncoder().encode('<!doctype html><title>Bảo trì</title>')],
  ['nothing at all', () => new Uint8Array()],
  ['another nonce', (_, honest) => honest(otherNonce())],
  ['another digest', (request, honest) => honest(otherDigest(request))],
  ['an old token, played again', ofAWeekAgo],
])('an authority that answers %s: the next one is asked, and alone it is waited for', async (_, answer) => {
  instead.set(ENDING, answer);
  await tokenOf(await authoritiesOf([ENDING, LASTING]));
  expect(asked).toEqual([ENDING, LASTING]);
  const alone = await authoritiesOf([ENDING]);
  await expect(tokenOf(alone)).rejects.toMatchObject({ code: 'bad-answer' });
  instead.clear();
  await tokenOf(alone);
});

test('a token of a root that is not believed here: the next one is asked', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'hocba-authorities-'));
  const pki = await openTrainingPki(elsewhere, now);
  const tsa = await issueTrainingTsa(pki, { organisation: 'Nơi khác', now, days: 1461 });
  const foreign = trainingTsa({ ...tsa, now: () => now });
  await rm(elsewhere, { recursive: true, force: true });
  instead.set(ENDING, foreign);
  await tokenOf(await authoritiesOf([ENDING, LASTING]));
  expect(asked).toEqual([ENDING, LASTING]);
});

test('an authority that was revoked is bought from once and then passed over', async () => {
  const both = await authoritiesOf([ENDING, LASTING]);
  register.set(serials.get(ENDING) ?? '', { revokedAt: now, reason: 'keyCompromise' });
  await tokenOf(both);
  await tokenOf(both);
  expect(asked).toEqual([ENDING, LASTING, LASTING]);
  const alone = await authoritiesOf([ENDING]);
  register.set(serials.get(ENDING) ?? '', { revokedAt: now, reason: 'keyCompromise' });
  for (let tries = 0; tries < 3; tries++)
    await expect(tokenOf(alone)).rejects.toMatchObject({ code: 'revoked' });
  expect(asked).toEqual([ENDING, LASTING, LASTING, ENDING]);
});

test.each([3_600_000, -3_600_000, DAY])(
  'a clock that was set by %d ms since it was seen is not known',
  async (by) => {
    const authorities = await authoritiesOf([LASTING]);
    expect(authorities.clockIsKnown()).toBe(false);
    const pki = await openTrainingPki(dataDir, now);
    const issuer = certificateFromPem(pki.issuing.certificatePem);
    const tsa = await issueTrainingTsa(pki, { organisation: 'Học bạ số', now, days: 90 });
    await authorities.askAnew(parseCertificate(tsa.chain[0] ?? new Uint8Array()), issuer);
    expect(authorities.clockIsKnown()).toBe(true);
    now = new Date(now.getTime() + by);
    expect(authorities.clockIsKnown()).toBe(false);
    now = new Date(now.getTime() - by);
    expect(authorities.clockIsKnown()).toBe(true);
  },
);

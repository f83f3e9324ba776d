import type { LostOrder, SigningAnswer } from '@hocba/signature/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../../apps/server/src/signing/orders/order-work.ts';
import {
  openSchoolAtTheEdge,
  type SchoolAtTheEdge,
} from '../../apps/server/src/signing/testing/school-at-the-edge.ts';
import {
  agreeAt,
  confirmOnPhone,
  connect,
  type Fake,
  linkAgain,
  loseRefresh,
  playedAt,
  type Service,
} from './connected.ts';

/** Orders at remote services through the server's edge: what is typed, and what becomes of answers that are lost. */
const PUPILS = 2;
/** As `csc.ts` has them. */
const [PIN, CODE] = ['246813', '975310'];
let house: SchoolAtTheEdge;
let fake: Fake;

beforeEach(async () => {
  house = await openSchoolAtTheEdge(PUPILS);
});
afterEach(async () => {
  await fake?.stop();
  await house.close();
});

const MUSIC = {
  user: 'dan',
  name: 'Phạm Văn Đàn',
  number: '079080000002',
  kind: 'person',
  key: 'p256',
} as const;

/** Starts the service with the music teacher's key and connects the teacher. */
async function connectMusic(kind: Service, ...how: string[]): Promise<void> {
  fake = await connect(house, kind, { key: MUSIC, call: house.call }, ...how);
}

const played = (): Promise<unknown> => playedAt(fake);
const orders = async (): Promise<number> =>
  (await house.database.asOwner('select 1 from signing_order')).length;
const resume = (batchId: string) => house.call('POST', `/api/signing-batches/${batchId}/resume`, {});
const confirm = (batchId: string, pin: string, code: string) =>
  house.call<{ error?: string }>('POST', `/api/signing-batches/${batchId}/confirm`, {
    secrets: [
      { id: 'PIN', value: pin },
      { id: 'OTP', value: code },
    ],
  });
const asked = (batchId: string) => house.until(batchId, ({ order }) => order?.at === 'secret');
const paused = (batchId: string) => house.until(batchId, (progress) => progress.paused !== null);

const onPage = async (batchId: string): Promise<void> => {
  const { order } = await house.until(batchId, ({ order }) => order?.at === 'page');
  const answer = await house.call('POST', '/api/signers/return', await agreeAt(order?.url ?? '', MUSIC));
  expect(answer.status, answer.text).toBe(200);
};

/** What a service may say to who asked it before the order was closed. */
const LATE: readonly (SigningAnswer | LostOrder)[] = [
  { state: 'signed', values: new Map() },
  { state: 'unknown' },
  { state: 'ended', end: 'service-error' },
];

async function expectAllSigned(batchId: string): Promise<void> {
  const ended = await house.until(batchId, ({ finished }) => finished);
  expect(ended).toMatchObject({ signed: PUPILS, refused: [] });
  expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
}

describe('a CSC key that asks for a PIN and a code', () => {
  test('a wrong one signs nothing; the right ones sign all by one authorisation, and are kept nowhere', async () => {
    await connectMusic('csc', '--explicit');
    const batchId = await house.start();
    expect((await asked(batchId)).order).toMatchObject({
      url: null,
      count: PUPILS,
      asks: [
        { id: 'PIN', label: 'Mã PIN' },
        { id: 'OTP', label: 'Mã dùng một lần' },
      ],
    });
    expect((await confirm(batchId, '000000', CODE)).status).toBe(200);
    expect(await paused(batchId)).toMatchObject({
      signed: 0,
      perhapsTwice: 0,
      paused: { code: 'wrong-secret' },
    });
    await resume(batchId);
    await asked(batchId);
    expect((await confirm(batchId, PIN, CODE)).status).toBe(200);
    await expectAllSigned(batchId);
    expect(await played()).toEqual({
      authorisations: 1,
      extensions: 0,
      signatures: PUPILS,
      lostRefreshes: 0,
    });
    const kept = await house.database.asOwner<{ text: string }>(
      `select (select string_agg(o::text, '') from signing_order o) || (select string_agg(a::text, '') from remote_account a)
       || coalesce((select string_agg(j::text, '') from graphile_worker._private_jobs j), '') as text`,
    );
    for (const secret of [PIN, CODE]) {
      expect(house.lines.join('\n')).not.toContain(secret);
      expect(kept[0]?.text).toBeTruthy();
      expect(kept[0]?.text).not.toContain(`"${secret}"`);
    }
  });

  test('sent twice at once it is authorised once; afterwards, or for another batch, nothing waits', async () => {
    await connectMusic('csc', '--explicit');
    const batchId = await house.start();
    await asked(batchId);
    const answers = await Promise.all([confirm(batchId, PIN, CODE), confirm(batchId, PIN, CODE)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await expectAllSigned(batchId);
    expect(await played()).toEqual({
      authorisations: 1,
      extensions: 0,
      signatures: PUPILS,
      lostRefreshes: 0,
    });
    expect((await confirm(batchId, PIN, CODE)).body.error).toBe('not-found');
    const other = '00000000-0000-4000-8000-000000000000';
    expect((await confirm(other, PIN, CODE)).body.error).toBe('not-found');
  });

  test('bytes that somebody exchanged in the store before it was confirmed go to no service', async () => {
    await connectMusic('csc', '--explicit');
    const batchId = await house.start();
    await asked(batchId);
    await house.database.asOwner(
      `update signing_item set prepared = jsonb_set(prepared, '{prepared,toBeSigned}', '"PGE+PC9hPg=="')
       where record_id = (select record_id from signing_item order by record_id limit 1)`,
    );
    expect((await confirm(batchId, PIN, CODE)).status).toBe(200);
    const ended = await house.until(batchId, ({ finished }) => finished);
    expect(ended).toMatchObject({ signed: PUPILS - 1 });
    expect(ended.refused).toHaveLength(1);
    expect(await played()).toMatchObject({ authorisations: 1, signatures: PUPILS - 1 });
  });

  test('an authorisation that broke off signed nothing', async () => {
    await connectMusic('csc', '--explicit', '--break-once', 'credentials/authorize');
    const batchId = await house.start();
    await asked(batchId);
    await confirm(batchId, PIN, CODE);
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'service-error' } });
  });

  test('signatures whose answer was lost are told as perhaps billed twice, and each slot is signed once', async () => {
    await connectMusic('csc', '--explicit', '--break-once', 'signatures/signHash');
    const batchId = await house.start();
    await asked(batchId);
    await confirm(batchId, PIN, CODE);
    expect(await paused(batchId)).toMatchObject({
      signed: 0,
      perhapsTwice: PUPILS,
      paused: { code: 'lost' },
    });
    await resume(batchId);
    await asked(batchId);
    await confirm(batchId, PIN, CODE);
    await expectAllSigned(batchId);
    expect(await played()).toEqual({
      authorisations: 2,
      extensions: 0,
      signatures: 2 * PUPILS,
      lostRefreshes: 0,
    });
    expect(await house.progress(batchId)).toMatchObject({ perhapsTwice: PUPILS });
  });
});

describe('a refresh token whose successor was lost on its way here', () => {
  /** Tokens hold so long that each call renews them, and so short that the one of before is no way out. */
  const SHORT = ['--token-s', '1', '--late-ms', '60000'];

  test('nobody confirms in vain: the person links once more, and the batch goes on by itself', async () => {
    await connectMusic('csc', ...SHORT);
    await loseRefresh(fake.url, 'cut');
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ signed: 0, order: null, paused: { code: 'unavailable' } });
    await resume(batchId);
    const { paused: why } = await house.until(batchId, (p) => p.paused?.code === 'unlinked');
    expect(why?.text).toContain('không ký lần hai');
    expect(await linkAgain(house.call, MUSIC)).toBe(batchId);
    await onPage(batchId);
    await expectAllSigned(batchId);
    expect(await played()).toEqual({
      authorisations: 1,
      extensions: 0,
      signatures: PUPILS,
      lostRefreshes: 1,
    });
    expect(await house.database.asOwner("select 1 from signing_certificate where kind = 'csc'")).toHaveLength(
      1,
    );
  });

  test('what the person has confirmed and the service is signing is asked after, not ordered again', async () => {
    await connectMusic('csc', ...SHORT, '--asynchronous', '--phone', 'wait');
    const batchId = await house.start();
    await onPage(batchId);
    await house.until(batchId, ({ order }) => order?.at === 'phone');
    await loseRefresh(fake.url, 'cut');
    await house.until(batchId, (p) => p.paused?.code === 'unlinked');
    await linkAgain(house.call, MUSIC);
    await confirmOnPhone(fake.url);
    await expectAllSigned(batchId);
    expect(await orders()).toBe(1);
    expect(await played()).toMatchObject({ authorisations: 1, signatures: PUPILS, lostRefreshes: 1 });
  });
});

test('an answer that comes after another has closed the order ends nothing, pauses nothing and signs nothing', async () => {
  await connectMusic('csc', '--asynchronous', '--phone', 'wait');
  const batchId = await house.start();
  await onPage(batchId);
  await house.until(batchId, ({ order }) => order?.at === 'phone');
  const [order] = await house.database.asOwner<{ id: string }>(
    `select order_id as id from signing_order where state = 'open'`,
  );
  const { schoolId, music } = house.school;
  const batch = { schoolId, batchId, role: 'subjectTeacher', staffId: music.staffId } as const;
  const deps = { db: house.database.db, now: () => new Date() };
  let answer = (_: SigningAnswer): void => undefined;
  const held = new Promise<SigningAnswer>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  const askedBefore = LATE.map((late) =>
    settle(deps, batch, order?.id ?? '', () => {
      asked++;
      return held.then(() => late);
    }),
  );
  await expect.poll(() => asked).toBe(LATE.length);
  const refused = { state: 'ended', end: 'refused-by-signer' } as const;
  expect(await settle(deps, batch, order?.id ?? '', async () => refused)).toBeNull();
  answer(refused);
  expect(await Promise.all(askedBefore)).toEqual(LATE.map(() => 'go-on'));
  expect(await house.progress(batchId)).toMatchObject({
    signed: 0,
    refused: [],
    perhapsTwice: 0,
    paused: { code: 'refused-by-signer' },
  });
  await resume(batchId);
  await onPage(batchId);
  await house.until(batchId, ({ order }) => order?.at === 'phone');
  await confirmOnPhone(fake.url);
  await expectAllSigned(batchId);
});

describe('an order that was taken, its answer lost', () => {
  test('SmartCA is asked for it by our number: one order, nothing twice', async () => {
    await connectMusic('smartca', '--break-once', '/v1/signatures/sign');
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'unavailable' } });
    await resume(batchId);
    await expectAllSigned(batchId);
    expect(await orders()).toBe(1);
  });

  test('MySign cannot be asked: the count is told before it is sent anew', async () => {
    await connectMusic('mysign', '--break-once', '/signHash');
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: PUPILS, paused: { code: 'lost' } });
    await resume(batchId);
    await expectAllSigned(batchId);
    expect(await orders()).toBe(2);
  });

  test.each(['smartca', 'mysign'] as const)('%s that is not there took nothing', async (kind) => {
    await connectMusic(kind);
    await fake.stop();
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'unavailable' } });
  });
});

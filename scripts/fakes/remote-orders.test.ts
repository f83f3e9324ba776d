import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  openSchoolAtTheEdge,
  type SchoolAtTheEdge,
} from '../../apps/server/src/signing/testing/school-at-the-edge.ts';
import { openTrainingPki } from '../../apps/server/src/signing/training-pki.ts';
import { startFake } from '../conformance/signers/service-process.ts';

/** Orders at remote services through the server's edge: what is typed, and what becomes of answers that are lost. */
const PUPILS = 2;
/** As `csc.ts` has them. */
const [PIN, CODE] = ['246813', '975310'];
type Service = 'csc' | 'smartca' | 'mysign';
let house: SchoolAtTheEdge;
let fake: { readonly url: string; stop(): Promise<void> };

beforeEach(async () => {
  house = await openSchoolAtTheEdge(PUPILS);
});
afterEach(async () => {
  await fake?.stop();
  await house.close();
});

/** Starts the service with the music teacher's key, sets it up at the server and connects the teacher. */
async function connect(kind: Service, ...how: string[]): Promise<void> {
  await openTrainingPki(house.dataDir, new Date());
  const people = join(house.dataDir, 'people.json');
  const number = '079080000002';
  await writeFile(
    people,
    JSON.stringify([{ user: 'dan', name: 'Phạm Văn Đàn', number, kind: 'person', key: 'p256' }]),
  );
  const pki = join(house.dataDir, 'keys', 'training-pki');
  const common = ['--pki', pki, '--people', people, '--latency', '5', '--phone-ms', '20'];
  fake = await startFake(kind, [...common, ...how]);
  const contract = {
    csc: { clientId: 'hocba' },
    smartca: { spId: 'tap-huan', spPassword: 'tap-huan' },
    mysign: { clientId: 'tap-huan', clientSecret: 'tap-huan', profileId: 'x' },
  }[kind];
  const provider = {
    id: 'ky',
    kind,
    name: 'Dịch vụ',
    training: true,
    baseUrl: fake.url,
    batchLimit: 50,
    ...contract,
  };
  await house.restart({
    down: () => writeFile(join(house.dataDir, 'signing-providers.json'), JSON.stringify([provider])),
  });
  const body = { holder: 'person', providerId: 'ky' };
  if (kind !== 'csc') {
    const answer = await house.call('POST', '/api/signers/remote', { ...body, userId: number });
    expect(answer.status, answer.text).toBe(200);
    return;
  }
  const { url } = (await house.call<{ url: string }>('POST', '/api/signers/link', body)).body;
  const page = await (await fetch(url)).text();
  const decided = await fetch(new URL('/oauth2/decide', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      visit: /name="visit" value="([^"]+)"/.exec(page)?.[1] ?? '',
      user: 'dan',
      decision: 'yes',
    }).toString(),
  });
  const back = new URL(decided.headers.get('location') ?? 'about:blank').searchParams;
  const linked = await house.call('POST', '/api/signers/return', {
    state: back.get('state'),
    code: back.get('code'),
  });
  expect(linked.status, linked.text).toBe(200);
}

const played = async (): Promise<unknown> =>
  (await fetch(`${fake.url}/played/counts`, { method: 'POST' })).json();
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

async function expectAllSigned(batchId: string): Promise<void> {
  const ended = await house.until(batchId, ({ finished }) => finished);
  expect(ended).toMatchObject({ signed: PUPILS, refused: [] });
  expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
}

describe('a CSC key that asks for a PIN and a code', () => {
  test('a wrong one signs nothing; the right ones sign all by one authorisation, and are kept nowhere', async () => {
    await connect('csc', '--explicit');
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
    expect(await played()).toEqual({ authorisations: 1, signatures: PUPILS });
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
    await connect('csc', '--explicit');
    const batchId = await house.start();
    await asked(batchId);
    const answers = await Promise.all([confirm(batchId, PIN, CODE), confirm(batchId, PIN, CODE)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await expectAllSigned(batchId);
    expect(await played()).toEqual({ authorisations: 1, signatures: PUPILS });
    expect((await confirm(batchId, PIN, CODE)).body.error).toBe('not-found');
    const other = '00000000-0000-4000-8000-000000000000';
    expect((await confirm(other, PIN, CODE)).body.error).toBe('not-found');
  });

  test('an authorisation that broke off signed nothing', async () => {
    await connect('csc', '--explicit', '--break-once', 'credentials/authorize');
    const batchId = await house.start();
    await asked(batchId);
    await confirm(batchId, PIN, CODE);
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'service-error' } });
  });

  test('signatures whose answer was lost are told as perhaps billed twice, and each slot is signed once', async () => {
    await connect('csc', '--explicit', '--break-once', 'signatures/signHash');
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
    expect(await played()).toEqual({ authorisations: 2, signatures: 2 * PUPILS });
    expect(await house.progress(batchId)).toMatchObject({ perhapsTwice: PUPILS });
  });
});

describe('an order that was taken, its answer lost', () => {
  test('SmartCA is asked for it by our number: one order, nothing twice', async () => {
    await connect('smartca', '--break-once', '/v1/signatures/sign');
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'unavailable' } });
    await resume(batchId);
    await expectAllSigned(batchId);
    expect(await orders()).toBe(1);
  });

  test('MySign cannot be asked: the count is told before it is sent anew', async () => {
    await connect('mysign', '--break-once', '/signHash');
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: PUPILS, paused: { code: 'lost' } });
    await resume(batchId);
    await expectAllSigned(batchId);
    expect(await orders()).toBe(2);
  });

  test.each(['smartca', 'mysign'] as const)('%s that is not there took nothing', async (kind) => {
    await connect(kind);
    await fake.stop();
    const batchId = await house.start();
    expect(await paused(batchId)).toMatchObject({ perhapsTwice: 0, paused: { code: 'unavailable' } });
  });
});

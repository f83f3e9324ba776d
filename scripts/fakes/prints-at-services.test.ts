import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from '../../apps/server/src/http/testing/world.ts';
import {
  openSchoolAtTheEdge,
  type Progress,
  type SchoolAtTheEdge,
} from '../../apps/server/src/signing/testing/school-at-the-edge.ts';
import { agreeAt, connect, type Fake, playedAt, type Service } from './connected.ts';

/** The seal at a remote service, through the server's edge: records first, then their prints, whose bytes hold the proofs. */
const PUPILS = 2;
const SEAL = {
  user: 'condau',
  name: 'Trường Tiểu học Mẫu',
  number: '0300000007',
  kind: 'seal',
  key: 'p256',
} as const;
let house: SchoolAtTheEdge;
let clerk: Client;
let fake: Fake;

beforeEach(async () => {
  house = await openSchoolAtTheEdge(PUPILS);
  clerk = await house.as('clerk');
});
afterEach(async () => {
  await fake?.stop();
  await house.close();
});

/** Everything up to the seal, and the seal's key at the service. */
async function readyAt(kind: Service, ...how: string[]): Promise<void> {
  fake = await connect(house, kind, { key: SEAL, call: clerk }, ...how);
  const [homeroom, principal] = [await house.as('homeroom'), await house.as('principal')];
  await putSealInForce(principal);
  for (const [role, by] of [
    ['subjectTeacher', house.call],
    ['subjectTeacher', homeroom],
    ['homeroomTeacher', homeroom],
    ['principal', principal],
  ] as const) {
    await house.until(await house.start({ role }, by), ({ finished }) => finished, by);
  }
}

/** The clerk has registered the seal's key; the principal is the second person, without whom it seals nothing. */
async function putSealInForce(principal: Client): Promise<void> {
  const { body: mine } = await clerk<{
    holders: { holder: string; earlier: { kind: string; certificateId: string }[] }[];
  }>('GET', '/api/signers');
  const certificateId = mine.holders
    .find(({ holder }) => holder === 'seal')
    ?.earlier.find(({ kind }) => kind !== 'training')?.certificateId;
  const asked = await clerk<{ requestId: string; digest: string }>('POST', '/api/approvals', {
    act: { kind: 'seal-key', certificateId },
    reason: 'Con dấu mới',
    evidence: '',
  });
  expect(asked.status, asked.text).toBe(200);
  const { requestId, digest } = asked.body;
  const agreed = await principal('POST', `/api/approvals/${requestId}/decision`, {
    approve: true,
    digest,
    note: '',
  });
  expect(agreed.status, agreed.text).toBe(200);
}

const seal = (): Promise<string> => house.start({ role: 'schoolSeal' }, clerk);
const until = (batchId: string, holds: (progress: Progress) => boolean) => house.until(batchId, holds, clerk);
const confirmations = async (): Promise<number | undefined> =>
  (await clerk<{ sealConfirmations: number }>('GET', '/api/signing')).body.sealConfirmations;
/** What is out at the provider's page, another than `before`, and the words that stand there. */
async function askedOnPage(batchId: string, before?: URL): Promise<{ url: URL; description: string }> {
  const { order } = await until(batchId, (p) => p.order?.at === 'page' && p.order.url !== before?.href);
  const url = new URL(order?.url ?? '');
  const description = url.searchParams.get('description') ?? '';
  expect(await (await fetch(url)).text()).toContain(description);
  return { url, description };
}
async function agree(url: URL): Promise<void> {
  const answer = await clerk('POST', '/api/signers/return', await agreeAt(url.href, SEAL));
  expect(answer.status, answer.text).toBe(200);
}
async function expectAllDone(batchId: string): Promise<void> {
  expect(await until(batchId, ({ finished }) => finished)).toMatchObject({
    signed: PUPILS,
    issued: PUPILS,
    prints: { total: PUPILS, signed: PUPILS },
    refused: [],
    perhapsTwice: 0,
  });
  const kept = await house.database.asOwner(
    'select 1 from signing_batch where left_sealed is not null or left_certificate is not null',
  );
  expect(kept).toEqual([]);
}

test('CSC: one confirmation for records and prints, a server started anew in between; nothing of it stands in clear', async () => {
  await readyAt('csc');
  expect(await confirmations()).toBe(1);
  const batchId = await seal();
  const { url, description } = await askedOnPage(batchId);
  expect(url.searchParams.get('numSignatures')).toBe(String(2 * PUPILS));
  expect(description).toContain(`${PUPILS} chữ ký học bạ và ${PUPILS} bản in`);
  const held = await house.holdSlots();
  await agree(url);
  await held.reached();
  const [row] = await house.database.asOwner<{ left_signatures: number }>(
    `select left_signatures from signing_batch where batch_id = '${batchId}'`,
  );
  expect(row?.left_signatures).toBe(PUPILS);
  await house.restart({ stopping: () => held.release() });
  await expectAllDone(batchId);
  expect(await playedAt(fake)).toEqual({
    authorisations: 1,
    extensions: 1,
    signatures: 2 * PUPILS,
    lostRefreshes: 0,
  });
});

test('CSC: an extension whose answer is lost signed nothing, and is confirmed anew', async () => {
  await readyAt('csc', '--asynchronous', '--break-once', 'credentials/extendTransaction');
  const batchId = await seal();
  const first = await askedOnPage(batchId);
  await agree(first.url);
  const second = await askedOnPage(batchId, first.url);
  expect(second.description).toContain(`${PUPILS} bản in`);
  await agree(second.url);
  await expectAllDone(batchId);
  expect(await playedAt(fake)).toMatchObject({ authorisations: 2, signatures: 2 * PUPILS });
});

test.each(['smartca', 'mysign'] as const)(
  '%s: the second confirmation, for the prints, is told before the first',
  async (kind) => {
    await readyAt(kind);
    expect(await confirmations()).toBe(2);
    const batchId = await seal();
    await expectAllDone(batchId);
    const orders = await house.database.asOwner<{ description: string }>(
      'select description from signing_order order by created_at',
    );
    expect(orders.map(({ description }) => /ký (\d+ [^,]+),/.exec(description)?.[1])).toEqual([
      `${PUPILS} chữ ký học bạ`,
      `${PUPILS} bản in học bạ`,
    ]);
  },
);

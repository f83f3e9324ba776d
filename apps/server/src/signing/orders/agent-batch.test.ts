import type { Signer } from '@hocba/signature';
import { softSigner } from '@hocba/signature/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certifiedPerson, openSchoolAtTheEdge, type SchoolAtTheEdge } from '../testing/school-at-the-edge.ts';

/** A batch whose key is behind an agent, through the server's edge: the agent sees bytes to sign and nothing else. */
const PUPILS = 2;
let house: SchoolAtTheEdge;
let token: string;
let key: Signer;

beforeEach(async () => {
  house = await openSchoolAtTheEdge(PUPILS);
  const { leaf } = await certifiedPerson(house, house.school.music);
  key = softSigner(leaf.privateKeyPem, leaf.chain);
  const { code } = (await house.call<{ code: string }>('POST', '/api/agent-codes', {})).body;
  ({ token } = (
    await house.call<{ token: string }>('POST', '/api/agent/pair', { code, name: 'máy thử' })
  ).body);
  const chain = leaf.chain.map((der) => Buffer.from(der).toString('base64'));
  const registered = await agent('certificates', { holder: 'person', chain });
  expect(registered.status, registered.text).toBe(200);
});
afterEach(() => house.close());

interface Order {
  readonly orderId: string;
  readonly items: readonly { readonly id: string; readonly message: string }[];
}
const agent = <A>(act: string, body: Record<string, unknown>) =>
  house.call<A>('POST', `/api/agent/${act}`, { token, ...body });
const wait = async (hold = false) => (await agent<{ order: Order | null }>('wait', { hold })).body.order;

async function begun(): Promise<string> {
  const batchId = await house.start();
  await house.until(batchId, ({ order }) => order?.at === 'agent');
  return batchId;
}

/** As the token does: whatever it is given. */
async function sign({ orderId, items }: Order) {
  const values = await key.sign(items.map(({ message }) => Buffer.from(message, 'base64')));
  const signatures = items.map(({ id }, i) => ({
    id,
    value: Buffer.from(values[i] ?? []).toString('base64'),
  }));
  return agent<{ kept: number; bad: string[]; left: number }>('signatures', { orderId, signatures });
}

test('what it signs goes into the records, whatever restarts in between', async () => {
  const batchId = await begun();
  await house.restart();
  const order = await wait();
  expect(order?.items).toHaveLength(PUPILS);
  if (order === null) throw new Error('no order');
  expect((await sign(order)).body).toEqual({ kept: PUPILS, bad: [], left: 0 });
  expect(await house.until(batchId, ({ finished }) => finished)).toMatchObject({
    signed: PUPILS,
    refused: [],
  });
});

/** What is to be signed of some items, by SQL made over other data: its first digest is one of the attacker's own. */
async function exchanged(where: string): Promise<number> {
  const items = await house.database.asOwner<{ record_id: string; signed: string }>(
    `select record_id, prepared #>> '{prepared,toBeSigned}' as signed from signing_item where ${where}`,
  );
  for (const { record_id, signed } of items) {
    const own = Buffer.alloc(32, 7).toString('base64');
    const text = Buffer.from(signed, 'base64')
      .toString()
      .replace(/(<DigestValue>)[^<]+/, `$1${own}`);
    await house.database.asOwner(
      `update signing_item set prepared = jsonb_set(prepared, '{prepared,toBeSigned}', to_jsonb($1::text)) where record_id = $2`,
      [Buffer.from(text).toString('base64'), record_id],
    );
  }
  return items.length;
}

test.each([
  ['one of the two', `record_id = (select record_id from signing_item order by record_id limit 1)`, 1],
  ['both', 'true', 0],
])(
  'bytes to sign that somebody exchanged in the store, of %s: no token sees them',
  async (_, where, left) => {
    const batchId = await begun();
    expect(await exchanged(where)).toBe(PUPILS - left);
    const order = await wait();
    const shown = (order?.items ?? []).map(({ message }) => Buffer.from(message, 'base64').toString());
    expect(shown).toHaveLength(left);
    for (const message of shown) expect(message).not.toContain(Buffer.alloc(32, 7).toString('base64'));
    if (order !== null) await sign(order);
    const ended = await house.until(batchId, ({ finished }) => finished);
    expect(ended).toMatchObject({ signed: left });
    expect(ended.refused).toHaveLength(PUPILS - left);
  },
);

test('an item that is put into the order is signed by no token', async () => {
  const batchId = await begun();
  await house.database.asOwner(
    `insert into signing_item (school_id, batch_id, record_id, slot_id, state, prepared, order_id, changed_at)
     select school_id, batch_id, record_id, 'gvcn', state, prepared, order_id, changed_at from signing_item limit 1`,
  );
  expect(await wait()).toBeNull();
  expect(await house.until(batchId, ({ finished }) => finished)).toMatchObject({ signed: 0 });
});

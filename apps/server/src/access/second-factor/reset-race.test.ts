import pg from 'pg';
import { expect, test } from 'vitest';
import { untilHeldUp } from '../../store/testing/held-up.ts';
import { Authenticator } from './testing/authenticator.ts';
import { browser, codeAt, ORIGIN, useWorld, withGenerator, world } from './testing/office.ts';

/**
 * A lost factor may be in wrong hands, with the password and a session that has just been confirmed. What such a session asks
 * for while the reset is being written gains nothing by it, and the slip stays the only way back in.
 */
useWorld();

/** The reset's own statements, held open while `ask` is on its way, then committed. */
async function duringReset<T>(username: string, ask: () => Promise<T>): Promise<T> {
  const client = new pg.Client(world.database.owner);
  await client.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(
      'select account_id, school_id, staff_id from account where username = $1 for update',
      [username],
    );
    const [{ account_id: account, school_id: school, staff_id: staff }] = rows;
    const { clerk, admin } = world.schools[0].staff;
    await client.query(
      `insert into factor_reset (school_id, reset_id, staff_id, reason, requested_by, requested_at, decided_by, decided_at,
         approved, slip_digest, slip_until)
       values ($1, gen_random_uuid(), $2, 'Mất điện thoại', $3, $5, $4, $5, true, '\\x00', $5::timestamptz + '1 day')`,
      [school, staff, clerk, admin, world.clock.now],
    );
    for (const ended of [
      'update second_factor set ended_at = $2 where account_id = $1 and ended_at is null',
      'update paper_code set ended_at = $2 where account_id = $1 and ended_at is null and used_at is null',
      'update session set ended_at = $2 where account_id = $1 and ended_at is null',
    ])
      await client.query(ended, [account, world.clock.now]);
    const {
      rows: [{ pid }],
    } = await client.query('select pg_backend_pid() as pid');
    let answered = false;
    const answer = ask().finally(() => {
      answered = true;
    });
    await untilHeldUp(world.database, pid, () => answered);
    await client.query('commit');
    return await answer;
  } finally {
    await client.end();
  }
}

async function confirmed() {
  const who = await browser('principal-1');
  await withGenerator(who);
  return who;
}

async function leftOver() {
  const count = async (query: string) =>
    (await world.database.asOwner<{ n: number }>(`select count(*)::int as n from ${query}`))[0]?.n;
  return {
    factors: await count('second_factor where ended_at is null and confirmed_at is not null'),
    paperCodes: await count('paper_code where ended_at is null and used_at is null'),
    spentSlips: await count('factor_reset where slip_used_at is not null'),
  };
}
const NOTHING = { factors: 0, paperCodes: 0, spentSlips: 0 };

test('a code generator that was begun is not confirmed, and the slip is not spent', async () => {
  const who = await confirmed();
  const begun = await who<{ secret: string }>('POST', '/api/second-factor/generator', {});
  const code = codeAt(begun.body.secret);
  const answer = await duringReset('principal-1', () =>
    who('POST', '/api/second-factor/generators', { name: 'Máy khác', code }),
  );
  expect(answer.status).toBe(401);
  expect(await leftOver()).toEqual(NOTHING);
  const back = await browser('principal-1');
  expect((await back('GET', '/api/second-factor')).body).toMatchObject({ enrolBy: 'slip' });
});

test('a passkey is not taken', async () => {
  const who = await confirmed();
  const asked = await who<{ options: { challenge: string } }>(
    'POST',
    '/api/second-factor/passkey-options',
    {},
  );
  const of = { challenge: asked.body.options.challenge, origin: ORIGIN, host: 'localhost' };
  const passkey = new Authenticator().register(of);
  const answer = await duringReset('principal-1', () =>
    who('POST', '/api/second-factor/passkeys', { name: 'Máy khác', passkey }),
  );
  // Its challenge ended with the session.
  expect(answer.status).toBe(409);
  expect(await leftOver()).toEqual(NOTHING);
});

test('no codes are printed', async () => {
  const who = await confirmed();
  const answer = await duringReset('principal-1', () => who('POST', '/api/second-factor/paper-codes', {}));
  expect(answer.status).toBe(401);
  expect(await leftOver()).toEqual(NOTHING);
});

test('an agent that was paired, and a code for one, end with the sessions', async () => {
  const who = await confirmed();
  const code = async () => (await who<{ code: string }>('POST', '/api/agent-codes', {})).body.code;
  const pair = async (by: string) =>
    who<{ token: string; error: string }>('POST', '/api/agent/pair', { code: by, name: 'Máy khác' });
  const { token } = (await pair(await code())).body;
  const wait = () => who<{ error: string }>('POST', '/api/agent/wait', { token, hold: false });
  expect((await wait()).status).toBe(200);
  const unused = await code();
  const office = [];
  for (const name of ['clerk-1', 'admin-1']) {
    const one = await browser(name);
    await withGenerator(one);
    office.push(one);
  }
  const [clerk, admin] = office;
  const body = { staffId: world.schools[0].staff.principal, reason: 'Mất điện thoại' };
  const asked = await clerk?.<{ resetId: string }>('POST', '/api/second-factor/resets', body);
  const url = `/api/second-factor/resets/${asked?.body.resetId}`;
  expect((await admin?.('POST', url, { approve: true }))?.status).toBe(200);
  expect((await wait()).body.error).toBe('agent-unpaired');
  expect((await pair(unused)).body.error).toBe('pairing-refused');
});

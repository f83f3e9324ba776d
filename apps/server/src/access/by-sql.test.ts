import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Client } from '../http/testing/world.ts';
import { hashPassword } from './password.ts';
import { paperCodeDigest } from './second-factor/paper-codes.ts';
import {
  browser,
  codeAt,
  later,
  staff,
  useWorld,
  withGenerator,
  world,
} from './second-factor/testing/office.ts';

/** Somebody with an account of his own owns the tables too, and not the data folder: what he writes into them opens nothing. */
useWorld();

const sessionNow = async (who: Awaited<ReturnType<typeof browser>>) =>
  (await who('GET', '/api/session')).status;
const digestIn = (cookie: string) =>
  createHash('sha256')
    .update(cookie.slice(cookie.indexOf('=') + 1))
    .digest('hex');
const behind = (statement: string) =>
  world.database.asOwner(`set session_replication_role = replica; ${statement}`);

describe('a session', () => {
  test.each<[string, () => string]>([
    [
      'of another account',
      () => `account_id = (select account_id from account where username = 'principal-1')`,
    ],
    [
      'of an account of another school',
      () => `account_id = (select account_id from account where username = 'principal-2')`,
    ],
    ['prolonged', () => `expires_at = expires_at + interval '1 day'`],
    ['prolonged for ever', () => `expires_at = 'infinity'`],
    ['said to have begun later', () => `created_at = created_at + interval '1 hour'`],
    ['said to be confirmed', () => 'second_factor_at = created_at'],
    ['said to be confirmed for ever', () => `second_factor_at = 'infinity'`],
    ['without its seal', () => 'seal = null'],
    ['with another seal', () => `seal = '\\x00'`],
  ])('%s is none', async (_, set) => {
    const who = await browser('homeroom-1');
    expect(await sessionNow(who)).toBe(200);
    await behind(`update session set ${set()} where token_digest = '\\x${digestIn(who.cookie())}'`);
    expect(await sessionNow(who)).toBe(401);
  });

  test.each<[string, (who: Client & { cookie(): string }) => Promise<unknown>]>([
    ['its person', (who) => who('DELETE', '/api/session')],
    [
      'a new password for its person',
      async () => {
        const office = await browser('admin-1');
        await withGenerator(office);
        expect(
          (await office('POST', `/api/staff/${world.schools[0].staff.outsider}/account`, {})).status,
        ).toBe(200);
      },
    ],
  ])('that %s has ended stays so, also where its row is put back as it was', async (_, end) => {
    const who = await browser('outsider-1');
    const cookie = who.cookie();
    await behind('create table kept_sessions as select * from session');
    later(1000);
    await end(who);
    await behind(
      'delete from session; insert into session select * from kept_sessions; drop table kept_sessions',
    );
    const again = await world.app.inject({
      method: 'GET',
      url: '/api/session',
      headers: { host: 'localhost', cookie },
    });
    expect(again.statusCode).toBe(401);
  });

  test('that was written for the principal is none', async () => {
    const who = await browser('homeroom-1');
    const own = digestIn(who.cookie());
    await behind(`update session s set account_id = a.account_id, second_factor_at = s.created_at from account a
      where a.username = 'principal-1' and s.token_digest = '\\x${own}'`);
    expect(await sessionNow(who)).toBe(401);
  });

  test('whose account was made the principal’s is none', async () => {
    const who = await browser('homeroom-1');
    const [principal, homeroom] = [staff('principal'), staff('homeroom')];
    const accounts = (of: string, own: string) =>
      behind(`update account set staff_id = gen_random_uuid() where username in ('principal-1', 'homeroom-1');
        update account set staff_id = '${of}' where username = 'principal-1';
        update account set staff_id = '${own}' where username = 'homeroom-1'`);
    await accounts(homeroom, principal);
    expect(await sessionNow(who)).toBe(401);
    await accounts(principal, homeroom);
    expect(await sessionNow(who)).toBe(200);
  });
});

test('a role that somebody was given so is none', async () => {
  const who = await browser('homeroom-1');
  const roles = async () => (await who<{ roles: string[] }>('GET', '/api/session')).body.roles;
  await behind(
    `insert into staff_role values (1, '${staff('homeroom')}', 'principal'), (1, '${staff('homeroom')}', 'admin')`,
  );
  expect(await roles()).toEqual(['teacher']);
  await behind(`delete from staff_role where staff_id = '${staff('homeroom')}' and role <> 'teacher'`);
});

test('a password that was set so opens nothing, until the school hands out another', async () => {
  const [kept] = (await world.database.asOwner<{ password_hash: string }>(
    `select password_hash from account where username = 'music-1'`,
  )) as [{ password_hash: string }];
  await behind(
    `update account set password_hash = '${await hashPassword('mật khẩu của kẻ khác')}' where username = 'music-1'`,
  );
  const answer = await world.app.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress: '127.9.9.1',
    headers: { host: 'localhost' },
    payload: { username: 'music-1', password: 'mật khẩu của kẻ khác' },
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.json().details).toEqual([expect.stringContaining('đã bị sửa ngoài phần mềm')]);
  await behind(`update account set password_hash = '${kept.password_hash}' where username = 'music-1'`);
  expect(await sessionNow(await browser('music-1'))).toBe(200);
});

describe('a second factor', () => {
  test('whose secret was exchanged proves nobody', async () => {
    const who = await browser('homeroom-1');
    const secret = await withGenerator(who);
    later(60_000);
    const again = await browser('homeroom-1');
    // Sealed for another factor it would not open anyway; what it belongs to is noted besides.
    await behind(`update second_factor set created_at = created_at - interval '1 day'`);
    const proof = await again('POST', '/api/second-factor/prove', { code: codeAt(secret) });
    expect(proof.body).toMatchObject({ error: 'second-factor-refused' });
  });

  test('of codes on paper that somebody wrote into the store takes none', async () => {
    const who = await browser('homeroom-1');
    await withGenerator(who);
    later(60_000);
    const [{ account_id: id }] = (await world.database.asOwner<{ account_id: string }>(
      `select account_id from account where username = 'homeroom-1'`,
    )) as [{ account_id: string }];
    const code = 'ACDE-FGHJ-KMNP';
    const digest = Buffer.from(paperCodeDigest(id, code) ?? []).toString('hex');
    await behind(
      `insert into paper_code (account_id, code_digest, created_at) values ('${id}', '\\x${digest}', now())`,
    );
    const again = await browser('homeroom-1');
    const proof = await again('POST', '/api/second-factor/prove', { code });
    expect(proof.body).toMatchObject({ error: 'second-factor-refused' });
  });
});

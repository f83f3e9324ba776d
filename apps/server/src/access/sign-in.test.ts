import { createHash } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientOf, cookieOf, makeWorld, PASSWORD, type World } from '../http/testing/world.ts';
import { asApplication } from '../store/testing/cluster.ts';
import { hashPassword, isOutdatedHash, passwordMatches } from './password.ts';
import { ABSOLUTE_MS, IDLE_MS } from './session.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.clock.now = new Date('2026-05-20T02:00:00Z');
});

/** A sign-in from an address of its own, so that the tests do not throttle each other. */
async function tryIn(username: string, password: string, remoteAddress: string, cookie?: string) {
  return world.app.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress,
    headers: { host: 'localhost', ...(cookie ? { cookie } : {}) },
    payload: { username, password },
  });
}

describe('passwords', () => {
  test.each(['12345678', 'á'.repeat(64), 'x'.repeat(128), 'Mật khẩu có dấu ạ', '        ', '<script>'])(
    '%j is taken as it is',
    async (password) => {
      const stored = await hashPassword(password);
      expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect(await passwordMatches(stored, password)).toBe(true);
      expect(await passwordMatches(stored, `${password} `)).toBe(false);
    },
  );
  test('the form of accents does not matter', async () => {
    expect(
      await passwordMatches(await hashPassword('Hoà Bình'.normalize('NFD')), 'Hoà Bình'.normalize('NFC')),
    ).toBe(true);
  });
  test.each(['', 'x', '$argon2id$', '$2b$10$abcdefghijklmnopqrstuv'])(
    '%j as a stored hash matches nothing',
    async (stored) => {
      expect(await passwordMatches(stored, 'x')).toBe(false);
      expect(isOutdatedHash(stored)).toBe(true);
    },
  );
});

describe('the session', () => {
  test('has a __Host- cookie of 256 random bits whose digest alone is stored', async () => {
    const response = await tryIn('homeroom-1', PASSWORD, '127.0.1.1');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      fullName: 'Lê Thị Mẫu Ngọc',
      roles: ['teacher'],
      schoolYear: '2025-2026',
    });
    const header = String(response.headers['set-cookie']);
    const found = /^__Host-hocba=([A-Za-z0-9_-]{43}); (.*)$/.exec(header);
    expect(found?.[2]?.split('; ').sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']);
    const digest = createHash('sha256')
      .update(found?.[1] ?? '')
      .digest('hex');
    const rows = await world.database.asOwner<{ digest: string }>(
      `select encode(token_digest, 'hex') as digest from session`,
    );
    expect(rows.map((row) => row.digest)).toContain(digest);
  });

  test('is new at each sign-in, and the one that the browser had is ended', async () => {
    const first = await cookieOf(world.app, 'clerk-1');
    const response = await tryIn('clerk-1', PASSWORD, '127.0.1.2', first);
    const second = String(response.headers['set-cookie']).split(';')[0] ?? '';
    expect(second).not.toBe(first);
    expect((await clientOf(world.app, first)('GET', '/api/session')).status).toBe(401);
    expect((await clientOf(world.app, second)('GET', '/api/session')).status).toBe(200);
  });

  test('ends on the server at sign-out; the kept cookie is worth nothing', async () => {
    const cookie = await cookieOf(world.app, 'clerk-1');
    const call = clientOf(world.app, cookie);
    const out = await call('DELETE', '/api/session');
    expect(out.status).toBe(200);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await call('GET', '/api/session')).status).toBe(401);
  });

  test('ends when it is idle, and at its absolute end however busy it is', async () => {
    const call = await world.signIn('clerk-1');
    const start = world.clock.now.getTime();
    world.clock.now = new Date(start + IDLE_MS + 1000);
    expect((await call('GET', '/api/session')).status).toBe(401);
    world.clock.now = new Date(start);
    const busy = await world.signIn('clerk-1');
    for (let at = 0; at < ABSOLUTE_MS; at += IDLE_MS / 2) {
      world.clock.now = new Date(start + at);
      expect((await busy('GET', '/api/session')).status).toBe(200);
    }
    world.clock.now = new Date(start + ABSOLUTE_MS);
    expect((await busy('GET', '/api/session')).status).toBe(401);
  });

  test('goes idle under a page that asks for changes by itself while nobody is there', async () => {
    const start = world.clock.now.getTime();
    const left = await world.signIn('homeroom-1');
    const changes = `/api/classes/${world.schools[0].classId}/changes?after=0`;
    for (let at = 0; at < IDLE_MS; at += IDLE_MS / 3) {
      world.clock.now = new Date(start + at);
      expect((await left('GET', changes)).status).toBe(200);
    }
    world.clock.now = new Date(start + IDLE_MS + 1000);
    expect((await left('GET', changes)).status).toBe(401);
  });

  test('ends with its account', async () => {
    const call = await world.signIn('outsider-2');
    await world.database.asOwner(`update account set disabled_at = now() where username = 'outsider-2'`);
    expect((await call('GET', '/api/session')).status).toBe(401);
    await world.database.asOwner(`update account set disabled_at = null where username = 'outsider-2'`);
  });

  test.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(43)}=`, "'; drop table session; --"])(
    'is not opened by the token %j',
    async (token) => {
      expect((await clientOf(world.app, `__Host-hocba=${token}`)('GET', '/api/session')).status).toBe(401);
    },
  );

  test('two cookies of its name are not believed, nor is another name', async () => {
    const cookie = await cookieOf(world.app, 'clerk-1');
    expect((await clientOf(world.app, `${cookie}; ${cookie}`)('GET', '/api/session')).status).toBe(401);
    expect((await clientOf(world.app, cookie.replace('__Host-', ''))('GET', '/api/session')).status).toBe(
      401,
    );
  });
});

describe('a refused sign-in', () => {
  test('has one answer for an unknown user, a wrong password and a disabled account', async () => {
    await world.database.asOwner(`update account set disabled_at = now() where username = 'admin-2'`);
    const answers = [
      await tryIn('nobody', PASSWORD, '127.0.2.1'),
      await tryIn('homeroom-1', 'wrong', '127.0.2.1'),
      await tryIn('admin-2', PASSWORD, '127.0.2.1'),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      const { reference: _, ...body } = answer.json();
      const { reference: __, ...first } = answers[0]?.json() ?? {};
      expect(body).toEqual(first);
      expect(Object.keys(answer.headers).sort()).toEqual(Object.keys(answers[0]?.headers ?? {}).sort());
    }
  });

  test('sixth in a row waits, also with the right password, but only from there', async () => {
    for (let n = 0; n < 5; n += 1)
      expect((await tryIn('music-1', 'wrong', '127.0.3.1')).statusCode).toBe(401);
    const held = await tryIn('music-1', PASSWORD, '127.0.3.1');
    expect(held.statusCode).toBe(429);
    expect(held.headers['retry-after']).toBeDefined();
    expect((await tryIn('music-1', PASSWORD, '127.0.3.2')).statusCode).toBe(200);
  });

  test('from many places holds the account there, but not where its owner has signed in', async () => {
    expect((await tryIn('outsider-1', PASSWORD, '127.0.5.100')).statusCode).toBe(200);
    for (let n = 0; n < 30; n += 1) await tryIn('outsider-1', 'wrong', `127.0.5.${1 + (n % 6)}`);
    expect((await tryIn('outsider-1', PASSWORD, '127.0.5.50')).statusCode).toBe(429);
    expect((await tryIn('outsider-1', PASSWORD, '127.0.5.100')).statusCode).toBe(200);
    for (let n = 0; n < 5; n += 1) await tryIn('outsider-1', 'wrong', '127.0.5.100');
    expect((await tryIn('outsider-1', PASSWORD, '127.0.5.100')).statusCode).toBe(429);
  });

  test('of many sent at once no more are looked at than one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => tryIn('music-1', 'wrong', '127.0.3.7')),
    );
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(35);
  });

  test('throttles a name that nobody has just the same', async () => {
    for (let n = 0; n < 5; n += 1) expect((await tryIn('ghost', 'x', '127.0.3.3')).statusCode).toBe(401);
    expect((await tryIn('ghost', 'x', '127.0.3.3')).statusCode).toBe(429);
  });

  test('a success forgets the failures before it', async () => {
    for (let n = 0; n < 4; n += 1) await tryIn('music-2', 'wrong', '127.0.3.4');
    expect((await tryIn('music-2', PASSWORD, '127.0.3.4')).statusCode).toBe(200);
    for (let n = 0; n < 4; n += 1)
      expect((await tryIn('music-2', 'wrong', '127.0.3.4')).statusCode).toBe(401);
  });

  test.each([
    ['from another host', '192.168.1.20', 'localhost'],
    ['under a name that points here', '127.0.0.1', 'hocba.attacker.example'],
  ])('over plain HTTP %s, before any password is looked at', async (_, remoteAddress, host) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress,
      headers: { host },
      payload: { username: 'homeroom-1', password: PASSWORD },
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error: 'insecure-connection' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each([
    [{ username: 'homeroom-1' }],
    [{ username: 'homeroom-1', password: PASSWORD, roles: ['admin'] }],
    [{ username: { $ne: '' }, password: PASSWORD }],
    [{ username: 'homeroom-1', password: 'x'.repeat(129) }],
    [[]],
  ])('for its form: %j', async (payload) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'localhost' },
      payload,
    });
    expect(answer.statusCode).toBe(400);
  });
});

test('a weak hash is made anew at the next sign-in', async () => {
  const weak = await hash(PASSWORD, { memoryCost: 8, timeCost: 1 });
  await asApplication(
    world.database,
    '2',
    `update account set password_hash = $1 where username = 'principal-2'`,
    [weak],
  );
  await world.signIn('principal-2');
  const [row] = await world.database.asOwner<{ password_hash: string }>(
    `select password_hash from account where username = 'principal-2'`,
  );
  expect(isOutdatedHash(row?.password_hash ?? '')).toBe(false);
  await world.signIn('principal-2');
});

test('sign-ins, failed ones too, stand in the trail', async () => {
  await tryIn('homeroom-2', 'wrong', '127.0.4.1');
  await tryIn('homeroom-2', PASSWORD, '127.0.4.1');
  const rows = await world.database.asOwner<{ outcome: string; address: string; text: string }>(
    `select outcome, address, audit_event::text as text from audit_event where act = 'access.signIn' and address = '127.0.4.1' order by outcome`,
  );
  expect(rows.map((row) => row.outcome)).toEqual(['ok', 'wrong-credentials']);
  expect(rows.map((row) => row.text).join()).not.toContain('wrong,');
});

import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../http/testing/world.ts';
import { cookieOf, makeWorld, PASSWORD, type World } from '../../http/testing/world.ts';
import { contractRoutes } from '../route-names.ts';
import { FRESH_MS, factorState, requireSecondFactor } from './state.ts';
import { Authenticator, type Ceremony } from './testing/authenticator.ts';

/**
 * and the recovery by two persons, at the real edge: both schools of the world are of training, the first
 * asks for the second factor as a school in earnest does.
 */
const ORIGIN = 'http://localhost';
let world: World;
let nth = 0;

beforeAll(async () => {
  world = await makeWorld({ whole: true });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.now = new Date('2026-05-20T02:00:00Z');
  await world.database.asOwner('update school set training_second_factor = true where school_id = 1');
  for (const table of ['factor_reset', 'paper_code', 'second_factor'])
    await world.database.asOwner(`delete from ${table}`);
});

/** A browser: it keeps the cookie that the server sets. Each has an address of its own, so that nobody is throttled. */
async function browser(username: string): Promise<Client & { cookie(): string }> {
  nth += 1;
  const remoteAddress = `127.0.${nth >> 8}.${nth & 255}`;
  let cookie = await cookieOf(world.app, username);
  const call = async (method: string, url: string, body?: unknown) => {
    const response = await world.app.inject({
      method: method as 'GET',
      url,
      remoteAddress,
      headers: { host: 'localhost', cookie },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const set = String(response.headers['set-cookie'] ?? '').split(';')[0];
    if (set) cookie = set;
    return {
      status: response.statusCode,
      body: response.json(),
      headers: response.headers,
      text: response.body,
    };
  };
  return Object.assign(call as unknown as Client, { cookie: () => cookie });
}

const later = (ms: number): void => {
  world.clock.now = new Date(world.clock.now.getTime() + ms);
};
const codeAt = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: world.clock.now.getTime() + steps * 30_000,
  });

/** Sets up a code generator with the password; the session is confirmed by it. */
async function withGenerator(who: Client, secret: string = PASSWORD): Promise<string> {
  const begun = await who<{ secret: string }>('POST', '/api/second-factor/generator', { secret });
  expect(begun.status, begun.text).toBe(200);
  const added = await who('POST', '/api/second-factor/generators', {
    name: 'Điện thoại',
    code: codeAt(begun.body.secret),
    secret,
  });
  expect(added.status, added.text).toBe(200);
  return begun.body.secret;
}

async function passkeyOf(
  who: Client,
  key: Authenticator,
  secret: string | undefined,
  change: Partial<Ceremony> = {},
) {
  const asked = await who<{ options: { challenge: string } }>(
    'POST',
    '/api/second-factor/passkey-options',
    secret === undefined ? {} : { secret },
  );
  expect(asked.status, asked.text).toBe(200);
  const of = { challenge: asked.body.options.challenge, origin: ORIGIN, host: 'localhost', ...change };
  return who('POST', '/api/second-factor/passkeys', {
    name: 'Máy của tôi',
    passkey: key.register(of),
    ...(secret === undefined ? {} : { secret }),
  });
}

async function proveBy(who: Client, key: Authenticator, change: Partial<Ceremony> = {}) {
  const asked = await who<{ options: { challenge: string } }>('POST', '/api/second-factor/challenge', {});
  const of = { challenge: asked.body.options.challenge, origin: ORIGIN, host: 'localhost', ...change };
  return who('POST', '/api/second-factor/prove', { passkey: key.assert(of) });
}

const RECALL = `/api/records/00000000-0000-4000-8000-000000000000/recall`;
const recall = (who: Client) =>
  who<{ error: string }>('POST', RECALL, { reasonCode: 'other', reason: 'Thử', replace: false });

describe('who works with a second factor', () => {
  const roles = ['teacher', 'principal', 'clerk', 'admin'] as const;
  test.each(
    roles.flatMap((role) =>
      [true, false].flatMap((enforced) => [true, false].map((enrolled) => ({ role, enforced, enrolled }))),
    ),
  )('$role, school asks $enforced, has one $enrolled', ({ role, enforced, enrolled }) => {
    const state = factorState({ roles: [role], enforced, enrolled, provenAt: null });
    expect(state.needed).toBe(enrolled || (enforced && role !== 'teacher'));
  });

  test.each([
    [0, false, null],
    [FRESH_MS, false, null],
    [FRESH_MS + 1, false, 'second-factor-needed'],
    [-1, false, 'second-factor-needed'],
    [3_600_000, true, null],
  ] as const)('confirmed %d ms ago, ordinary route %s: %s', (age, ordinary, refused) => {
    const now = new Date('2026-05-20T02:00:00Z');
    const state = factorState({
      roles: ['principal'],
      enforced: true,
      enrolled: true,
      provenAt: new Date(now.getTime() - age),
    });
    const ask = () => requireSecondFactor(ordinary ? {} : { stepUp: true }, state, now);
    if (refused === null) expect(ask).not.toThrow();
    else expect(ask).toThrow(refused);
  });

  test('every route that signs, issues, recalls, sets keys or roles asks for a fresh confirmation', () => {
    const great = contractRoutes()
      .filter(({ route }) => route.stepUp)
      .map(({ name }) => name);
    expect(great).toEqual(
      expect.arrayContaining([
        'signing.startSigning',
        'signing.resumeSigning',
        'issuing.recallRecord',
        'issuing.prepareClosing',
        'issuing.sealClosing',
        'signers.registerKeyFile',
        'signers.chooseSigner',
        'signers.registerRemote',
        'signers.linkService',
        'signers.pairingCode',
        'roster.saveStaff',
        'access.decideFactorReset',
        'access.trainingSecondFactor',
      ]),
    );
    const early = contractRoutes().filter(({ route }) => route.beforeSecondFactor);
    for (const { name } of early) expect(name).toMatch(/^access\./);
  });
});

describe.each(['principal-1', 'clerk-1', 'admin-1'])('%s', (username) => {
  test('does nothing with a password alone, neither reads nor writes, until a factor is set up', async () => {
    const who = await browser(username);
    expect((await who('GET', '/api/session')).body).toMatchObject({
      secondFactor: { enforced: true, needed: true, enrolled: false, proven: false },
    });
    for (const { name, route } of contractRoutes()) {
      if (route.policy === 'public' || route.beforeSecondFactor || name.startsWith('signers.agent')) continue;
      const url = route.path.replace(/:(\w+)/g, '00000000-0000-4000-8000-000000000000');
      const answer = await who<{ error: string }>(route.method, url, route.body ? {} : undefined);
      expect(['second-factor-missing', 'not-allowed'], name).toContain(answer.body.error);
    }
    await withGenerator(who);
    expect((await who('GET', '/api/classes')).status).toBe(200);
  });

  test('a new session asks again, and takes each code once', async () => {
    const first = await browser(username);
    const secret = await withGenerator(first);
    const second = await browser(username);
    expect((await second('GET', '/api/classes')).body).toMatchObject({ error: 'second-factor-needed' });
    const used = codeAt(secret);
    expect((await second('POST', '/api/second-factor/prove', { code: used })).body).toMatchObject({
      error: 'second-factor-refused',
    });
    later(30_000);
    const before = second.cookie();
    expect((await second('POST', '/api/second-factor/prove', { code: codeAt(secret) })).status).toBe(200);
    // another token; what was on its way under the old one is answered as before, and soon no more.
    expect(second.cookie()).not.toBe(before);
    expect((await second('GET', '/api/classes')).status).toBe(200);
    const old = { host: 'localhost', cookie: before };
    const late = async () =>
      (await world.app.inject({ method: 'GET', url: '/api/session', headers: old })).statusCode;
    expect(await late()).toBe(200);
    later(11_000);
    expect(await late()).toBe(401);
  });
});

test('a great act wants a confirmation of the last five minutes', async () => {
  const who = await browser('principal-1');
  const secret = await withGenerator(who);
  expect((await recall(who)).body.error).toBe('not-found');
  later(FRESH_MS + 1000);
  expect((await recall(who)).body.error).toBe('second-factor-needed');
  expect((await who('GET', '/api/classes')).status).toBe(200);
  expect((await who('POST', '/api/second-factor/prove', { code: codeAt(secret) })).status).toBe(200);
  expect((await recall(who)).body.error).toBe('not-found');
});

test('a confirmation does not make the working day longer', async () => {
  const who = await browser('principal-1');
  const secret = await withGenerator(who);
  for (let n = 0; n < 26; n++) {
    later(28 * 60_000);
    const answer = await who('POST', '/api/second-factor/prove', { code: codeAt(secret) });
    if (answer.status !== 200) {
      expect([answer.status, n]).toEqual([401, 25]);
      return;
    }
  }
  expect.unreachable('the session outlived its day');
});

describe('teachers', () => {
  test('work and sign without one, and with one they are asked for it', async () => {
    const plain = await browser('homeroom-1');
    expect((await plain('GET', '/api/session')).body).toMatchObject({ secondFactor: { needed: false } });
    const body = { role: 'homeroomTeacher', classIds: [world.schools[0].classId] };
    expect((await plain('POST', '/api/signing-batches', body)).body).toMatchObject({
      error: 'not-ready-to-sign',
    });
    await withGenerator(plain);
    const again = await browser('homeroom-1');
    expect((await again('POST', '/api/signing-batches', body)).body).toMatchObject({
      error: 'second-factor-needed',
    });
  });
  test('may give theirs back; a principal keeps the last one', async () => {
    const teacher = await browser('homeroom-1');
    const head = await browser('principal-1');
    for (const who of [teacher, head]) await withGenerator(who);
    const remove = async (who: Client) => {
      const mine = await who<{ factors: { factorId: string }[] }>('GET', '/api/second-factor');
      return who('POST', `/api/second-factor/${mine.body.factors[0]?.factorId}/remove`, {});
    };
    expect((await remove(teacher)).status).toBe(200);
    expect((await remove(head)).body).toMatchObject({ error: 'second-factor-missing' });
  });
});

describe('codes', () => {
  test.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const)('of the step %d away: %s', async (steps, taken) => {
    const who = await browser('clerk-1');
    const secret = await withGenerator(who);
    later(300_000);
    const answer = await who('POST', '/api/second-factor/prove', { code: codeAt(secret, steps) });
    expect(answer.status).toBe(taken ? 200 : 409);
  });

  test('of another person, of a generator that was never finished, or guessed: refused, and soon not even heard', async () => {
    const other = await browser('admin-1');
    const theirs = await withGenerator(other);
    const who = await browser('clerk-1');
    await withGenerator(who);
    later(60_000);
    const begun = await who<{ secret: string }>('POST', '/api/second-factor/generator', {});
    const tries = [codeAt(theirs), codeAt(begun.body.secret), '000000', '123456', '999999'];
    for (const code of tries)
      expect((await who('POST', '/api/second-factor/prove', { code })).body).toMatchObject({
        error: 'second-factor-refused',
      });
    expect((await who('POST', '/api/second-factor/prove', { code: '000001' })).status).toBe(429);
  });

  test('on paper: ten, each once, in any spelling; new ones end the old; only digests are stored', async () => {
    const who = await browser('admin-1');
    await withGenerator(who);
    const first = await who<{ codes: string[] }>('POST', '/api/second-factor/paper-codes', {});
    expect(new Set(first.body.codes).size).toBe(10);
    for (const code of first.body.codes) expect(code).toMatch(/^[3-9A-Z]{4}(-[3-9A-Z]{4}){2}$/);
    const prove = (code: string) => who('POST', '/api/second-factor/prove', { code });
    const [one = '', two = '', three = ''] = first.body.codes;
    expect((await prove(one.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await prove(one)).status).toBe(409);
    expect((await prove(two)).status).toBe(200);
    await who('POST', '/api/second-factor/paper-codes', {});
    expect((await prove(three)).status).toBe(409);
    const rows = await world.database.asOwner<{ all: string }>(
      'select paper_code::text as all from paper_code',
    );
    for (const { all } of rows)
      for (const code of first.body.codes) expect(all).not.toContain(code.slice(0, 4));
  });

  test('a copy of the database holds no generator’s secret', async () => {
    const secret = await withGenerator(await browser('clerk-1'));
    const [row] = await world.database.asOwner<{ all: string }>(
      'select second_factor::text as all from second_factor',
    );
    expect(row?.all).not.toContain(secret);
    expect(row?.all).not.toContain(Buffer.from(Secret.fromBase32(secret).bytes).toString('hex'));
  });
});

describe('passkeys', () => {
  test('are added with the password, and confirm a session', async () => {
    const key = new Authenticator();
    const who = await browser('principal-1');
    expect((await passkeyOf(who, key, PASSWORD)).status).toBe(200);
    expect((await who('GET', '/api/classes')).status).toBe(200);
    const again = await browser('principal-1');
    const proven = await proveBy(again, key);
    expect(proven.status, proven.text).toBe(200);
    expect((await recall(again)).body.error).toBe('not-found');
  });

  const WRONG: readonly (readonly [string, Partial<Ceremony>])[] = [
    ['another site’s page', { origin: 'http://localhost.example' }],
    ['another site’s key', { host: 'evil.example' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['nobody asked for PIN or finger', { verified: false }],
  ];
  test.each(WRONG)('%s adds nothing', async (_, change) => {
    const who = await browser('principal-1');
    expect((await passkeyOf(who, new Authenticator(), PASSWORD, change)).body).toMatchObject({
      error: 'second-factor-refused',
    });
  });
  test.each(WRONG)('%s confirms nothing', async (_, change) => {
    const key = new Authenticator();
    await passkeyOf(await browser('principal-1'), key, PASSWORD);
    expect((await proveBy(await browser('principal-1'), key, change)).body).toMatchObject({
      error: 'second-factor-refused',
    });
  });

  test('a copied key, whose counter stands still, is refused', async () => {
    const key = new Authenticator();
    await passkeyOf(await browser('principal-1'), key, PASSWORD);
    expect((await proveBy(await browser('principal-1'), key)).status).toBe(200);
    key.counter = 0;
    expect((await proveBy(await browser('principal-1'), key)).status).toBe(409);
  });

  test('of another person confirms nothing and is not added a second time; an answer counts once', async () => {
    const key = new Authenticator();
    await passkeyOf(await browser('principal-1'), key, PASSWORD);
    const other = await browser('clerk-1');
    expect((await passkeyOf(other, key, PASSWORD)).status).toBe(409);
    await withGenerator(other);
    const asked = await other<{ options: unknown }>('POST', '/api/second-factor/challenge', {});
    expect(asked.body.options).toBeNull();

    const who = await browser('principal-1');
    const { body } = await who<{ options: { challenge: string } }>(
      'POST',
      '/api/second-factor/challenge',
      {},
    );
    const passkey = key.assert({ challenge: body.options.challenge, origin: ORIGIN, host: 'localhost' });
    expect((await who('POST', '/api/second-factor/prove', { passkey })).status).toBe(200);
    expect((await who('POST', '/api/second-factor/prove', { passkey })).status).toBe(409);
  });

  test('a challenge waits three minutes', async () => {
    const key = new Authenticator();
    await passkeyOf(await browser('principal-1'), key, PASSWORD);
    const who = await browser('principal-1');
    const { body } = await who<{ options: { challenge: string } }>(
      'POST',
      '/api/second-factor/challenge',
      {},
    );
    later(181_000);
    const passkey = key.assert({ challenge: body.options.challenge, origin: ORIGIN, host: 'localhost' });
    expect((await who('POST', '/api/second-factor/prove', { passkey })).status).toBe(409);
  });
});

describe('setting one up', () => {
  test('wants the password; the next one wants a fresh confirmation by the first', async () => {
    const who = await browser('principal-1');
    const begin = (secret?: string) =>
      who<{ error: string }>('POST', '/api/second-factor/generator', secret === undefined ? {} : { secret });
    expect((await begin()).body.error).toBe('second-factor-refused');
    expect((await begin('khác')).body.error).toBe('second-factor-refused');
    await withGenerator(who);
    expect((await begin()).status).toBe(200);
    later(FRESH_MS + 1);
    expect((await begin(PASSWORD)).body.error).toBe('second-factor-needed');
  });
});

describe('a lost factor', () => {
  const staff = (role: 'principal' | 'clerk' | 'admin' | 'homeroom') => world.schools[0].staff[role];
  const ask = (who: Client, staffId: string) =>
    who<{ resetId: string; error: string }>('POST', '/api/second-factor/resets', {
      staffId,
      reason: 'Mất điện thoại',
    });
  const decide = (who: Client, resetId: string, approve = true) =>
    who<{ slip: { code: string } | null; error: string }>('POST', `/api/second-factor/resets/${resetId}`, {
      approve,
    });

  async function office() {
    const made = [];
    for (const name of ['principal-1', 'clerk-1', 'admin-1']) {
      const who = await browser(name);
      made.push({ who, secret: await withGenerator(who) });
    }
    const [principal, clerk, admin] = made;
    if (!principal || !clerk || !admin) throw new Error('no office');
    return { principal, clerk, admin };
  }

  test('is mended by two others, and then by the slip alone', async () => {
    const { principal, clerk, admin } = await office();
    const { resetId } = (await ask(clerk.who, staff('principal'))).body;
    expect((await decide(clerk.who, resetId)).body.error).toBe('not-allowed');
    expect((await decide(principal.who, resetId)).body.error).toBe('not-allowed');
    const { slip } = (await decide(admin.who, resetId)).body;
    expect((await principal.who('GET', '/api/classes')).status).toBe(401);

    const back = await browser('principal-1');
    expect((await back('GET', '/api/second-factor')).body).toMatchObject({ enrolBy: 'slip', factors: [] });
    const begin = (secret: string) =>
      back<{ error: string }>('POST', '/api/second-factor/generator', { secret });
    expect((await begin(PASSWORD)).body.error).toBe('second-factor-refused');
    later(60_000);
    const code = codeAt(principal.secret);
    expect((await back('POST', '/api/second-factor/prove', { code })).body).toMatchObject({
      error: 'second-factor-refused',
    });
    await withGenerator(back, slip?.code);
    expect((await back('GET', '/api/classes')).status).toBe(200);
    expect((await decide(admin.who, resetId)).body.error).toBe('not-found');
  });

  test('one cannot ask for oneself; a refused or an old slip opens nothing', async () => {
    const { clerk, admin } = await office();
    expect((await ask(admin.who, staff('admin'))).body.error).toBe('not-allowed');
    const { resetId } = (await ask(clerk.who, staff('homeroom'))).body;
    expect((await ask(admin.who, staff('homeroom'))).body.resetId).toBe(resetId);
    expect((await decide(admin.who, resetId, false)).body.slip).toBeNull();
    const second = (await ask(clerk.who, staff('homeroom'))).body.resetId;
    const { slip } = (await decide(admin.who, second)).body;
    later(25 * 3_600_000);
    const teacher = await browser('homeroom-1');
    const late = await teacher('POST', '/api/second-factor/generator', { secret: slip?.code ?? '' });
    expect(late.body).toMatchObject({ error: 'second-factor-refused' });
  });

  test('the database itself refuses a reset by one person', async () => {
    const { clerk } = await office();
    const { resetId } = (await ask(clerk.who, staff('principal'))).body;
    for (const by of [staff('clerk'), staff('principal')])
      await expect(
        world.database.asOwner(
          `update factor_reset set decided_by = $1, decided_at = now(), approved = true, slip_digest = '\\x00',
             slip_until = now() where reset_id = $2`,
          [by, resetId],
        ),
      ).rejects.toThrow('check constraint');
  });

  test('another school’s people are not there', async () => {
    const { clerk } = await office();
    expect((await ask(clerk.who, world.schools[1].staff.principal)).body.error).toBe('not-found');
  });
});

describe('the switch of a training school', () => {
  test('is the principal’s, and shows', async () => {
    const other = await browser('principal-2');
    expect((await other('GET', '/api/session')).body).toMatchObject({
      secondFactor: { enforced: false, needed: false },
    });
    expect((await other('POST', '/api/second-factor/training', { on: true })).body).toEqual({ on: true });
    expect((await other('GET', '/api/classes')).body).toMatchObject({ error: 'second-factor-missing' });
    await withGenerator(other);
    expect((await other('POST', '/api/second-factor/training', { on: false })).body).toEqual({ on: false });
  });
  test('is not there in earnest', async () => {
    await world.database.asOwner('update school set training = false where school_id = 1');
    try {
      const who = await browser('principal-1');
      await withGenerator(who);
      expect((await who('POST', '/api/second-factor/training', { on: false })).body).toMatchObject({
        error: 'not-allowed',
      });
      expect((await who('GET', '/api/session')).body).toMatchObject({ secondFactor: { enforced: true } });
    } finally {
      await world.database.asOwner('update school set training = true where school_id = 1');
    }
  });
});

test('setting up, confirming, failing and resetting stand in the trail, without a code', async () => {
  const who = await browser('principal-1');
  const secret = await withGenerator(who);
  await who('POST', '/api/second-factor/prove', { code: '000000' });
  const rows = await world.database.asOwner<{ act: string; outcome: string; all: string }>(
    `select act, outcome, audit_event::text as all from audit_event where act like 'access.%' order by at`,
  );
  const seen = rows.map(({ act, outcome }) => `${act} ${outcome}`);
  for (const line of [
    'access.addGenerator ok',
    'access.proveFactor second-factor-refused',
    'access.decideFactorReset ok',
  ])
    expect(seen).toContain(line);
  for (const { all } of rows) expect(all).not.toContain(secret);
});

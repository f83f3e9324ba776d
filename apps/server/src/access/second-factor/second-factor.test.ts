import { describe, expect, test } from 'vitest';
import { type Client, PASSWORD } from '../../http/testing/world.ts';
import { asApplication } from '../../store/testing/cluster.ts';
import { contractRoutes } from '../route-names.ts';
import { FRESH_MS, factorState, requireSecondFactor } from './state.ts';
import {
  ask,
  browser,
  codeAt,
  decide,
  later,
  recall,
  staff,
  useWorld,
  withGenerator,
  world,
} from './testing/office.ts';

/** and the recovery by two persons, at the real edge. */
useWorld();

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
        'access.askApproval',
        'access.decideApproval',
        'issuing.prepareClosing',
        'issuing.sealClosing',
        'signers.registerKeyFile',
        'signers.chooseSigner',
        'signers.registerRemote',
        'signers.linkService',
        'signers.pairingCode',
        'roster.saveStaff',
        'roster.issueAccount',
        'roster.saveClass',
        'roster.undoPeople',
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

  test('who hands over the slip hands out no password, and the slip waits for a password of one’s own', async () => {
    const { clerk, admin } = await office();
    const hand = (role: 'principal' | 'homeroom') =>
      admin.who<{ error: string; details: string[] }>('POST', `/api/staff/${staff(role)}/account`, {});
    const { resetId } = (await ask(clerk.who, staff('principal'))).body;
    expect((await decide(admin.who, resetId)).status).toBe(200);
    expect((await hand('principal')).body.error).toBe('invalid-input');
    expect((await browser('principal-1')).cookie()).not.toBe('');

    const [kept] = await world.database.asOwner<{ password_hash: string }>(
      `select password_hash from account where username = 'homeroom-1'`,
    );
    const second = (await ask(admin.who, staff('homeroom'))).body.resetId;
    expect((await hand('homeroom')).status).toBe(200);
    expect((await decide(clerk.who, second)).body.error).toBe('invalid-input');
    expect((await decide(clerk.who, second, false)).status).toBe(200);
    await asApplication(
      world.database,
      '1',
      `update account set password_hash = $1, one_time_until = null where username = 'homeroom-1'`,
      [kept?.password_hash],
    );
    // Once the slip is spent or has run out the password is an administrator's matter again.
    later(25 * 3_600_000);
    const [again] = await Promise.all([browser('admin-1')]);
    later(30_000);
    await again('POST', '/api/second-factor/prove', { code: codeAt(admin.secret) });
    const [own] = await world.database.asOwner<{ password_hash: string }>(
      `select password_hash from account where username = 'principal-1'`,
    );
    expect((await again('POST', `/api/staff/${staff('principal')}/account`, {})).status).toBe(200);
    await asApplication(
      world.database,
      '1',
      `update account set password_hash = $1, one_time_until = null where username = 'principal-1'`,
      [own?.password_hash],
    );
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

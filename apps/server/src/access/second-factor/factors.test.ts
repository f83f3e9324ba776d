import { Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../../http/testing/world.ts';
import { Authenticator, type Ceremony } from './testing/authenticator.ts';
import {
  browser,
  codeAt,
  later,
  ORIGIN,
  passkeyOf,
  proveBy,
  recall,
  useWorld,
  withGenerator,
  world,
} from './testing/office.ts';

/** What each kind of second factor takes and refuses, at the real edge. */
useWorld();

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

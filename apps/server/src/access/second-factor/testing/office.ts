import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { Client } from '../../../http/testing/world.ts';
import { cookieOf, makeWorld, PASSWORD, type World } from '../../../http/testing/world.ts';
import { asApplication } from '../../../store/testing/cluster.ts';
import type { Authenticator, Ceremony } from './authenticator.ts';

export const ORIGIN = 'http://localhost';
export let world: World;
let nth = 0;

/** Both schools of the world are of training; the first asks for the second factor as a school in earnest does. */
export function useWorld(): void {
  beforeAll(async () => {
    world = await makeWorld({ whole: true });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.now = new Date('2026-05-20T02:00:00Z');
    await world.database.asOwner('update school set training_second_factor = true where school_id = 1');
    await asApplication(world.database, '1', 'update account set issued_by = null, issued_at = null');
    for (const table of ['factor_reset', 'paper_code', 'second_factor'])
      await world.database.asOwner(`delete from ${table}`);
  });
}

/** A browser: it keeps the cookie that the server sets. Each has an address of its own, so that nobody is throttled. */
export async function browser(username: string): Promise<Client & { cookie(): string }> {
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

export const later = (ms: number): void => {
  world.clock.now = new Date(world.clock.now.getTime() + ms);
};
export const codeAt = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: world.clock.now.getTime() + steps * 30_000,
  });

/** Sets up a code generator with the password; the session is confirmed by it. */
export async function withGenerator(who: Client, secret: string = PASSWORD): Promise<string> {
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

export async function passkeyOf(
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

export async function proveBy(who: Client, key: Authenticator, change: Partial<Ceremony> = {}) {
  const asked = await who<{ options: { challenge: string } }>('POST', '/api/second-factor/challenge', {});
  const of = { challenge: asked.body.options.challenge, origin: ORIGIN, host: 'localhost', ...change };
  return who('POST', '/api/second-factor/prove', { passkey: key.assert(of) });
}

const RECALL = {
  act: {
    kind: 'recall',
    recordId: '00000000-0000-4000-8000-000000000000',
    reasonCode: 'other',
    replace: false,
  },
  reason: 'Thử',
  evidence: 'Thử',
};
export const recall = (who: Client) => who<{ error: string }>('POST', '/api/approvals', RECALL);

export const staff = (role: 'principal' | 'clerk' | 'admin' | 'homeroom') => world.schools[0].staff[role];
export const ask = (who: Client, staffId: string) =>
  who<{ resetId: string; error: string }>('POST', '/api/second-factor/resets', {
    staffId,
    reason: 'Mất điện thoại',
  });
export const decide = (who: Client, resetId: string, approve = true) =>
  who<{ slip: { code: string } | null; error: string }>('POST', `/api/second-factor/resets/${resetId}`, {
    approve,
  });

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CscError, SignerUnavailable, SignerUnlinked, type TokenAnswer } from '@hocba/signature/node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SecretBox } from '../../store/sealed-secret.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { makeSmallSchool } from '../testing/small-school.ts';
import { accessTokenOf, type CscTokens, sealTokens } from './service-tokens.ts';

const NOW = new Date('2026-05-21T02:00:00Z');
const CERTIFICATE = '00000000-0000-4000-8000-00000000c5c0';
const REFUSED = new CscError('invalid_grant', 400);
let database: TestDatabase;
let box: SecretBox;
let folder: string;
let schoolId: string;

beforeAll(async () => {
  database = await freshDatabase();
  schoolId = (await makeSmallSchool(database.db, { pupils: 1 })).schoolId;
  folder = mkdtempSync(join(tmpdir(), 'hocba-tokens-'));
  box = new SecretBox(folder);
  await database.asOwner(
    `insert into signing_certificate (school_id, certificate_id, algorithm, chain, key_reference, kind, not_after, registered_at)
     values (${schoolId}, '${CERTIFICATE}', 'ecdsa-p256-sha256', '{}', 'csc:ky', 'csc', '2027-01-01', now());
     insert into remote_account (school_id, certificate_id, provider, account, changed_at)
     values (${schoolId}, '${CERTIFICATE}', 'ky', '{}', now())`,
  );
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const hex = (bytes: Uint8Array): string => `'\\x${Buffer.from(bytes).toString('hex')}'`;
async function keep(tokens: CscTokens | null): Promise<void> {
  const sealed = tokens === null ? 'null' : hex(sealTokens(box, CERTIFICATE, tokens));
  await database.asOwner(`update remote_account set sealed = ${sealed}`);
}
async function kept(): Promise<CscTokens> {
  const [row] = await database.asOwner<{ sealed: Buffer }>('select sealed from remote_account');
  return JSON.parse(box.open(CERTIFICATE, new Uint8Array(row?.sealed ?? [])) ?? '{}') as CscTokens;
}

/** A service that takes each refresh token once. */
class Rotating {
  taken: string[] = [];
  #good = 'r0';
  refresh = async (token: string): Promise<TokenAnswer> => {
    this.taken.push(token);
    if (token !== this.#good) throw REFUSED;
    this.#good = `r${this.taken.length}`;
    return { accessToken: `a${this.taken.length}`, refreshToken: this.#good, expiresInS: 3600 };
  };
}

let service: Rotating;
beforeEach(() => {
  service = new Rotating();
});
const ask = (refresh = service.refresh): Promise<string> =>
  accessTokenOf({ db: database.db, box, now: () => NOW }, { schoolId, certificateId: CERTIFICATE }, refresh);
const tokens = (leftMs: number, refreshToken: string | null = 'r0'): CscTokens => ({
  accessToken: 'a0',
  refreshToken,
  expiresAt: NOW.getTime() + leftMs,
});

describe('an access token', () => {
  test('that holds is used as it is', async () => {
    await keep(tokens(61_000));
    expect(await ask()).toBe('a0');
    expect(service.taken).toEqual([]);
  });

  test('asked for by many at once is renewed once, and all get the same', async () => {
    await keep(tokens(-1));
    expect(new Set(await Promise.all(Array.from({ length: 6 }, () => ask())))).toEqual(new Set(['a1']));
    expect(service.taken).toEqual(['r0']);
    expect(await kept()).toMatchObject({ accessToken: 'a1', refreshToken: 'r1' });
  });

  test('is stored before whoever asked has it', async () => {
    await keep(tokens(-1));
    expect(await ask().then(async (token) => [token, (await kept()).accessToken])).toEqual(['a1', 'a1']);
  });

  test('of a service that gives no new refresh token is renewed with the same one again', async () => {
    await keep(tokens(-1));
    await ask(async () => ({ accessToken: 'a1', refreshToken: null, expiresInS: 1 }));
    expect(await kept()).toMatchObject({ refreshToken: 'r0' });
  });

  // What is left of the one before | refresh token | what the service does | what comes of it
  test.each([
    ['of a moment', 30_000, 'r0', REFUSED, 'a0'],
    ['of a moment, with nothing to renew it', 30_000, null, null, 'a0'],
    ['none', -1, 'r0', REFUSED, SignerUnlinked],
    ['too little to be answered with', 1_000, 'r0', REFUSED, SignerUnlinked],
    ['none, with nothing to renew it', -1, null, null, SignerUnlinked],
    ['none, the contract at an end', -1, 'r0', new CscError('unauthorized_client', 400), CscError],
  ] as const)('that cannot be renewed, left %s', async (_, left, refreshToken, refusal, outcome) => {
    const before = tokens(left, refreshToken);
    await keep(before);
    const answer = ask(async () => {
      throw refusal ?? new Error('nobody asks');
    });
    if (typeof outcome === 'string') expect(await answer).toBe(outcome);
    else await expect(answer).rejects.toBeInstanceOf(outcome);
    expect(await kept()).toEqual(before);
  });

  test('that the service did not give: nothing else was asked of it', async () => {
    await keep(tokens(-1));
    const silent = ask(async () => {
      throw new SignerUnavailable('oauth2/token');
    });
    await expect(silent).rejects.toMatchObject({ perhapsTaken: false });
  });

  test('of an account that was never linked, or that another key sealed', async () => {
    await keep(null);
    await expect(ask()).rejects.toBeInstanceOf(SignerUnlinked);
    await database.asOwner(`update remote_account set sealed = ${hex(box.seal('another', '{}'))}`);
    await expect(ask()).rejects.toBeInstanceOf(SignerUnlinked);
  });

  test('whose commit broke is stored all the same', async () => {
    await keep(tokens(-1));
    const broken = async (token: string): Promise<TokenAnswer> => {
      const answer = await service.refresh(token);
      await database.asOwner(
        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
      );
      return answer;
    };
    expect(await ask(broken)).toBe('a1');
    expect(await kept()).toMatchObject({ refreshToken: 'r1' });
  });
});

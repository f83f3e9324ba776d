import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { Refusal } from '../../refusal.ts';
import type { Deps } from '../binding.ts';
import { notedFactors } from './noted-factors.ts';

/** Passkeys by W3C Web Authentication, read and judged by @simplewebauthn/server. The person is asked for (user verification). */

/** Ed25519, P-256 and RSA by COSE's numbers (RFC 9053): what authenticators of today have. */
const ALGORITHMS = [-8, -7, -257];

export interface KeyHolder {
  readonly accountId: string;
  readonly username: string;
  readonly fullName: string;
}

/**
 * The host that passkeys of this address belong to, or null: a bare IP address is no host for them (WebAuthn §5.1.2),
 * and a name of one machine only, `localhost`, serves that machine.
 */
export function passkeyHost(baseUrl: string): string | null {
  const { hostname } = new URL(baseUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : null;
}

/** @throws Refusal `second-factor-refused` with what to do */
function requireHost(baseUrl: string): string {
  const host = passkeyHost(baseUrl);
  if (host === null)
    throw new Refusal('second-factor-refused', [
      'Khoá đăng nhập không dùng được ở địa chỉ chỉ gồm số. Hãy mở trang bằng tên máy (như http://localhost), hoặc dùng ứng dụng tạo mã.',
    ]);
  return host;
}

/** Passkeys of the account that work at this host. */
async function keysOf(deps: Deps, accountId: string, host: string) {
  const rows = await deps.db
    .selectFrom('second_factor')
    .select(['factor_id', 'credential_id', 'public_key', 'counter', 'transports'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'passkey')
    .where('host', '=', host)
    .where('ended_at', 'is', null)
    .execute();
  return notedFactors(deps, accountId, rows);
}

/** What the browser needs to make a passkey. The challenge in it is the caller's to keep. */
export async function newPasskeyOptions(deps: Deps, holder: KeyHolder, baseUrl: string) {
  const rpID = requireHost(baseUrl);
  const there = await keysOf(deps, holder.accountId, rpID);
  return generateRegistrationOptions({
    rpName: 'Học bạ số',
    rpID,
    userID: new TextEncoder().encode(holder.accountId),
    userName: holder.username,
    userDisplayName: holder.fullName,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: there.flatMap(({ credential_id: id }) => (id === null ? [] : [{ id }])),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  });
}

/** Takes a new passkey into the store. @throws Refusal `second-factor-refused` for an answer that does not verify */
export async function keepPasskey(
  deps: Deps,
  accountId: string,
  input: { readonly name: string; readonly response: RegistrationResponseJSON },
  expected: { readonly challenge: string; readonly baseUrl: string },
): Promise<void> {
  const host = requireHost(expected.baseUrl);
  const verified = await verifyRegistrationResponse({
    response: input.response,
    expectedChallenge: expected.challenge,
    expectedOrigin: expected.baseUrl,
    expectedRPID: host,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null);
  if (!verified?.verified) throw new Refusal('second-factor-refused');
  const { credential } = verified.registrationInfo;
  const now = deps.now();
  const { numInsertedOrUpdatedRows } = await deps.db
    .insertInto('second_factor')
    .values({
      factor_id: randomUUID(),
      account_id: accountId,
      kind: 'passkey',
      name: input.name,
      credential_id: credential.id,
      public_key: credential.publicKey,
      counter: String(credential.counter),
      transports: credential.transports ?? [],
      host,
      created_at: now,
      confirmed_at: now,
    })
    // One passkey is one person's.
    .onConflict((oc) => oc.column('credential_id').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) throw new Refusal('second-factor-refused');
}

/** What the browser needs to ask for one of the account's passkeys; null where none works at this address. */
export async function passkeyChallenge(deps: Deps, accountId: string, baseUrl: string) {
  const rpID = passkeyHost(baseUrl);
  const keys = rpID === null ? [] : await keysOf(deps, accountId, rpID);
  if (rpID === null || keys.length === 0) return null;
  return generateAuthenticationOptions({
    rpID,
    userVerification: 'required',
    allowCredentials: keys.flatMap(({ credential_id: id, transports }) =>
      id === null ? [] : [{ id, transports: transports ?? [] }],
    ),
  });
}

/**
 * Whether the answer is one of the account's passkeys, over this very challenge, at this address, with the person asked for.
 * A counter that does not grow is a copy of the key, and is refused.
 */
export async function passkeyAnswers(
  deps: Deps,
  accountId: string,
  response: AuthenticationResponseJSON,
  expected: { readonly challenge: string; readonly baseUrl: string },
): Promise<boolean> {
  const host = passkeyHost(expected.baseUrl);
  if (host === null) return false;
  const key = (await keysOf(deps, accountId, host)).find((one) => one.credential_id === response.id);
  if (key?.public_key == null || key.credential_id === null) return false;
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: expected.challenge,
    expectedOrigin: expected.baseUrl,
    expectedRPID: host,
    requireUserVerification: true,
    credential: {
      id: key.credential_id,
      publicKey: new Uint8Array(key.public_key),
      counter: Number(key.counter),
    },
  }).catch(() => null);
  if (!verified?.verified) return false;
  const { numUpdatedRows } = await deps.db
    .updateTable('second_factor')
    .set({ counter: String(verified.authenticationInfo.newCounter), last_used_at: deps.now() })
    .where('factor_id', '=', key.factor_id)
    .where('counter', '=', key.counter)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

import { setTimeout as pause } from 'node:timers/promises';
import { CscError, SignerUnavailable, SignerUnlinked, type TokenAnswer } from '@hocba/signature/node';
import type { Kysely } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { SecretBox } from '../../store/sealed-secret.ts';
import type { Database } from '../../store/tables.ts';

/** What is kept of a person's account at a CSC service, sealed. */
export interface CscTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Unix ms. */
  readonly expiresAt: number;
}

export interface TokenDeps {
  readonly db: Kysely<Database>;
  readonly box: SecretBox;
  now(): Date;
}

/** A row of the register whose key is at a service. */
export interface AccountKey {
  readonly schoolId: string;
  readonly certificateId: string;
}

/** Out of the service's answer at `now`; a service that hands out no new refresh token leaves the one before. */
export function tokensOf(answer: TokenAnswer, now: Date, before: string | null = null): CscTokens {
  return {
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken ?? before,
    expiresAt: now.getTime() + answer.expiresInS * 1000,
  };
}

export function sealTokens(box: SecretBox, certificateId: string, tokens: CscTokens): Uint8Array {
  return box.seal(certificateId, JSON.stringify(tokens));
}

/** A token is renewed a minute before it ends. */
const EARLY_MS = 60_000;
/** A call with it is answered within the time for which it still holds. */
const STILL_MS = 2_000;
const STORE_AGAIN = { times: 5, everyMs: 2_000 } as const;

/** Tokens that the service has given out, and the sealed ones that they come after. */
interface Renewed {
  readonly tokens: CscTokens;
  readonly instead: Uint8Array;
}

/**
 * An access token of the account that holds now. A refresh token that the service takes once (RFC 9700 §4.14.2) is used by
 * one at a time, whichever process asks, and what comes for it is stored before anything is done with it. Only a kill between
 * the service's answer and the commit can lose it; then the person is asked to link the account anew.
 *
 * @param refresh the new tokens for a refresh token
 * @throws SignerUnlinked if the service takes the refresh token no more; SignerUnavailable if it did not answer, nothing
 *   having been asked of it but a token; CscError for any other refusal
 */
export async function accessTokenOf(
  deps: TokenDeps,
  key: AccountKey,
  refresh: (refreshToken: string) => Promise<TokenAnswer>,
): Promise<string> {
  const got: { fresh?: Renewed } = {};
  try {
    // The lock is all that this transaction holds, so it is never given up for another's sake and run again.
    return await inSchool(deps.db, key.schoolId, async (trx) => {
      const sealed = await sealedOf(trx, key);
      const tokens = openTokens(deps.box, key, sealed);
      const left = tokens.expiresAt - deps.now().getTime();
      if (left > EARLY_MS) return tokens.accessToken;
      const answer = await renewed(tokens, left, refresh);
      if (answer === null) return tokens.accessToken;
      const fresh = tokensOf(answer, deps.now(), tokens.refreshToken);
      got.fresh = { tokens: fresh, instead: sealed };
      await store(deps, trx, key, fresh);
      return fresh.accessToken;
    });
  } catch (error) {
    if (got.fresh === undefined) throw error;
    return storeAgain(deps, key, got.fresh, error);
  }
}

/** Null where the token of before has to do, and does: it ends soon, and there is nothing to renew it with. */
async function renewed(
  { refreshToken }: CscTokens,
  left: number,
  refresh: (refreshToken: string) => Promise<TokenAnswer>,
): Promise<TokenAnswer | null> {
  const holds = left > STILL_MS;
  if (refreshToken === null) {
    if (holds) return null;
    throw new SignerUnlinked();
  }
  try {
    return await refresh(refreshToken);
  } catch (error) {
    if (error instanceof CscError && error.code === 'invalid_grant') {
      if (holds) return null;
      throw new SignerUnlinked();
    }
    // A token was asked for and nothing else: no signature can have been made.
    if (error instanceof SignerUnavailable) throw new SignerUnavailable('oauth2/token', false);
    throw error;
  }
}

/** The database went away between answer and commit, this process did not: the only copy is here. */
async function storeAgain(
  deps: TokenDeps,
  key: AccountKey,
  { tokens, instead }: Renewed,
  cause: unknown,
): Promise<string> {
  for (let n = 0; n < STORE_AGAIN.times; n++) {
    try {
      return await inSchool(deps.db, key.schoolId, async (trx) => {
        // Whoever linked the account in between has newer ones.
        const now = await sealedOf(trx, key);
        if (!Buffer.from(now).equals(Buffer.from(instead))) return openTokens(deps.box, key, now).accessToken;
        await store(deps, trx, key, tokens);
        return tokens.accessToken;
      });
    } catch (error) {
      if (error instanceof SignerUnavailable) throw error;
      await pause(STORE_AGAIN.everyMs);
    }
  }
  throw cause;
}

/** Locked until the transaction ends. */
async function sealedOf(trx: Kysely<Database>, key: AccountKey): Promise<Uint8Array> {
  const row = await trx
    .selectFrom('remote_account')
    .select('sealed')
    .where('school_id', '=', key.schoolId)
    .where('certificate_id', '=', key.certificateId)
    .forUpdate()
    .executeTakeFirst();
  if (!row?.sealed) throw new SignerUnlinked();
  return row.sealed;
}

function openTokens(box: SecretBox, { certificateId }: AccountKey, sealed: Uint8Array): CscTokens {
  const opened = box.open(certificateId, sealed);
  if (opened === null) throw new SignerUnlinked();
  return JSON.parse(opened) as CscTokens;
}

async function store(
  deps: TokenDeps,
  trx: Kysely<Database>,
  { schoolId, certificateId }: AccountKey,
  tokens: CscTokens,
): Promise<void> {
  await trx
    .updateTable('remote_account')
    .set({ sealed: sealTokens(deps.box, certificateId, tokens), changed_at: deps.now() })
    .where('school_id', '=', schoolId)
    .where('certificate_id', '=', certificateId)
    .execute();
}

import { createHash, randomBytes } from 'node:crypto';
import { inSchool } from '../store/database.ts';
import type { Actor } from './actor.ts';
import type { Deps } from './binding.ts';

/** A shared school PC is the rule: half an hour idle, a working day at most. */
export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** `last_seen_at` is written at most this often, so that reads stay reads. */
const TOUCH_MS = 60_000;

/** Only the digest is stored: a copy of the database opens no session. */
function digestOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Opens a session for an account and returns its token: 256 random bits, base64url. */
export async function openSession(deps: Deps, accountId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = deps.now();
  await deps.db
    .insertInto('session')
    .values({
      token_digest: digestOf(token),
      account_id: accountId,
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + ABSOLUTE_MS),
    })
    .execute();
  return token;
}

/**
 * Who the token stands for, or null if the session is unknown, ended, idle too long or past its absolute limit, or
 * if the account is disabled. Roles are read anew at each request, so that a change holds at once.
 * @param byHand false for what a page asks by itself while nobody touches it: such a request does not keep the
 *   session from going idle
 */
export async function actorOf(
  deps: Deps,
  token: string,
  address: string,
  byHand = true,
): Promise<Actor | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const digest = digestOf(token);
  const now = deps.now();
  const session = await deps.db
    .selectFrom('session as s')
    .innerJoin('account as a', 'a.account_id', 's.account_id')
    .select(['a.account_id', 'a.school_id', 'a.staff_id', 's.last_seen_at'])
    .where('s.token_digest', '=', digest)
    .where('s.ended_at', 'is', null)
    .where('s.expires_at', '>', now)
    .where('s.last_seen_at', '>', new Date(now.getTime() - IDLE_MS))
    .where('a.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!session) return null;
  if (byHand && now.getTime() - session.last_seen_at.getTime() >= TOUCH_MS) {
    await deps.db
      .updateTable('session')
      .set({ last_seen_at: now })
      .where('token_digest', '=', digest)
      .where('ended_at', 'is', null)
      .execute();
  }
  return actorFor(deps, session, address);
}

/** The actor of an account, with the roles that the school has given. */
export async function actorFor(
  deps: Deps,
  account: { account_id: string; school_id: string; staff_id: string },
  address: string,
): Promise<Actor> {
  const roles = await inSchool(deps.db, account.school_id, (trx) =>
    trx
      .selectFrom('staff_role')
      .select('role')
      .where('school_id', '=', account.school_id)
      .where('staff_id', '=', account.staff_id)
      .orderBy('role')
      .execute(),
  );
  return {
    schoolId: account.school_id,
    accountId: account.account_id,
    staffId: account.staff_id,
    roles: roles.map((r) => r.role),
    address,
  };
}

/** Ends the session on the server; a kept cookie is worth nothing afterwards. */
export async function endSession(deps: Deps, token: string): Promise<void> {
  await deps.db
    .updateTable('session')
    .set({ ended_at: deps.now() })
    .where('token_digest', '=', digestOf(token))
    .where('ended_at', 'is', null)
    .execute();
}

import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { rowsAsNoted } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';
import type { Actor, StaffRole } from './actor.ts';
import type { Deps } from './binding.ts';
import { ABSOLUTE_MS, noteEnd, noteEndOfAll, OVERLAP_MS, wasEnded } from './ended-sessions.ts';
import { type FactorState, factorState } from './second-factor/state.ts';
import { isSealed, sessionSeal } from './session-seal.ts';

export { ABSOLUTE_MS } from './ended-sessions.ts';
/** A shared school PC is the rule: half an hour idle. */
export const IDLE_MS = 30 * 60_000;
/** `last_seen_at` is written at most this often, so that reads stay reads. */
const TOUCH_MS = 60_000;
/** How long a passkey's challenge waits for its answer. */
const CHALLENGE_MS = 3 * 60_000;

/** Only the digest is stored: a copy of the database opens no session. */
function digestOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/**
 * Opens a session for who has shown an account's password. Its row is held meanwhile: who gives the account another password,
 * and ends its sessions, comes before, and then there is none, or after, and then it ends.
 * @param passwordHash as it was when the password was compared with it
 * @returns the session's token, null where the account has another password by now or is disabled
 */
export async function openSessionBy(
  deps: Pick<Deps, 'db' | 'now' | 'dataDir'>,
  accountId: string,
  passwordHash: string,
): Promise<string | null> {
  return deps.db.transaction().execute(async (trx) => {
    const same = await trx
      .selectFrom('account')
      .select('account_id')
      .where('account_id', '=', accountId)
      .where('password_hash', '=', passwordHash)
      .where('disabled_at', 'is', null)
      .forShare()
      .executeTakeFirst();
    return same === undefined ? null : openSession({ ...deps, db: trx }, accountId);
  });
}

/**
 * Does something to an account as its open session may. Its row is held meanwhile: who ends the account's sessions, for a new
 * password or a lost factor, comes before, and then nothing is done, or after, and then it ends that too.
 * @throws Refusal `not-signed-in`
 */
export async function whileSignedIn<T>(
  deps: Pick<Deps, 'db' | 'now'>,
  { accountId, token }: { readonly accountId: string; readonly token: string },
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return deps.db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('account')
      .select('account_id')
      .where('account_id', '=', accountId)
      .forShare()
      .execute();
    const open = await trx
      .selectFrom('session')
      .select('account_id')
      .where('token_digest', '=', digestOf(token))
      .where('account_id', '=', accountId)
      .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', deps.now())]))
      .executeTakeFirst();
    if (open === undefined) throw new Refusal('not-signed-in');
    return work(trx);
  });
}

/** @returns the token of a new session: 256 random bits, base64url */
async function openSession(
  { db, now: clock, dataDir }: Pick<Deps, 'db' | 'now' | 'dataDir'>,
  accountId: string,
  confirmed: { readonly expiresAt: Date; readonly secondFactorAt: Date } | null = null,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = clock();
  const account = await db
    .selectFrom('account')
    .select(['school_id', 'staff_id'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  const session = {
    digest: digestOf(token),
    accountId,
    schoolId: account.school_id,
    staffId: account.staff_id,
    createdAt,
    expiresAt: confirmed?.expiresAt ?? new Date(createdAt.getTime() + ABSOLUTE_MS),
    secondFactorAt: confirmed?.secondFactorAt ?? null,
  };
  await db
    .insertInto('session')
    .values({
      token_digest: session.digest,
      account_id: accountId,
      created_at: createdAt,
      last_seen_at: createdAt,
      expires_at: session.expiresAt,
      second_factor_at: session.secondFactorAt,
      seal: Buffer.from(sessionSeal(dataDir, session)),
    })
    .execute();
  return token;
}

/** Who a session stands for, and where it stands with the second factor. */
export interface Session {
  readonly actor: Actor;
  readonly factor: FactorState;
}

/**
 * Who the token stands for, or null if the session is unknown, not the application's own, ended, idle too long or past its absolute limit, or
 * if the account is disabled. Roles are read anew at each request, so that a change holds at once.
 * @param byHand false for what a page asks by itself while nobody touches it: such a request does not keep the
 *   session from going idle
 */
export async function sessionOf(
  deps: Deps,
  token: string,
  address: string,
  byHand = true,
): Promise<Session | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const digest = digestOf(token);
  const now = deps.now();
  const session = await deps.db
    .selectFrom('session as s')
    .innerJoin('account as a', 'a.account_id', 's.account_id')
    .innerJoin('school as c', 'c.school_id', 'a.school_id')
    .select(['a.account_id', 'a.school_id', 'a.staff_id', 's.last_seen_at', 's.second_factor_at'])
    .select(['s.created_at', 's.expires_at', 's.seal'])
    .select(['c.training', 'c.training_second_factor'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('second_factor as f')
          .select('f.factor_id')
          .whereRef('f.account_id', '=', 'a.account_id')
          .where('f.confirmed_at', 'is not', null)
          .where('f.ended_at', 'is', null),
      ).as('enrolled'),
    )
    .where('s.token_digest', '=', digest)
    .where((eb) => eb.or([eb('s.ended_at', 'is', null), eb('s.ended_at', '>', now)]))
    .where('s.expires_at', '>', now)
    .where('s.last_seen_at', '>', new Date(now.getTime() - IDLE_MS))
    .where('a.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!session) return null;
  const stored = {
    digest,
    accountId: session.account_id,
    schoolId: session.school_id,
    staffId: session.staff_id,
    createdAt: session.created_at,
    expiresAt: session.expires_at,
    secondFactorAt: session.second_factor_at,
  };
  if (!isSealed(deps.dataDir, stored, session.seal) || wasEnded(deps.dataDir, stored, now)) return null;
  if (byHand && now.getTime() - Number(session.last_seen_at) >= TOUCH_MS) {
    await deps.db
      .updateTable('session')
      .set({ last_seen_at: now })
      .where('token_digest', '=', digest)
      .where('ended_at', 'is', null)
      .execute();
  }
  const actor = await actorFor(deps, session, address);
  const factor = factorState({
    roles: actor.roles,
    enforced: !session.training || session.training_second_factor,
    enrolled: Boolean(session.enrolled),
    provenAt: session.second_factor_at,
  });
  return { actor, factor };
}

/** The actor of an account, with the roles that the school has given: one that somebody wrote into the store behind the application is none. */
export async function actorFor(
  deps: Deps,
  account: { account_id: string; school_id: string; staff_id: string },
  address: string,
): Promise<Actor> {
  const given = await inSchool(deps.db, account.school_id, (trx) =>
    rowsAsNoted(trx, account.school_id, 'staff_role', [account.staff_id]),
  );
  return {
    schoolId: account.school_id,
    accountId: account.account_id,
    staffId: account.staff_id,
    roles: given.map(({ values }) => values.role as StaffRole).sort(),
    address,
  };
}

/** Ends the session on the server; a kept cookie is worth nothing afterwards. */
export async function endSession(deps: Deps, token: string): Promise<void> {
  noteEnd(deps.dataDir, digestOf(token), deps.now());
  await deps.db
    .updateTable('session')
    .set({ ended_at: deps.now() })
    .where('token_digest', '=', digestOf(token))
    .where('ended_at', 'is', null)
    .execute();
}

/** A challenge for the session's next answer by a passkey; an earlier one is forgotten. */
export async function keepChallenge(deps: Deps, token: string, challenge: string): Promise<void> {
  await deps.db
    .updateTable('session')
    .set({ challenge, challenge_until: new Date(deps.now().getTime() + CHALLENGE_MS) })
    .where('token_digest', '=', digestOf(token))
    .where('ended_at', 'is', null)
    .execute();
}

/** Takes the session's challenge, once; null if there is none or it is too old. */
export async function takeChallenge(deps: Deps, token: string): Promise<string | null> {
  return deps.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('session')
      .select(['challenge', 'challenge_until'])
      .where('token_digest', '=', digestOf(token))
      .where('ended_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    await trx
      .updateTable('session')
      .set({ challenge: null, challenge_until: null })
      .where('token_digest', '=', digestOf(token))
      .execute();
    return row?.challenge_until && row.challenge_until > deps.now() ? row.challenge : null;
  });
}

/**
 * The person has confirmed by the second factor: the session goes on under a new token. What the page asked under the
 * old one a moment ago is still answered, as the session was before.
 * @returns the new token
 */
export async function confirmedSession(deps: Deps, token: string, accountId: string): Promise<string> {
  const now = deps.now();
  return deps.db.transaction().execute(async (trx) => {
    const old = await trx
      .updateTable('session')
      .set({ ended_at: new Date(now.getTime() + OVERLAP_MS) })
      .where('token_digest', '=', digestOf(token))
      .where('ended_at', 'is', null)
      .returning('expires_at')
      .executeTakeFirst();
    noteEnd(deps.dataDir, digestOf(token), now, new Date(now.getTime() + OVERLAP_MS));
    // The working day does not begin anew with every confirmation.
    const latest = new Date(now.getTime() + ABSOLUTE_MS);
    const expiresAt = old === undefined ? now : old.expires_at < latest ? old.expires_at : latest;
    const confirmed = { expiresAt, secondFactorAt: now };
    return openSession({ ...deps, db: trx }, accountId, confirmed);
  });
}

/**
 * Ends every session of an account at once, also those that overlap, and what a session has paired: a signing agent goes on for
 * a working day by itself, and a code for one is as good.
 */
export async function endSessionsOf(
  deps: Pick<Deps, 'db' | 'now' | 'dataDir'>,
  accountId: string,
): Promise<void> {
  const now = deps.now();
  noteEndOfAll(deps.dataDir, accountId, now);
  await deps.db
    .updateTable('session')
    .set({ ended_at: now })
    .where('account_id', '=', accountId)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', now)]))
    .execute();
  await deps.db
    .updateTable('agent_code')
    .set({ used_at: now })
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .execute();
  await deps.db
    .updateTable('signing_agent')
    .set({ ended_at: now })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .execute();
}

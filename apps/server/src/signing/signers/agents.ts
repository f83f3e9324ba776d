import { createHash, randomBytes, randomInt } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { actorFor } from '../../access/session.ts';
import { Refusal } from '../../refusal.ts';

/** A code is typed once, at the desk where it is shown. */
const CODE_MS = 5 * 60_000;
/** A working day; then the agent is paired anew. */
const AGENT_MS = 12 * 3_600_000;
/** An agent asks at least this often while it runs. */
export const ALIVE_MS = 40_000;
/** Without I, L, O, U (Crockford base32): read aloud and typed without doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const digestOf = (secret: string): Uint8Array => createHash('sha256').update(secret).digest();

/** Wrong codes from one network; forty bits that live five minutes are not found by guessing. */
const tries = new RateLimiterMemory({ points: 10, duration: 15 * 60 });

/** A code for one agent of this account: eight characters, five minutes, one use. */
export async function newPairingCode(deps: Deps, actor: Actor): Promise<{ code: string; expiresAt: string }> {
  const code = Array.from({ length: 8 }, () => ALPHABET[randomInt(32)]).join('');
  const now = deps.now();
  const expires = new Date(now.getTime() + CODE_MS);
  await deps.db
    .insertInto('agent_code')
    .values({
      code_digest: digestOf(code),
      account_id: actor.accountId,
      created_at: now,
      expires_at: expires,
    })
    .execute();
  return { code: `${code.slice(0, 4)}-${code.slice(4)}`, expiresAt: expires.toISOString() };
}

/**
 * Takes a code for a token: 256 bits, bound to the account and to the address that the agent dialled.
 * @throws Refusal `pairing-refused`, `too-many-tries`
 */
export async function pairAgent(
  deps: Deps,
  input: { readonly code: string; readonly name: string },
  request: { readonly address: string; readonly baseUrl: string; actedAs(actor: Actor): void },
): Promise<{ token: string; actor: Actor; expiresAt: Date }> {
  const state = await tries.penalty(request.address);
  if (state.consumedPoints > 10) throw new Refusal('too-many-tries');
  const code = input.code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const now = deps.now();
  const used = await deps.db
    .updateTable('agent_code')
    .set({ used_at: now })
    .where('code_digest', '=', digestOf(code))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('account_id')
    .executeTakeFirst();
  if (!used) throw new Refusal('pairing-refused');
  await tries.reward(request.address);
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + AGENT_MS);
  // One agent an account: pairing another ends the one before.
  await deps.db
    .updateTable('signing_agent')
    .set({ ended_at: now })
    .where('account_id', '=', used.account_id)
    .where('ended_at', 'is', null)
    .execute();
  await deps.db
    .insertInto('signing_agent')
    .values({
      token_digest: digestOf(token),
      account_id: used.account_id,
      name: input.name,
      origin: request.baseUrl,
      paired_at: now,
      last_seen_at: now,
      expires_at: expiresAt,
    })
    .execute();
  const actor = await agentActor(deps, token, request);
  return { token, actor, expiresAt };
}

/**
 * For whom an agent acts: its account, while that is enabled, at the address it was paired at.
 * @throws Refusal `agent-unpaired`
 */
export async function agentActor(
  deps: Deps,
  token: string,
  request: { readonly address: string; readonly baseUrl: string; actedAs(actor: Actor): void },
): Promise<Actor> {
  const now = deps.now();
  const row = await deps.db
    .updateTable('signing_agent as g')
    .from('account as a')
    .set({ last_seen_at: now })
    .whereRef('a.account_id', '=', 'g.account_id')
    .where('g.token_digest', '=', digestOf(token))
    .where('g.origin', '=', request.baseUrl)
    .where('g.ended_at', 'is', null)
    .where('g.expires_at', '>', now)
    .where('a.disabled_at', 'is', null)
    .returning(['a.account_id', 'a.school_id', 'a.staff_id'])
    .executeTakeFirst();
  if (!row) throw new Refusal('agent-unpaired');
  const actor = await actorFor(deps, row, request.address);
  request.actedAs(actor);
  return actor;
}

/** The account's agent, and whether it is there now. */
export async function agentOf(
  deps: Pick<Deps, 'db' | 'now'>,
  accountId: string,
): Promise<{ name: string; connected: boolean } | null> {
  const now = deps.now();
  const row = await deps.db
    .selectFrom('signing_agent')
    .select(['name', 'last_seen_at'])
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('paired_at', 'desc')
    .executeTakeFirst();
  return row ? { name: row.name, connected: now.getTime() - row.last_seen_at.getTime() < ALIVE_MS } : null;
}

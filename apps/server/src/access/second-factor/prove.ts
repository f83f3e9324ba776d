import type { z } from 'zod';
import type * as api from '../../http/api/second-factor.ts';
import { Refusal } from '../../refusal.ts';
import type { Actor } from '../actor.ts';
import type { Exchange } from '../binding.ts';
import { confirmedSession, keepChallenge, takeChallenge } from '../session.ts';
import { generatorAnswers } from './code-generator.ts';
import type { FactorDeps } from './enrol.ts';
import { paperCodeAnswers } from './paper-codes.ts';
import { passkeyAnswers, passkeyChallenge } from './passkeys.ts';

/** What the browser asks one of the person's passkeys; null where none works at this address. */
export async function factorChallenge(
  deps: FactorDeps,
  actor: Actor,
  request: Exchange,
): Promise<z.input<typeof api.factorChallenge.response>> {
  const options = await passkeyChallenge(deps, actor.accountId, request.baseUrl);
  if (options !== null) await keepChallenge(deps, request.sessionToken ?? '', options.challenge);
  return { options: options && { ...options } };
}

/**
 * Confirms the session by a passkey, a generator's code or a printed one. Each is good once; tries are counted as at
 * sign-in.
 *
 * @throws Refusal `second-factor-refused`, `too-many-tries`
 */
export async function proveFactor(
  deps: FactorDeps,
  actor: Actor,
  input: z.output<typeof api.proveFactor.body>,
  request: Exchange,
): Promise<Record<string, never>> {
  const token = request.sessionToken ?? '';
  await deps.tries.begin(actor.accountId, request.address);
  const holds =
    'passkey' in input
      ? await passkeyHolds(deps, actor, input.passkey, token, request)
      : (await generatorAnswers(deps, actor.accountId, input.code)) ||
        (await paperCodeAnswers(deps, actor.accountId, input.code));
  if (!holds) throw new Refusal('second-factor-refused');
  await deps.tries.succeeded(actor.accountId, request.address);
  request.setSessionToken(await confirmedSession(deps, token, actor.accountId));
  return {};
}

type PasskeyAnswer = Extract<z.output<typeof api.proveFactor.body>, { passkey: unknown }>['passkey'];

async function passkeyHolds(
  deps: FactorDeps,
  actor: Actor,
  answer: PasskeyAnswer,
  token: string,
  request: Exchange,
): Promise<boolean> {
  const challenge = await takeChallenge(deps, token);
  if (challenge === null) return false;
  const response = answer as Parameters<typeof passkeyAnswers>[2];
  return passkeyAnswers(deps, actor.accountId, response, { challenge, baseUrl: request.baseUrl });
}

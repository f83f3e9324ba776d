import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { Refusal } from '../../refusal.ts';
import type { SecretBox } from '../../store/sealed-secret.ts';
import type { Deps } from '../binding.ts';
import { notedFactors } from './noted-factors.ts';

/**
 * Time-based codes of an app on the phone (RFC 6238: SHA-1, six digits, thirty seconds, which is what such apps know).
 *
 * One step before and after the server's own is taken too: phones without a network drift. This widens R-07, which asks for
 * the current step alone; in return no step is taken twice, and tries are few.
 */
const STEP_S = 30;
const DRIFT_STEPS = 1;
const SECRET_BYTES = 20;

export interface GeneratorDeps extends Deps {
  readonly box: SecretBox;
}

function generator(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: 'Học bạ số', label, algorithm: 'SHA1', digits: 6, period: STEP_S, secret });
}

/** Begins a code generator: its secret is shown once, and counts when a first code has come. An unfinished one is dropped. */
export async function beginGenerator(
  { db, box, now }: GeneratorDeps,
  { accountId, username }: { readonly accountId: string; readonly username: string },
): Promise<{ readonly secret: string; readonly uri: string }> {
  const secret = new Secret({ size: SECRET_BYTES });
  const factorId = randomUUID();
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('second_factor')
      .set({ ended_at: now() })
      .where('account_id', '=', accountId)
      .where('kind', '=', 'totp')
      .where('confirmed_at', 'is', null)
      .where('ended_at', 'is', null)
      .execute();
    await trx
      .insertInto('second_factor')
      .values({
        factor_id: factorId,
        account_id: accountId,
        kind: 'totp',
        name: '',
        sealed: box.seal(factorId, secret.base32),
        created_at: now(),
      })
      .execute();
  });
  return { secret: secret.base32, uri: generator(secret, username).toString() };
}

/** The first code of a generator that was begun: from now on it counts. @throws Refusal `second-factor-refused` */
export async function confirmGenerator(
  deps: GeneratorDeps,
  accountId: string,
  input: { readonly code: string; readonly name: string },
): Promise<void> {
  const taken = await takeCode(deps, accountId, input.code, false);
  if (taken === null) throw new Refusal('second-factor-refused');
  await deps.db
    .updateTable('second_factor')
    .set({ confirmed_at: deps.now(), name: input.name })
    .where('factor_id', '=', taken)
    .execute();
}

/** Whether a code is of one of the account's generators now and was not used before. */
export async function generatorAnswers(
  deps: GeneratorDeps,
  accountId: string,
  code: string,
): Promise<boolean> {
  return (await takeCode(deps, accountId, code, true)) !== null;
}

/** Takes a code, so that it is never taken again. @returns its generator */
async function takeCode(
  { db, box, now }: GeneratorDeps,
  accountId: string,
  code: string,
  confirmed: boolean,
): Promise<string | null> {
  const at = now();
  const rows = await db
    .selectFrom('second_factor')
    .select(['factor_id', 'sealed'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'totp')
    .where('confirmed_at', confirmed ? 'is not' : 'is', null)
    .where('ended_at', 'is', null)
    .execute();
  for (const { factor_id: factorId, sealed } of await notedFactors({ db }, accountId, rows)) {
    const secret = sealed && box.open(factorId, sealed);
    if (!secret) continue;
    const delta = generator(Secret.fromBase32(secret), '').validate({
      token: code,
      timestamp: at.getTime(),
      window: DRIFT_STEPS,
    });
    if (delta === null) continue;
    const step = String(Math.floor(at.getTime() / 1000 / STEP_S) + delta);
    const { numUpdatedRows } = await db
      .updateTable('second_factor')
      .set({ last_step: step, last_used_at: at })
      .where('factor_id', '=', factorId)
      .where((eb) => eb.or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
      .executeTakeFirst();
    return numUpdatedRows === 1n ? factorId : null;
  }
  return null;
}

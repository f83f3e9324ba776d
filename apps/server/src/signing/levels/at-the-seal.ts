import { Refusal } from '../../refusal.ts';
import type { Signed } from '../slots/sign-slot.ts';
import { RecordUntrusted } from '../slots/verify-slots.ts';
import { type RaiseDeps, raiseSealed } from './raise.ts';

/** Records that are raised at once: authorities are far away, and a class waits for some hundred of their answers. */
const AT_ONCE = 4;

export interface RaisedSeals {
  readonly ready: Signed[];
  /** Records that may not be issued as they are; the others go on. */
  readonly failed: readonly { readonly one: Signed; readonly error: unknown }[];
}

/**
 * Levels of the records whose seals are made.
 *
 * @throws AuthorityUnavailable once all that was under way has come to its end
 */
export async function raiseSeals(
  deps: RaiseDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  signed: readonly Signed[],
): Promise<RaisedSeals> {
  const ready: Signed[] = [];
  const failed: { one: Signed; error: unknown }[] = [];
  for (let at = 0; at < signed.length; at += AT_ONCE) {
    const part = signed.slice(at, at + AT_ONCE);
    const outcomes = await Promise.allSettled(part.map((one) => raise(deps, school, one)));
    for (const [n, outcome] of outcomes.entries()) {
      const one = part[n];
      if (one === undefined) continue;
      if (outcome.status === 'fulfilled') ready.push(one);
      else if (outcome.reason instanceof Refusal || outcome.reason instanceof RecordUntrusted)
        failed.push({ one, error: outcome.reason });
      else throw outcome.reason;
    }
  }
  return { ready, failed };
}

function raise(
  deps: RaiseDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  { record, parts, plan, prepared, signature }: Signed,
): Promise<void> {
  return raiseSealed(deps, { ...school, record, parts }, plan, {
    signingTime: prepared.prepared.signingTime,
    personalId: 'personalId' in plan.signer ? plan.signer.personalId : null,
    signature,
  });
}

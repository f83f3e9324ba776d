import type { Route } from '../../http/api/route.ts';
import { Refusal } from '../../refusal.ts';
import type { StaffRole } from '../actor.ts';

/** who signs, issues, recalls or sets whom to trust has confirmed within the last five minutes. */
export const FRESH_MS = 5 * 60_000;

/** who holds one of these roles works with a second factor; teachers may choose one. */
const MANDATORY: readonly StaffRole[] = ['principal', 'clerk', 'admin'];

/** Where a session stands with the second factor. */
export interface FactorState {
  /** False in a training school that runs without it. */
  readonly enforced: boolean;
  /** Whether this account cannot work without. */
  readonly needed: boolean;
  readonly enrolled: boolean;
  /** When its person last confirmed in this session; null: not yet. */
  readonly provenAt: Date | null;
}

/** A teacher's own second factor counts also where the school does not ask for one. */
export function factorState(of: {
  readonly roles: readonly StaffRole[];
  readonly enforced: boolean;
  readonly enrolled: boolean;
  readonly provenAt: Date | null;
}): FactorState {
  const { enforced, enrolled, provenAt } = of;
  const mandatory = enforced && of.roles.some((role) => MANDATORY.includes(role));
  return { enforced, needed: mandatory || enrolled, enrolled, provenAt };
}

/**
 * The question between session and use case: is this the person, by more than a password, and for the great acts just now?
 *
 * @throws Refusal `second-factor-missing` where one has to be set up first, `second-factor-needed`
 */
export function requireSecondFactor(
  route: Pick<Route, 'stepUp' | 'beforeSecondFactor'>,
  { needed, enrolled, provenAt }: FactorState,
  now: Date,
): void {
  if (!needed || route.beforeSecondFactor) return;
  if (!enrolled) throw new Refusal('second-factor-missing');
  if (provenAt === null) throw new Refusal('second-factor-needed');
  if (route.stepUp && !isFresh(provenAt, now)) throw new Refusal('second-factor-needed');
}

/** Confirmed within the last minutes; a clock that was put back makes nothing fresh. */
export function isFresh(provenAt: Date | null, now: Date): boolean {
  if (provenAt === null) return false;
  const age = now.getTime() - provenAt.getTime();
  return age >= 0 && age <= FRESH_MS;
}

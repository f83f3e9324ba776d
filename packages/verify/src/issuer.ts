import type { CryptoPort } from '@hocba/signature';
import type { VerifiedSlot } from './signatures.ts';
import type { Suspicion, TrustedSchool } from './trust/bundle.ts';
import type { Trust } from './trust/trust.ts';
import type { Fragment, FragmentState } from './verdict.ts';

/** When the record certainly existed, and where its leaf is: what seals and suspicions are held against. */
export interface IssuedAt {
  /** Unix seconds: the leaf's time, else a proven signing time, else null. */
  readonly time: number | null;
  readonly leaf: { readonly origin: string; readonly index: number } | null;
}

/**
 * Was the seal registered as this school's when it sealed (CV 2088: a seal that the level above has not approved issues
 * nothing), and is no certificate suspected for that time?
 */
export function checkIssuer(
  crypto: Pick<CryptoPort, 'sha256'>,
  schoolCode: string,
  slots: readonly VerifiedSlot[],
  issued: IssuedAt,
  trust: Trust | null,
): Fragment {
  const say = (state: FragmentState, code: string): Fragment => ({ name: 'issuer', state, code });
  if (!trust?.schools) return say('not-checked', 'no-register');
  const school = trust.schools.get(schoolCode);
  if (school === undefined) return say('not-checked', 'school-unknown');
  const seal = slots.at(-1);
  if (seal === undefined) return say('invalid', 'seal-not-registered');
  const print = (slot: VerifiedSlot): string => hex(crypto.sha256(slot.finding.certificate.der));
  const registered = school.seals.filter((one) => one.certificate === print(seal));
  if (registered.length === 0) return say('invalid', 'seal-not-registered');
  if (issued.time === null) return say('not-checked', 'time-unknown');
  const { time } = issued;
  if (!registered.some(({ from, until }) => from <= time && (until === null || time < until))) {
    return say('invalid', 'seal-not-registered-then');
  }
  const prints = new Set(slots.map(print));
  const suspected = trust.suspicions.some(
    (one) => prints.has(one.certificate) && covers(one, time) && !isReattested(one, issued),
  );
  return suspected ? say('not-checked', 'suspected') : say('valid', 'registered');
}

function covers({ from, to }: Suspicion, time: number): boolean {
  return from <= time && (to === null || time < to);
}

function isReattested({ reattested }: Suspicion, { leaf }: IssuedAt): boolean {
  return (
    leaf !== null && reattested.some(({ origin, index }) => origin === leaf.origin && index === leaf.index)
  );
}

/**
 * Whether a sealed record of the school must have a proof: the school issues in a log since before it was sealed, so
 * that the seal's key alone cannot make a record that no log knows. An earlier time that is only the signers' own word
 * makes nothing green; it is not called false either.
 */
export function mustBeLogged(school: TrustedSchool, sealedAt: number): boolean {
  return school.logs.some(({ from }) => from <= sealedAt);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

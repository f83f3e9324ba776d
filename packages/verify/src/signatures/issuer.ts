import type { Certificate, CryptoPort } from '@hocba/signature';
import type { SchoolLog, Suspicion, TrustedSchool } from '../trust/bundle.ts';
import { hasEnded } from '../trust/list-day.ts';
import { hex, namedBySuspicion } from '../trust/suspected.ts';
import type { Trust } from '../trust/trust.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';
import type { SignedBy } from './check-signatures.ts';

/** When the record certainly existed, and where its leaf is: what seals and suspicions are held against. */
export interface IssuedAt {
  /** Unix seconds: the leaf's time, else a proven signing time, else null. */
  readonly time: number | null;
  /** Where `time` is null: when it was sealed by the signer's own word, which alone makes nothing green. Null: not a word. */
  readonly claimed?: number | null;
  readonly leaf: { readonly origin: string; readonly index: number } | null;
}

/**
 * Was the seal registered as this school's when it sealed (CV 2088: a seal that the level above has not approved issues
 * nothing), and is no certificate suspected for that time? A training record needs no registered seal to be training.
 * A seal that is not in a list older than the sealing may have been registered since: then the list tells nothing of it.
 */
export function checkIssuer(
  crypto: Pick<CryptoPort, 'sha256'>,
  { code, training }: { readonly code: string; readonly training: boolean },
  slots: readonly { readonly finding: Pick<SignedBy['finding'], 'certificate' | 'chain'> }[],
  issued: IssuedAt,
  trust: Trust | null,
): Fragment {
  const say = (state: FragmentState, code: CodeOf<'issuer'>): Fragment => ({ name: 'issuer', state, code });
  const wrong = (what: CodeOf<'issuer'>): Fragment => say(training ? 'not-checked' : 'invalid', what);
  if (!trust?.schools) return say('not-checked', 'no-register');
  const school = trust.schools.get(code);
  if (school === undefined) return say('not-checked', 'school-unknown');
  const seal = slots.at(-1);
  if (seal === undefined) return wrong('seal-not-registered');
  const print = (der: Uint8Array): string => hex(crypto.sha256(der));
  const sealPrint = print(seal.finding.certificate.der);
  const registered = withSuccessors(trust.schools, school)
    .flatMap(({ seals }) => seals)
    .filter((one) => one.certificate === sealPrint);
  if (registered.length === 0) {
    const sealedAt = issued.time ?? notBefore(seal.finding.certificate, issued.claimed);
    return trust.asOf !== null && sealedAt > trust.asOf
      ? say('not-checked', 'register-before-record')
      : wrong('seal-not-registered');
  }
  if (issued.time === null) return say('not-checked', 'time-unknown');
  const { time } = issued;
  if (!registered.some(({ from, until }) => from <= time && (until === null || time < until))) {
    return wrong('seal-not-registered-then');
  }
  // A certificate authority that is suspected makes everything below it so.
  const chains = slots.flatMap(({ finding }) => finding.chain);
  const names = namedBySuspicion(crypto, chains, trust.roots);
  const suspected = trust.suspicions.some(
    (one) => names(one) && covers(one, time) && !isReattested(one, issued),
  );
  return suspected ? say('not-checked', 'suspected') : say('valid', 'registered');
}

/** Unix seconds. A seal that was made later sealed later, whatever time it claims. */
export function notBefore(
  certificate: Pick<Certificate, 'notBefore'>,
  claimed: number | null = null,
): number {
  return Math.max(claimed ?? 0, certificate.notBefore.getTime() / 1000);
}

/** A registered seal is told by the newest register alone: past its day nobody knows whether the seal is suspected by now. */
export function whileFresh(issuer: Fragment, trust: Trust | null, now: Date): Fragment {
  return issuer.state === 'valid' && hasEnded(trust, now) ? TOO_OLD : issuer;
}

/** Of a file that no log knows nothing but what is false may be told by a register past its day. */
export function whileFreshOfOthers(issuer: Fragment, trust: Trust | null, now: Date): Fragment {
  return issuer.state !== 'invalid' && hasEnded(trust, now) ? TOO_OLD : issuer;
}

const TOO_OLD: Fragment = { name: 'issuer', state: 'not-checked', code: 'register-too-old' };

/** The logs in which a record must stand that names this school, or was sealed by this seal, whatever school it names. */
export function logsOfSeal(
  crypto: Pick<CryptoPort, 'sha256'>,
  code: string,
  seal: Certificate,
  trust: Trust | null,
): readonly SchoolLog[] {
  const { schools } = trust ?? {};
  if (!schools) return [];
  const print = hex(crypto.sha256(seal.der));
  const concerned = [...schools.values()].filter(
    (school) => school.code === code || school.seals.some(({ certificate }) => certificate === print),
  );
  return concerned.flatMap((school) => withSuccessors(schools, school)).flatMap(({ logs }) => logs);
}

/** The school, and those that keep its records on since it was closed or merged. */
export function withSuccessors(
  schools: ReadonlyMap<string, TrustedSchool>,
  school: TrustedSchool,
): TrustedSchool[] {
  const found = [school];
  for (let at = school; at.successor !== null; ) {
    const next = schools.get(at.successor);
    if (next === undefined || found.includes(next)) break;
    found.push(next);
    at = next;
  }
  return found;
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
export function mustBeLogged(logs: readonly SchoolLog[], sealedAt: number): boolean {
  return logs.some(({ from }) => from <= sealedAt);
}

import {
  type CryptoPort,
  type LevelCode,
  type LevelFinding,
  type SignerFinding,
  verifyLevel,
  XADES,
} from '@hocba/signature';
import { find } from '@hocba/xml';
import type { Trust } from '../trust/trust.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';
import type { SignedDocument, VerifiedSlot } from './check-signatures.ts';

export interface ProvenTimes {
  readonly certificates: Fragment;
  readonly time: Fragment;
  /** By when everything was signed, by an authority's word; null without one that can be relied on. */
  readonly provenAt: Date | null;
}

/** Codes of verifyLevel that speak of a time or its authority; the others speak of the signer's certificate. */
type TimeCode = Extract<LevelCode, CodeOf<'time'>>;
const OF_TIME: ReadonlySet<LevelCode> = new Set<TimeCode>([
  'unsigned-properties-malformed',
  'timestamp-invalid',
  'times-out-of-order',
  'authority-not-trusted',
  'authority-expired',
  'authority-revoked',
  'authority-status-unknown',
  'clock-behind',
  'spare-validation-data',
]);
const isOfTime = (code: LevelCode): code is TimeCode => OF_TIME.has(code);

/**
 * When was it signed, and was each certificate good then? The seal signs every earlier value, so the time that its
 * timestamps prove holds for all; the seal carries what is needed to judge the others as of that time (ETSI EN 319 102-1
 * §5.5–5.6). A slot with timestamps of its own is judged by them too: what it carries must not be worse than nothing.
 *
 * @returns null where the seal has no timestamp: then signing times are the signers' own word
 */
export async function proveTimesOf(
  crypto: CryptoPort,
  read: SignedDocument,
  slots: readonly VerifiedSlot[],
  trust: Trust,
  {
    now,
    training,
    loggedBy,
  }: {
    readonly now: Date;
    readonly training: boolean;
    /** By when the log had all signatures, by an authority's word; null where nobody tells. */
    readonly loggedBy: Date | null;
  },
): Promise<ProvenTimes | null> {
  const seal = slots.at(-1);
  if (seal === undefined || (!hasUnsignedProperties(seal) && loggedBy === null)) return null;
  const level = (slot: VerifiedSlot, carries: readonly VerifiedSlot[]): Promise<LevelFinding> =>
    verifyLevel(crypto, read.xmlDocument, slot.slot.signature, {
      roots: trust.roots,
      authorityRoots: trust.authorityRoots,
      now,
      ...(trust.algorithms ? { policy: trust.algorithms } : {}),
      ...(loggedBy === null ? {} : { provenBy: loggedBy }),
      carries: carries.map(({ finding }) => finding),
    });
  const others = slots.slice(0, -1);
  const whole = await level(seal, others);
  const own = await Promise.all(
    others.filter(hasUnsignedProperties).map(async (slot) => ({ slot, level: await level(slot, []) })),
  );
  const levels = [whole, ...own.map(({ level }) => level)];
  // An authority of a training PKI dates nothing that is real, whatever roots were given.
  if (!training && levels.some((one) => one.training)) {
    const wrong = { state: 'invalid', code: 'training-certificate' } as const;
    return {
      time: { name: 'time', ...wrong },
      certificates: certificates('invalid', wrong.code),
      provenAt: null,
    };
  }
  const signers = others.map((slot) => judgeSigner(slot, whole, own.find((one) => one.slot === slot)?.level));
  const time = timeFragment(whole, signers, claimedTimes(slots));
  if (time.state !== 'valid') return { time, certificates: unproven(whole), provenAt: null };
  return { time, certificates: certificatesFragment([whole, ...signers]), provenAt: whole.provenAt };
}

/** What was found about one signer: by the slot's own timestamps, or by what the seal carries. */
type Judged = Pick<SignerFinding, 'state' | 'code'>;

/**
 * A signer's certificate is good if the slot's own timestamp or the seal's proves it: of two proofs one is enough, and
 * the earlier one outlives a later revocation. What is false in a slot's own timestamps is false all the same.
 */
function judgeSigner({ slot }: VerifiedSlot, whole: LevelFinding, own: LevelFinding | undefined): Judged {
  const carried = whole.carried.find(({ slotId }) => slotId === slot.slotId);
  if (own !== undefined && own.state === 'invalid' && isOfTime(own.code)) return own;
  if (own?.state === 'valid' && own.provenAt !== null) return own;
  // A slot that the seal carries nothing for, and that brings nothing itself, has been judged by nobody.
  return carried?.state === 'valid' ? carried : (own ?? carried ?? UNJUDGED);
}
const UNJUDGED: Judged = { state: 'indeterminate', code: 'signer-status-unknown' };

/** By how much a signer's clock may run ahead of the authority's. */
const AHEAD_MS = 5 * 60_000;

/** The latest of the times that the signers claim, milliseconds. */
function claimedTimes(slots: readonly VerifiedSlot[]): number {
  return Math.max(...slots.map(({ finding }) => Date.parse(finding.signingTime)));
}

function hasUnsignedProperties({ slot }: VerifiedSlot): boolean {
  return slot.signature.children.some(
    (object) => find(object, 'QualifyingProperties/UnsignedProperties', XADES) !== undefined,
  );
}

function timeFragment(whole: LevelFinding, signers: readonly Judged[], claimed: number): Fragment {
  const say = (state: FragmentState, code: CodeOf<'time'>): Fragment => ({ name: 'time', state, code });
  const all = [whole, ...signers];
  const wrong = codesOf(all, 'invalid').find(isOfTime);
  if (wrong) return say('invalid', wrong);
  const open = codesOf(all, 'indeterminate').find(isOfTime);
  if (open) return say('not-checked', open);
  if (whole.provenAt === null) return say('not-checked', 'no-timestamp');
  // Nobody signs after an authority has seen the signature.
  if (claimed > whole.provenAt.getTime() + AHEAD_MS) return say('invalid', 'times-out-of-order');
  if (whole.times.length === 0) return say('valid', 'proven-by-log');
  const long = whole.level === 'LT' || whole.level === 'LTA';
  return say('valid', long ? 'proven-for-long' : 'proven');
}

function certificatesFragment(signers: readonly Judged[]): Fragment {
  const [wrong] = codesOf(signers, 'invalid');
  if (wrong) return certificates('invalid', ofCertificate(wrong));
  const [open] = codesOf(signers, 'indeterminate');
  return open ? certificates('not-checked', ofCertificate(open)) : certificates('valid', 'valid-when-signed');
}

function codesOf(judged: readonly Judged[], wanted: Judged['state']): LevelCode[] {
  return judged.filter(({ state }) => state === wanted).map(({ code }) => code);
}

/** A time that cannot be relied on has its own fragment; of the certificate it leaves nothing known. */
function ofCertificate(code: LevelCode): CodeOf<'certificates'> {
  return code === 'valid' || isOfTime(code) ? 'no-proven-time' : code;
}

/** Without a proven time a certificate that is wrong in itself is still wrong; all else has to wait. */
function unproven(whole: LevelFinding): Fragment {
  const wrong = codesOf([whole, ...whole.carried], 'invalid').find((code) => !isOfTime(code));
  return wrong
    ? certificates('invalid', ofCertificate(wrong))
    : certificates('not-checked', 'no-proven-time');
}

function certificates(state: FragmentState, code: CodeOf<'certificates'>): Fragment {
  return { name: 'certificates', state, code };
}

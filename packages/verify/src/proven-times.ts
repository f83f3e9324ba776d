import {
  type CryptoPort,
  type LevelCode,
  type LevelFinding,
  type SignerFinding,
  verifyLevel,
  XADES,
} from '@hocba/signature';
import { find } from '@hocba/xml';
import type { SignedDocument, VerifiedSlot } from './signatures.ts';
import type { Trust } from './trust/trust.ts';
import type { Fragment, FragmentState } from './verdict.ts';

export interface ProvenTimes {
  readonly certificates: Fragment;
  readonly time: Fragment;
  /** By when everything was signed, by an authority's word; null without one that can be relied on. */
  readonly provenAt: Date | null;
}

/** Codes of verifyLevel that speak of a time or its authority; the others speak of the signer's certificate. */
const OF_TIME: ReadonlySet<LevelCode> = new Set<LevelCode>([
  'unsigned-properties-malformed',
  'timestamp-invalid',
  'times-out-of-order',
  'authority-not-trusted',
  'authority-expired',
  'authority-revoked',
  'authority-status-unknown',
  'spare-validation-data',
]);

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
  now: Date,
): Promise<ProvenTimes | null> {
  const seal = slots.at(-1);
  if (seal === undefined || !hasUnsignedProperties(seal)) return null;
  const level = (slot: VerifiedSlot, carries: readonly VerifiedSlot[]): Promise<LevelFinding> =>
    verifyLevel(crypto, read.xmlDocument, slot.slot.signature, {
      roots: trust.roots,
      authorityRoots: trust.authorityRoots,
      now,
      ...(trust.algorithms ? { policy: trust.algorithms } : {}),
      carries: carries.map(({ finding }) => finding),
    });
  const others = slots.slice(0, -1);
  const whole = await level(seal, others);
  const own = await Promise.all(others.filter(hasUnsignedProperties).map((slot) => level(slot, [])));
  const time = timeFragment([whole, ...own]);
  if (time.state !== 'valid') {
    return { time, certificates: unproven(whole), provenAt: null };
  }
  return { time, certificates: certificatesFragment(whole, others, own), provenAt: whole.provenAt };
}

function hasUnsignedProperties({ slot }: VerifiedSlot): boolean {
  return slot.signature.children.some(
    (object) => find(object, 'QualifyingProperties/UnsignedProperties', XADES) !== undefined,
  );
}

function timeFragment(levels: readonly LevelFinding[]): Fragment {
  const say = (state: FragmentState, code: string): Fragment => ({ name: 'time', state, code });
  const wrong = levels.find(({ state, code }) => state === 'invalid' && OF_TIME.has(code));
  if (wrong) return say('invalid', wrong.code);
  const open = levels.find(
    ({ state, code, provenAt }) => provenAt === null || (state !== 'valid' && OF_TIME.has(code)),
  );
  if (open) return say('not-checked', OF_TIME.has(open.code) ? open.code : 'no-timestamp');
  const long = levels[0]?.level === 'LT' || levels[0]?.level === 'LTA';
  return say('valid', long ? 'proven-for-long' : 'proven');
}

function certificatesFragment(
  whole: LevelFinding,
  others: readonly VerifiedSlot[],
  own: readonly LevelFinding[],
): Fragment {
  const findings: Pick<SignerFinding, 'state' | 'code'>[] = [whole, ...whole.carried, ...own];
  // A slot that the seal did not sign for, and that brings nothing itself, has been judged by nobody.
  const judged = new Set(whole.carried.map(({ slotId }) => slotId));
  const left = others.some(({ slot }) => !judged.has(slot.slotId));
  const wrong = findings.find(({ state }) => state === 'invalid');
  if (wrong) return certificates('invalid', wrong.code);
  const open = findings.find(({ state }) => state !== 'valid');
  if (open) return certificates('not-checked', open.code);
  return left
    ? certificates('not-checked', 'signer-status-unknown')
    : certificates('valid', 'valid-when-signed');
}

/** Without a proven time a certificate that is wrong in itself is still wrong; all else has to wait. */
function unproven(whole: LevelFinding): Fragment {
  const wrong = [whole, ...whole.carried].find(
    ({ state, code }) => state === 'invalid' && !OF_TIME.has(code),
  );
  return wrong ? certificates('invalid', wrong.code) : certificates('not-checked', 'no-proven-time');
}

function certificates(state: FragmentState, code: string): Fragment {
  return { name: 'certificates', state, code };
}

import type { OthersTrust, SignerStanding } from '@hocba/signature/pades';
import type { Trust } from '../trust/trust.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';

/** What of a trust list the signers of other software's files are judged by; without one nobody is below any root. */
export function othersTrust(trust: Trust | null, now: Date): OthersTrust {
  return {
    roots: trust?.roots ?? [],
    authorityRoots: trust?.authorityRoots ?? [],
    now,
    ...(trust?.algorithms === undefined ? {} : { policy: trust.algorithms }),
  };
}

/** From what is false to what is left open, and last what is as it must be. */
const IN_ORDER: readonly (readonly [SignerStanding, FragmentState, CodeOf<'certificates'>])[] = [
  ['revoked', 'invalid', 'signer-revoked'],
  ['no-roots', 'not-checked', 'no-roots'],
  ['unknown', 'not-checked', 'unknown-authority'],
  ['training', 'not-checked', 'training-root-not-given'],
  ['revoked-unproven', 'not-checked', 'signer-revoked-no-proof'],
  ['ended', 'not-checked', 'no-proven-time'],
  ['algorithm-refused', 'not-checked', 'algorithm-refused'],
  ['status-unknown', 'not-checked', 'signer-status-unknown'],
  ['good', 'valid', 'valid-when-signed'],
];

/** The certificates of all signers in one word: the worst of them. */
export function certificatesBy(standings: readonly SignerStanding[]): Fragment {
  const [, state, code] = IN_ORDER.find(([one]) => standings.includes(one)) ?? [];
  return { name: 'certificates', state: state ?? 'not-checked', code: code ?? 'not-reached' };
}

import type { VerdictWords } from '../words/vi.ts';

/** What a verification looked at, each in its own state; a verdict is made of these and of nothing else. */
export type FragmentName =
  | 'document'
  | 'signatures'
  | 'certificates'
  | 'time'
  | 'issuance'
  | 'witness'
  | 'status'
  | 'print'
  | 'issuer'
  | 'table'
  | 'list';
export type FragmentState = 'valid' | 'invalid' | 'not-checked' | 'error';
/** A closed word per name, such as `signature-invalid` or `no-timestamp`; never data of the record. Each has words. */
export type CodeOf<N extends FragmentName> = keyof VerdictWords['codes'][N];
export interface FragmentOf<N extends FragmentName> {
  readonly name: N;
  readonly state: FragmentState;
  readonly code: CodeOf<N>;
}
export type Fragment = { [N in FragmentName]: FragmentOf<N> }[FragmentName];

export type Verdict =
  | 'genuine'
  | 'replaced'
  | 'recalled'
  | 'not-genuine'
  | 'to-be-confirmed'
  | 'not-fully-checked'
  | 'training';

/**
 * Without each of these there is no green word. A witness is said apart: a log may not have any yet. Where the
 * verifier's own policy asks for witnesses (`missing`), their lack is not green either.
 */
const NEEDED: readonly FragmentName[] = [
  'document',
  'signatures',
  'certificates',
  'time',
  'issuance',
  'status',
  'issuer',
];

/**
 * One verdict out of the fragments. The order is the rule: what is false is said first, whatever else it is;
 * training is never anything else; what a suspected key signed waits for its school; a recalled record is genuine and recalled, never "invalid"; and nothing is
 * green that was checked in part.
 * @param training the mark stands in the signed bytes
 * @param aPrint the file was a PDF, so the printed pages need their own word
 */
export function decide(fragments: readonly Fragment[], training: boolean, aPrint: boolean): Verdict {
  if (fragments.some((fragment) => fragment.state === 'invalid')) return 'not-genuine';
  if (training) return 'training';
  // What could not be looked at might be false.
  if (fragments.some((fragment) => fragment.state === 'error')) return 'not-fully-checked';
  const stateOf = (name: FragmentName): FragmentState =>
    fragments.find((fragment) => fragment.name === name)?.state ?? 'not-checked';
  if (fragments.some(({ name, code }) => name === 'issuer' && code === 'suspected')) return 'to-be-confirmed';
  if (fragments.some(({ name, code }) => name === 'witness' && code === 'missing'))
    return 'not-fully-checked';
  const needed = aPrint ? [...NEEDED, 'print' as const] : NEEDED;
  if (needed.some((name) => stateOf(name) !== 'valid')) return 'not-fully-checked';
  const status = fragments.find((fragment) => fragment.name === 'status')?.code;
  if (status === 'recalled') return 'recalled';
  return status === 'replaced' ? 'replaced' : 'genuine';
}

/** Exit codes of `hocba verify`; of several files the worst one's is the command's. */
export const EXIT_CODE: Readonly<Record<Verdict, number>> = {
  genuine: 0,
  'not-genuine': 1,
  replaced: 2,
  recalled: 2,
  'not-fully-checked': 3,
  'to-be-confirmed': 3,
  training: 4,
};

/** From harmless to grave: not genuine is worse than anything, and not checked worse than merely replaced. */
const GRAVITY: readonly Verdict[] = [
  'genuine',
  'replaced',
  'recalled',
  'training',
  'to-be-confirmed',
  'not-fully-checked',
  'not-genuine',
];
export const gravity = (verdict: Verdict): number => GRAVITY.indexOf(verdict);
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (gravity(b) > gravity(a) ? b : a), 'genuine');
}

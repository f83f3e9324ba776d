import { type VerdictWords, vi } from '@hocba/verify';
import { ofLanguage } from '../words/language.ts';
import { type VerifyWords, verify } from '../words/vi/verify.ts';

/** This page's words in the chosen language, and a verdict's, from when `learnWords` has ended. */
export let words: VerifyWords = verify;
export let verdictWords: VerdictWords = vi;

/** Brings the words of another language than Vietnamese over the line. */
export async function learnWords(): Promise<void> {
  const learnt = await ofLanguage({ verify, verdict: vi }, () => import('../words/en/verify.ts'));
  words = learnt.verify;
  verdictWords = learnt.verdict;
}

/** Who signed, by the role as the file has it. */
export function roleName(role: string): string {
  return (words.facts.roles as Record<string, string>)[role] ?? role;
}

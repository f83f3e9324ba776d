import { ofLanguage } from '../words/language.ts';
import { type VerifyWords, verify } from '../words/vi/verify.ts';

/** This page's words in the chosen language, from when `learnWords` has ended. */
export let words: VerifyWords = verify;

/** Brings the words of another language than Vietnamese over the line. */
export async function learnWords(): Promise<void> {
  words = await ofLanguage(verify, async () => (await import('../words/en/verify.ts')).verify);
}

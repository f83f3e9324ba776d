import { ofLanguage } from './language.ts';
import { vi, type Words } from './vi.ts';

/** The words of the chosen language, from when `learnWords` has ended; none may be read before something is shown. */
export let words: Words = vi;

/** Brings the words of another language than Vietnamese over the line. */
export async function learnWords(): Promise<void> {
  words = await ofLanguage(vi, async () => (await import('./en.ts')).en);
}

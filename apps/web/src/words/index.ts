import { vi, type Words } from './vi.ts';

export const language: 'vi' | 'en' = (() => {
  try {
    return localStorage.getItem('hocba-language') === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
})();

/** The words of the chosen language, from when `learnWords` has ended; none may be read before something is shown. */
export let words: Words = vi;

/** Brings the words of another language than Vietnamese over the line; without a network Vietnamese serves. */
export async function learnWords(): Promise<void> {
  if (language === 'vi') return;
  try {
    ({ en: words } = await import('./en.ts'));
  } catch {
    words = vi;
  }
}

export function chooseLanguage(next: 'vi' | 'en'): void {
  localStorage.setItem('hocba-language', next);
  location.reload();
}

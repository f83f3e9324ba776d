import { en } from './en.ts';
import { vi, type Words } from './vi.ts';

const chosen = (() => {
  try {
    return localStorage.getItem('hocba-language') === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
})();

/** The words of the chosen language; Vietnamese unless a person chose English on this device. */
export const words: Words = chosen === 'en' ? en : vi;
export const language: 'vi' | 'en' = chosen;

export function chooseLanguage(next: 'vi' | 'en'): void {
  localStorage.setItem('hocba-language', next);
  location.reload();
}

/** What this browser's user chose last; Vietnamese until then. */
export const language: 'vi' | 'en' = (() => {
  try {
    return localStorage.getItem('hocba-language') === 'en' ? 'en' : 'vi';
  } catch {
    // A browser that keeps nothing for anybody is told by the address.
    return new URLSearchParams(globalThis.location?.search).get('lang') === 'en' ? 'en' : 'vi';
  }
})();

/** The table of the chosen language: English comes over the line; without a network Vietnamese serves. */
export async function ofLanguage<W>(vi: W, en: () => Promise<W>): Promise<W> {
  return language === 'vi' ? vi : en().catch(() => vi);
}

export function chooseLanguage(next: 'vi' | 'en'): void {
  try {
    localStorage.setItem('hocba-language', next);
  } catch {
    location.search = `?lang=${next}`;
    return;
  }
  location.reload();
}

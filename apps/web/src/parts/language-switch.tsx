import { chooseLanguage, language } from '../words/language.ts';

/** One button to the other language, written in that language. */
export function LanguageSwitch() {
  const other = language === 'vi' ? 'en' : 'vi';
  return (
    <button type="button" class="plain" lang={other} onClick={() => chooseLanguage(other)}>
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  );
}

import { noTime as en } from './en/no-time.ts';
import { language } from './language.ts';
import { noTime as vi } from './vi/no-time.ts';

/** What the server sends of a time that is none (`store/no-time.ts` there): somebody has written it into the store by SQL. */
const NO_DAY = '9999-12-31';

/** @returns the word for it where a day or a moment, ISO, is none */
export function noTimeIn(iso: string): string | null {
  return iso.startsWith(NO_DAY) ? (language === 'vi' ? vi : en) : null;
}

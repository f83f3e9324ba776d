import { noTimeIn } from './no-time.ts';

/** 2026-09-05 → 05/09/2026. */
export function dayText(iso: string): string {
  return noTimeIn(iso) ?? iso.split('-').reverse().join('/');
}

/** What was typed as 5/9/2026 or 05-09-2026 → 2026-09-05; undefined if that is no day of the calendar. */
export function dayOf(typed: string): string | undefined {
  const m = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(typed);
  if (!m) return undefined;
  const iso = `${m[3]}-${m[2]?.padStart(2, '0')}-${m[1]?.padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? undefined : iso;
}

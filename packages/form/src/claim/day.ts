import { ClaimError } from './error.ts';

const DAY_MS = 86_400_000;

/**
 * Days from one date to another, both `YYYY-MM-DD` of the proleptic Gregorian calendar; 0 to 65,535.
 * @throws ClaimError `not-representable`
 */
export function dayNumber(date: string, from: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  const days = (time - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !Number.isInteger(days) || days < 0 || days > 0xffff) {
    throw new ClaimError('not-representable', 'date');
  }
  // Date.parse takes a 31st of February in some runtimes: only what comes back the same is a date.
  if (dayOf(days, from) !== date) throw new ClaimError('not-representable', 'date');
  return days;
}

export function dayOf(days: number, from: string): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

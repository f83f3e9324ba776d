import type { Trust } from './trust.ts';

/** Of which day the list is that something was judged by, unix seconds; nothing where there was none. */
export interface JudgedByList {
  /** When the trust bundle was made: it is always said, whatever came of it. */
  readonly trustAsOf?: number;
  /** Until when that bundle was good; only where this day is past. */
  readonly trustEnded?: number;
}

export function listDay(trust: Trust | null, now: Date): JudgedByList {
  if (trust?.asOf == null) return {};
  return { trustAsOf: trust.asOf, ...(hasEnded(trust, now) ? { trustEnded: trust.until } : {}) };
}

/** Whether the trust list is past the day until which it is good. */
export function hasEnded(trust: Trust | null, now: Date): trust is Trust & { readonly until: number } {
  return trust?.until != null && now.getTime() / 1000 > trust.until;
}

/** An operator's word that the clock of this machine is right: the date, as it stands in the calendar on the wall. */

/** Zones in which a date is understood: the country's, and the one that servers are often set to. */
const ZONES = ['Asia/Ho_Chi_Minh', 'UTC'] as const;

/** Whether a date, `YYYY-MM-DD`, is what this machine takes for today. */
export function isToday(date: string, now: Date): boolean {
  return ZONES.some(
    (timeZone) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now) === date,
  );
}

/** Unix seconds as RFC 3339 in UTC: `2026-05-28T13:14:05Z`. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Reads a time as `formatTime` writes it, one spelling per instant; null for anything else, 30 February and 24:00:00 included. */
export function parseTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return null;
  const seconds = Date.parse(text) / 1000;
  return Number.isSafeInteger(seconds) && formatTime(seconds) === text ? seconds : null;
}

/** The day in Vietnam (UTC+7 all year) of an instant, ISO. */
export function vietnamDay(at: Date): string {
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

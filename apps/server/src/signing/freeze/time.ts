export { vietnamDay } from '../../access/running-year.ts';

const VIETNAM_MS = 7 * 3_600_000;

/** A moment as it is signed: Vietnam's clock, whole seconds, `2026-05-28T20:14:05+07:00`. */
export function signingTimeOf(at: Date): string {
  return `${new Date(at.getTime() + VIETNAM_MS).toISOString().slice(0, 19)}+07:00`;
}

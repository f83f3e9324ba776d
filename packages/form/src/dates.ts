import { FormError } from './error.ts';

export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

/** `2026-05-30` → its parts; refuses days that do not exist. */
export function calendarDay(iso: string): CalendarDay {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (match === null) throw new FormError('input-invalid', 'a date is not of the form YYYY-MM-DD');
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const check = new Date(Date.UTC(year, month - 1, day));
  if (year < 1900 || check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) {
    throw new FormError('input-invalid', 'a date does not exist');
  }
  return { year, month, day };
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `30/05/2026`. */
export function shortDate(iso: string): string {
  const { year, month, day } = calendarDay(iso);
  return `${two(day)}/${two(month)}/${year}`;
}

/** `Hà Nội, ngày 05 tháng 3 năm 2020`: a zero before days below 10 and before months 1 and 2 (NĐ 30/2020/NĐ-CP). */
export function placeAndDate(place: string, iso: string): string {
  const { year, month, day } = calendarDay(iso);
  return `${place}, ngày ${two(day)} tháng ${month < 3 ? two(month) : month} năm ${year}`;
}

export interface SigningTime {
  date: string;
  clock: string;
}

/**
 * Signing time as NĐ 30/2020/NĐ-CP prescribes it: `30-05-2026;` and `14:02:11 +07:00`.
 * Given with any offset, shown in Vietnam's.
 */
export function signingTime(iso: string): SigningTime {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(iso)) {
    throw new FormError('input-invalid', 'a signing time is not ISO 8601 with seconds and an offset');
  }
  calendarDay(iso.slice(0, 10));
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new FormError('input-invalid', 'a signing time does not exist');
  const local = new Date(instant + 7 * 3_600_000).toISOString();
  const [year, month, day] = local.slice(0, 10).split('-');
  return { date: `${day}-${month}-${year};`, clock: `${local.slice(11, 19)} +07:00` };
}

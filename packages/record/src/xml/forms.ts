import { type FREE_FORMS, MAP_NAMES } from '../profile/field-names.ts';
import type { DateForm, FieldForm, FieldValue, MapName, Profile } from '../profile/profile.ts';
import { cleanText, TEXT_LIMIT } from '../rules/cell-text.ts';
import { isSchoolYear } from '../rules/school-year.ts';

/** Longest line, in UTF-16 units. */
export const LINE_LIMIT = 500;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whether a text is a day of the calendar, `YYYY-MM-DD`, from 1900 on. */
export function isDate(text: string): boolean {
  const m = DATE.exec(text);
  if (!m) return false;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Whether a text is a signing time: `YYYY-MM-DDThh:mm:ss` with `Z` or an offset (CV 2088, part II). */
export function isSigningTime(text: string): boolean {
  if (text === lastTime) return true;
  const m = DATE_TIME.exec(text);
  if (m === null || !isDate(m[1] ?? '')) return false;
  lastTime = text;
  return true;
}
/** Signed together, records of a class say the same. */
let lastTime = '';

function isLine(text: string, limit: number): boolean {
  return text !== '' && text.length <= limit && cleanText(text) === text;
}

const MAPS: ReadonlySet<string> = new Set<MapName>(MAP_NAMES);

function isMap(form: FieldForm): form is MapName {
  return MAPS.has(form);
}

const MIDNIGHT = 'T00:00:00+07:00';

function encodeDay(form: DateForm, day: string): string | undefined {
  if (!isDate(day)) return undefined;
  if (form === 'dd/mm/yyyy') return day.split('-').reverse().join('/');
  return form === 'yyyy-mm-dd' ? day : `${day}${MIDNIGHT}`;
}

function decodeDay(form: DateForm, text: string): string {
  if (form === 'dd/mm/yyyy') return text.split('/').reverse().join('-');
  return form === 'yyyy-mm-dd' ? text : text.slice(0, 10);
}

function encodeText(form: FieldForm, text: string): string | undefined {
  switch (form) {
    case 'text':
      return isLine(text, LINE_LIMIT) && !text.includes('\n') ? text : undefined;
    case 'lines':
      return isLine(text, TEXT_LIMIT) ? text : undefined;
    case 'uuid':
      return UUID_V4.test(text) ? text : undefined;
    case 'schoolYear':
      return isSchoolYear(text) ? text : undefined;
    case 'personalId':
      return /^\d{12}$/.test(text) ? text : undefined;
    default:
      return undefined;
  }
}

function encodeNumber(form: FieldForm, value: number): string | undefined {
  const text = Object.is(value, -0) ? '0' : String(value);
  switch (form) {
    case 'count':
      return /^\d{1,3}$/.test(text) ? text : undefined;
    case 'mark':
      return /^(?:\d|10)$/.test(text) ? text : undefined;
    case 'measure':
      return value > 0 && value < 1000 && /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? text : undefined;
    default:
      return undefined;
  }
}

/** Forms that are written alike everywhere. */
export type PlainForm = Exclude<(typeof FREE_FORMS)[number], 'date' | 'birthDate'>;

/** A value in a form that no profile has a say in, or undefined if the form does not allow it. */
export function encodePlain(form: PlainForm, value: string | number): string | undefined {
  return typeof value === 'string' ? encodeText(form, value) : encodeNumber(form, value);
}

/** A value as the profile writes it, or undefined if the form does not allow it. */
export function encodeValue(profile: Profile, form: FieldForm, value: FieldValue): string | undefined {
  if (isMap(form)) return profile.values[form].find(([v]) => v === value)?.[1];
  if (form === 'date' || form === 'birthDate') {
    return typeof value === 'string' ? encodeDay(profile.dateForms[form], value) : undefined;
  }
  if (typeof value === 'string') return encodeText(form, value);
  return typeof value === 'number' ? encodeNumber(form, value) : undefined;
}

function decodeAny(profile: Profile, form: FieldForm, text: string): FieldValue | undefined {
  if (isMap(form)) return profile.values[form].find(([, written]) => written === text)?.[0];
  if (form === 'count' || form === 'mark' || form === 'measure') return Number(text);
  if (form === 'date' || form === 'birthDate') return decodeDay(profile.dateForms[form], text);
  return text;
}

/**
 * What texts were found to say, by profile and form: levels, marks, days and a school's names stand in every record. Full
 * ones are emptied, and nothing is kept that was refused.
 */
const said = new WeakMap<Profile, Map<FieldForm, Map<string, FieldValue>>>();
const KEPT = 64;
const LONGEST_KEPT = 80;

function saidIn(profile: Profile, form: FieldForm): Map<string, FieldValue> {
  const byForm = said.get(profile) ?? new Map<FieldForm, Map<string, FieldValue>>();
  said.set(profile, byForm);
  const byText = byForm.get(form) ?? new Map<string, FieldValue>();
  byForm.set(form, byText);
  return byText;
}

/** The value of a written text, or undefined if it is not exactly what the profile writes for that value. */
export function decodeValue(profile: Profile, form: FieldForm, text: string): FieldValue | undefined {
  const known = said.get(profile)?.get(form) ?? saidIn(profile, form);
  const before = known.get(text);
  if (before !== undefined) return before;
  const value = decodeAny(profile, form, text);
  if (value === undefined || encodeValue(profile, form, value) !== text) return undefined;
  if (text.length <= LONGEST_KEPT) {
    if (known.size >= KEPT) known.clear();
    known.set(text, value);
  }
  return value;
}

import { contentOf, DerError, type DerValue, expectTag } from './read.ts';
import { GENERALIZED_TIME } from './tags.ts';
import { encode } from './write.ts';

const FORM = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/;

/**
 * GeneralizedTime of a token or an answer: Z, seconds, and at most a fraction without trailing zeros
 * (RFC 3161 §2.4.2; kept to the millisecond). Throws DerError.
 */
export function instant(value: DerValue): Date {
  expectTag(value, GENERALIZED_TIME);
  const match =
    value.end - value.contentStart > 32 ? null : FORM.exec(String.fromCharCode(...contentOf(value)));
  if (match === null) throw new DerError('bad-time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const millis = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millis));
  // A day that does not exist would roll over to another one, and years below 100 to the last century.
  const written = `${match.slice(1, 4).join('-')}T${match.slice(4, 7).join(':')}`;
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== written)
    throw new DerError('bad-time');
  return date;
}

/** GeneralizedTime to the second, or to the millisecond where there is a fraction. */
export function generalizedTime(date: Date): Uint8Array {
  const digits = date
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .replace(/\.?0*$/, '');
  // The fraction's zeros go, those of the seconds stay.
  const padded = digits.includes('.') ? digits : digits.padEnd(14, '0');
  return encode(GENERALIZED_TIME, new TextEncoder().encode(`${padded}Z`));
}

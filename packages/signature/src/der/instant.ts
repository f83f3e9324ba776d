import { contentOf, DerError, type DerValue, expectTag } from './read.ts';
import { GENERALIZED_TIME } from './tags.ts';
import { encode } from './write.ts';

/**
 * GeneralizedTime of a token or an answer: Z, seconds, and at most a fraction without trailing zeros
 * (RFC 3161 §2.4.2; kept to the millisecond). Throws DerError.
 */
export function instant(value: DerValue): Date {
  expectTag(value, GENERALIZED_TIME);
  const octets = contentOf(value);
  const { length } = octets;
  if (length < 15 || length > 32 || octets[length - 1] !== Z) throw new DerError('bad-time');
  const year = number(octets, 0, 4);
  const month = number(octets, 4, 6);
  const day = number(octets, 6, 8);
  const hour = number(octets, 8, 10);
  const minute = number(octets, 10, 12);
  const second = number(octets, 12, 14);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, fraction(octets)));
  // A day that does not exist would roll over to another one, and years below 100 to the last century.
  const exists = year >= 100 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) throw new DerError('bad-time');
  return date;
}

const Z = 0x5a;
const POINT = 0x2e;
const ZERO = 0x30;

function digit(octets: Uint8Array, at: number): number {
  const value = (octets[at] ?? 0) - ZERO;
  if (value < 0 || value > 9) throw new DerError('bad-time');
  return value;
}

function number(octets: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + digit(octets, at);
  return value;
}

/** Milliseconds of what stands between the seconds and Z. */
function fraction(octets: Uint8Array): number {
  const end = octets.length - 1;
  if (end === 14) return 0;
  if (octets[14] !== POINT || end === 15 || digit(octets, end - 1) === 0) throw new DerError('bad-time');
  let millis = 0;
  for (let at = 15; at < end; at++) {
    const value = digit(octets, at);
    if (at < 18) millis = millis * 10 + value;
  }
  return millis * 10 ** Math.max(0, 18 - end);
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

import { latin1 } from '../../pades/octets.ts';
import { streamsOf } from './streams.ts';

/** A signature's dictionary (ISO 32000-1 §12.8.1) as it lies in the file's octets, whatever software wrote them. */
export interface SignatureField {
  readonly subFilter: string;
  /** The octets that it covers, before and behind its value. */
  readonly ranges: readonly [readonly [number, number], readonly [number, number]];
  /** Where what it covers ends. */
  readonly end: number;
  /** The DER in `Contents`, without the zeros behind it; null for BER of indefinite length, which some software writes. */
  readonly value: Uint8Array | null;
}

/**
 * `wrong`: it is a signature, and does not cover what it has to, or hides something. `moved`: what it leaves out is not where any value stands, as
 * of a signature that came along with its page when other software made a new file (printed to PDF, put together): it speaks of another file.
 */
export type FoundField = SignatureField | 'wrong' | 'moved';

const RANGE = /^\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/;
const MOST = 64;

/**
 * Every signature of a PDF, in the order of what they cover. What makes one up lies in plain octets in any PDF, since its
 * value is left out of what it covers, so no cross-reference table and no object stream has to be believed for it. The
 * covered octets are all of the file up to an end but exactly the value's own string: a range that leaves out more, begins
 * later, overlaps or points beyond the file is wrong, and so is a value with anything but zeros behind it.
 *
 * @returns null where there are too many
 */
export function signatureFields(pdf: Uint8Array): readonly FoundField[] | null {
  const text = latin1(pdf);
  const streams = streamsOf(text);
  const found: FoundField[] = [];
  for (let at = text.indexOf('/ByteRange'); at >= 0; at = text.indexOf('/ByteRange', at + 1)) {
    // What lies in streams is content: a signed file inside another one signs nothing of it.
    if (streams.some(({ dictionaryEnd, end }) => at > dictionaryEnd && at < end)) continue;
    if (found.length >= MOST) return null;
    found.push(fieldAt(pdf, text, at));
  }
  const endOf = (field: FoundField): number => (typeof field === 'string' ? 0 : field.end);
  return found.sort((a, b) => endOf(a) - endOf(b));
}

function fieldAt(pdf: Uint8Array, text: string, at: number): FoundField {
  const [, ...numbers] = RANGE.exec(text.slice(at, at + 400)) ?? [];
  const [start = -1, first = -1, second = -1, length = -1] = numbers.map(Number);
  const end = second + length;
  if (start === 0 && first >= 8 && !/\/Contents\s*<$/.test(text.slice(Math.max(0, first - 40), first + 1)))
    return 'moved';
  if (start !== 0 || first < 8 || second <= first + 2 || length < 1 || end > pdf.length) return 'wrong';
  if (text[first] !== '<' || text[second - 1] !== '>') return 'wrong';
  // The range and the value are of one dictionary, and each stands in it once.
  const from = text.lastIndexOf(' obj', first);
  const to = text.indexOf('endobj', second);
  const dictionary = `${text.slice(from, first)} ${text.slice(second, to < 0 ? second : to)}`;
  if (from < 0 || to < 0 || at < from || at > to || (at > first && at < second)) return 'wrong';
  if (!/\/Contents\s*$/.test(text.slice(from, first))) return 'wrong';
  // A name that is spelt with escapes (§7.3.5) would be read by others, and not here.
  if (dictionary.split('/ByteRange').length !== 2 || dictionary.split('/Contents').length !== 2)
    return 'wrong';
  if (/\/[^\s/<>[\]()%]*#/.test(dictionary)) return 'wrong';
  const value = valueIn(text.slice(first + 1, second - 1));
  if (value === 'wrong') return 'wrong';
  const subFilter = /\/SubFilter\s*\/([A-Za-z0-9._-]{1,60})/.exec(dictionary)?.[1] ?? '';
  const ranges = [
    [0, first],
    [second, end],
  ] as const;
  return { subFilter, ranges, end, value };
}

/** One DER value in hexadecimal digits, and nothing but zeros behind it; null for BER, whose end its first octets do not say. */
function valueIn(hex: string): Uint8Array | null | 'wrong' {
  if (hex.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(hex)) return 'wrong';
  const octet = (n: number): number => Number.parseInt(hex.slice(2 * n, 2 * n + 2), 16);
  const lengths = octet(1) - 0x80;
  if (octet(0) === 0x30 && lengths === 0) return null;
  if (octet(0) !== 0x30 || !(lengths >= 1 && lengths <= 3)) return 'wrong';
  let length = 0;
  for (let n = 0; n < lengths; n++) length = length * 256 + octet(2 + n);
  const end = 2 + lengths + length;
  if (2 * end > hex.length || !/^0*$/.test(hex.slice(2 * end))) return 'wrong';
  return Uint8Array.from({ length: end }, (_, n) => octet(n));
}

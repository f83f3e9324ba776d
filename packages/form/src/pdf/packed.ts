import { AttachmentError } from './error.ts';
import { inflate } from './inflate.ts';
import { type Budget, ObjectReader, type PdfDict, PdfName, type PdfValue } from './objects.ts';

/** Where an object stands: at an offset, or as the n-th within an object stream; null for a free number. */
export type Place =
  | { readonly offset: number; readonly generation: number }
  | { readonly within: number; readonly index: number }
  | null;

export const MOST_OBJECTS = 200_000;
/** Of tables and packed objects together, unpacked. */
const MOST_UNPACKED = 32 * 1024 * 1024;

/**
 * Unpacks what other software packs when it saves a PDF again: cross-reference streams and object streams (ISO 32000-1 §7.5.7, §7.5.8), by
 * Flate or not at all, bounded in all. Our own forms have neither; they are read so that a record inside is judged and not lost.
 */
export class Packed {
  private left = MOST_UNPACKED;
  private readonly budget: Budget;
  private readonly streams = new Map<number, ObjectStream>();

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Adds what a cross-reference stream says; places that are already known are newer and stay. */
  table(dict: PdfDict, data: Uint8Array, places: Map<number, Place>): void {
    if (nameIn(dict, 'Type') !== 'XRef') throw new AttachmentError('malformed');
    const rows = this.unpacked(dict, data);
    const [kind = 0, second = 0, third = 0] = widths(dict.get('W'));
    const width = kind + second + third;
    const size = whole(dict.get('Size'));
    const ranges = dict.has('Index') ? numbers(dict.get('Index')) : [0, size];
    if (ranges.length % 2 !== 0) throw new AttachmentError('malformed');
    let at = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const [first = 0, count = 0] = ranges.slice(i, i + 2);
      if (first + count > MOST_OBJECTS) throw new AttachmentError('too-large');
      if (at + count * width > rows.length) throw new AttachmentError('truncated');
      for (let n = 0; n < count; n++, at += width) {
        if (places.has(first + n)) continue;
        const type = kind === 0 ? 1 : field(rows, at, kind);
        const [a, b] = [field(rows, at + kind, second), field(rows, at + kind + second, third)];
        // Of another type than these nobody knows anything: a reference to it is one to nothing (§7.5.8.3).
        places.set(
          first + n,
          type === 1 ? { offset: a, generation: b } : type === 2 ? { within: a, index: b } : null,
        );
      }
    }
    if (at !== rows.length) throw new AttachmentError('length-mismatch');
  }

  /** A reader that stands before an object within an object stream, which `open` brings once. */
  object(
    number: number,
    { within, index }: { readonly within: number; readonly index: number },
    open: () => { readonly dict: PdfDict; readonly data: Uint8Array },
  ): ObjectReader {
    const known = this.streams.get(within) ?? this.objectStream(open());
    this.streams.set(within, known);
    const place = known.places[index];
    // The number stands in the table and in the stream: where they differ two readers would read two files.
    if (place?.number !== number) throw new AttachmentError('malformed');
    return new ObjectReader(known.bytes, place.at, this.budget);
  }

  private objectStream({ dict, data }: { dict: PdfDict; data: Uint8Array }): ObjectStream {
    if (nameIn(dict, 'Type') !== 'ObjStm') throw new AttachmentError('malformed');
    const bytes = this.unpacked(dict, data);
    const [count, first] = [whole(dict.get('N')), whole(dict.get('First'))];
    if (count > MOST_OBJECTS) throw new AttachmentError('too-large');
    const places: { number: number; at: number }[] = [];
    const reader = new ObjectReader(bytes, 0, this.budget);
    for (let n = 0; n < count; n++) {
      this.budget.spend();
      places.push({ number: reader.unsigned(), at: first + reader.unsigned() });
    }
    if (reader.position > first) throw new AttachmentError('malformed');
    return { bytes, places };
  }

  private unpacked(dict: PdfDict, data: Uint8Array): Uint8Array {
    if (dict.has('F')) throw new AttachmentError('filter-unsupported');
    const filter = dict.get('Filter') ?? null;
    const only = Array.isArray(filter) && filter.length === 1 ? filter[0] : filter;
    const parms = dict.get('DecodeParms') ?? null;
    const how = Array.isArray(parms) && parms.length === 1 ? (parms[0] ?? null) : parms;
    if (only === null && how === null) return this.spent(data);
    if (!(only instanceof PdfName) || only.name !== 'FlateDecode' || (how !== null && !(how instanceof Map)))
      throw new AttachmentError('filter-unsupported');
    return unpredicted(this.spent(inflate(data, this.left)), how);
  }

  private spent(bytes: Uint8Array): Uint8Array {
    this.left -= bytes.length;
    if (this.left < 0) throw new AttachmentError('too-large');
    return bytes;
  }
}

interface ObjectStream {
  readonly bytes: Uint8Array;
  readonly places: readonly { readonly number: number; readonly at: number }[];
}

/** Undoes PNG's row filters (ISO 32000-1 §7.4.4.4, PNG §9.2), as tables have them: one octet a column. */
function unpredicted(bytes: Uint8Array, parms: PdfDict | null): Uint8Array {
  const predictor = parms?.get('Predictor') ?? 1;
  if (predictor === 1) return bytes;
  const [colors, bits] = [parms?.get('Colors') ?? 1, parms?.get('BitsPerComponent') ?? 8];
  const columns = whole(parms?.get('Columns') ?? 1);
  if (typeof predictor !== 'number' || predictor < 10 || colors !== 1 || bits !== 8 || columns < 1)
    throw new AttachmentError('filter-unsupported');
  const rows = bytes.length / (columns + 1);
  if (!Number.isInteger(rows)) throw new AttachmentError('length-mismatch');
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (columns + 1)] ?? 0;
    if (filter > 4) throw new AttachmentError('malformed');
    for (let n = 0; n < columns; n++) {
      const at = row * columns + n;
      const left = n === 0 ? 0 : (out[at - 1] ?? 0);
      const up = row === 0 ? 0 : (out[at - columns] ?? 0);
      const corner = n === 0 || row === 0 ? 0 : (out[at - columns - 1] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter] ?? 0;
      out[at] = (bytes[row * (columns + 1) + 1 + n] ?? 0) + guess;
    }
  }
  return out;
}

function nearest(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function nameIn(dict: PdfDict, key: string): string | null {
  const value = dict.get(key);
  return value instanceof PdfName ? value.name : null;
}

function whole(value: PdfValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new AttachmentError('malformed');
  return value;
}

function numbers(value: PdfValue | undefined): number[] {
  if (!Array.isArray(value) || value.length > MOST_OBJECTS) throw new AttachmentError('malformed');
  return value.map(whole);
}

/** Octets of a table's three fields; six hold any offset. */
function widths(value: PdfValue | undefined): number[] {
  const found = numbers(value);
  if (found.length !== 3 || found.some((width) => width > 6) || found[1] === 0)
    throw new AttachmentError('malformed');
  return found;
}

function field(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let n = 0; n < width; n++) value = value * 256 + (bytes[at + n] ?? 0);
  return value;
}

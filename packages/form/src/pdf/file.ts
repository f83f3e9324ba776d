import { AttachmentError } from './error.ts';
import { Budget, ObjectReader, type PdfDict, PdfRef, type PdfValue } from './objects.ts';
import { MOST_OBJECTS, Packed, type Place } from './packed.ts';

export const LARGEST_FILE = 10 * 1024 * 1024;
const MOST_REVISIONS = 32;
const MOST_VALUES = 400_000;

export interface PdfStream {
  readonly dict: PdfDict;
  /** As it stands in the file, still compressed. */
  readonly data: Uint8Array;
}

/**
 * A PDF with cross-reference tables (ISO 32000-1 §7.5.4) or streams (§7.5.8), incremental updates included; objects are read on demand. A
 * file that has a stream beside a table (§7.5.8.4) is refused: of one number old readers take one object, and new ones another.
 */
export class PdfFile {
  readonly trailer: PdfDict;
  private readonly bytes: Uint8Array;
  private readonly places: ReadonlyMap<number, Place>;
  private readonly budget = new Budget(MOST_VALUES);
  private readonly packed = new Packed(this.budget);

  /** Throws AttachmentError. */
  constructor(bytes: Uint8Array) {
    if (bytes.length > LARGEST_FILE) throw new AttachmentError('too-large');
    if (!/^%PDF-(?:1\.[0-7]|2\.0)[\r\n]/.test(ascii(bytes, 0, 9))) throw new AttachmentError('not-pdf');
    this.bytes = bytes;
    const places = new Map<number, Place>();
    const seen = new Set<number>();
    let newest: PdfDict | undefined;
    for (let at: number | null = startOfTable(bytes); at !== null; ) {
      if (seen.has(at)) throw new AttachmentError('cycle');
      if (seen.size >= MOST_REVISIONS) throw new AttachmentError('too-large');
      seen.add(at);
      const trailer = this.table(at, places);
      if (trailer.has('Encrypt')) throw new AttachmentError('encrypted');
      if (trailer.has('XRefStm')) throw new AttachmentError('object-stream');
      newest ??= trailer;
      const previous = trailer.get('Prev') ?? null;
      if (previous !== null && typeof previous !== 'number') throw new AttachmentError('malformed');
      at = previous;
    }
    if (newest === undefined) throw new AttachmentError('truncated');
    this.trailer = newest;
    this.places = places;
  }

  /** One section of the table; entries already known are newer and stay. Returns the trailer that follows. */
  private table(at: number, places: Map<number, Place>): PdfDict {
    const reader = new ObjectReader(this.bytes, at, this.budget);
    const word = reader.keyword();
    if (/^\d+$/.test(word)) return this.packedTable(at, places);
    if (word !== 'xref') throw new AttachmentError('malformed');
    for (;;) {
      reader.skipWhite();
      const before = reader.position;
      if (reader.keyword() === 'trailer') break;
      reader.position = before;
      const first = reader.unsigned();
      const count = reader.unsigned();
      reader.skipWhite();
      if (first + count > MOST_OBJECTS) throw new AttachmentError('too-large');
      const start = reader.position;
      if (start + count * 20 > this.bytes.length) throw new AttachmentError('truncated');
      for (let i = 0; i < count; i++) {
        const entry = /^(\d{10}) (\d{5}) ([nf])(?: \n| \r|\r\n)$/.exec(ascii(this.bytes, start + i * 20, 20));
        if (entry === null) throw new AttachmentError('malformed');
        if (places.has(first + i)) continue;
        const used = entry[3] === 'n' && { offset: Number(entry[1]), generation: Number(entry[2]) };
        places.set(first + i, used === false ? null : used);
      }
      reader.position = start + count * 20;
    }
    const trailer = reader.value();
    if (!(trailer instanceof Map)) throw new AttachmentError('malformed');
    return trailer;
  }

  private packedTable(at: number, places: Map<number, Place>): PdfDict {
    const reader = new ObjectReader(this.bytes, at, this.budget);
    const ref = new PdfRef(reader.unsigned(), reader.unsigned());
    reader.expect('obj');
    // What says where objects are cannot ask for one.
    const { dict, data } = this.streamAt(reader, ref, (length) => length ?? null);
    this.packed.table(dict, data, places);
    return dict;
  }

  private open(ref: PdfRef): ObjectReader | null {
    const entry = this.places.get(ref.number);
    if (entry === undefined || entry === null) return null;
    if ('within' in entry) {
      if (ref.generation !== 0) return null;
      const { within } = entry;
      const container = this.places.get(within);
      if (!container || 'within' in container) throw new AttachmentError('malformed');
      return this.packed.object(ref.number, entry, () =>
        this.stream(new PdfRef(within, container.generation)),
      );
    }
    if (entry.generation !== ref.generation) return null;
    const reader = new ObjectReader(this.bytes, entry.offset, this.budget);
    if (reader.unsigned() !== ref.number || reader.unsigned() !== ref.generation)
      throw new AttachmentError('malformed');
    reader.expect('obj');
    return reader;
  }

  /** Follows one reference; an object that is itself a reference is refused. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (!(value instanceof PdfRef)) return value ?? null;
    const inner = this.open(value)?.value() ?? null;
    if (inner instanceof PdfRef) throw new AttachmentError('cycle');
    return inner;
  }

  /** The dictionary that `value` is or refers to; null where there is none. */
  dict(value: PdfValue | undefined): PdfDict | null {
    const found = this.resolve(value);
    if (found === null) return null;
    if (!(found instanceof Map)) throw new AttachmentError('malformed');
    return found;
  }

  stream(ref: PdfRef): PdfStream {
    const reader = this.open(ref);
    // No stream is packed within another one (§7.5.7).
    if (reader === null || reader.bytes !== this.bytes) throw new AttachmentError('malformed');
    return this.streamAt(reader, ref, (length) => this.resolve(length));
  }

  private streamAt(
    reader: ObjectReader,
    ref: PdfRef,
    resolve: (length: PdfValue | undefined) => PdfValue,
  ): PdfStream {
    const dict = reader.value();
    if (!(dict instanceof Map)) throw new AttachmentError('malformed');
    reader.expect('stream');
    if (this.bytes[reader.position] === 0x0d) reader.position += 1;
    if (this.bytes[reader.position] !== 0x0a) throw new AttachmentError('malformed');
    const start = reader.position + 1;
    const declared = dict.get('Length');
    // A length that refers to the stream that has it could never be known.
    if (declared instanceof PdfRef && declared.number === ref.number) throw new AttachmentError('cycle');
    const length = resolve(declared);
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      throw new AttachmentError('malformed');
    if (start + length > this.bytes.length) throw new AttachmentError('length-mismatch');
    const tail = ascii(this.bytes, start + length, 11);
    if (!/^(?:\r\n|\n|\r)?endstream/.test(tail)) throw new AttachmentError('length-mismatch');
    return { dict, data: this.bytes.subarray(start, start + length) };
  }
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** The last `startxref`, after which nothing but `%%EOF` may stand (§7.5.5). */
function startOfTable(bytes: Uint8Array): number {
  const tail = ascii(bytes, Math.max(0, bytes.length - 1024), 1024);
  const found = /startxref[\r\n]+(\d{1,10})[\r\n]+%%EOF[\r\n]*$/.exec(tail);
  if (found === null) throw new AttachmentError('truncated');
  const at = Number(found[1]);
  if (at >= bytes.length) throw new AttachmentError('malformed');
  return at;
}

import { AttachmentError } from './error.ts';

/** Objects of ISO 32000-1 §7.3. Strings stay bytes; their meaning depends on where they stand. */
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict;
export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class PdfString {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
export class PdfRef {
  readonly number: number;
  readonly generation: number;
  constructor(number: number, generation: number) {
    this.number = number;
    this.generation = generation;
  }
}
export type PdfArray = readonly PdfValue[];
export type PdfDict = ReadonlyMap<string, PdfValue>;

const DEEPEST = 24;
const LONGEST_TOKEN = 4096;
const WHITE = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const DELIMITERS = new Set([...'()<>[]{}/%'].map((c) => c.charCodeAt(0)));

/** How many values one file may cost, whatever its objects say. */
export class Budget {
  private left: number;
  constructor(values: number) {
    this.left = values;
  }
  spend(): void {
    this.left -= 1;
    if (this.left < 0) throw new AttachmentError('too-large');
  }
}

/** Reads objects at a position of a file; throws AttachmentError `malformed` or `truncated`. */
export class ObjectReader {
  readonly bytes: Uint8Array;
  position: number;
  private readonly budget: Budget;

  constructor(bytes: Uint8Array, position: number, budget: Budget) {
    if (!Number.isSafeInteger(position) || position < 0 || position >= bytes.length) {
      throw new AttachmentError('malformed');
    }
    this.bytes = bytes;
    this.position = position;
    this.budget = budget;
  }

  private peek(ahead = 0): number {
    const byte = this.bytes[this.position + ahead];
    if (byte === undefined) throw new AttachmentError('truncated');
    return byte;
  }

  /** White space and comments (§7.2.3). */
  skipWhite(): void {
    for (let byte = this.bytes[this.position]; byte !== undefined; byte = this.bytes[this.position]) {
      if (WHITE.has(byte)) this.position += 1;
      else if (byte === 0x25) {
        while (this.position < this.bytes.length && this.peek() !== 0x0a && this.peek() !== 0x0d)
          this.position += 1;
      } else return;
    }
  }

  /** A run of regular characters: a number or a keyword. */
  private regular(): string {
    const start = this.position;
    while (this.position < this.bytes.length && !WHITE.has(this.peek()) && !DELIMITERS.has(this.peek())) {
      this.position += 1;
      if (this.position - start > LONGEST_TOKEN) throw new AttachmentError('malformed');
    }
    return String.fromCharCode(...this.bytes.subarray(start, this.position));
  }

  keyword(): string {
    this.skipWhite();
    return this.regular();
  }

  expect(word: string): void {
    if (this.keyword() !== word) throw new AttachmentError('malformed');
  }

  unsigned(): number {
    const word = this.keyword();
    const value = Number(word);
    if (!/^\d{1,15}$/.test(word) || !Number.isSafeInteger(value)) throw new AttachmentError('malformed');
    return value;
  }

  value(depth = 0): PdfValue {
    this.budget.spend();
    if (depth > DEEPEST) throw new AttachmentError('malformed');
    this.skipWhite();
    switch (this.peek()) {
      case 0x2f:
        return this.name();
      case 0x28:
        return this.literal();
      case 0x5b:
        return this.array(depth);
      case 0x3c:
        return this.peek(1) === 0x3c ? this.dict(depth) : this.hex();
      default:
        return this.word();
    }
  }

  private word(): PdfValue {
    const word = this.regular();
    if (word === 'null') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    if (!/^[+-]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})$/.test(word)) throw new AttachmentError('malformed');
    if (!/^\d+$/.test(word)) return Number(word);
    // `12 0 R` is a reference; anything else leaves the number alone.
    const after = this.position;
    this.skipWhite();
    const generation = this.regular();
    if (/^\d{1,5}$/.test(generation)) {
      this.skipWhite();
      if (this.regular() === 'R') return new PdfRef(Number(word), Number(generation));
    }
    this.position = after;
    return Number(word);
  }

  private name(): PdfName {
    this.position += 1;
    const raw = this.regular();
    if (/#(?![0-9A-Fa-f]{2})/.test(raw)) throw new AttachmentError('malformed');
    return new PdfName(
      raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    );
  }

  private literal(): PdfString {
    this.position += 1;
    const out: number[] = [];
    for (let nesting = 1; ; ) {
      const byte = this.peek();
      this.position += 1;
      if (byte === 0x5c) this.escape(out);
      else {
        if (byte === 0x28) nesting += 1;
        if (byte === 0x29) nesting -= 1;
        if (nesting === 0) return new PdfString(Uint8Array.from(out));
        out.push(byte);
      }
      if (out.length > 65_536) throw new AttachmentError('too-large');
    }
  }

  private escape(out: number[]): void {
    const byte = this.peek();
    this.position += 1;
    const plain: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, f: 12, '(': 40, ')': 41, '\\': 92 };
    const known = plain[String.fromCharCode(byte)];
    if (known !== undefined) out.push(known);
    else if (byte >= 0x30 && byte <= 0x37) {
      let code = byte - 0x30;
      for (let i = 0; i < 2 && this.peek() >= 0x30 && this.peek() <= 0x37; i++) {
        code = code * 8 + this.peek() - 0x30;
        this.position += 1;
      }
      out.push(code & 0xff);
    } else throw new AttachmentError('malformed');
  }

  private hex(): PdfString {
    this.position += 1;
    let digits = '';
    for (;;) {
      const byte = this.peek();
      this.position += 1;
      if (byte === 0x3e) break;
      if (WHITE.has(byte)) continue;
      digits += String.fromCharCode(byte);
      if (digits.length > 131_072) throw new AttachmentError('too-large');
    }
    if (!/^[0-9A-Fa-f]*$/.test(digits)) throw new AttachmentError('malformed');
    const pairs = (digits.length % 2 === 1 ? `${digits}0` : digits).match(/../g) ?? [];
    return new PdfString(Uint8Array.from(pairs, (pair) => parseInt(pair, 16)));
  }

  private array(depth: number): PdfArray {
    this.position += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipWhite();
      if (this.peek() === 0x5d) {
        this.position += 1;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  private dict(depth: number): PdfDict {
    this.position += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipWhite();
      if (this.peek() === 0x3e && this.peek(1) === 0x3e) {
        this.position += 2;
        return entries;
      }
      if (this.peek() !== 0x2f) throw new AttachmentError('malformed');
      const key = this.name().name;
      // A key given twice reads differently in different readers: refused.
      if (entries.has(key)) throw new AttachmentError('malformed');
      entries.set(key, this.value(depth + 1));
    }
  }
}

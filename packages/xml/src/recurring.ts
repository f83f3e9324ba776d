import { ScannedElement, type XmlElement } from './element.ts';
import type { Form, Recognised } from './form.ts';
import type { Octets } from './octets.ts';

/**
 * An element that was recognised by an earlier one of the same form: its tags are those of that one, and its texts are
 * too but for some. Who reads elements can keep what it made of one, say which texts that rests on, and take it again
 * where these are the same.
 */
export class Recurring {
  private readonly form: Form;
  private readonly found: Recognised;

  constructor(form: Form, found: Recognised) {
    this.form = form;
    this.found = found;
  }

  /**
   * What `maker` kept of an element of this form whose texts are those of this one, save the free ones: those it does not
   * rest on. Undefined if there is none.
   */
  recall<T>(maker: Maker<T>): T | undefined {
    for (const kept of (this.form.memory.get(maker) ?? []) as readonly Kept<T>[])
      if (this.isAsIn(kept)) return kept.value;
    return undefined;
  }

  /**
   * Keeps what was made of this element, which must hold nothing of its document.
   * @param free elements whose texts it does not rest on
   */
  keep<T>(maker: Maker<T>, value: T, free: readonly XmlElement[]): void {
    const { form, found } = this;
    const isFree = new Uint8Array(form.textsEnd - form.firstText);
    for (const element of free) {
      const of = this.formOf(element);
      isFree.fill(1, of.firstText - form.firstText, of.textsEnd - form.firstText);
    }
    const others = new Map<number, Octets>();
    let length = 0;
    for (let number = 0; number < isFree.length; number++) {
      if (isFree[number] === 1 || !this.differs(number)) continue;
      const other = found.octets.copy(this.textStart(number), this.textEnd(number));
      others.set(number, other);
      length += other.length;
    }
    if (length > LONGEST_KEPT) return;
    const before = form.memory.get(maker) ?? [];
    form.memory.set(maker, [{ value, free: isFree, others } satisfies Kept<T>, ...before].slice(0, KEPT));
  }

  /** The number of a leaf's text in elements of this form. */
  numberOf(leaf: XmlElement): number {
    const { firstText, textsEnd } = this.formOf(leaf);
    if (textsEnd !== firstText + 1) throw new TypeError('element has no text of its own');
    return firstText - this.form.firstText;
  }

  /** Byte offset of the text of that number, and of what follows it. */
  textStart(number: number): number {
    const n = this.form.firstText + number;
    return (this.form.sample.textStart[n] as number) + this.found.shift(n);
  }

  textEnd(number: number): number {
    const n = this.form.firstText + number;
    return (this.form.sample.textEnd[n] as number) + this.found.shift(n + 1);
  }

  /** The text of that number as it is written, references as such. */
  written(number: number): string {
    const before = this.form.sample.texts[this.form.firstText + number];
    if (before !== undefined && !this.differs(number) && !before.includes('&')) return before;
    return this.found.textOf(this.textStart(number), this.textEnd(number));
  }

  private differs(number: number): boolean {
    const n = this.form.firstText + number;
    return this.found.differences(n, n + 1) > 0;
  }

  private isAsIn({ free, others }: Kept<unknown>): boolean {
    const { firstText, textsEnd } = this.form;
    let left = this.found.differences(firstText, textsEnd);
    let same = 0;
    for (let number = 0; left > 0; number++) {
      if (!this.differs(number)) continue;
      left--;
      if (free[number] === 1) continue;
      const other = others.get(number);
      if (other === undefined || !this.isText(number, other)) return false;
      same++;
    }
    return same === others.size;
  }

  private isText(number: number, other: Octets): boolean {
    const start = this.textStart(number);
    return (
      this.textEnd(number) - start === other.length && this.found.octets.hold(start, other, 0, other.length)
    );
  }

  private formOf(element: XmlElement): Form {
    const own = element instanceof ScannedElement && element.found === this.found ? element.form : null;
    if (own === null || own.start < this.form.start || own.end > this.form.end)
      throw new TypeError('element is not within');
    return own;
  }
}

/** Under whom something is kept: a constant of whoever keeps it. */
export class Maker<T> {
  declare private readonly makes: T;
}

interface Kept<T> {
  readonly value: T;
  /** By the number of a text: 1 for those that may be any. */
  readonly free: Uint8Array;
  /** Texts that were not the sample's. */
  readonly others: ReadonlyMap<number, Octets>;
}

/** For one maker and form, as for the teachers of as many classes; and octets of texts of one of them. */
const KEPT = 8;
const LONGEST_KEPT = 16_384;

/** The element as one that came before, null if it is not known as such. */
export function recurring(element: XmlElement): Recurring | null {
  if (!(element instanceof ScannedElement) || element.form === null || element.found === null) return null;
  return new Recurring(element.form, element.found);
}

import { ScannedElement, type XmlElement } from './element.ts';
import type { Form, Recognised } from './form.ts';

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
   * What `maker` kept of elements of this form, if all texts that differ from the sample's here are free: those it does
   * not rest on. Else undefined.
   */
  recall<T>(maker: Maker<T>): T | undefined {
    const kept = this.form.memory.get(maker) as Kept<T> | undefined;
    if (kept === undefined) return undefined;
    const { sample } = this.form;
    if (!this.differsInFreeOnly(kept.free)) {
      sample.misses++;
      return undefined;
    }
    if (sample.misses > 0) sample.misses--;
    return kept.value;
  }

  /**
   * Keeps what was made of this element, which must hold nothing of its document.
   * @param free elements whose texts it does not rest on
   */
  keep<T>(maker: Maker<T>, value: T, free: readonly XmlElement[]): void {
    const { form } = this;
    const isFree = new Uint8Array(form.textsEnd - form.firstText);
    for (const element of free) {
      const of = this.formOf(element);
      isFree.fill(1, of.firstText - form.firstText, of.textsEnd - form.firstText);
    }
    if (this.differsInFreeOnly(isFree)) form.memory.set(maker, { value, free: isFree } satisfies Kept<T>);
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
    const n = this.form.firstText + number;
    if (this.found.differences(n, n + 1) === 0 && !this.form.sample.texts[n]?.includes('&'))
      return this.form.sample.texts[n] as string;
    return this.found.textOf(this.textStart(number), this.textEnd(number));
  }

  private differsInFreeOnly(free: Uint8Array): boolean {
    const { firstText, textsEnd } = this.form;
    let left = this.found.differences(firstText, textsEnd);
    for (let n = firstText; left > 0 && n < textsEnd; n++) {
      if (this.found.differences(n, n + 1) === 0) continue;
      if (free[n - firstText] !== 1) return false;
      left--;
    }
    return true;
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
  /** By text: 1 for those that may differ. */
  readonly free: Uint8Array;
}

/** The element as one that came before, null if it is not known as such. */
export function recurring(element: XmlElement): Recurring | null {
  if (!(element instanceof ScannedElement) || element.form === null || element.found === null) return null;
  return new Recurring(element.form, element.found);
}

import type { Name } from './known-tags.ts';
import type { Octets } from './octets.ts';

/** A document that was found good, kept to recognise others by: its octets, of which nobody else has a view, and its texts. */
export interface Sample {
  readonly octets: Octets;
  /** Where each text of a leaf begins and ends; nothing else of the document is text. */
  readonly textStart: Int32Array;
  readonly textEnd: Int32Array;
  readonly texts: readonly string[];
  /** The number of each Id, in their order. */
  readonly ids: ReadonlyMap<string, number>;
}

/** What of an element does not depend on where it stands. */
export interface FormOfElement {
  readonly name: Name;
  readonly namespace: string;
  readonly defaultNamespace: string;
  readonly declarations: ReadonlyMap<string, string> | null;
  /** From the `<` to the end of its declarations. */
  readonly declarationsLength: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** Default namespace in scope before its tag. */
  readonly inherited: string;
}

/**
 * One element of a sample. Another element has its form if it differs from it in the texts of leaves only, so that what its
 * tags are and where they stand in each other was judged already. `start` and so on are offsets into the sample; texts and
 * Ids are counted through the sample, and those of an element lie between two numbers.
 */
export interface Form extends FormOfElement {
  readonly sample: Sample;
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  readonly children: readonly Form[];
  /** Levels of elements in it, itself counted. */
  readonly height: number;
  /** Elements in it, itself counted. */
  readonly elements: number;
  readonly firstText: number;
  readonly textsEnd: number;
  readonly firstId: number;
  readonly idsEnd: number;
  /** What was made of elements of this form, by who made it, the newest first. */
  readonly memory: Map<object, readonly unknown[]>;
}

/** True for a leaf with text, which then is that of the number `firstText`. */
export const isText = ({ children, firstText, textsEnd }: Form): boolean =>
  children.length === 0 && firstText < textsEnd;

/** An element of a known form: where its texts stand, and which of them are others than the sample's. */
export class Recognised {
  readonly sample: Sample;
  /** The document it stands in. */
  readonly octets: Octets;
  readonly textOf: (start: number, end: number) => string;
  private readonly first: number;
  /** By how much what stands behind the nth text is further on than in the sample; at 0, what stands before all. */
  private readonly shifts: Int32Array;
  /** How many of the texts before the nth differ. */
  private readonly differing: Int32Array;
  /** Numbers of those with a reference, among those that differ. */
  private readonly escaped: number[] = [];

  constructor(form: Form, start: number, octets: Octets, textOf: (start: number, end: number) => string) {
    const texts = form.textsEnd - form.firstText;
    this.sample = form.sample;
    this.octets = octets;
    this.textOf = textOf;
    this.first = form.firstText;
    this.shifts = new Int32Array(texts + 1);
    this.differing = new Int32Array(texts + 1);
    this.shifts[0] = start - form.start;
  }

  /** The nth text, after all before it, is the sample's. */
  same(n: number): void {
    const i = n - this.first;
    this.shifts[i + 1] = this.shifts[i] as number;
    this.differing[i + 1] = this.differing[i] as number;
  }

  /** The nth text, after all before it, is another, and ends at `end`. */
  differs(n: number, end: number, escaped: boolean): void {
    const i = n - this.first;
    this.shifts[i + 1] = end - (this.sample.textEnd[n] as number);
    this.differing[i + 1] = (this.differing[i] as number) + 1;
    if (escaped) this.escaped.push(n);
  }

  /** How much further on than in the sample that stands which has `n` texts of the sample before it. */
  shift(n: number): number {
    return this.shifts[n - this.first] as number;
  }

  /** How many of the texts from one number to another differ from the sample's. */
  differences(from: number, to: number): number {
    return (this.differing[to - this.first] as number) - (this.differing[from - this.first] as number);
  }

  isEscaped(n: number): boolean {
    return this.escaped.length > 0 && this.escaped.includes(n);
  }
}

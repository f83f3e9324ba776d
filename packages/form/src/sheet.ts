/** One document to typeset: its main file under `typst/`, the data it lays out and the files it may read or embed. */
export interface Sheet {
  main: string;
  /** One that Typst 0.13 knows: `a-3b` where files travel inside, `a-2b` else (ISO 19005-3, -2; level B only). */
  standard: 'a-2b' | 'a-3b';
  /** Plain data; the main file finds it as `/input.json`. */
  data: object;
  /** Bytes by their path as the data names it. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Roughly how many pages: native memory is swept after so many. */
  pages: number;
}

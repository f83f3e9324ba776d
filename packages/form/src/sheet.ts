/** One document to typeset: its main file under `typst/`, the data it lays out and the files it may read or embed. */
export interface Sheet {
  main: string;
  /** Tagged for readers' devices (level A): `a-3a` where files travel inside, `a-2a` else (ISO 19005-3, -2). */
  standard: 'a-2a' | 'a-3a';
  /** Plain data; the main file finds it as `/input.json`. */
  data: object;
  /** Bytes by their path as the data names it. */
  files: ReadonlyMap<string, Uint8Array>;
  /** How many pages are reckoned: native memory is swept after so many. */
  pages: number;
  /** Only to be read by people: all but streams is packed, which our signatures' reader refuses. */
  packed?: boolean;
  /** What to try instead when more pages came out, such as the same with smaller letters; null where it may be as long as it is. */
  longer(): Sheet | null;
}

import { PadesError } from './error.ts';
import { find, latin1 } from './octets.ts';

/** Object numbers from `first` on, whose entries of 20 bytes begin at `at`. */
interface Section {
  readonly first: number;
  readonly count: number;
  readonly at: number;
}

/** A revision (ISO 32000-1 §7.5.6): the typesetter's own first, then one for each incremental update. */
export interface Revision {
  /** Where its bytes begin and end in the file. */
  readonly start: number;
  readonly end: number;
  /** Offset of its cross-reference table. */
  readonly table: number;
  readonly sections: readonly Section[];
  /** One more than the highest object number. */
  readonly size: number;
  readonly root: number;
  readonly info: number | null;
  /** The first file identifier, as it is written. */
  readonly id: string;
}

/** A PDF up to the end of one of its revisions. */
export interface PdfSource {
  readonly bytes: Uint8Array;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
  readonly last: Revision;
}

const MOST_REVISIONS = 64;
const MOST_OBJECTS = 200_000;
const TRAILER =
  /^trailer\n<<\n {2}\/Size (\d{1,7})\n {2}\/Root (\d{1,7}) 0 R\n(?: {2}\/Info (\d{1,7}) 0 R\n)? {2}\/ID \[(\([^()\\]*\)) \([^()\\]*\)\](?:\n {2}\/Prev (\d{1,10}))?\n>>\nstartxref\n(\d{1,10})\n%%EOF/;

/**
 * Reads a file's revisions from its end backwards. Classic cross-reference tables in the typesetter's layout alone; each
 * revision begins where the one before it ends, and nothing stands behind the last. Throws PadesError `not-our-layout`.
 */
export function openPdf(bytes: Uint8Array): PdfSource {
  const tail = latin1(bytes, Math.max(0, bytes.length - 40));
  const found = /startxref\n(\d{1,10})\n%%EOF$/.exec(tail);
  const backwards: (Omit<Revision, 'start'> & { previous: number | null })[] = [];
  for (let at: number | null = found === null ? 0 : Number(found[1]); at !== null; ) {
    const revision = readRevision(bytes, at);
    const newer = backwards.at(-1);
    if (newer !== undefined && revision.table >= newer.table) throw new PadesError('not-our-layout');
    if (backwards.length >= MOST_REVISIONS) throw new PadesError('not-our-layout');
    backwards.push(revision);
    at = revision.previous;
  }
  const revisions = backwards
    .reverse()
    .map(({ previous: _, ...revision }, n, all) => ({ ...revision, start: all[n - 1]?.end ?? 0 }));
  const last = revisions.at(-1);
  if (last === undefined || last.end !== bytes.length) throw new PadesError('not-our-layout');
  for (const { start, table } of revisions) if (table < start) throw new PadesError('not-our-layout');
  return { bytes, revisions, last };
}

/** The file as it was when its revision `n` was the last. */
export function upTo(source: PdfSource, n: number): PdfSource {
  const revisions = source.revisions.slice(0, n + 1);
  const last = revisions.at(-1);
  if (last === undefined) throw new PadesError('not-our-layout');
  return { bytes: source.bytes.subarray(0, last.end), revisions, last };
}

function readRevision(bytes: Uint8Array, table: number) {
  if (latin1(bytes, table, table + 5) !== 'xref\n') throw new PadesError('not-our-layout');
  const sections: Section[] = [];
  let at = table + 5;
  for (;;) {
    const head = /^(\d{1,7}) (\d{1,7})\n/.exec(latin1(bytes, at, at + 20));
    if (head === null) break;
    const [first, count] = [Number(head[1]), Number(head[2])];
    at += head[0].length;
    if (count === 0 || first + count > MOST_OBJECTS || at + count * 20 > bytes.length)
      throw new PadesError('not-our-layout');
    sections.push({ first, count, at });
    at += count * 20;
  }
  const trailer = TRAILER.exec(latin1(bytes, at, at + 400));
  if (trailer === null || sections.length === 0) throw new PadesError('not-our-layout');
  const [whole, size, root, info, id = '', previous, start] = trailer;
  if (Number(start) !== table) throw new PadesError('not-our-layout');
  return {
    end: at + whole.length,
    table,
    sections,
    size: Number(size),
    root: Number(root),
    info: info === undefined ? null : Number(info),
    id,
    previous: previous === undefined ? null : Number(previous),
  };
}

/** One entry of a table: the object's offset, or null for a free one. Throws PadesError for one that is malformed. */
export function entryAt(bytes: Uint8Array, at: number): number | null {
  const entry = /^(\d{10}) (\d{5}) ([nf])\r\n$/.exec(latin1(bytes, at, at + 20));
  if (entry === null) throw new PadesError('not-our-layout');
  if (entry[3] === 'f') return null;
  if (entry[2] !== '00000') throw new PadesError('not-our-layout');
  return Number(entry[1]);
}

/** The newest form of an object that is no stream, without `obj` and `endobj`. Throws PadesError if it is not there. */
export function objectText({ bytes, revisions }: PdfSource, number: number): string {
  for (const { sections } of revisions.toReversed()) {
    const section = sections.find(({ first, count }) => number >= first && number < first + count);
    if (section === undefined) continue;
    const offset = entryAt(bytes, section.at + (number - section.first) * 20);
    const head = `${number} 0 obj\n`;
    if (offset === null || latin1(bytes, offset, offset + head.length) !== head) break;
    const end = find(bytes, '\nendobj\n', offset);
    if (end < 0) break;
    return latin1(bytes, offset + head.length, end);
  }
  throw new PadesError('not-our-layout');
}

/** The number behind a key of a dictionary in the typesetter's layout, where it refers to an object; null if absent. */
export function referenceOf(dictionary: string, key: string): number | null {
  const found = new RegExp(`\\n  /${key} (\\d{1,7}) 0 R\\n`).exec(dictionary);
  return found === null ? null : Number(found[1]);
}

/** Object numbers of an array of references behind a key; null if the key is absent. */
export function referencesOf(dictionary: string, key: string): number[] | null {
  const found = new RegExp(`\\n  /${key} \\[((?:\\d{1,7} 0 R ?)*)\\]\\n`).exec(dictionary);
  return found === null ? null : [...(found[1] ?? '').matchAll(/(\d+) 0 R/g)].map(([, n]) => Number(n));
}

/** The dictionary with a line added before its end, or with the array behind `key` made longer. */
export function withReferences(dictionary: string, key: string, added: readonly number[]): string {
  const refs = added.map((n) => `${n} 0 R`).join(' ');
  const there = referencesOf(dictionary, key);
  if (there === null) return withLine(dictionary, `/${key} [${refs}]`);
  return dictionary.replace(
    new RegExp(`(\\n  /${key} \\[)((?:\\d{1,7} 0 R ?)*)\\]\\n`),
    (_, head, old) => `${head}${old === '' ? '' : `${old} `}${refs}]\n`,
  );
}

export function withLine(dictionary: string, line: string): string {
  if (!dictionary.startsWith('<<\n') || !dictionary.endsWith('\n>>')) throw new PadesError('not-our-layout');
  return `${dictionary.slice(0, -3)}\n  ${line}\n>>`;
}

/** Object numbers of the pages in their order. */
export function pagesOf(source: PdfSource): number[] {
  const top = referenceOf(objectText(source, source.last.root), 'Pages');
  const pages: number[] = [];
  const walk = (number: number, depth: number): void => {
    const kids = referencesOf(objectText(source, number), 'Kids');
    if (kids === null) pages.push(number);
    else if (depth > 8 || pages.length > MOST_OBJECTS) throw new PadesError('not-our-layout');
    else for (const kid of kids) walk(kid, depth + 1);
  };
  if (top === null) throw new PadesError('not-our-layout');
  walk(top, 0);
  return pages;
}

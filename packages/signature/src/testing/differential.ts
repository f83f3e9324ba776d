import { CanonicalXmlError, canonicalElement, encodeUtf8, scanCanonical, type XmlElement } from '@hocba/xml';
import { ParseOption, XmlC14NMode, XmlDocument, XmlError } from 'libxml2-wasm';
import { acceptedGenerally, acceptsStrictly } from './attacks/judge.ts';
import type { AttackRecord } from './attacks/record.ts';

/**
 * Two implementations judge each other on mutants of a signed record: our scanner and libxml2 on the form, our own path
 * and the general one on the signatures. They may differ in one way only: ours refuses more.
 */
export interface Differential {
  readonly files: number;
  /** Mutants that the scanner took for canonical. */
  readonly canonical: number;
  /** Mutants that our own path, and that the general one took for the signed record. */
  readonly valid: { readonly strict: number; readonly general: number };
  readonly disagreements: readonly string[];
}

const FRAGMENTS = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  '=',
  ' ',
  '\n',
  '\r',
  'a',
  '9',
  '\u0000',
  '\u0301',
  '\uFFFE',
  '😀',
  '<a>',
  '</a>',
  '<a/>',
  '&amp;',
  '&#13;',
  '&x;',
  '<!---->',
  '<?a?>',
  '<![CDATA[]]>',
  '<!DOCTYPE a>',
  ' Id="data"',
  ' ID="data"',
  ' xmlns="urn:a"',
  ' xmlns:a="urn:a"',
  ' xml:lang="vi"',
];

/** xorshift32: the same mutants for the same seed, everywhere. */
export function generator(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One to three edits: a byte changed, a piece cut out, copied, or put in. */
export function mutant(xml: Uint8Array, next: (below: number) => number): Uint8Array {
  let bytes = xml;
  for (let edits = 1 + next(3); edits > 0; edits--) {
    const at = next(bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const length = 1 + next(40);
    switch (next(5)) {
      case 0:
        bytes = Uint8Array.of(...before, next(256), ...after.subarray(1));
        break;
      case 1:
        bytes = Uint8Array.of(...before, ...after.subarray(length));
        break;
      case 2:
        bytes = Uint8Array.of(...before, ...after.subarray(0, length), ...after);
        break;
      case 3: {
        const from = next(bytes.length);
        bytes = Uint8Array.of(...before, ...bytes.subarray(from, from + length), ...after);
        break;
      }
      default:
        bytes = Uint8Array.of(...before, ...encodeUtf8(FRAGMENTS[next(FRAGMENTS.length)] ?? ''), ...after);
    }
  }
  return bytes;
}

/** Judges `files` mutants of a record, every `general`th of them by the general path as well. */
export async function differential(
  record: AttackRecord,
  files: number,
  seed: number,
  general = 1,
): Promise<Differential> {
  const original = encodeUtf8(record.xml);
  const signed = await acceptedGenerally(record, original);
  const next = generator(seed);
  const valid = { strict: 0, general: 0 };
  const disagreements: string[] = [];
  let canonical = 0;
  for (let n = 0; n < files; n++) {
    const bytes = mutant(original, next);
    const say = (what: string) => disagreements.push(`seed ${seed}, file ${n}: ${what}`);
    const scanned = scan(bytes);
    if (scanned !== null) {
      canonical++;
      const other = byLibxml2(bytes, scanned);
      if (other !== null) say(other);
    }
    const strict = scanned !== null && (await acceptsStrictly(record, bytes));
    if (strict) valid.strict++;
    const same = Buffer.from(bytes).equals(Buffer.from(original));
    if (strict !== same) say(strict ? 'a change that our own path did not see' : 'the record itself refused');
    if (!strict && n % general !== 0) continue;
    const octets = await acceptedGenerally(record, bytes);
    if (octets === null) {
      if (strict) say('valid by our own path, not by the general one');
      continue;
    }
    valid.general++;
    for (const [place, own] of signed ?? [])
      if (!Buffer.from(own).equals(octets.get(place) ?? Buffer.alloc(0))) say(`other octets for ${place}`);
  }
  return { files, canonical, valid, disagreements };
}

function scan(bytes: Uint8Array): { root: XmlElement; parts: Uint8Array[] } | null {
  try {
    const doc = scanCanonical(bytes);
    const list: Uint8Array[] = [];
    // Some elements of each file, at every depth.
    let at: XmlElement | undefined = doc.root;
    while (at !== undefined) {
      list.push(canonicalElement(doc, at));
      at = at.children[at.children.length >> 1];
    }
    return { root: doc.root, parts: list };
  } catch (error) {
    if (error instanceof CanonicalXmlError) return null;
    throw error;
  }
}

const MODE = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 } as const;

/** What libxml2 says otherwise of a file that the scanner took for canonical; null if nothing. */
function byLibxml2(bytes: Uint8Array, { root, parts }: NonNullable<ReturnType<typeof scan>>): string | null {
  let doc: XmlDocument;
  try {
    doc = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NO_XXE });
  } catch (error) {
    if (error instanceof XmlError) return 'canonical for the scanner, not well-formed for libxml2';
    throw error;
  }
  try {
    if (!Buffer.from(doc.canonicalizeToString(MODE)).equals(Buffer.from(bytes)))
      return 'not its own canonical form';
    let mine: XmlElement | undefined = root;
    let theirs = doc.root;
    for (const part of parts) {
      const text = doc.canonicalizeToString({ ...MODE, nodeSet: new Set([theirs]) });
      if (!Buffer.from(text).equals(Buffer.from(part))) return `other canonical octets of ${mine?.name}`;
      const index: number = (mine?.children.length ?? 0) >> 1;
      mine = mine?.children[index];
      if (mine === undefined) break;
      let child = theirs.firstChild;
      for (let n = 0; n < index && child !== null; n++) child = child.next;
      if (child === null) return 'other children';
      theirs = child as typeof theirs;
    }
    return null;
  } finally {
    doc.dispose();
  }
}

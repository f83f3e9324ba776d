import { latin1 } from '../../pades/octets.ts';
import { Carried } from '../carried.ts';
import { type Stream, streamsOf } from './streams.ts';

/** What a file's validation data are, and where in it each answer stands. */
export interface FileStore {
  readonly carried: Carried;
  /** Where the stream ends that an answer was read from: what covers no more than its beginning does not cover it. */
  readonly endOf: (answer: Uint8Array) => number | undefined;
}

/** What describes content of another kind. */
const OTHER_KIND =
  /\/(?:Type|Subtype|DecodeParms|Length1|N|BBox|Resources|FunctionType|Params)(?![A-Za-z0-9])/;
const FLATE = /\/Filter\s*(?:\[\s*)?\/(?:FlateDecode|Fl)\s*(?:\]|\/|$)/;
/** Of a file's streams the last ones: a store comes with or behind the signatures. */
const MOST_STREAMS = 1_024;
/** Of all that is unpacked, whatever it turns out to be. */
const MOST_OCTETS = 20_000_000;

/**
 * Certificates, OCSP answers and CRLs of a document security store, in DSS and VRI (EN 319 142-1 §5.4.2), which are streams
 * of plain DER. They are taken from wherever they lie: what makes one believed is its issuer's signature, so no
 * cross-reference table has to be believed for it. In an encrypted file there are none.
 */
export async function storeOf(pdf: Uint8Array): Promise<FileStore> {
  const carried = new Carried();
  const ends = new Map<Uint8Array, number>();
  const text = latin1(pdf);
  const room = { left: MOST_OCTETS };
  for (const stream of streamsOf(text).slice(-MOST_STREAMS)) {
    const { start, end } = stream;
    const dictionary = dictionaryOf(text, stream);
    if (OTHER_KIND.test(dictionary)) continue;
    const raw = pdf.subarray(start, end);
    const der = /\/Filter/.test(dictionary)
      ? FLATE.test(dictionary)
        ? await unpacked(raw, room)
        : null
      : wholeDer(raw);
    if (der !== null && carried.take(der) !== null) ends.set(der, end);
  }
  return { carried, endOf: (answer) => ends.get(answer) };
}

function dictionaryOf(text: string, { dictionaryEnd }: Stream): string {
  const before = text.slice(Math.max(0, dictionaryEnd - 2_000), dictionaryEnd);
  return before.slice(Math.max(0, before.lastIndexOf(' obj')));
}

/** Octets of the DER value that begins here, by its head; null for what begins otherwise. */
function lengthOfDer(head: Uint8Array): number | null {
  const [tag, first = 0] = head;
  const octets = first - 0x80;
  if (tag !== 0x30 || octets < 1 || octets > 4 || head.length < 2 + octets) return null;
  let length = 0;
  for (let n = 0; n < octets; n++) length = length * 256 + (head[2 + n] ?? 0);
  return 2 + octets + length;
}

/** Where a length is somewhere else in the file, the line's end stands behind the value. */
function wholeDer(raw: Uint8Array): Uint8Array | null {
  const length = lengthOfDer(raw);
  if (length === null || length > raw.length || length + 2 < raw.length) return null;
  return raw.subarray(length).every((octet) => octet === 0x0a || octet === 0x0d)
    ? raw.subarray(0, length)
    : null;
}

/** Unpacks only what begins as DER, and no more of it than that says. */
async function unpacked(raw: Uint8Array, room: { left: number }): Promise<Uint8Array | null> {
  const reader = new Blob([Uint8Array.from(raw)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  let all: Uint8Array | null = null;
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return null;
      if (all === null) {
        const length = lengthOfDer(value);
        if (length === null || length > room.left) return null;
        room.left -= length;
        all = new Uint8Array(length);
      }
      if (at + value.length > all.length) return null;
      all.set(value, at);
      at += value.length;
      if (at === all.length) return all;
    }
  } catch {
    // No Flate data, or cut short.
    return null;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

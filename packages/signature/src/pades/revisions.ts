import { sameBytes } from '../bytes.ts';
import type { ValidationData } from '../properties/unsigned-properties.ts';
import { appendStore, STORES } from './dss.ts';
import { PadesError } from './error.ts';
import { appendField, type FieldPlan, pdfDate, type SignedRange, UNSEEN } from './field.ts';
import { find, latin1 } from './octets.ts';
import { openPdf, type PdfSource, pagesOf, referencesOf, upTo } from './source.ts';

/** An update as it was read back, each of them to the byte what this writer makes of what is named here. */
export type ReadUpdate =
  | {
      readonly kind: 'signature' | 'timestamp';
      readonly plan: FieldPlan;
      readonly range: SignedRange;
      /** DER of the CMS or the token. */
      readonly value: Uint8Array;
      /** The file up to the end of this revision. */
      readonly pdf: Uint8Array;
    }
  | { readonly kind: 'store'; readonly data: ValidationData };

const FIELD =
  /^\n(\d+) 0 obj\n<<\n {2}\/Type \/(Sig|DocTimeStamp)\n {2}\/Filter \/Adobe\.PPKLite\n {2}\/SubFilter \/[A-Za-z0-9.]+\n(?: {2}\/M \(D:(\d{14})\+07'00'\)\n)? {2}\/ByteRange \[[^\]]{34}\]\n {2}\/Contents </;

/**
 * Reads back what stands behind a file's first revision. Every update is written anew from what was read and must
 * come out the same: whatever else somebody put there, changed objects, others' fields, looser spellings, overlapping
 * ranges, junk, is no update of ours. Throws PadesError `not-our-layout`.
 */
export function readUpdates(source: PdfSource): ReadUpdate[] {
  return source.revisions.slice(1).map((_, n) => {
    const before = upTo(source, n);
    const after = upTo(source, n + 1);
    const head = latin1(after.bytes, before.bytes.length, before.bytes.length + 400);
    const field = FIELD.exec(head);
    return field === null ? readStore(before, after) : readField(before, after, field);
  });
}

function readField(before: PdfSource, { bytes }: PdfSource, found: RegExpExecArray): ReadUpdate {
  const [head, , type, time] = found;
  const valueStart = before.bytes.length + head.length - 1;
  const close = bytes.indexOf(0x3e, valueStart);
  const valueEnd = close + 1;
  const room = (valueEnd - valueStart - 2) / 2;
  if (close < 0 || !Number.isInteger(room)) throw new PadesError('not-our-layout');
  const widget = latin1(bytes, valueEnd, valueEnd + 1_000);
  const page = /\n {2}\/P (\d{1,7}) 0 R\n/.exec(widget)?.[1];
  const rect = /\n {2}\/Rect \[([-0-9. ]{7,60})\]\n/.exec(widget)?.[1];
  const kind = type === 'Sig' ? 'signature' : 'timestamp';
  if (page === undefined || rect === undefined || !pagesOf(before).includes(Number(page)))
    throw new PadesError('not-our-layout');
  const plan: FieldPlan = {
    kind,
    page: Number(page),
    rect,
    look: lookAt(bytes, valueEnd),
    time: kind === 'signature' && time !== undefined ? instantOf(time) : null,
    room,
  };
  if ((kind === 'signature') !== (time !== undefined)) throw new PadesError('not-our-layout');
  // Whoever holds the file may have it dated: what dates it shows nothing.
  if (kind === 'timestamp' && (rect !== UNSEEN || plan.look.length > 0))
    throw new PadesError('not-our-layout');
  const value = derFrom(bytes, valueStart + 1, valueEnd - 1);
  const again = appendField(before, plan);
  const { range, pdf } = again;
  const same =
    range.valueStart === valueStart &&
    range.valueEnd === valueEnd &&
    pdf.length === bytes.length &&
    sameBytes(pdf.subarray(0, valueStart), bytes.subarray(0, valueStart)) &&
    sameBytes(pdf.subarray(valueEnd), bytes.subarray(valueEnd));
  if (!same) throw new PadesError('not-our-layout');
  return { kind, plan, range, value, pdf: bytes };
}

/** The first stream behind the value: the appearance. */
function lookAt(bytes: Uint8Array, from: number): Uint8Array {
  const at = find(bytes, '\nstream\n', from);
  const length = /\n {2}\/Length (\d{1,7})\n>>$/.exec(
    latin1(bytes, Math.max(from, at - 40), Math.max(at, 0)),
  )?.[1];
  if (at < 0 || length === undefined) throw new PadesError('not-our-layout');
  return bytes.subarray(at + 8, at + 8 + Number(length));
}

function instantOf(digits: string): Date {
  const [year, month, day, hour, minute, second] = [
    digits.slice(0, 4),
    ...(digits.slice(4).match(/../g) ?? []),
  ];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+07:00`);
  if (Number.isNaN(time.getTime()) || pdfDate(time) !== `D:${digits}+07'00'`)
    throw new PadesError('not-our-layout');
  return time;
}

/** Lower-case hexadecimal of one DER value, and zeros up to the end: no room for anything else (§12.8.1). */
function derFrom(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const hex = latin1(bytes, from, to);
  if (!/^[0-9a-f]*$/.test(hex)) throw new PadesError('not-our-layout');
  const octet = (n: number): number => Number.parseInt(hex.slice(2 * n, 2 * n + 2), 16);
  const lengths = octet(1) - 0x80;
  if (octet(0) !== 0x30 || !(lengths >= 1 && lengths <= 3)) throw new PadesError('not-our-layout');
  let length = 0;
  for (let n = 0; n < lengths; n++) length = length * 256 + octet(2 + n);
  const end = 2 + lengths + length;
  if (2 * end > hex.length || !/^0*$/.test(hex.slice(2 * end))) throw new PadesError('not-our-layout');
  return Uint8Array.from({ length: end }, (_, n) => octet(n));
}

function readStore(before: PdfSource, after: PdfSource): ReadUpdate {
  const { bytes } = after;
  const streams = new Map<number, Uint8Array>();
  let at = before.bytes.length + 1;
  for (;;) {
    const head = /^(\d{1,7}) 0 obj\n<<\n {2}\/Length (\d{1,8})\n>>\nstream\n/.exec(
      latin1(bytes, at, at + 60),
    );
    if (head === null) break;
    const start = at + head[0].length;
    const end = start + Number(head[2]);
    if (streams.size > 256) throw new PadesError('not-our-layout');
    streams.set(Number(head[1]), bytes.subarray(start, end));
    at = end + '\nendstream\nendobj\n\n'.length;
  }
  const store = latin1(bytes, at, find(bytes, '\nendobj\n', at));
  const of = (key: string): Uint8Array[] =>
    (referencesOf(store, key) ?? []).flatMap((number) => {
      const found = streams.get(number);
      return found === undefined ? [] : [found];
    });
  const [certificates = [], ocsp = [], crls = []] = STORES.map(([key]) => of(key));
  const data = { certificates, ocsp, crls };
  if (streams.size === 0 || !sameBytes(appendStore(before, data), bytes))
    throw new PadesError('not-our-layout');
  return { kind: 'store', data };
}

/**
 * The file as it was before anything was signed, with how many updates stand behind it. Null for what is not laid out as
 * our files are, or has something else behind it.
 */
export function unsignedPart(
  pdf: Uint8Array,
): { readonly base: Uint8Array; readonly updates: number } | null {
  try {
    const source = openPdf(pdf);
    const updates = readUpdates(source).length;
    return { base: upTo(source, 0).bytes, updates };
  } catch (error) {
    if (error instanceof PadesError) return null;
    throw error;
  }
}

import { conclude, refused } from '../verdict/conclude.ts';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import type { Fragment } from '../verdict/verdict.ts';
import { trimmed } from './trimmed.ts';

/*
 * A file of which the line brought a part alone is no forgery, and is told to be fetched again. Whoever cuts a forged one gets the same word:
 * it is never green, and never the word on a genuine record that is no longer in force.
 */

/**
 * The verdict on an XML or a proof whose end is missing, where that is all that is wrong with it; null for what is wrong otherwise.
 * @param found as it was judged; not genuine
 */
export function judgedAsCut(
  found: FileVerdict,
  { bytes, proof }: Pick<FileToVerify, 'bytes' | 'proof'>,
): FileVerdict | null {
  const [wrong, ...more] = found.fragments.filter(({ state }) => state === 'invalid');
  if (wrong?.name === 'document' && isCutXml(bytes)) return refused('error', 'incomplete', false);
  if (wrong?.code !== 'not-in-log' || more.length > 0 || proof === undefined || !isCutProof(proof))
    return null;
  const fragments = found.fragments.map(
    (one): Fragment =>
      one.name === 'issuance' ? { name: 'issuance', state: 'error', code: 'proof-incomplete' } : one,
  );
  return { ...found, ...conclude(fragments, found.verdict === 'training', false) };
}

/** The root's end stands in every whole document. */
function isCutXml(xml: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(xml);
  const root = /^<([A-Za-z_][\w.:-]*)/.exec(text)?.[1];
  if (root === undefined) return false;
  const start = text.indexOf('>');
  return (
    text[start - 1] !== '/' && !new RegExp(`</${root.replaceAll('.', '\\.')}[ \t\r\n]{0,20}>`).test(text)
  );
}

const HEADER = 'c2sp.org/tlog-proof@v1\n';
/** The shortest that a checkpoint has: 4 octets name an Ed25519 key, and 64 are its signature (c2sp.org/signed-note). */
const SIGNATURE = /^— \S+ (?:[A-Za-z0-9+/]{4}){22,}[A-Za-z0-9+/=]{4}$/;

/** A proof ends in a whole line of a signature. */
function isCutProof(proof: Uint8Array): boolean {
  const text = new TextDecoder().decode(proof).trimEnd();
  const begins = text.startsWith(HEADER) || HEADER.startsWith(text);
  return begins && !SIGNATURE.test(text.split('\n').at(-1) ?? '');
}

/** `%%EOF` alone stands in many a font's map of characters too. */
const END = /startxref[\r\n ]{1,4}\d{1,10}[\r\n ]{1,4}%%EOF/g;

/** A PDF ends in its `startxref` (ISO 32000-1 §7.5.5); behind an earlier one an update may have been begun, or what a linearized file goes on with. */
export function isCutPdf(pdf: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(trimmed(pdf));
  if (!text.startsWith('%PDF-')) return false;
  // What has come that far and ends otherwise was not cut.
  const last = /startxref[\r\n ]{1,4}\d{1,10}[\r\n ]{1,4}([^\r\n]*)$/.exec(text.slice(-80))?.[1];
  if (last !== undefined && !'%%EOF'.startsWith(last)) return false;
  let end = -1;
  for (const { index, 0: whole } of text.matchAll(END)) end = index + whole.length;
  return end < 0 || /^\s*\d+ \d+ obj\b/.test(text.slice(end));
}

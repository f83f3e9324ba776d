import { MAX_PROOF_FILE_BYTES } from '@hocba/ledger';
import { conclude } from '../verdict/conclude.ts';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import type { Fragment } from '../verdict/verdict.ts';
import { judgedAsCut } from './cut-short.ts';
import { writtenAnew } from './saved-again.ts';
import { trimmed } from './trimmed.ts';

/**
 * The verdict on an XML that mail or an editor may have touched, or its proof: a mark put before a text, its characters coded in UTF-16,
 * its ends of line spelt anew, white space around it (XML 1.0 §2.11, §4.3.3), or the whole written anew by a program that reads XML. None of that
 * says other data than what was issued, and it is no forgery. Where the file is false
 * as it came, and without that is not, it is said to be changed on its way; never more, since what came is not what was issued.
 */
export async function judgedAsItCame(
  file: FileToVerify,
  judge: (file: FileToVerify) => Promise<FileVerdict>,
): Promise<FileVerdict> {
  const found = await judge(file);
  const { bytes, proof, ...rest } = file;
  const isRecoded = encodingOf(bytes) !== undefined;
  if (found.verdict !== 'not-genuine' && !isRecoded) return found;
  const before = textBefore(bytes, '');
  // What is no proof by its size is not looked over.
  const proofBefore =
    proof === undefined || proof.length > MAX_PROOF_FILE_BYTES ? proof : textBefore(proof, '\n');
  const isProofTouched = proof !== undefined && proofBefore !== undefined && !same(proof, proofBefore);
  const isTouched = isProofTouched || !same(before, bytes);
  const was = { bytes: before, ...(proofBefore === undefined ? {} : { proof: proofBefore }) };
  const touched = isTouched ? await judge({ ...rest, ...was }) : found;
  const saved = isFalse(touched) ? writtenAnew(before) : null;
  const anew =
    saved === null || same(saved, before) ? touched : await judge({ ...rest, ...was, bytes: saved });
  // What other software has signed must hold as it is written.
  const again =
    isFalse(anew) || anew.fragments.some(({ name, code }) => isOfOthers(name, code)) ? touched : anew;
  if (isFalse(again)) {
    const { verdict, sentence, fragments } = again;
    return judgedAsCut(again, was) ?? (isRecoded ? { verdict, sentence, fragments } : found);
  }
  if (again === found) return found;
  // Re-coded, and none of what is read here; or other software's, which writes its characters as it likes.
  if (again.fragments.some(({ name, code }) => code === 'unknown-format' || isOfOthers(name, code)))
    return again;
  const { statusAsOf, ended } = again;
  const changed: Fragment = { name: 'document', state: 'error', code: 'changed-on-its-way' };
  const others = again.fragments.filter(({ name }) => name !== 'document');
  return {
    ...conclude([changed, ...others], again.verdict === 'training', false),
    ...(statusAsOf === undefined ? {} : { statusAsOf }),
    ...(ended === undefined ? {} : { ended }),
  };
}

/** Who forgot the proof holds what was issued all the same, and is told so. */
const isFalse = ({ verdict, fragments }: FileVerdict): boolean =>
  verdict === 'not-genuine' &&
  fragments.some(({ state, code }) => state === 'invalid' && code !== 'never-issued');

const isOfOthers = (name: Fragment['name'], code: string): boolean =>
  name === 'document' && code.startsWith('foreign');

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const LF = 0x0a;
const CR = 0x0d;

function textBefore(bytes: Uint8Array, end: '' | '\n'): Uint8Array {
  const text = trimmed(withLineFeeds(inUtf8(bytes)));
  return end === '' ? text : Uint8Array.of(...text, LF);
}

/** Octet by octet, since a file of ten million keeps a phone waiting. */
function withLineFeeds(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(CR)) return bytes;
  const out = new Uint8Array(bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at];
    if (octet !== undefined && (octet !== CR || bytes[at + 1] !== LF)) out[to++] = octet;
  }
  return out.subarray(0, to);
}

/** Without a mark of UTF-8, and out of UTF-16 as editors of Windows store it: marked, or known by its first character (XML 1.0 §F.1). */
function inUtf8(bytes: Uint8Array): Uint8Array {
  if (UTF8_MARK.every((octet, n) => bytes[n] === octet)) return bytes.subarray(3);
  const encoding = encodingOf(bytes) ?? declaredEncoding(bytes);
  if (encoding === undefined) return bytes;
  // An odd octet at the end of two-octet characters is none.
  const whole = encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes;
  const text = new TextDecoder(encoding).decode(whole);
  return new TextEncoder().encode(text.replace(DECLARED, '$1utf-8'));
}

/** XML 1.0 §4.3.3. */
const DECLARED = /^(<\?xml[ \t\r\n][^<>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["'])([A-Za-z][\w.-]*)/;

/** Another encoding than UTF-8 that a file says to be in, where browsers know it. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const label = DECLARED.exec(String.fromCharCode(...bytes.subarray(0, 200)))?.[2];
  if (label === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(label);
    // What is not in two octets a character here does not become so by saying it.
    return encoding.startsWith('utf') ? undefined : encoding;
  } catch {
    return undefined;
  }
}

const encodingOf = ([a, b]: Uint8Array): string | undefined => UTF16[`${a} ${b}`];
const UTF16: Readonly<Record<string, string>> = {
  '255 254': 'utf-16le',
  '60 0': 'utf-16le',
  '254 255': 'utf-16be',
  '0 60': 'utf-16be',
};

/** The first characters of a file, whatever was put before them. */
export function headOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(textBefore(bytes.subarray(0, 64), ''));
}

/** Of what nothing was taken from, the very octets. */
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length &&
  ((a.buffer === b.buffer && a.byteOffset === b.byteOffset) || a.every((octet, n) => octet === b[n]));

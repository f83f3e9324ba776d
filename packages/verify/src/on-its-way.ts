import { MAX_PROOF_FILE_BYTES } from '@hocba/ledger';
import { conclude } from './conclude.ts';
import type { FileToVerify, FileVerdict } from './file-verdict.ts';
import type { Fragment } from './verdict.ts';

/**
 * The verdict on an XML that mail or an editor may have touched, or its proof: a mark put before a text, its ends of line spelt anew,
 * white space around it. None of that is part of what was issued (XML 1.0 §2.11, §4.3.3), and it is no forgery. Where the file is false
 * as it came, and without that is not, it is said to be changed on its way; never more, since what came is not what was issued.
 */
export async function judgedAsItCame(
  file: FileToVerify,
  judge: (file: FileToVerify) => Promise<FileVerdict>,
): Promise<FileVerdict> {
  const found = await judge(file);
  if (found.verdict !== 'not-genuine') return found;
  const { bytes, proof, ...rest } = file;
  const before = textBefore(bytes, '');
  // What is no proof by its size is not looked over.
  const proofBefore =
    proof === undefined || proof.length > MAX_PROOF_FILE_BYTES ? proof : textBefore(proof, '\n');
  const isProofTouched = proof !== undefined && proofBefore !== undefined && !same(proof, proofBefore);
  if (same(before, bytes) && !isProofTouched) return found;
  const again = await judge({
    ...rest,
    bytes: before,
    ...(proofBefore === undefined ? {} : { proof: proofBefore }),
  });
  if (again.verdict === 'not-genuine') return found;
  const { statusAsOf, ended } = again;
  const changed: Fragment = { name: 'document', state: 'error', code: 'changed-on-its-way' };
  const others = again.fragments.filter(({ name }) => name !== 'document');
  return {
    ...conclude([changed, ...others], again.verdict === 'training', false),
    ...(statusAsOf === undefined ? {} : { statusAsOf }),
    ...(ended === undefined ? {} : { ended }),
  };
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const LF = 0x0a;
const CR = 0x0d;

function textBefore(bytes: Uint8Array, end: '' | '\n'): Uint8Array {
  const unmarked = UTF8_MARK.every((octet, n) => bytes[n] === octet) ? bytes.subarray(3) : bytes;
  const text = trimmed(unmarked.filter((octet, n) => octet !== CR || unmarked[n + 1] !== LF));
  return end === '' ? text : Uint8Array.of(...text, LF);
}

/** Without white space at either end; zeros are what a disk or a line fills up with. */
function trimmed(bytes: Uint8Array): Uint8Array {
  const isSpace = (octet: number | undefined): boolean =>
    octet === 0 || octet === 0x09 || octet === LF || octet === CR || octet === 0x20;
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}

/** The first characters of a file, whatever was put before them. */
export function headOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(textBefore(bytes.subarray(0, 64), '').subarray(0, 5));
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, n) => octet === b[n]);

import {
  type Attachment,
  AttachmentError,
  type AttachmentErrorCode,
  extractAttachments,
} from '@hocba/form/attachments';
import { isClassTable, RecordReadError } from '@hocba/record';
import { isOfNewerKind } from '../as-it-came/newer-kind.ts';
import { judgePdfWithoutRecord } from '../foreign/pdf.ts';
import { verifyBook } from '../several/book.ts';
import { readFile, tableReader } from '../table/read-file.ts';
import type { Trust } from '../trust/trust.ts';
import { conclude, refused } from '../verdict/conclude.ts';
import type { FileToVerify, FileVerdict, VerifyPorts } from '../verdict/file-verdict.ts';
import type { Fragment } from '../verdict/verdict.ts';
import { checkPrint, type PrintedRecord, type PrintFinding } from './check-print.ts';

/** The verdict on the XML inside a PDF, whose pages have a word of their own. */
export type JudgeInside = (
  file: FileToVerify,
  print: readonly Fragment[],
  existedAt: Date | null,
) => Promise<FileVerdict>;

/** Judges a PDF: one record's print, a book of several years, or what other software signed. Comes on demand in a browser. */
export async function verifyPdf(
  file: FileToVerify,
  trust: Trust | null,
  ports: VerifyPorts,
  judge: JudgeInside,
): Promise<FileVerdict> {
  const now = ports.now?.() ?? new Date();
  const withoutRecord = async (unread: AttachmentErrorCode | null = null): Promise<FileVerdict> => {
    const judged = await judgePdfWithoutRecord(ports.crypto, file.bytes, trust, now, unread);
    return { ...conclude(judged.fragments, false, true), pdfSignatures: judged.pdfSignatures };
  };
  let inside: Attachment[];
  try {
    inside = extractAttachments(file.bytes);
  } catch (error) {
    // Whether a record is inside nobody has seen.
    if (error instanceof AttachmentError) return withoutRecord(error.code);
    throw error;
  }
  const xml = inside.filter((attachment) => attachment.name.endsWith('.xml'));
  const proofs = inside.filter((attachment) => attachment.name.endsWith('.tlog-proof'));
  if (xml.length > 1) {
    // Nobody prints a book again here: its pages are nobody's word, the years' data are.
    const pages: Fragment = { name: 'print', state: 'not-checked', code: 'book' };
    const book = await verifyBook(inside, (year) => judge(year, [pages], null));
    return book ?? refused('invalid', 'no-one-book', true);
  }
  const [record] = xml;
  if (!record) return withoutRecord();
  // Two proofs for one record: which one the pages show would be anybody's guess.
  if (proofs.length > 1) return refused('invalid', 'no-record-inside', true);
  if (isClassTable(record.bytes) && (await tableReader()) === null)
    return refused('error', 'table-reader-absent', true);
  const proof = proofs[0]?.bytes;
  const inPrint = await recordOf(record.bytes);
  const isNewer = inPrint === null && (await isOfNewerKind(ports.crypto, record.bytes));
  const printed = { pdf: file.bytes, proof, record: inPrint };
  const print = isNewer ? OF_NEWER_FORM : await checkPrint(printed, trust, { ...ports, now });
  const beside = { ...file, bytes: record.bytes };
  return judge(proof ? { ...beside, proof } : beside, [print.fragment], print.existedAt);
}

const OF_NEWER_FORM: PrintFinding = {
  fragment: { name: 'print', state: 'not-checked', code: 'other-form-version' },
  existedAt: null,
};

/** What the print is held against; null for what cannot be read, which is said where it is read. */
async function recordOf(xml: Uint8Array): Promise<PrintedRecord | null> {
  try {
    const read = await readFile(xml);
    if (read === null) return null;
    const { file } = read;
    const { school, training } = file.read.doc;
    return { code: school.code, training, doc: file.kind === 'record' ? file.read.doc : null };
  } catch (error) {
    if (error instanceof RecordReadError) return null;
    throw error;
  }
}

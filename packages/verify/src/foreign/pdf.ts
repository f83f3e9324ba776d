import type { AttachmentErrorCode } from '@hocba/form/attachments';
import { type CryptoPort, commonNameOf } from '@hocba/signature';
import { type ForeignPdfSignature, judgeForeignPdf } from '@hocba/signature/pades';
import { isCutPdf } from '../as-it-came/cut-short.ts';
import { bearsOurMark } from '../as-it-came/our-form.ts';
import { whileFreshOfOthers } from '../signatures/issuer.ts';
import type { Trust } from '../trust/trust.ts';
import type { PdfSignatureFacts } from '../verdict/foreign-facts.ts';
import type { Fragment } from '../verdict/verdict.ts';
import { visible } from '../words/visible.ts';
import { certificatesBy, othersTrust } from './standing.ts';

export interface ForeignPdfJudgement {
  readonly fragments: readonly Fragment[];
  readonly pdfSignatures: readonly PdfSignatureFacts[];
}

const NO_RECORD: Fragment = { name: 'document', state: 'invalid', code: 'no-record-inside' };
/** A scan, or pages printed into a new PDF: they claim nothing that could be belied, and nobody vouches for them. */
const WITHOUT_DATA: Fragment = { name: 'document', state: 'error', code: 'pdf-without-data' };
/** Made of a signed file by other software, with the signature's place on the page: a browser's “save as PDF”, pages put together. */
const COPIED: Fragment = { name: 'document', state: 'error', code: 'pdf-copied' };
const unread = (code: 'pdf-not-read' | 'pdf-encrypted' | 'incomplete'): ForeignPdfJudgement => ({
  fragments: [{ name: 'document', state: 'error', code }],
  pdfSignatures: [],
});

/**
 * Judges a PDF without a record inside, which other software may have signed: signature by signature. It never ends in a
 * green word: no log knows it, and what its pages say is nobody's word here. What its signatures belie is false.
 * @param problem why nobody has seen whether it has a record inside; null where it has none. A print of ours that came whole and open was never
 *   unreadable, and is false
 */
export async function judgePdfWithoutRecord(
  crypto: CryptoPort,
  pdf: Uint8Array,
  trust: Trust | null,
  now: Date,
  problem: AttachmentErrorCode | null = null,
): Promise<ForeignPdfJudgement> {
  // A print of ours of which no record can be taken any more is no other software's file.
  const ours = bearsOurMark(pdf);
  const isLocked = problem === 'encrypted';
  const found = ours && !isLocked ? [] : await judgeForeignPdf(crypto, pdf, othersTrust(trust, now));
  // Of one whose signatures hold that much is told: it came whole, and was added to.
  const holds = found?.some(({ state }) => state === 'intact') ?? false;
  if (problem !== null && !holds && isCutPdf(pdf)) return unread('incomplete');
  // Where no signature is of this file it is a copy that nobody has signed.
  if (found?.every(({ moved }) => moved)) {
    if (isLocked) return unread('pdf-encrypted');
    if (ours) return { fragments: [NO_RECORD], pdfSignatures: [] };
    if (found.length > 0) return { fragments: [COPIED], pdfSignatures: [] };
    if (problem !== null) return unread('pdf-not-read');
    return { fragments: [WITHOUT_DATA], pdfSignatures: [] };
  }
  const pdfSignatures = (found ?? []).map(factsOf);
  return {
    fragments: [
      {
        name: 'document',
        state: 'not-checked',
        code: problem === null ? 'foreign-pdf' : 'foreign-pdf-unread',
      },
      signaturesOf(found),
      certificatesOf(pdfSignatures),
      timeOf(pdfSignatures),
      { name: 'issuance', state: 'not-checked', code: 'foreign-no-log' },
      { name: 'status', state: 'not-checked', code: 'foreign-no-status' },
      whileFreshOfOthers({ name: 'issuer', state: 'not-checked', code: 'not-reached' }, trust, now),
    ],
    pdfSignatures,
  };
}

function signaturesOf(found: readonly ForeignPdfSignature[] | null): Fragment {
  const has = (state: PdfSignatureFacts['state']) => found?.some((one) => stateOf(one) === state) ?? false;
  const name = 'signatures';
  if (has('broken')) return { name, state: 'invalid', code: 'signature-invalid' };
  if (has('weak')) return { name, state: 'invalid', code: 'weak-algorithm' };
  if (found === null || has('unreadable')) return { name, state: 'not-checked', code: 'pdf-unreadable' };
  if (has('moved')) return { name, state: 'not-checked', code: 'pdf-added-after' };
  return found.some(({ whole }) => whole)
    ? { name, state: 'valid', code: 'pdf-intact' }
    : { name, state: 'not-checked', code: 'pdf-added-after' };
}

/** Certificates of signers by how the worst of them stood. */
function certificatesOf(all: readonly PdfSignatureFacts[]): Fragment {
  return certificatesBy(all.flatMap(({ standing }) => standing ?? []));
}

function timeOf(all: readonly PdfSignatureFacts[]): Fragment {
  const signed = all.filter(({ kind }) => kind === 'signature');
  return signed.length > 0 && signed.every(({ provenAt }) => provenAt !== null)
    ? { name: 'time', state: 'valid', code: 'proven' }
    : { name: 'time', state: 'not-checked', code: 'no-timestamp' };
}

const stateOf = ({ moved, state }: ForeignPdfSignature): PdfSignatureFacts['state'] =>
  moved ? 'moved' : state;

function factsOf(found: ForeignPdfSignature): PdfSignatureFacts {
  const { kind, whole, claimedAt, provenAt, standing } = found;
  const [leaf] = found.chain;
  const name = leaf === undefined ? null : visible((commonNameOf(leaf) ?? leaf.subject.text).slice(0, 120));
  const at = (time: Date | null): string | null => time?.toISOString() ?? null;
  return {
    kind,
    state: stateOf(found),
    whole,
    name,
    claimedAt: at(claimedAt),
    provenAt: at(provenAt),
    standing,
  };
}

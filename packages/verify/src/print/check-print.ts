import { reprintInputs } from '@hocba/form/attachments';
import { ClaimError, claimContentOf, claimDifferences, readClaim } from '@hocba/form/claim';
import { LedgerError, leafHash, parseProofFile, readReceipt } from '@hocba/ledger';
import type { RecordDocument } from '@hocba/record';
import { type CryptoPort, instantOf } from '@hocba/signature';
import { type PadesFinding, type PadesSignature, unsignedPart, verifyPades } from '@hocba/signature/pades';
import { bearsOurMark } from '../as-it-came/our-form.ts';
import { fragmentOf } from '../claim/claim-text.ts';
import { checkIssuer } from '../signatures/issuer.ts';
import type { Trust } from '../trust/trust.ts';
import type { Reprint } from '../verdict/file-verdict.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';

export interface PrintToCheck {
  readonly pdf: Uint8Array;
  /** The proof inside it. */
  readonly proof: Uint8Array | undefined;
  /** Of the record inside; null where that cannot be read, which is said elsewhere. */
  readonly record: PrintedRecord | null;
}

export interface PrintedRecord {
  readonly code: string;
  readonly training: boolean;
  /** Null for a class's table, which has no claim. */
  readonly doc: RecordDocument | null;
}

export interface PrintFinding {
  readonly fragment: Fragment;
  /** By when the file existed with all that is in it, by an authority's word that still holds; null where none says so. */
  readonly existedAt: Date | null;
}

/** The cover says it; the signature's field shows nothing of its own. */
const NOTHING_SHOWN = new Uint8Array();

const say = (state: FragmentState, code: CodeOf<'print'>): Fragment => ({ name: 'print', state, code });

/**
 * Whether the pages are as issued: the school's signature covers the whole file and nothing stands behind it, or printing
 * the signed data again gives the same bytes. Where both can be told both must hold: pages that differ from the record
 * beside them are false, whoever signed them. A file that says on its cover that it is signed, and is not, is false too.
 */
export async function checkPrint(
  { pdf, proof, record }: PrintToCheck,
  trust: Trust | null,
  ports: { readonly crypto: CryptoPort; readonly reprint?: Reprint; readonly now: Date },
): Promise<PrintFinding> {
  const none = (fragment: Fragment): PrintFinding => ({ fragment, existedAt: null });
  const parts = unsignedPart(pdf);
  const pages = parts?.base ?? pdf;
  const inputs = reprintInputs(pages);
  const signed = parts !== null && parts.updates > 0;
  const saysSigned = typeof inputs?.sealedAt === 'string';
  // What is packed is not as our printer writes, nor as a signature is added to it: whatever stands behind, or in place of, the pages.
  if (parts === null && (inputs !== null || bearsOurMark(pdf)))
    return none(say('invalid', saysSigned ? 'signature-broken' : 'altered'));
  if (saysSigned && !signed) return none(say('invalid', 'signature-removed'));
  // Whoever scans the paper reads the claim: another pupil's beside this record is false, whoever printed it.
  if (inputs !== null && claimsOther(ports.crypto, inputs.qrUrl, proof, record))
    return none(say('invalid', 'altered'));
  const printed = await checkPages(pages, proof, ports.reprint);
  if (!signed || printed.state === 'invalid') return none(printed);

  const { crypto, now } = ports;
  const finding = await verifyPades(crypto, pdf, {
    roots: trust?.roots ?? [],
    now,
    lookOf: () => NOTHING_SHOWN,
    ...(trust === null ? {} : { authorityRoots: trust.authorityRoots }),
    ...(trust?.algorithms === undefined ? {} : { policy: trust.algorithms }),
  });
  if (finding.state === 'invalid') return none(say('invalid', 'signature-broken'));
  if (inputs === null || record === null || inputs.leafIndex !== leafOf(proof))
    return none(say('invalid', 'altered'));
  const fragment = judgeSigner(crypto, finding, inputs.sealedAt ?? null, record, trust);
  if (fragment.state === 'invalid') return none(fragment);
  // What cannot be told of the signer may still be told by the pages.
  const best = fragment.state === 'not-checked' && printed.state === 'valid' ? printed : fragment;
  const existedAt = fragment.state === 'valid' ? (finding.times[0]?.time ?? null) : null;
  return { fragment: best, existedAt };
}

/** The signature that the cover speaks of: made at the very second printed there. Where it is silent, the first. */
function schoolsOwn({ signatures }: PadesFinding, sealedAt: string | null): PadesSignature | undefined {
  if (sealedAt === null) return signatures[0];
  const at = instantOf(sealedAt)?.getTime();
  return signatures.find(({ claimedAt }) => claimedAt.getTime() === at);
}

function judgeSigner(
  crypto: CryptoPort,
  finding: PadesFinding,
  sealedAt: string | null,
  record: PrintedRecord,
  trust: Trust | null,
): Fragment {
  // Before any trust: a training key over the print of a record in earnest, whatever its path.
  if (finding.training && !record.training) return say('invalid', 'signed-by-other');
  // Where the times cannot be told no signature was looked at.
  if (finding.signatures.length === 0) return say('not-checked', 'signer-unknown');
  const by = schoolsOwn(finding, sealedAt);
  if (by === undefined) return say('invalid', 'signature-broken');
  const { certificate, chain, claimedAt, provenAt } = by;
  const time = (provenAt ?? claimedAt).getTime() / 1000;
  const slots = [{ finding: { certificate, chain } }];
  const { state, code } = checkIssuer(crypto, record, slots, { time, leaf: null }, trust);
  // A certificate that was never the school's is not, wherever it leads and whenever it signed.
  if (code === 'seal-not-registered' && state === 'invalid') return say('invalid', 'signed-by-other');
  if (finding.state !== 'valid') return say('not-checked', 'signer-unknown');
  if (state === 'valid') return say('valid', 'signed-by-school');
  if (state === 'invalid') return say('invalid', 'signed-by-other');
  return say('not-checked', code === 'suspected' ? 'signer-suspected' : 'signer-unknown');
}

/**
 * Whether the QR carries a claim that is not of this record and its leaf. Who signed the claim is another question: of a print it is
 * not asked. The place in the log is not compared, since a leaf that was logged again stands at another one.
 */
function claimsOther(
  crypto: Pick<CryptoPort, 'sha256'>,
  qrUrl: string,
  proof: Uint8Array | undefined,
  record: PrintedRecord | null,
): boolean {
  const fragment = fragmentOf(qrUrl);
  if (fragment === '') return false;
  try {
    const claim = readClaim(fragment);
    const { extra } = parseProofFile(proof ?? new Uint8Array());
    if (extra === undefined || record === null || record.doc === null) return true;
    const hash = leafHash((bytes) => crypto.sha256(bytes), readReceipt(extra).leaf);
    const sameLeaf = claim.leafHash.every((byte, n) => byte === hash[n]);
    return !sameLeaf || claimDifferences(claim.content, claimContentOf(record.doc)).length > 0;
  } catch (error) {
    if (error instanceof ClaimError || error instanceof LedgerError) return true;
    throw error;
  }
}

/**
 * The pages by printing them again. What is printed and not signed in the record, the leaf's index and the address in the
 * QR, the printer takes from the file itself: it is held against the proof here, and the address at least must be one of a
 * public page. Whose host it is, no record says.
 */
async function checkPages(
  pages: Uint8Array,
  proof: Uint8Array | undefined,
  reprint: Reprint | undefined,
): Promise<Fragment> {
  if (!reprint) return say('not-checked', 'no-printer-here');
  const again = await reprint(pages);
  if (again === null) return say('not-checked', 'other-form-version');
  const same = again.length === pages.length && again.every((byte, n) => byte === pages[n]);
  const inputs = same ? reprintInputs(pages) : null;
  return inputs !== null && inputs.leafIndex === leafOf(proof) && PUBLIC_PAGE.test(inputs.qrUrl)
    ? say('valid', 'same-pages')
    : say('invalid', 'altered');
}

/** Host, and a token of 128 bits in base 62; a claim may follow. No user name, which would hide the host. */
const PUBLIC_PAGE = /^https?:\/\/[A-Za-z0-9.[\]:-]+\/x\/[0-9A-Za-z]{22}(?:#[\x21-\x7e]*)?$/;

function leafOf(proof: Uint8Array | undefined): string | null {
  if (proof === undefined) return null;
  try {
    return String(parseProofFile(proof).index);
  } catch (error) {
    // Not a proof at all: the issuance says so.
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

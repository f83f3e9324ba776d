import { type FormInput, signaturesOf } from '@hocba/form';
import { ClaimError, claimContentOf, claimDifferences, readClaim } from '@hocba/form/claim';
import { type RecordDocument, readRecord, type SignerRole } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { fragmentOf, printedSlots } from '@hocba/verify';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { type ProofDeps, proofOf, tokenOfRecord } from '../issue/issued.ts';

export interface SheetDeps extends ProofDeps {
  /** The claim for the QR, null where there is none; without one the QR holds the address alone. */
  claimOf(schoolId: string, recordId: string): Promise<string | null>;
}

/** What a print says besides the record itself, fixed when it is made: the proof changes with every checkpoint. */
export interface PrintFacts {
  readonly proof: Uint8Array;
  readonly leafIndex: number;
  readonly qrUrl: string;
}

/**
 * The facts of an issued record's print as of now.
 *
 * @param baseUrl where the public page is found, such as `https://hocba.example.vn`
 * @throws Refusal `not-issued`, `log-unavailable`
 */
export async function printFacts(
  deps: SheetDeps,
  schoolId: string,
  recordId: string,
  baseUrl: string,
): Promise<PrintFacts> {
  // A claim needs the leaf's number, and the first one of a year adds a leaf of its own: the receipt is taken after it.
  await proofOf(deps, schoolId, recordId);
  const claim = await deps.claimOf(schoolId, recordId);
  const { proof, leafIndex } = await proofOf(deps, schoolId, recordId);
  const token = await inSchool(deps.db, schoolId, (trx) => tokenOfRecord(trx, schoolId, recordId));
  if (token === null) throw new Refusal('not-issued');
  return { proof, leafIndex, qrUrl: `${baseUrl}/x/${token}${claim === null ? '' : `#${claim}`}` };
}

/**
 * What the printer makes an issued record's pages of: the record's own bytes, and the facts; without a proof where none
 * travels inside.
 *
 * @param sealedAt when the school signs the file; null for a print that it does not sign
 * @param pictures of signatures and seal, by role. A print with pictures cannot be made again by a verifier: only for what the school
 *   signs as a file, and for books on paper
 * @throws Refusal `record-damaged` where the claim is not of what the record says: the QR would put another pupil's marks on its paper
 */
export async function issuedSheet(
  xml: Uint8Array,
  { proof, leafIndex, qrUrl }: Omit<PrintFacts, 'proof'> & { readonly proof: Uint8Array | null },
  sealedAt: string | null,
  pictures: ReadonlyMap<SignerRole, Uint8Array> = new Map(),
): Promise<FormInput> {
  const read = readRecord(xml);
  const { doc } = read;
  if (!saysTheSame(fragmentOf(qrUrl), doc)) throw new Refusal('record-damaged');
  const slots = await printedSlots(nodeCrypto, read);
  const signatures = signaturesOf(doc, slots).map((signature) => {
    const image = pictures.get(signature.role);
    return image === undefined ? signature : { ...signature, image };
  });
  return {
    doc,
    xml,
    proof,
    issued: { qrUrl, leafIndex, signatures, sealedAt },
  };
}

/** Of a QR without a claim there is nothing that could differ. */
function saysTheSame(claim: string, doc: RecordDocument): boolean {
  if (claim === '') return true;
  try {
    return claimDifferences(readClaim(claim).content, claimContentOf(doc)).length === 0;
  } catch (error) {
    if (error instanceof ClaimError) return false;
    throw error;
  }
}

import {
  type Ed25519,
  isManifestReceipt,
  LedgerError,
  type ManifestReceipt,
  parseProofFile,
  readManifestReceipt,
  verifyManifestPath,
  verifyProofFile,
} from '@hocba/ledger';
import type { SignedFile } from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import type { Trust } from '../trust/trust.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';
import { type Issuance, judgeStolen } from './check-issuance.ts';

/** Whether a proof file is of a class's list and not of a record: by what it carries, since its name may have been changed. */
export function isListProof(bytes: Uint8Array): boolean {
  try {
    const { extra } = parseProofFile(bytes);
    return extra !== undefined && isManifestReceipt(extra);
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/**
 * What the list that closed the class's year says of a record (docs: signed by homeroom teacher and seal, its root a leaf of the log):
 * whether this very record is the one that it names for the pupil. It makes nothing green and nothing current; only a list that is
 * false makes false. Nothing is said where no list of the pupil and year came along.
 *
 * @param issuance of the record, by whose log and number the list is held
 */
export async function checkClassList(
  crypto: Pick<CryptoPort, 'sha256'>,
  ed25519: Ed25519,
  file: SignedFile,
  issuance: Issuance,
  lists: readonly Uint8Array[],
  trust: Trust | null,
): Promise<Fragment[]> {
  if (file.kind !== 'record') return [];
  const { pupil, schoolYear } = file.read.doc;
  const say = (state: FragmentState, code: CodeOf<'list'>): Fragment[] => [{ name: 'list', state, code }];
  for (const proof of lists) {
    const receipt = receiptOf(proof);
    if (receipt === null) return say('invalid', 'not-in-log');
    const { path, leaf } = receipt;
    if (path.entry.pupil !== pupil.pupilCode || path.schoolYear !== schoolYear) continue;
    if (!trust?.policy || issuance.origin === undefined) return say('not-checked', 'not-reached');
    const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
    const listed = verifyManifestPath(sha256, path, leaf);
    if (!listed.valid) return say('invalid', 'not-in-log');
    const { entry, head } = listed;
    // Numbers count within one log: one that went on after a theft says nothing of the other's.
    if (head.origin !== issuance.origin) return say('not-checked', 'names-other');
    const found = await verifyProofFile(sha256, ed25519, trust.policy, leaf, proof);
    // The log is the record's, whose key is known: what does not lead there is false.
    if (!found.valid || found.checkpoint.origin !== head.origin) return say('invalid', 'not-in-log');
    if (judgeStolen(trust, found.checkpoint, found.witness === 'met') !== null)
      return say('not-checked', 'not-reached');
    const isThis = entry.state === 'issued' && entry.leafIndex === BigInt(issuance.leafIndex ?? -1);
    return isThis ? say('valid', 'names-record') : say('not-checked', 'names-other');
  }
  return [];
}

/** Whose record of which year a list names as issued; null for one that names none. */
export function listedRecord(proof: Uint8Array): { pupilCode: string; schoolYear: string } | null {
  const path = receiptOf(proof)?.path;
  if (path === undefined || path.entry.state !== 'issued') return null;
  return { pupilCode: path.entry.pupil, schoolYear: path.schoolYear };
}

function receiptOf(proof: Uint8Array): ManifestReceipt | null {
  try {
    return readManifestReceipt(parseProofFile(proof).extra ?? new Uint8Array());
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

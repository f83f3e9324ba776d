import { type ReadRecord, type ReadSlot, type SlotPlan, slotPlansOf } from '@hocba/record';
import {
  type CryptoPort,
  isTrainingCertificate,
  personalIdOf,
  taxCodeOf,
  type ValidSignature,
  validatePath,
  verifySignature,
} from '@hocba/signature';
import type { Trust } from '../trust/trust.ts';
import type { CodeOf, Fragment } from '../verdict/verdict.ts';

export interface VerifiedSlot {
  readonly slot: ReadSlot;
  readonly plan: SlotPlan;
  readonly finding: ValidSignature;
}

/** A signature as far as its certificate is judged. */
export interface SignedBy {
  readonly finding: Pick<ValidSignature, 'certificate' | 'chain' | 'signingTime'>;
}

/** What a signed document is to its judge: a record, or a class's table with its own plan. */
export type SignedDocument = Pick<ReadRecord, 'xmlDocument' | 'slots' | 'missingSlots'>;

/**
 * Every slot's signature, at its place, over exactly what its role must sign. That a signature is good says nothing
 * until it is clear what it covers: the references must be those of the slot's plan, no more and no less, and each
 * must resolve to the element at the place from which the record was read.
 */
export async function checkSignatures(
  crypto: CryptoPort,
  read: ReadRecord,
): Promise<{ fragment: Fragment; slots: VerifiedSlot[] }> {
  return checkPlanned(crypto, read, slotPlansOf(read));
}

/** `checkSignatures` of a document whose plan is given: `tableSlotPlansOf` for a class's table. */
export async function checkPlanned(
  crypto: CryptoPort,
  read: SignedDocument,
  plans: readonly SlotPlan[],
): Promise<{ fragment: Fragment; slots: VerifiedSlot[] }> {
  const slots: VerifiedSlot[] = [];
  const invalid = (code: CodeOf<'signatures'>) => ({
    fragment: { name: 'signatures', state: 'invalid', code } as const,
    slots,
  });
  for (const [n, slot] of read.slots.entries()) {
    const plan = plans[n];
    if (!plan || plan.slotId !== slot.slotId) return invalid('signer-differs');
    const finding = await verifySignature(crypto, read.xmlDocument, slot.signature);
    if (!finding.valid) return invalid('signature-invalid');
    if (!coversExactly(plan.references, finding)) return invalid('wrong-references');
    if (finding.signingTime !== slot.signingTime) return invalid('time-differs');
    if (!isPlannedSigner(plan, finding)) return invalid('signer-differs');
    slots.push({ slot, plan, finding });
  }
  if (read.missingSlots.length > 0) return invalid('incomplete');
  return { fragment: { name: 'signatures', state: 'valid', code: 'all-valid' }, slots };
}

function coversExactly(wanted: readonly string[], finding: ValidSignature): boolean {
  const covered = finding.references.map((reference) => reference.id);
  return covered.length === wanted.length && wanted.every((id) => covered.includes(id));
}

/** A person's certificate names the planned person by personal id, the seal's names the planned organisation. */
function isPlannedSigner(plan: SlotPlan, finding: ValidSignature): boolean {
  if ('personalId' in plan.signer) return personalIdOf(finding.certificate) === plan.signer.personalId;
  return taxCodeOf(finding.certificate) === plan.signer.taxCode;
}

/** Chains to the trusted roots at each signing time. A training certificate never stands in a real record. */
export async function checkCertificates(
  crypto: CryptoPort,
  slots: readonly SignedBy[],
  training: boolean,
  trust: Trust | null,
): Promise<Fragment> {
  const fragment = (state: Fragment['state'], code: CodeOf<'certificates'>): Fragment => ({
    name: 'certificates',
    state,
    code,
  });
  const marked = slots.map(({ finding }) => finding.chain.some(isTrainingCertificate));
  if (!training && marked.some(Boolean)) return fragment('invalid', 'training-certificate');
  if (!trust || trust.roots.length === 0) return fragment('not-checked', 'no-roots');
  for (const { finding } of slots) {
    const at = new Date(finding.signingTime);
    const path = await validatePath(crypto, finding.certificate, finding.chain, trust.roots, at);
    if (path.valid && !training && path.path.some(isTrainingCertificate)) {
      return fragment('invalid', 'training-certificate');
    }
    if (path.valid) continue;
    // A verifier that trusts real roots only does not know the training root; the record is training all the same.
    if (training && path.code === 'no-path-to-root')
      return fragment('not-checked', 'training-root-not-given');
    // Nor does one that is for training alone know a root in earnest.
    if (!training && path.code === 'no-path-to-root' && trust.roots.every(isTrainingCertificate))
      return fragment('not-checked', 'no-roots');
    return fragment('invalid', 'untrusted');
  }
  return fragment('valid', 'chain-valid');
}

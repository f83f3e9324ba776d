import { type ManifestRoot, type ManifestSigner, manifestSignedBytes } from '@hocba/ledger';
import {
  type CryptoPort,
  instantOf,
  isTrainingCertificate,
  parseCertificate,
  personalIdOf,
  taxCodeOf,
  validatePath,
} from '@hocba/signature';
import { Refusal } from '../../refusal.ts';
import { signingTimeOf } from '../../signing/freeze/time.ts';
import type { Holder, SignerSource } from '../../signing/signers/signers.ts';
import type { SlotTrust } from '../../signing/slots/verify-slots.ts';

/** A signature over a manifest, as it is stored. The chain is the register's. */
export interface ManifestSignature {
  readonly signingTime: string;
  readonly algorithm: string;
  readonly signature: Uint8Array;
  readonly certificateId: string;
}

/** Signs a manifest's root with the holder's key, wherever it is kept. @throws Refusal `certificate-unusable` */
export async function signManifest(
  signers: Pick<SignerSource, 'signerOf'>,
  holder: Holder,
  root: ManifestRoot,
  now: Date,
): Promise<ManifestSignature> {
  const { signer, certificateId, away } = await signers.signerOf(holder);
  // A list is signed in one step; orders to keys elsewhere are for records only so far.
  if (away !== null)
    throw new Refusal('certificate-unusable', [
      'Danh sách khép năm học chỉ ký được bằng khoá đặt tại máy chủ này; khoá đang chọn ở nơi khác.',
    ]);
  const signingTime = signingTimeOf(now);
  const role: ManifestSigner = holder.staffId === null ? 'schoolSeal' : 'homeroomTeacher';
  const [signature] = await signer.sign([manifestSignedBytes(root, role, signingTime)]);
  if (signature === undefined) throw new TypeError('no signature');
  return { signingTime, algorithm: signer.algorithm, signature, certificateId };
}

/** What a signature over a manifest is held against. */
export interface ExpectedSigner {
  readonly role: ManifestSigner;
  /** Personal id of the homeroom teacher, tax code of the school. */
  readonly identity: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

/** Why a stored signature over a manifest does not hold; null if it does. */
export async function manifestSignatureFault(
  trust: SlotTrust,
  root: ManifestRoot,
  signed: Pick<ManifestSignature, 'signingTime' | 'algorithm' | 'signature'>,
  expected: ExpectedSigner,
): Promise<string | null> {
  const [leaf, ...between] = expected.chain.map(parseCertificate);
  if (leaf === undefined) return 'certificate-missing';
  const identity = expected.role === 'schoolSeal' ? taxCodeOf(leaf) : personalIdOf(leaf);
  if (identity !== expected.identity) return 'signer-differs';
  if (isTrainingCertificate(leaf) !== trust.training) return 'training-differs';
  const at = instantOf(signed.signingTime);
  if (at === null) return 'signing-time';
  const path = await validatePath(trust.crypto, leaf, between, trust.roots, at);
  if (!path.valid) return path.code;
  const bytes = manifestSignedBytes(root, expected.role, signed.signingTime);
  const algorithm = signed.algorithm as Parameters<CryptoPort['verify']>[0];
  return (await trust.crypto.verify(algorithm, leaf.spki, signed.signature, bytes)) === true
    ? null
    : 'signature-invalid';
}

import { concatBytes, uint32 } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';

/** Length of every salt, in bytes: as long as the digest, so that low-entropy contents cannot be guessed. */
export const SALT_LENGTH = 32;

const MAX_SIGNATURES = 256;
const MAX_SIGNATURE_LENGTH = 4096;

/** Each field after its length as uint32, the whole after its domain: no two different inputs give the same bytes. */
function commit(sha256: Sha256, domain: string, fields: readonly Uint8Array[]): Uint8Array {
  const framed = [utf8(domain), ...fields].flatMap((field) => [uint32(field.length), field]);
  return sha256(concatBytes(...framed));
}

function require32(bytes: Uint8Array, what: string): void {
  if (bytes.length !== HASH_LENGTH) throw new LedgerError('commitment-invalid', what);
}

/**
 * Commitment of an `issue` or `replace` leaf to the issued core of a record. Unsigned properties (timestamps, revocation answers)
 * are outside, so that one proof holds while a signature is extended from B to LTA.
 * `SHA-256` over length-prefixed: domain, salt, profile, digest of the data element, count, each SignatureValue in slot order.
 * @param core salt: 32 secret random bytes kept with the record; dataDigest: SHA-256 of the canonical data element;
 *   signatureValues: raw signature bytes in slot order, at least one
 * @throws LedgerError 'commitment-invalid'
 */
export function issuedCore(
  sha256: Sha256,
  core: {
    readonly salt: Uint8Array;
    readonly profile: string;
    readonly dataDigest: Uint8Array;
    readonly signatureValues: readonly Uint8Array[];
  },
): Uint8Array {
  require32(core.salt, 'salt');
  require32(core.dataDigest, 'data digest');
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(core.profile))
    throw new LedgerError('commitment-invalid', 'profile');
  const values = core.signatureValues;
  if (values.length === 0 || values.length > MAX_SIGNATURES) {
    throw new LedgerError('commitment-invalid', 'signature count');
  }
  if (values.some((value) => value.length === 0 || value.length > MAX_SIGNATURE_LENGTH)) {
    throw new LedgerError('commitment-invalid', 'signature length');
  }
  return commit(sha256, 'hocba.vn/issued-core/v1', [
    core.salt,
    utf8(core.profile),
    core.dataDigest,
    uint32(values.length),
    ...values,
  ]);
}

/** A reason in the log's files: `[a-z][a-z0-9-]*`, at most 32 characters. */
export function isReasonCode(code: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}$/.test(code);
}

/**
 * Commitment of a `recall` leaf: which leaf, why, and the digest of the decision's words; salted, because a reason may tell of a child.
 * @param recall reasonTextDigest: SHA-256 of the UTF-8 (NFC) text of the reason
 * @throws LedgerError 'commitment-invalid'
 */
export function recallCommitment(
  sha256: Sha256,
  recall: {
    readonly salt: Uint8Array;
    readonly recalledLeafHash: Uint8Array;
    readonly reasonCode: string;
    readonly reasonTextDigest: Uint8Array;
  },
): Uint8Array {
  require32(recall.salt, 'salt');
  require32(recall.recalledLeafHash, 'leaf hash');
  require32(recall.reasonTextDigest, 'reason digest');
  if (!isReasonCode(recall.reasonCode)) throw new LedgerError('commitment-invalid', 'reason code');
  return commit(sha256, 'hocba.vn/recall/v1', [
    recall.salt,
    recall.recalledLeafHash,
    utf8(recall.reasonCode),
    recall.reasonTextDigest,
  ]);
}

/** Leaves that commit to a document of their own: a class manifest, a transfer, a day's root, a claim key, a statement. */
export type DocumentKind = 'manifest' | 'transfer' | 'dailyRoot' | 'claimKey' | 'statement';

const DOCUMENT_DOMAINS: Readonly<Record<DocumentKind, string>> = {
  manifest: 'hocba.vn/manifest/v1',
  transfer: 'hocba.vn/transfer/v1',
  dailyRoot: 'hocba.vn/daily-root/v1',
  claimKey: 'hocba.vn/claim-key/v1',
  statement: 'hocba.vn/statement/v1',
};

/**
 * Commitment of a leaf to a document of its kind. One domain per kind: a manifest can never be shown as a statement.
 * @param document digest: SHA-256 of the document's exact bytes
 * @throws LedgerError 'commitment-invalid'
 */
export function documentCommitment(
  sha256: Sha256,
  document: { readonly kind: DocumentKind; readonly salt: Uint8Array; readonly digest: Uint8Array },
): Uint8Array {
  require32(document.salt, 'salt');
  require32(document.digest, 'digest');
  if (!Object.hasOwn(DOCUMENT_DOMAINS, document.kind)) throw new LedgerError('commitment-invalid', 'kind');
  return commit(sha256, DOCUMENT_DOMAINS[document.kind], [document.salt, document.digest]);
}

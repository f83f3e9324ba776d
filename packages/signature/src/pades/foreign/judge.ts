import { joinBytes } from '../../bytes.ts';
import { CONTENT, SIGNED_ATTRIBUTE, UNSIGNED_ATTRIBUTE } from '../../cms/oids.ts';
import { readDetachedSignedData } from '../../cms/read.ts';
import type { CryptoPort } from '../../crypto-port.ts';
import { DerError, encodingOf, time } from '../../der/read.ts';
import { checkSigner, isSigner, verifyTimestamp } from '../../time/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { knownCertificateOf } from '../../xmldsig/key-info.ts';
import { type SignatureField, signatureFields } from './fields.ts';

/** What was found about one signature, or document timestamp, of a PDF that other software signed. */
export interface ForeignPdfSignature {
  readonly kind: 'signature' | 'timestamp';
  /** Of its octets alone: whom to trust is the caller's question. `unreadable`: of a kind that is not judged here. */
  readonly state: 'intact' | 'broken' | 'weak' | 'unreadable';
  /** It covers the file to its end; false where something was added behind what it covers. */
  readonly whole: boolean;
  /** Leaf first; empty where none could be read. */
  readonly chain: readonly Certificate[];
  /** The signer's own word. */
  readonly claimedAt: Date | null;
  /** By the word of an authority below one of the roots. */
  readonly provenAt: Date | null;
}

const CMS_FILTERS: readonly string[] = ['adbe.pkcs7.detached', 'ETSI.CAdES.detached'];
/** SHA-1 by their definition (ISO 32000-1 §12.8.3). */
const SHA1_FILTERS: readonly string[] = ['adbe.pkcs7.sha1', 'adbe.x509.rsa_sha1'];

/**
 * Judges a PDF that other software signed, signature by signature, in the order of what they cover. What was added after the
 * last one is not looked into: that there is something is said. Never throws for what is in the file.
 *
 * @param roots of time-stamping authorities
 * @returns null where there are more signatures than are judged
 */
export async function judgeForeignPdf(
  crypto: CryptoPort,
  pdf: Uint8Array,
  roots: readonly Certificate[],
): Promise<readonly ForeignPdfSignature[] | null> {
  const fields = signatureFields(pdf);
  if (fields === null) return null;
  const judged: ForeignPdfSignature[] = [];
  for (const field of fields)
    judged.push(field === 'wrong' ? NOTHING('broken', false) : await judgeField(crypto, pdf, field, roots));
  return judged;
}

const NOTHING = (state: ForeignPdfSignature['state'], whole: boolean): ForeignPdfSignature => ({
  kind: 'signature',
  state,
  whole,
  chain: [],
  claimedAt: null,
  provenAt: null,
});

async function judgeField(
  crypto: CryptoPort,
  pdf: Uint8Array,
  { subFilter, ranges, end, value }: SignatureField,
  roots: readonly Certificate[],
): Promise<ForeignPdfSignature> {
  // Some software ends a file with further ends of line.
  const whole = pdf.subarray(end).every((octet) => octet === 0x0a || octet === 0x0d || octet === 0x20);
  if (value === null) return NOTHING('unreadable', whole);
  const content = joinBytes(...ranges.map(([from, to]) => pdf.subarray(from, to)));
  if (subFilter === 'ETSI.RFC3161') {
    const stamp = await verifyTimestamp(crypto, value, { message: content }, { roots });
    const provenAt = stamp.valid ? stamp.time : null;
    return {
      ...NOTHING(stamp.valid ? 'intact' : (STAMP_STATE[stamp.code] ?? 'unreadable'), whole),
      kind: 'timestamp',
      provenAt,
    };
  }
  if (SHA1_FILTERS.includes(subFilter)) return NOTHING('weak', whole);
  if (!CMS_FILTERS.includes(subFilter)) return NOTHING('unreadable', whole);
  try {
    const cms = readDetachedSignedData(value);
    if (cms.contentType !== CONTENT.data) return NOTHING('unreadable', whole);
    const carried = cms.certificates.map(knownCertificateOf);
    const certificate = carried.find((one) => isSigner(one, cms));
    if (certificate === undefined) return NOTHING('unreadable', whole);
    const fault = await checkSigner(crypto, { ...cms, content }, certificate, subFilter.startsWith('adbe.'));
    const chain = [certificate, ...carried.filter((one) => one !== certificate)];
    const signedTime = cms.signer.attributes.get(SIGNED_ATTRIBUTE.signingTime);
    const claimedAt = signedTime === undefined ? null : time(signedTime);
    const state = fault === null ? 'intact' : fault === 'weak-algorithm' ? 'weak' : 'broken';
    const token = cms.unsigned.get(UNSIGNED_ATTRIBUTE.signatureTimestamp);
    const stamp =
      token === undefined || state !== 'intact'
        ? null
        : await verifyTimestamp(
            crypto,
            encodingOf(token),
            { message: cms.signer.signature },
            { roots, certificates: chain },
          );
    const said = { kind: 'signature', whole, chain, claimedAt } as const;
    // A time that was given for another signature is no slip.
    if (stamp !== null && !stamp.valid && STAMP_STATE[stamp.code] === 'broken')
      return { ...said, state: 'broken', provenAt: null };
    return { ...said, state, provenAt: stamp?.valid ? stamp.time : null };
  } catch (error) {
    if (error instanceof DerError) return NOTHING('unreadable', whole);
    throw error;
  }
}

/** What a token that does not verify says of what it stands over; an authority that is not known here says nothing. */
const STAMP_STATE: Readonly<Record<string, ForeignPdfSignature['state']>> = {
  'imprint-mismatch': 'broken',
  'message-digest-mismatch': 'broken',
  'signature-invalid': 'broken',
  'signing-certificate-mismatch': 'broken',
  'weak-algorithm': 'weak',
  'authority-not-trusted': 'intact',
  'training-authority': 'intact',
  'spare-certificate': 'intact',
};

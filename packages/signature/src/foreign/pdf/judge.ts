import { joinBytes } from '../../bytes.ts';
import { CONTENT, SIGNED_ATTRIBUTE, UNSIGNED_ATTRIBUTE } from '../../cms/oids.ts';
import { readDetachedSignedData } from '../../cms/read.ts';
import type { CryptoPort } from '../../crypto/crypto-port.ts';
import { DerError, encodingOf, time } from '../../der/read.ts';
import { checkSigner, signerAmong, type TimestampTrust, verifyTimestamp } from '../../time/verify.ts';
import { type Certificate, isTrainingCertificate } from '../../x509/certificate.ts';
import { knownCertificateOf } from '../../x509/known.ts';
import {
  datedBy,
  evidenceOfOthers,
  isCertified,
  type OthersTrust,
  type SignerStanding,
  standingOf,
} from '../standing.ts';
import { archivedIn } from './archival.ts';
import { type SignatureField, signatureFields } from './fields.ts';
import { type FileStore, storeOf } from './store.ts';

/** What was found about one signature, or document timestamp, of a PDF that other software signed. */
export interface ForeignPdfSignature {
  readonly kind: 'signature' | 'timestamp';
  /** Of its octets alone. `unreadable`: of a kind that is not judged here. */
  readonly state: 'intact' | 'broken' | 'weak' | 'unreadable';
  /** Broken, in the way of one that came out of another file with its page: it says nothing of this one. */
  readonly moved?: true;
  /** It covers the file to its end; false where something was added behind what it covers. */
  readonly whole: boolean;
  /** Leaf first; empty where none could be read. */
  readonly chain: readonly Certificate[];
  /** The signer's own word. */
  readonly claimedAt: Date | null;
  /** By the word of an authority that can be relied on now: the signature's own, or a document timestamp around it. */
  readonly provenAt: Date | null;
  /** Null for timestamps, and for what is not intact. */
  readonly standing: SignerStanding | null;
}

const CMS_FILTERS: readonly string[] = ['adbe.pkcs7.detached', 'ETSI.CAdES.detached'];
/** SHA-1 by their definition (ISO 32000-1 §12.8.3). */
const SHA1_FILTERS: readonly string[] = ['adbe.pkcs7.sha1', 'adbe.x509.rsa_sha1'];

/**
 * Judges a PDF that other software signed, signature by signature, in the order of what they cover: first each by its octets,
 * then the times from the outermost timestamp inwards, then each signer as of the time that is proven, by the answers that
 * travel with the file. What was added after the last one is not looked into: that there is something is said. Never throws
 * for what is in the file.
 *
 * @returns null where there are more signatures than are judged
 */
export async function judgeForeignPdf(
  crypto: CryptoPort,
  pdf: Uint8Array,
  trust: OthersTrust,
): Promise<readonly ForeignPdfSignature[] | null> {
  const fields = signatureFields(pdf);
  if (fields === null) return null;
  if (fields.length === 0) return [];
  const store = await storeOf(pdf);
  const read: ReadField[] = [];
  for (const field of fields)
    read.push(
      typeof field === 'string'
        ? { ...NOTHING('broken'), ...(field === 'moved' ? { moved: true } : {}) }
        : await readField(crypto, pdf, field, store.carried, trust),
    );
  return judgeSigners(crypto, read, store, trust);
}

/** One field as far as its own octets tell. */
interface ReadField
  extends Pick<ForeignPdfSignature, 'kind' | 'state' | 'moved' | 'whole' | 'chain' | 'claimedAt'> {
  /** What it covers ends here. */
  readonly end: number;
  /** A token with what it must date. */
  readonly stamp: { readonly value: Uint8Array; readonly message: Uint8Array } | null;
  /** Answers among what is signed. */
  readonly archived: readonly Uint8Array[];
}

const NOTHING = (state: ForeignPdfSignature['state'], whole = false, end = 0): ReadField => ({
  kind: 'signature',
  state,
  whole,
  chain: [],
  claimedAt: null,
  end,
  stamp: null,
  archived: [],
});

async function readField(
  crypto: CryptoPort,
  pdf: Uint8Array,
  { subFilter, ranges, end, value }: SignatureField,
  { certificates }: FileStore['carried'],
  { authorityRoots: roots }: OthersTrust,
): Promise<ReadField> {
  // Some software ends a file with further ends of line.
  const whole = pdf.subarray(end).every((octet) => octet === 0x0a || octet === 0x0d || octet === 0x20);
  const nothing = (state: ForeignPdfSignature['state']) => NOTHING(state, whole, end);
  if (value === null) return nothing('unreadable');
  const content = joinBytes(...ranges.map(([from, to]) => pdf.subarray(from, to)));
  if (subFilter === 'ETSI.RFC3161') {
    const stamp = { value, message: content };
    const state = await stampState(crypto, stamp, { roots, certificates });
    return { ...nothing(state), kind: 'timestamp', stamp };
  }
  if (SHA1_FILTERS.includes(subFilter)) return nothing('weak');
  if (!CMS_FILTERS.includes(subFilter)) return nothing('unreadable');
  try {
    const cms = readDetachedSignedData(value);
    if (cms.contentType !== CONTENT.data) return nothing('unreadable');
    const carried = cms.certificates.map(knownCertificateOf);
    const certificate = signerAmong(crypto, carried, cms);
    if (certificate === undefined) return nothing('unreadable');
    const fault = await checkSigner(crypto, { ...cms, content }, certificate, subFilter.startsWith('adbe.'));
    const chain = [certificate, ...carried.filter((one) => one !== certificate)];
    const signedTime = cms.signer.attributes.get(SIGNED_ATTRIBUTE.signingTime);
    const claimedAt = signedTime === undefined ? null : time(signedTime);
    const token = cms.unsigned.get(UNSIGNED_ATTRIBUTE.signatureTimestamp);
    const stamp = token === undefined ? null : { value: encodingOf(token), message: cms.signer.signature };
    const archived = archivedIn(cms.signer.attributes);
    const said = { kind: 'signature', whole, chain, claimedAt, end, stamp, archived } as const;
    if (fault !== null) return { ...said, state: fault === 'weak-algorithm' ? 'weak' : 'broken' };
    // A time that was given for another signature is no slip.
    const dated = stamp === null ? null : await stampState(crypto, stamp, { roots, certificates: chain });
    return { ...said, state: dated === 'broken' ? 'broken' : 'intact' };
  } catch (error) {
    if (error instanceof DerError) return nothing('unreadable');
    throw error;
  }
}

async function judgeSigners(
  crypto: CryptoPort,
  read: readonly ReadField[],
  { carried, endOf }: FileStore,
  trust: OthersTrust,
): Promise<ForeignPdfSignature[]> {
  /** Document timestamps that hold, the outermost first: each dates all that stands before its end. */
  const dated: { readonly end: number; readonly time: Date }[] = [];
  const provenBy = new Map<ReadField, Date | null>();
  /** Whose own tokens, or a timestamp around them, may tell an earlier time, and may not. */
  const open = new Set<ReadField>();
  let openAround = false;
  const signedBy = new Map<Uint8Array, ReadField>();
  const certified = new Set<ReadField>();
  for (const field of read)
    for (const der of field.archived) if (carried.take(der) !== null) signedBy.set(der, field);
  const existed = (answer: Uint8Array): Date => {
    const signer = signedBy.get(answer);
    const own = signer === undefined || !certified.has(signer) ? null : provenBy.get(signer);
    const at = signer?.end ?? endOf(answer) ?? Number.POSITIVE_INFINITY;
    return own ?? dated.findLast(({ end }) => at < end)?.time ?? trust.now;
  };
  const evidence = evidenceOfOthers(crypto, carried, trust.now, existed);
  const signatures = read.filter(({ chain }) => chain.length > 0);
  const training = signatures.every(({ chain }) => chain.some(isTrainingCertificate));
  for (const field of [...read].reverse()) {
    const { kind, state, stamp, end, chain } = field;
    const at = dated.at(-1)?.time ?? null;
    const of = { ...evidence, certificates: [...chain, ...evidence.certificates] };
    const asked = { at: at ?? trust.now, outermost: at === null, training };
    const told = stamp === null || state !== 'intact' ? null : await datedBy(crypto, stamp, asked, trust, of);
    const own = told === 'open' ? null : told;
    // What dates a token is later than it.
    if (told === 'open' || (openAround && own === null)) open.add(field);
    if (kind === 'timestamp') openAround = told === 'open' || (openAround && own === null);
    provenBy.set(field, kind === 'timestamp' ? own : (own ?? at));
    if (own !== null && field.archived.length > 0) {
      if (await isCertified(crypto, { chain, provenAt: own }, trust, evidence)) certified.add(field);
    }
    if (kind === 'timestamp' && own !== null) dated.push({ end, time: own });
  }
  return Promise.all(
    read.map(async (field): Promise<ForeignPdfSignature> => {
      const { kind, state, moved, whole, chain, claimedAt } = field;
      const provenAt = state === 'intact' ? (provenBy.get(field) ?? null) : null;
      const judged = kind === 'signature' && state === 'intact';
      const signer = { chain, provenAt, maybeEarlier: open.has(field) };
      const standing = judged ? await standingOf(crypto, signer, trust, evidence) : null;
      const told = { kind, state, whole, chain, claimedAt, provenAt, standing };
      return moved ? { ...told, moved } : told;
    }),
  );
}

async function stampState(
  crypto: CryptoPort,
  { value, message }: NonNullable<ReadField['stamp']>,
  trust: TimestampTrust,
): Promise<ForeignPdfSignature['state']> {
  const found = await verifyTimestamp(crypto, value, { message }, trust);
  return found.valid ? 'intact' : (STAMP_STATE[found.code] ?? 'unreadable');
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

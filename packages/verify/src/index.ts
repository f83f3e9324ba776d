/**
 * One file in, one verdict out. `verifyFile` is the same code in a browser, on the server and on the command line;
 * `readTrust` reads what a verifier believes from a folder of files.
 */
export type { LeafPort, ProvenLeaf } from './claim-leaf.ts';
export { claimNextStep, claimSentence } from './claim-sentence.ts';
export { fragmentOf, isQrText, mayBeClaim } from './claim-text.ts';
export {
  type FileToVerify,
  type FileVerdict,
  type LogEvidence,
  lacksReader,
  type PartVerdict,
  type Reprint,
  type VerifyPorts,
} from './file-verdict.ts';
export type { ForeignFacts, PdfSignatureFacts } from './foreign/facts.ts';
export { issuedCoreOf } from './issuance.ts';
export { pdfSignatureSentence } from './pdf-sentence.ts';
export { printedSlots } from './printed-slots.ts';
export { publishedLeaf } from './published-leaf.ts';
export {
  endedSentence,
  fragmentSentence,
  nextStep,
  sentenceOf,
  trustSentence,
  verdictSentence,
} from './sentences.ts';
export {
  besideEachOther,
  isProof,
  mayBeRead,
  proofAmong,
  READ_ENDINGS,
} from './several/beside.ts';
export { notRead, wholeOf } from './several/whole.ts';
export { checkCertificates, checkSignatures, type VerifiedSlot } from './signatures.ts';
export { namedBySuspicion } from './suspected.ts';
export type {
  CertifiedClaimKey,
  RegisteredSeal,
  SchoolLog,
  Suspicion,
  TrustBundle,
  TrustedSchool,
} from './trust/bundle.ts';
export { BundleError, type BundleErrorCode, goodUntil } from './trust/bundle.ts';
export { BUNDLE_KEY_FILE, isTrustFile, readTrust } from './trust/folder.ts';
export { MAX_BUNDLE_BYTES, openBundle, signBundle } from './trust/signed-bundle.ts';
export {
  BUNDLE_FILE,
  readSignedTrust,
  type SignedTrust,
  type Trust,
  TrustError,
  trustOf,
} from './trust/trust.ts';
export {
  decide,
  EXIT_CODE,
  type Fragment,
  type FragmentName,
  type FragmentState,
  gravity,
  type Verdict,
  worst,
} from './verdict.ts';
export { type ClaimCode, type ClaimFinding, verifyClaim } from './verify-claim.ts';
export { MAX_FILE_BYTES, mostBytesOf, verifyFile } from './verify-file.ts';
export { type VerdictWords, vi } from './words/vi.ts';

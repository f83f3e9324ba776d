/**
 * One file in, one verdict out. `verifyFile` is the same code in a browser, on the server and on the command line;
 * `readTrust` reads what a verifier believes from a folder of files.
 */
export type { LeafPort, ProvenLeaf } from './claim/claim-leaf.ts';
export { claimNextStep, claimSentence } from './claim/claim-sentence.ts';
export { fragmentOf, isQrText, mayBeClaim } from './claim/claim-text.ts';
export { publishedLeaf } from './claim/published-leaf.ts';
export { type ClaimCode, type ClaimFinding, verifyClaim } from './claim/verify-claim.ts';
export { issuedCoreOf } from './issuance/check-issuance.ts';
export { isListProof } from './issuance/class-list.ts';
export {
  besideEachOther,
  isProof,
  mayBeRead,
  proofAmong,
  READ_ENDINGS,
} from './several/beside.ts';
export { recordsGone } from './several/record-gone.ts';
export { notRead, wholeOf } from './several/whole.ts';
export { checkCertificates, checkSignatures, type VerifiedSlot } from './signatures/check-signatures.ts';
export { printedSlots } from './signatures/printed-slots.ts';
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
export { namedBySuspicion } from './trust/suspected.ts';
export {
  BUNDLE_FILE,
  readSignedTrust,
  type SignedTrust,
  type Trust,
  TrustError,
  trustOf,
} from './trust/trust.ts';
export {
  type FileToVerify,
  type FileVerdict,
  type LogEvidence,
  lacksReader,
  type PartVerdict,
  type Reprint,
  type VerifyPorts,
} from './verdict/file-verdict.ts';
export type { ForeignFacts, PdfSignatureFacts } from './verdict/foreign-facts.ts';
export { pdfSignatureSentence } from './verdict/pdf-sentence.ts';
export {
  endedSentence,
  fragmentSentence,
  nextStep,
  sentenceOf,
  trustSentence,
  verdictSentence,
} from './verdict/sentences.ts';
export {
  decide,
  EXIT_CODE,
  type Fragment,
  type FragmentName,
  type FragmentState,
  gravity,
  type Verdict,
  worst,
} from './verdict/verdict.ts';
export { MAX_FILE_BYTES, mostBytesOf, verifyFile } from './verify-file.ts';
export { type VerdictWords, vi } from './words/vi.ts';

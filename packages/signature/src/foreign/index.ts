/** Records that others signed, by real canonicalisation; apart from the rest, so that a page loads it only when one comes. */
export { FOREIGN_LIMITS, type ForeignDocumentCode, ForeignDocumentError } from './guard.ts';
export type { ForeignPlace } from './places.ts';
export { type ForeignSigner, judgeForeignSigners } from './signers.ts';
export type { ForeignElement, IdAttribute } from './tree.ts';
export {
  type ForeignFinding,
  type ForeignProfile,
  type ForeignReading,
  readSigned,
  type ValidForeignSignature,
  verifyForeign,
} from './verify.ts';

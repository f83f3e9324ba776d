/** The signed claim in the QR of a print: small enough for paper, checked without a network. Runs in a browser. */
export { type ReadClaim, readClaim, signClaim } from './claim.ts';
export {
  type ClaimContent,
  type ClaimDifference,
  claimContentOf,
  claimDifferences,
} from './content.ts';
export { type ClaimBody, KEY_ID_LENGTH, LEAF_HASH_LENGTH } from './encode.ts';
export { ClaimError, type ClaimErrorCode } from './error.ts';

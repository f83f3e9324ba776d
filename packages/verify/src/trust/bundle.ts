import type { Policy } from '@hocba/ledger';
import type { AlgorithmRule } from '@hocba/signature';

/** Logs of training begin so; a real record in one, or a training record outside, is a contradiction. */
export const TRAINING_ORIGIN = 'hocba.training/';

/** A log that a school's records are issued in. From `from` on, a sealed record of the school without a proof was never issued. */
export interface SchoolLog {
  readonly origin: string;
  /** Unix seconds. */
  readonly from: number;
  /** The last tree that is believed of a log whose key may be in wrong hands; absent while the log is believed. */
  readonly last?: { readonly size: number; readonly root: Uint8Array };
}

/** A seal's certificate as the level above registered it (CV 2088: without that, issuing is void). A renewed one stands beside it. */
export interface RegisteredSeal {
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificate: string;
  /** Unix seconds; `until` null while it is the school's. */
  readonly from: number;
  readonly until: number | null;
}

export interface TrustedSchool {
  /** As the record's `MA_TRUONG` has it. */
  readonly code: string;
  readonly name: string;
  readonly logs: readonly SchoolLog[];
  readonly seals: readonly RegisteredSeal[];
  /** Code of the school that keeps this one's records on, if it was closed or merged. */
  readonly successor: string | null;
}

/**
 * A certificate, or every certificate of its key, whose key may have been in wrong hands. What was logged before `from` stays genuine; what was logged
 * later waits to be confirmed anew, unless school and province have done so for its leaf.
 */
export interface Suspicion {
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificate: string;
  /**
   * SHA-256 of its SubjectPublicKeyInfo's DER, hex (RFC 5280 §4.1.2.7): then whatever else certifies that key is suspected with it. An
   * authority's key is often certified more than once, by others (cross-certificates) and anew, and who has it signs below any of these.
   */
  readonly key?: string;
  /** Unix seconds; `to` null while it goes on. */
  readonly from: number;
  readonly to: number | null;
  /** Number and date of the decision, as it is cited. */
  readonly decision: string;
  readonly reattested: readonly { readonly origin: string; readonly index: number }[];
}

/** A year's claim key: its document and the `.tlog-proof` of the leaf that certifies it. */
export interface CertifiedClaimKey {
  readonly document: Uint8Array;
  readonly proof: Uint8Array;
}

/** All that a verifier believes, in one dated file for server, browser and command line. */
export interface TrustBundle {
  /** Unix seconds. */
  readonly asOf: number;
  /** Unix seconds by which its maker gives a newer one; a bundle of before this member was known has none. */
  readonly nextUpdate?: number;
  /** DER certificates: of signers, and of time-stamping authorities. */
  readonly roots: readonly Uint8Array[];
  readonly authorityRoots: readonly Uint8Array[];
  readonly algorithms: readonly AlgorithmRule[];
  /** Logs, witnesses and quorum. */
  readonly policy: Policy;
  readonly statusKeys: readonly { readonly origin: string; readonly vkey: string }[];
  /** How many seconds a status file is good for; older than that it is said, and nothing is green. */
  readonly statusMaxAge: number;
  readonly schools: readonly TrustedSchool[];
  readonly suspicions: readonly Suspicion[];
  readonly claimKeys: readonly CertifiedClaimKey[];
}

/** How long a bundle is believed that does not say itself when the next one comes: a school year and its summer. */
const UNSAID = 366 * 86_400;

/**
 * Unix seconds until which a bundle is good: who is suspected since, and whose seal ended, an older one does not know. After that
 * nothing is green by it, and what is false stays false.
 */
export function goodUntil({ asOf, nextUpdate }: Pick<TrustBundle, 'asOf' | 'nextUpdate'>): number {
  return nextUpdate ?? asOf + UNSAID;
}

/**
 * `not-understood`: signed by the right key, and of a newer kind than this version knows: a newer one is needed. `malformed`: signed by the
 * right key, of a kind that is known, and not as such a list is written: its maker has to mend it.
 */
export type BundleErrorCode =
  | 'not-a-bundle'
  | 'wrong-signature'
  | 'malformed'
  | 'not-understood'
  | 'too-large';

/** A trust bundle that is not to be believed or cannot be read. */
export class BundleError extends Error {
  readonly code: BundleErrorCode;
  constructor(code: BundleErrorCode, detail: string, options?: ErrorOptions) {
    super(`trust bundle: ${code} (${detail})`, options);
    this.name = 'BundleError';
    this.code = code;
  }
}

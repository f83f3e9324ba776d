import type { XmlDocument, XmlElement } from '@hocba/xml';
import type { UnsignedProperties } from '../properties/unsigned-properties.ts';
import type { RevocationAnswer, RevocationCode } from '../revocation/answer.ts';
import type { RevocationMaterial } from '../revocation/material.ts';
import type { TimestampCode } from '../time/verify.ts';
import type { AlgorithmRule, PolicyAlgorithm } from '../x509/algorithm-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { PathCode } from '../x509/path.ts';
import type { SignatureFinding, ValidSignature } from '../xmldsig/verify.ts';

/** What is asked and found about a signature's level. */

export type Level = 'B' | 'T' | 'LT' | 'LTA';

/** Why a signature's level does not hold, or cannot be told to hold. */
export type LevelCode =
  | 'valid'
  | 'signature-invalid'
  | 'unsigned-properties-malformed'
  | 'timestamp-invalid'
  | 'times-out-of-order'
  /** Dated at a time that has not come by the clock of who judges: that clock is behind, or the authority's is ahead. */
  | 'clock-behind'
  | 'authority-not-trusted'
  | 'authority-expired'
  | 'authority-revoked'
  | 'authority-status-unknown'
  | 'algorithm-refused'
  | 'signer-not-trusted'
  | 'signer-revoked'
  | 'signer-revoked-no-proof'
  | 'signer-status-unknown'
  | 'spare-validation-data';

/** A time by which the signature, and all that stands before this timestamp, certainly existed. */
export interface ProvenTime {
  readonly kind: 'signature' | 'archive';
  readonly time: Date;
  /** Milliseconds either way; null if the authority does not say. */
  readonly accuracy: number | null;
  readonly policy: string;
  readonly certificate: Certificate;
  /** False for the outermost one if there was no answer about its authority as of now. */
  readonly revocationChecked: boolean;
}

/** What was found about one signer: of the signature itself, or of another one that it carries. */
export interface SignerFinding {
  readonly slotId: string;
  readonly state: 'valid' | 'invalid' | 'indeterminate';
  readonly code: LevelCode;
  /** The time as of which the certificate was judged: proven, or now. */
  readonly at: Date;
  readonly path: readonly Certificate[];
}

export interface LevelFinding {
  /** `indeterminate`: nothing is wrong with the bytes, but what is needed to rely on them is missing or has ended. */
  readonly state: 'valid' | 'invalid' | 'indeterminate';
  readonly code: LevelCode;
  /** What lies under `code`, for a log. */
  readonly detail: SignatureFinding['code'] | TimestampCode | PathCode | RevocationCode | undefined;
  /** The highest level that holds in full. */
  readonly level: Level;
  readonly signature: SignatureFinding;
  /** By when the signature certainly existed; null without a timestamp. */
  readonly provenAt: Date | null;
  /** In the order of the document. */
  readonly times: readonly ProvenTime[];
  /** Certificates that were relied on, roots included. */
  readonly certificates: readonly Certificate[];
  readonly revocation: readonly RevocationAnswer[];
  /** When the outermost authority's path ends: date it anew before. Null without a timestamp. */
  readonly renewBefore: Date | null;
  readonly carried: readonly SignerFinding[];
  /** Algorithms that still hold, but were noted by the policy as of the proven time. */
  readonly noted: readonly PolicyAlgorithm[];
  /** True if anything of it is of a training PKI. */
  readonly training: boolean;
}

export interface LevelTrust {
  /** Of signers. */
  readonly roots: readonly Certificate[];
  /** Of time-stamping authorities; those of signers if not given. */
  readonly authorityRoots?: readonly Certificate[];
  readonly now: Date;
  /** A later policy than the one built in. */
  readonly policy?: readonly AlgorithmRule[];
  /** Answers obtained now, or kept since. */
  readonly answers?: RevocationMaterial;
  /**
   * By when the signature's value existed, by a proof outside of it. It is used where there is no timestamp, or where the
   * outermost authority has ended: then nothing is taken from the timestamps, and what is carried counts as made known now.
   */
  readonly provenBy?: Date;
  /**
   * Valid signatures of other slots, whose validation data this one carries. Only those whose SignatureValue it
   * signed are judged: its proven time is then theirs as well.
   */
  readonly carries?: readonly ValidSignature[];
}

/** A signature whose level is judged. */
export interface LevelSubject {
  readonly doc: XmlDocument;
  readonly element: XmlElement;
  readonly signature: ValidSignature;
  readonly unsigned: UnsignedProperties;
}

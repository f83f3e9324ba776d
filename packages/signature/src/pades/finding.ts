import type { RevocationAnswer, RevocationCode } from '../revocation/answer.ts';
import type { RevocationMaterial } from '../revocation/material.ts';
import type { TimestampCode } from '../time/verify.ts';
import type { AlgorithmRule, PolicyAlgorithm } from '../x509/algorithm-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { PathCode } from '../x509/path.ts';
import type { Level, LevelCode, ProvenTime } from '../xades/level.ts';

/** Why a PDF's signatures do not hold, or cannot be told to hold. */
export type PadesFindingCode =
  | LevelCode
  /** Not a file of ours, or changed or added to after signing. */
  | 'layout-refused'
  | 'not-signed'
  /** A signature that can be seen, whose look nobody could tell to be the one it must have. */
  | 'look-unknown'
  | 'look-changed';

export type PadesDetail = TimestampCode | PathCode | RevocationCode | undefined;

/** What was found about one signature of a PDF. */
export interface PadesSignature {
  /** `Signature1` and so on, in their order. */
  readonly field: string;
  readonly state: 'valid' | 'invalid' | 'indeterminate';
  readonly code: PadesFindingCode;
  readonly detail: PadesDetail;
  readonly level: Level;
  readonly certificate: Certificate;
  /** As carried: leaf first. */
  readonly chain: readonly Certificate[];
  /** The signer's own word. */
  readonly claimedAt: Date;
  /** By when the signature certainly existed; null without a timestamp over it. */
  readonly provenAt: Date | null;
  readonly visible: boolean;
}

export interface PadesFinding {
  /** Of the file: that of the first signature which is not valid. */
  readonly state: 'valid' | 'invalid' | 'indeterminate';
  readonly code: PadesFindingCode;
  readonly detail: PadesDetail;
  /** The lowest that a signature of it holds in full. */
  readonly level: Level;
  readonly signatures: readonly PadesSignature[];
  /** Of document timestamps, oldest first. */
  readonly times: readonly ProvenTime[];
  /** When the outermost document timestamp's path ends: date it anew before. Null without one. */
  readonly renewBefore: Date | null;
  readonly certificates: readonly Certificate[];
  readonly revocation: readonly RevocationAnswer[];
  readonly noted: readonly PolicyAlgorithm[];
  readonly training: boolean;
}

export interface PadesTrust {
  readonly roots: readonly Certificate[];
  readonly authorityRoots?: readonly Certificate[];
  readonly now: Date;
  readonly policy?: readonly AlgorithmRule[];
  /** Answers obtained now, or kept since. */
  readonly answers?: RevocationMaterial;
  /** What a visible signature must show, in a box of `width` and `height` points; without it none is valid. */
  readonly lookOf?: (certificate: Certificate, time: Date, width: number, height: number) => Uint8Array;
}

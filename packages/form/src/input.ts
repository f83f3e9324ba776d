import type { RecordDocument, SignerRole } from '@hocba/record';
import type { FormLook } from './labels.ts';

/** Version of the form's layout. Another layout of the same data needs another version: verifiers re-render by it. */
export const FORM_VERSION = 'hocba-form/4';
/** The other looks, which no verifier prints again: the booklet's wording, and pictures, which no signature of the record covers. */
export const PAPER_FORM_VERSION = 'hocba-paper-form/4';
export const PICTURE_FORM_VERSION = 'hocba-picture-form/4';

/** One signature as the form shows it. `time` is the signed time, ISO 8601 with offset. */
export interface FormSignature {
  role: SignerRole;
  /** Full name; of the school seal the organisation's name. */
  name: string;
  title?: string;
  time: string;
  /** Shown for homeroom teacher, principal and seal: who issued the signer's certificate, and its serial number in hexadecimal. */
  certificate?: { issuer: string; serial: string };
  /**
   * A PNG of the signature or the seal (not of subject teachers), shown in its place in blue or red. No signature of the record covers
   * it: a form with pictures is not printed again by verifiers, and its pages are vouched for by the PDF's own signature only.
   */
  image?: Uint8Array;
}

export interface FormIssue {
  /** What the QR holds, the signed claim in its fragment included. */
  qrUrl: string;
  /** Index of the record's leaf in the public log; null where the record is not (yet) logged. */
  leafIndex: number | bigint | string | null;
  signatures: readonly FormSignature[];
  /**
   * When the school signs this very file, ISO 8601 with offset: stands on the cover, where the signature's field lies over
   * it. A file that says so and is not signed has lost its signature. Null for a print that the school has
   * not signed as a file: the cover says that. Not given, the cover is silent.
   */
  sealedAt?: string | null;
}

/**
 * What one form is made of. `issued: null` gives a draft: watermark, no signatures, no QR, nothing attached.
 * Otherwise `xml` (the record's exact bytes) and `proof` (tlog-proof) are embedded unchanged.
 */
export interface FormInput {
  doc: RecordDocument;
  xml: Uint8Array;
  proof: Uint8Array | null;
  issued: FormIssue | null;
  /** `hbs` unless the paper booklet's wording is asked for. */
  look?: FormLook;
}

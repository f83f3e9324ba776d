import type { MinistryYear } from '@hocba/record';
import type { ForeignPdfSignature } from '@hocba/signature/pades';

/** What stands in the signed part of a foreign record, as it is written there; undefined where it says nothing. */
export interface ForeignFacts {
  readonly fullName: string | undefined;
  readonly birthDate: string | undefined;
  readonly schoolName: string | undefined;
  readonly schoolYear: string | undefined;
  readonly className: string | undefined;
  readonly result: string | undefined;
  /** The same, and all results of the year, as cells that a class could hold. */
  readonly year: MinistryYear;
  /** Slots in the order of signing, with the certificate's owner and the signed time if there is one. */
  readonly signers: readonly { readonly slot: string; readonly time: string | null }[];
}

/** One signature, or document timestamp, of a PDF that other software signed, in the order of what they cover. */
export interface PdfSignatureFacts {
  readonly kind: ForeignPdfSignature['kind'];
  /** `moved`: it came out of another file, and says nothing of this one. */
  readonly state: ForeignPdfSignature['state'] | 'moved';
  /** It covers the file to its end. */
  readonly whole: boolean;
  /** Of the certificate's owner; null where none could be read. */
  readonly name: string | null;
  /** ISO, UTC; the signer's own word. */
  readonly claimedAt: string | null;
  /** ISO, UTC; by the word of an authority that is trusted here. */
  readonly provenAt: string | null;
  /** How its signer's certificate stood then; null for timestamps, and for what is not intact. */
  readonly standing: ForeignPdfSignature['standing'];
}

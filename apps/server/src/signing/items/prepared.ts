import { bytesToSign, fromBase64, type PreparedSignature } from '@hocba/signature';

/** What stands in `signing_item.prepared` between the two steps of a signature. */
export interface PreparedItem {
  readonly certificateId: string;
  readonly prepared: PreparedSignature;
}

/**
 * In the place of a slot, in an item that signs an issued record's print: no part of the record, but its file. It stands
 * in the seal's own batch, since the print holds the proof, which is there only after the record was issued.
 */
export const PRINT = 'print';

/** What stands in `signing_item.prepared` of a print: all that the file is made of besides the record itself. */
export interface PreparedPrint {
  readonly certificateId: string;
  readonly print: {
    /** Base64. */
    readonly proof: string;
    readonly leafIndex: number;
    readonly qrUrl: string;
    /** As printed and signed: Vietnam's clock, whole seconds. */
    readonly signedAt: string;
  };
  /** What goes out to be signed, base64. */
  readonly message: string;
  /** The authority's token over the signature, base64: kept as soon as it is there. */
  readonly token?: string;
}

export type Prepared = PreparedItem | PreparedPrint;

export const isPrintItem = ({ slotId }: { readonly slotId: string }): boolean => slotId === PRINT;

export const isPreparedPrint = (prepared: Prepared): prepared is PreparedPrint => 'print' in prepared;

/** The bytes that a signer signs. */
export const messageOf = (prepared: Prepared): Uint8Array =>
  isPreparedPrint(prepared)
    ? (fromBase64(prepared.message) ?? new Uint8Array())
    : bytesToSign(prepared.prepared);

/**
 * Why a PDF cannot be signed, or is not one of ours.
 * `not-our-layout` not a PDF as our typesetter and this writer lay it out · `no-such-page` · `no-room` the value does not
 * fit in the place kept for it · `signature-invalid` what came back is not by the certificate over these bytes ·
 * `not-last` only the last signature may still take its timestamp · `not-signed` nothing to be raised ·
 * `wrong-order` a signature behind an archive timestamp.
 */
export type PadesCode =
  | 'not-our-layout'
  | 'no-such-page'
  | 'no-room'
  | 'signature-invalid'
  | 'not-last'
  | 'not-signed'
  | 'wrong-order';

export class PadesError extends Error {
  readonly code: PadesCode;

  constructor(code: PadesCode) {
    super(`PAdES: ${code}`);
    this.name = 'PadesError';
    this.code = code;
  }
}

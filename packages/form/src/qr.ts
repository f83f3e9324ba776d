import { encode } from 'uqr';
import { FormError } from './error.ts';

export interface QrDrawing {
  /** Modules on a side, without the quiet zone. */
  size: number;
  /** Side of one module in points. */
  moduleSize: number;
  /** One byte a module, row by row: 0 dark, 255 light. */
  pixels: Uint8Array;
}

const POINTS_PER_MM = 72 / 25.4;
/** ISO/IEC 18004 asks nothing of the size; a print of 20 mm and modules of 0.4 mm are read by old phones. */
const SMALLEST_SIDE_MM = 20;
const MODULE_MM = 0.4;
const LARGEST_SIDE_MM = 32;
/** Room for a signed claim; above it modules would be smaller than a 600 dpi copy keeps. */
const LONGEST_TEXT = 700;

/** The QR of `text` (printable ASCII, error correction M) as a drawing; same text, same drawing. */
export function drawQr(text: string): QrDrawing {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > LONGEST_TEXT) {
    throw new FormError('input-invalid', 'the QR address is empty, too long or not printable ASCII');
  }
  const qr = encode(text, { ecc: 'M', boostEcc: false, border: 0 });
  const pixels = Uint8Array.from(qr.data.flat(), (dark) => (dark ? 0 : 255));
  const side = Math.min(LARGEST_SIDE_MM, Math.max(SMALLEST_SIDE_MM, qr.size * MODULE_MM));
  return {
    size: qr.size,
    moduleSize: Number(((side * POINTS_PER_MM) / qr.size).toFixed(4)),
    pixels,
  };
}

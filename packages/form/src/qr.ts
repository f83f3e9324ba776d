import { correction, generate, mode } from 'lean-qr';
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
/** A print of 20 mm is found by old phones. */
const SMALLEST_SIDE_MM = 20;
/** 3.5 dots of a scan at 150 dpi, which also a copy of a copy keeps apart. */
const MODULE_MM = 0.6;
/** Version 20 has 97 modules a side; a larger code would take the place of the form. */
const LARGEST_VERSION = 20;
/** Written as digits, a claim takes a fifth less than as letters: they are packed by three into ten bits. */
const MODES = [mode.numeric, mode.alphaNumeric, mode.ascii];

/** The QR of `text` (printable ASCII, ISO/IEC 18004 with error correction M) as a drawing; same text, same drawing. */
export function drawQr(text: string): QrDrawing {
  const { size, get } = encoded(text);
  const pixels = Uint8Array.from({ length: size * size }, (_, i) =>
    get(i % size, Math.floor(i / size)) ? 0 : 255,
  );
  const side = Math.max(SMALLEST_SIDE_MM, size * MODULE_MM);
  return { size, moduleSize: Number(((side * POINTS_PER_MM) / size).toFixed(4)), pixels };
}

function encoded(text: string) {
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new FormError('input-invalid', 'the QR address is empty or not printable ASCII');
  try {
    return generate(mode.auto(text, { modes: MODES }), {
      minCorrectionLevel: correction.M,
      maxCorrectionLevel: correction.M,
      maxVersion: LARGEST_VERSION,
    });
  } catch {
    throw new FormError('input-invalid', 'the QR address is too long');
  }
}

const drawn = new WeakMap<object, QrDrawing>();

/** The QR of an issued form, drawn once however often it is asked for. Throws FormError `input-invalid`. */
export function qrOf(issued: { readonly qrUrl: string }): QrDrawing {
  const qr = drawn.get(issued) ?? drawQr(issued.qrUrl);
  drawn.set(issued, qr);
  return qr;
}

/** Dots on a module's side in the file: of single ones a scan's grid makes squares of unlike size, and readers fail at 150 dpi. */
export const DOTS = 8;

/** The drawing with each module as that many dots a side, row by row. */
export function dotsOf({ size, pixels }: QrDrawing): Uint8Array {
  const side = size * DOTS;
  const dots = new Uint8Array(side * side);
  for (let y = 0; y < size; y++) {
    const row = dots.subarray(y * DOTS * side, (y * DOTS + 1) * side);
    for (let x = 0; x < size; x++) row.fill(pixels[y * size + x] ?? 255, x * DOTS, (x + 1) * DOTS);
    for (let n = 1; n < DOTS; n++) dots.set(row, (y * DOTS + n) * side);
  }
  return dots;
}

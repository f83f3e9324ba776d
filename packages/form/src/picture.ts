import { FormError } from './error.ts';
import { readPng } from './png.ts';
import { writePng } from './png-write.ts';
import { drawnInk, inkAt, type Pen } from './signature-image.ts';

export type { Pen } from './signature-image.ts';

/** Why a picture is not kept: `unreadable` no PNG that is taken · `blank` no ink on it · `background` no white or clear paper around the ink. */
export type PictureErrorCode = 'unreadable' | 'blank' | 'background';

export class PictureError extends Error {
  readonly code: PictureErrorCode;

  constructor(code: PictureErrorCode) {
    super(`picture of a signature: ${code}`);
    this.name = 'PictureError';
    this.code = code;
  }
}

/** Fewer pixels of ink than this are dust on the scanner. */
const LEAST_INK = 40;
/** A signature or a seal leaves most of its paper free; a photograph of grey paper is ink all over. */
const MOST_INKED = 0.7;

/**
 * The picture of a signature or a seal as it is kept (NĐ 30/2020/NĐ-CP, Phụ lục I: PNG with a transparent ground): read whole,
 * cut to the ink, and written anew, so that nothing of the file but its pixels goes any further.
 *
 * @param bytes a PNG as `readPng` takes it
 * @throws PictureError
 */
export function keptPicture(bytes: Uint8Array): Uint8Array {
  const { width, height, rgba } = pixelsOf(bytes);
  let [left, top, right, bottom, ink] = [width, height, -1, -1, 0];
  for (let i = 0; i < width * height; i++) {
    if (inkAt(rgba, 4 * i) === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    ink += 1;
  }
  if (ink < LEAST_INK) throw new PictureError('blank');
  const [w, h] = [right - left + 1, bottom - top + 1];
  if (ink > MOST_INKED * w * h) throw new PictureError('background');
  const cut = new Uint8Array(w * h * 4);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 4;
    cut.set(rgba.subarray(from, from + w * 4), y * w * 4);
  }
  return writePng({ width: w, height: h, rgba: cut });
}

/** A kept picture as the form shows it: a person's in blue, the school's seal in red. @throws PictureError `unreadable` */
export function pictureOnForm(png: Uint8Array, pen: Pen): Uint8Array {
  return writePng(drawnInk(pixelsOf(png), pen));
}

function pixelsOf(png: Uint8Array) {
  try {
    return readPng(png);
  } catch (error) {
    if (error instanceof FormError) throw new PictureError('unreadable');
    throw error;
  }
}

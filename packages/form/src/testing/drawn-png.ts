import type { Pixels } from '../png.ts';
import { writePng } from '../png-write.ts';

const INK = [20, 20, 60, 255];
const STAMP = [200, 30, 40, 255];

/** A stroke across white or clear paper, as a signature might look: `paper` is its alpha. */
export function drawnSignature(width = 240, height = 100, paper: 0 | 255 = 255): Uint8Array {
  return picture(width, height, [255, 255, 255, paper], (x, y) => {
    const stroke = height / 2 + Math.sin((x / width) * 9) * (height / 3);
    return x > width / 10 && x < width * 0.9 && Math.abs(y - stroke) < 4 ? INK : null;
  });
}

/** A ring and a star's place in red, as a school's stamp might look. */
export function drawnSeal(side = 200): Uint8Array {
  return picture(side, side, [255, 255, 255, 255], (x, y) => {
    const far = Math.hypot(x - side / 2, y - side / 2) / (side / 2);
    return (far > 0.84 && far < 0.94) || far < 0.25 ? STAMP : null;
  });
}

export function picture(
  width: number,
  height: number,
  paper: readonly number[],
  inkAt: (x: number, y: number) => readonly number[] | null,
): Uint8Array {
  const made: Omit<Pixels, 'transparent'> = { width, height, rgba: new Uint8Array(width * height * 4) };
  for (let i = 0; i < width * height; i++)
    made.rgba.set(inkAt(i % width, Math.floor(i / width)) ?? paper, 4 * i);
  return writePng(made);
}

import type { SignerRole } from '@hocba/record';
import { readPng } from './png.ts';

/** A picture of a signature or a seal as the typesetter takes it. */
export interface ShownImage {
  path: string;
  width: number;
  height: number;
}

/** Blue of a person's signature, red of an organisation's (NĐ 30/2020/NĐ-CP, Phụ lục I); as in `typst/ink.typ`. */
const SIGN_BLUE = [0x0b, 0x3d, 0x91] as const;
const SEAL_RED = [0xb3, 0x14, 0x1d] as const;
/** Fainter than this is paper. */
const PAPER = 0.15;

/** Whose ink it is. */
export type Pen = 'person' | 'seal';

interface Ink {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** How dense the ink of a pixel is, 0 to 255; 0 where there is paper. The darkest channel, so that a red stamp is as dense as a black one. */
export function inkAt(rgba: Uint8Array, at: number): number {
  const light = Math.min(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0);
  const cover = (1 - light / 255) * ((rgba[at + 3] ?? 0) / 255);
  return cover < PAPER ? 0 : Math.round(cover * 255);
}

/** Only the ink, in the colour of its pen, transparent where there was paper. */
export function drawnInk({ width, height, rgba }: Ink, pen: Pen): Ink {
  const colour = pen === 'seal' ? SEAL_RED : SIGN_BLUE;
  const drawn = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    drawn.set(colour, i);
    drawn[i + 3] = inkAt(rgba, i);
  }
  return { width, height, rgba: drawn };
}

/** A picture is asked for once for its measures and once for its pixels, in either colour. */
const drawn = { person: new WeakMap<Uint8Array, Ink>(), seal: new WeakMap<Uint8Array, Ink>() };

function inkOf(png: Uint8Array, role: SignerRole): Ink {
  const pen = role === 'schoolSeal' ? 'seal' : 'person';
  let ink = drawn[pen].get(png);
  if (ink === undefined) {
    ink = drawnInk(readPng(png), pen);
    drawn[pen].set(png, ink);
  }
  return ink;
}

/** A signature on a form that may show a picture. */
interface Pictured {
  role: SignerRole;
  image?: Uint8Array;
}

const pathOf = (of: string, role: SignerRole): string => `/${of}-${role}.rgba`;

/**
 * Where the typesetter finds a signature's picture; `of` tells the signed things of one document apart, such as a record's UUID. Throws FormError `input-invalid` for a
 * PNG that is not taken.
 */
export function shownImage(of: string, { image, role }: Pictured): ShownImage | null {
  if (image === undefined || role === 'subjectTeacher') return null;
  const { width, height } = inkOf(image, role);
  return { path: pathOf(of, role), width, height };
}

/** The pixels by that path: only ink, in the colour of its role, transparent where there was paper. */
export function imageFiles(of: string, signatures: readonly Pictured[]): [string, Uint8Array][] {
  return signatures.flatMap(({ image, role }): [string, Uint8Array][] =>
    image === undefined || role === 'subjectTeacher' ? [] : [[pathOf(of, role), inkOf(image, role).rgba]],
  );
}

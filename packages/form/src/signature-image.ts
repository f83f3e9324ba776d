import type { RecordDocument, SignerRole } from '@hocba/record';
import type { FormSignature } from './input.ts';
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

interface Ink {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** A picture is asked for once for its measures and once for its pixels, in either colour. */
const drawn = { person: new WeakMap<Uint8Array, Ink>(), seal: new WeakMap<Uint8Array, Ink>() };

function inkOf(png: Uint8Array, role: SignerRole): Ink {
  const known = role === 'schoolSeal' ? drawn.seal : drawn.person;
  let ink = known.get(png);
  if (ink === undefined) {
    const { width, height, rgba } = readPng(png);
    const colour = role === 'schoolSeal' ? SEAL_RED : SIGN_BLUE;
    ink = { width, height, rgba: rgba.slice() };
    for (let i = 0; i < rgba.length; i += 4) {
      const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(i, i + 4);
      // The darkest channel, so that a red stamp on white paper is as dense as a black one.
      const cover = (1 - Math.min(r, g, b) / 255) * (alpha / 255);
      ink.rgba.set(colour, i);
      ink.rgba[i + 3] = cover < PAPER ? 0 : Math.round(cover * 255);
    }
    known.set(png, ink);
  }
  return ink;
}

const pathOf = (doc: RecordDocument, role: SignerRole): string => `/${doc.uuid}-${role}.rgba`;

/** Where the typesetter finds a signature's picture. Throws FormError `input-invalid` for a PNG that is not taken. */
export function shownImage(doc: RecordDocument, { image, role }: FormSignature): ShownImage | null {
  if (image === undefined || role === 'subjectTeacher') return null;
  const { width, height } = inkOf(image, role);
  return { path: pathOf(doc, role), width, height };
}

/** The pixels by that path: only ink, in the colour of its role, transparent where there was paper. */
export function imageFiles(
  doc: RecordDocument,
  signatures: readonly FormSignature[],
): [string, Uint8Array][] {
  return signatures.flatMap(({ image, role }): [string, Uint8Array][] =>
    image === undefined || role === 'subjectTeacher' ? [] : [[pathOf(doc, role), inkOf(image, role).rgba]],
  );
}

import { heightOf, linesIn, widthOf } from './lines.ts';

/** Points in a millimetre. */
export const MM = 72 / 25.4;

/** What the boxes show of one signature. */
export interface SignedWords {
  name: string;
  time: { date: string; clock: string };
  /** The picture that stands in the words' place, where the signer has one. */
  image: object | null;
}

// Widths and heights as in `typst/signatures.typ`.
const HEAD_WORDS = (52 - 52 / 3 - 3) * MM;
const SEAL_WORDS = 36 * MM;
const HOMEROOM_WORDS = 51 * MM;
const LEAST = 25 * MM;
const SEAL_IMAGE = 36 * MM;
const SIGNATURE_IMAGE = 22 * MM;
const CAPTION = 5 * MM;

/** Steps by which a box's words shrink until they stand within its usual height; past the last the box grows. */
const STEPS = [1, 0.9, 0.8, 0.72] as const;

interface WordsFit {
  step: number;
  height: number;
}

function shrunk(room: number, heightAt: (step: number) => number): WordsFit {
  const step = STEPS.find((s) => heightAt(s) <= room) ?? STEPS[3];
  return { step, height: heightAt(step) };
}

/** Date and clock stand side by side where there is room; always in 10 pt. */
function timeHeight({ date, clock }: SignedWords['time'], width: number): number {
  return 10 * heightOf(10 * widthOf(`${date} ${clock}`) <= width ? 1 : 2, 0.42);
}

function personFit(words: SignedWords, width: number): WordsFit {
  return shrunk(LEAST - 3 * MM, (step) => {
    const name = heightOf(linesIn(words.name, width / (10 * step)), 0.42);
    return 10 * step * (1.1 * heightOf(1, 0) + name + 1) + timeHeight(words.time, width);
  });
}

function sealFit(words: SignedWords): WordsFit {
  return shrunk(LEAST - 7 * MM, (step) => {
    const size = 8.6 * step;
    const title = heightOf(linesIn('Đã ký số bằng con dấu của', SEAL_WORDS / size), 0.4);
    const name = heightOf(linesIn(words.name, SEAL_WORDS / size, 'bold'), 0.4);
    return size * (title + name + 0.9) + timeHeight(words.time, SEAL_WORDS);
  });
}

/**
 * The head's signature with the school's seal over it: the steps of their words, and in points the height of both boxes and of
 * the times that stand below pictures.
 */
export function sealedFit(head: SignedWords | null, seal: SignedWords | null) {
  const headWords = head === null || head.image !== null ? null : personFit(head, HEAD_WORDS);
  const sealWords = seal === null || seal.image !== null ? null : sealFit(seal);
  const pictures = [head, seal].filter((s) => s !== null && s.image !== null).length;
  return {
    head: headWords?.step ?? 1,
    seal: sealWords?.step ?? 1,
    height: Math.max(
      LEAST,
      head !== null && head.image !== null ? SIGNATURE_IMAGE : (headWords?.height ?? 0) + 3 * MM,
      seal !== null && seal.image !== null ? SEAL_IMAGE : (sealWords?.height ?? 0) + 7 * MM,
    ),
    captions: pictures * CAPTION,
  };
}

/** The homeroom teacher's signature, likewise. */
export function homeroomFit(teacher: SignedWords | null) {
  if (teacher === null) return { head: 1, height: LEAST, captions: 0 };
  if (teacher.image !== null) return { head: 1, height: Math.max(LEAST, SIGNATURE_IMAGE), captions: CAPTION };
  const { step, height } = personFit(teacher, HOMEROOM_WORDS);
  return { head: step, height: Math.max(LEAST, height + 3 * MM), captions: 0 };
}

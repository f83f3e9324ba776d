import { type FontStyle, metricsOf } from './font.ts';

const SPACE = 0x20;
const ZERO_WIDTH_SPACE = 0x200b;

/** Width of a run of text in ems; kerning, which only narrows, is left out. */
export function widthOf(text: string, style: FontStyle = 'regular'): number {
  const { advance } = metricsOf(style);
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.codePointAt(i) as number;
    if (letter > 0xffff) i += 1;
    if (letter !== ZERO_WIDTH_SPACE) width += advance(letter);
  }
  return width;
}

/**
 * Lines that a text takes, broken at spaces and zero-width spaces only: the typesetter knows more places, so that it seldom takes
 * more. `width` in ems of the text. An empty text takes none.
 */
export function linesIn(text: string, width: number, style: FontStyle = 'regular'): number {
  if (text === '') return 0;
  const { advance } = metricsOf(style);
  let lines = 1;
  let filled = 0;
  let word = 0;
  const endWord = (): void => {
    if (filled > 0 && filled + word > width) {
      lines += 1;
      filled = 0;
    }
    if (word > width) lines += Math.ceil(word / width) - 1;
    filled += word;
    word = 0;
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text.codePointAt(i) as number;
    if (letter > 0xffff) i += 1;
    if (letter === SPACE || letter === ZERO_WIDTH_SPACE) {
      endWord();
      if (letter === SPACE) filled += advance(SPACE);
    } else if (letter === 0x0a) {
      endWord();
      lines += 1;
      filled = 0;
    } else word += advance(letter);
  }
  endWord();
  return lines;
}

/** Height in ems of so many lines as the typesetter sets them: from the first capital's top to the last base line. */
export function heightOf(lines: number, leading: number): number {
  return lines === 0 ? 0 : lines * metricsOf('regular').capHeight + (lines - 1) * leading;
}

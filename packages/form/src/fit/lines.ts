import { type FontStyle, metricsOf } from './font.ts';

/** Width of a run of text in ems; kerning, which only narrows, is left out. */
export function widthOf(text: string, style: FontStyle = 'regular'): number {
  const { advance } = metricsOf(style);
  let width = 0;
  for (const letter of text) width += letter === '\u200b' ? 0 : advance(letter.codePointAt(0) ?? 0);
  return width;
}

/**
 * Lines that a text takes, broken at spaces and zero-width spaces only: the typesetter knows more places, so that it seldom takes
 * more. `width` in ems of the text. An empty text takes none.
 */
export function linesIn(text: string, width: number, style: FontStyle = 'regular'): number {
  if (text === '') return 0;
  const space = widthOf(' ', style);
  let lines = 0;
  for (const paragraph of text.split('\n')) {
    let filled = 0;
    lines += 1;
    for (const [, word = '', gap = ''] of paragraph.matchAll(/([^ \u200b]*)([ \u200b]|$)/g)) {
      const wide = widthOf(word, style);
      if (filled > 0 && filled + wide > width) {
        lines += 1;
        filled = 0;
      }
      if (wide > width) lines += Math.ceil(wide / width) - 1;
      filled += wide + (gap === ' ' ? space : 0);
    }
  }
  return lines;
}

/** Height in ems of so many lines as the typesetter sets them: from the first capital's top to the last base line. */
export function heightOf(lines: number, leading: number): number {
  return lines === 0 ? 0 : lines * metricsOf('regular').capHeight + (lines - 1) * leading;
}

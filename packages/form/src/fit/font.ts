import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type FontStyle = 'regular' | 'italic' | 'bold' | 'boldItalic';

/** The form's typeface, one file a style; what is typeset with and what is measured with are the same bytes. */
const FILES: Readonly<Record<FontStyle, string>> = {
  regular: '400Regular/Tinos_400Regular.ttf',
  italic: '400Regular_Italic/Tinos_400Regular_Italic.ttf',
  bold: '700Bold/Tinos_700Bold.ttf',
  boldItalic: '700Bold_Italic/Tinos_700Bold_Italic.ttf',
};

export function fontFile(style: FontStyle): Buffer {
  const root = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'));
  return readFileSync(join(root, FILES[style]));
}

export const FONT_STYLES = Object.keys(FILES) as FontStyle[];

/** What of a font tells how wide and how high a line is, in parts of an em. */
export interface FontMetrics {
  /** Advance of a code point; of one that the font lacks an em. */
  advance(codePoint: number): number;
  capHeight: number;
}

const read = new Map<FontStyle, FontMetrics>();

/** Metrics out of `head`, `hhea`, `hmtx`, `cmap` format 4 and `OS/2` (ISO/IEC 14496-22). */
export function metricsOf(style: FontStyle): FontMetrics {
  let metrics = read.get(style);
  if (metrics === undefined) {
    metrics = parsed(fontFile(style));
    read.set(style, metrics);
  }
  return metrics;
}

function parsed(file: Buffer): FontMetrics {
  const tables = new Map<string, number>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    tables.set(file.toString('latin1', 12 + i * 16, 16 + i * 16), file.readUInt32BE(20 + i * 16));
  }
  const at = (tag: string): number => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new Error(`the font has no table ${tag}`);
    return offset;
  };
  const em = file.readUInt16BE(at('head') + 18);
  const long = file.readUInt16BE(at('hhea') + 34);
  const hmtx = at('hmtx');
  const glyphOf = characterMap(file, at('cmap'));
  // The letters of Vietnamese lie below U+2000; NaN is not looked up yet.
  const near = new Float64Array(0x2000).fill(Number.NaN);
  const far = new Map<number, number>();
  const lookedUp = (codePoint: number): number => {
    const glyph = glyphOf(codePoint);
    return glyph === 0 ? 1 : file.readUInt16BE(hmtx + 4 * Math.min(glyph, long - 1)) / em;
  };
  return {
    capHeight: file.readInt16BE(at('OS/2') + 88) / em,
    advance(codePoint) {
      let width = codePoint < near.length ? (near[codePoint] as number) : far.get(codePoint);
      if (width === undefined || Number.isNaN(width)) {
        width = lookedUp(codePoint);
        if (codePoint < near.length) near[codePoint] = width;
        else far.set(codePoint, width);
      }
      return width;
    },
  };
}

/** Segments of the Windows Unicode map; glyph 0 where the font has none. */
function characterMap(file: Buffer, cmap: number): (codePoint: number) => number {
  let table = 0;
  for (let i = 0; i < file.readUInt16BE(cmap + 2); i++) {
    const record = cmap + 4 + i * 8;
    const offset = cmap + file.readUInt32BE(record + 4);
    if (file.readUInt16BE(record) === 3 && file.readUInt16BE(offset) === 4) table = offset;
  }
  if (table === 0) throw new Error('the font has no map of format 4');
  const doubled = file.readUInt16BE(table + 6);
  const [ends, starts] = [table + 14, table + 16 + doubled];
  const [deltas, ranges] = [starts + doubled, starts + 2 * doubled];
  return (codePoint) => {
    for (let i = 0; i < doubled; i += 2) {
      if (codePoint > file.readUInt16BE(ends + i)) continue;
      const start = file.readUInt16BE(starts + i);
      if (codePoint < start) return 0;
      const range = file.readUInt16BE(ranges + i);
      const delta = file.readUInt16BE(deltas + i);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = file.readUInt16BE(ranges + i + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}

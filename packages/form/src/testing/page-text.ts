import { LARGEST_FILE, PdfFile } from '../pdf/file.ts';
import { inflate } from '../pdf/inflate.ts';
import {
  Budget,
  ObjectReader,
  type PdfDict,
  PdfName,
  PdfRef,
  PdfString,
  type PdfValue,
} from '../pdf/objects.ts';

/** Letters by glyph, of each font by the number of its object. */
type Fonts = Map<number, Map<number, string>>;

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The text of each page of one of our PDFs, through the fonts' ToUnicode tables, as a reader's search would find it. */
export function pageTexts(pdf: Uint8Array): string[] {
  const file = new PdfFile(pdf);
  const root = file.dict(file.trailer.get('Root'));
  const kids = file.dict(root?.get('Pages'))?.get('Kids');
  if (!Array.isArray(kids)) throw new Error('no pages');
  const known: Fonts = new Map();
  return kids.map((kid) => pageText(file, kid, known));
}

function content(file: PdfFile, value: PdfValue | undefined): Uint8Array {
  if (!(value instanceof PdfRef)) throw new Error('not a stream');
  const { dict, data } = file.stream(value);
  return dict.has('Filter') ? inflate(data, LARGEST_FILE) : data;
}

function pageText(file: PdfFile, page: PdfValue, known: Fonts): string {
  const dict = file.dict(page);
  const fonts = file.dict(file.dict(dict?.get('Resources'))?.get('Font'));
  // A quarter turn is written with more digits (0.00000004371139) than the reader of files takes.
  const drawn = latin(content(file, dict?.get('Contents'))).replace(/(\.\d{12})\d+/g, '$1');
  const reader = new ObjectReader(Buffer.from(drawn, 'latin1'), 0, new Budget(400_000));
  let text = '';
  let glyphs = new Map<number, string>();
  let operands: PdfValue[] = [];
  const saved: Map<number, string>[] = [];
  for (reader.skipWhite(); reader.position < reader.bytes.length; reader.skipWhite()) {
    const next = String.fromCharCode(reader.bytes[reader.position] ?? 0);
    if (!/[A-Za-z'"]/.test(next)) {
      operands.push(reader.value());
      continue;
    }
    const operator = reader.keyword();
    if (operator === 'Tf' && operands[0] instanceof PdfName) {
      glyphs = lettersOf(file, fonts?.get(operands[0].name), known);
    }
    if (operator === 'TJ' || operator === 'Tj') text += decode(operands.flat(), glyphs);
    if (operator === 'ET') text += ' ';
    if (operator === 'q') saved.push(glyphs);
    if (operator === 'Q') glyphs = saved.pop() ?? glyphs;
    operands = [];
  }
  return text.replace(/[\s\u200b]+/gu, ' ');
}

function decode(parts: PdfValue[], glyphs: Map<number, string>): string {
  let text = '';
  for (const part of parts) {
    if (!(part instanceof PdfString)) continue;
    for (let i = 0; i + 1 < part.bytes.length; i += 2) {
      text += glyphs.get((part.bytes[i] ?? 0) * 256 + (part.bytes[i + 1] ?? 0)) ?? '';
    }
  }
  return text;
}

function lettersOf(file: PdfFile, font: PdfValue | undefined, known: Fonts): Map<number, string> {
  if (!(font instanceof PdfRef)) throw new Error('a font that is not there');
  const letters = known.get(font.number) ?? unicodeOf(file, file.dict(font));
  known.set(font.number, letters);
  return letters;
}

function unicodeOf(file: PdfFile, font: PdfDict | null): Map<number, string> {
  const map = new Map<number, string>();
  const table = latin(content(file, font?.get('ToUnicode')));
  for (const [, section = ''] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', unicode = ''] of section.matchAll(/<([0-9A-F]+)> <([0-9A-F]+)>/gi)) {
      map.set(parseInt(glyph, 16), Buffer.from(unicode, 'hex').swap16().toString('utf16le'));
    }
  }
  return map;
}

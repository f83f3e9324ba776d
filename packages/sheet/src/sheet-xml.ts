/**
 * A look over a workbook's XML before it is parsed: no DTD, no foreign encoding, and no cell far outside the
 * limits, since a single cell at XFD1048576 makes a matrix of 17 thousand million cells.
 */
import { ZipError } from './zip-directory.ts';

export const MAX_ROWS = 5_000;
export const MAX_COLUMNS = 200;

/**
 * Text of an XML part.
 * @throws ZipError `xml-not-allowed`: not UTF-8, or with a document type or entity declaration
 */
export function tidyXml(content: Uint8Array): string {
  let xml: string;
  try {
    xml = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new ZipError('xml-not-allowed');
  }
  const encoding = /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/.exec(xml)?.[1] ?? 'utf-8';
  const foreign = !/^utf-?8$/i.test(encoding) || xml.includes('\0');
  if (foreign || /<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(xml))
    throw new ZipError('xml-not-allowed');
  return xml;
}

const ATTRIBUTES = /^(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*\s*\/?$/;
const BLANK_CELL = /<(?:\w+:)?c\b[^<>]*\/>/g;
const BLANK_ROW = /<(?:\w+:)?row\b[^<>]*\sr=["'][^<>]*(?:\/>|>\s*<\/(?:\w+:)?row>)/g;
const ERROR_CELL = /(<(?:\w+:)?c\b[^<>]*\st=)(?:"e"|'e')/g;
const ROW_OR_CELL = /<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>/g;

/**
 * A worksheet without cells and rows that only carry a format (office programs write them down to the last
 * row), with `#N/A` and its kind as text, so that the cell is named and not the file refused.
 * @throws ZipError beyond the limits, or `corrupt` when a row or cell is written as no office program does
 */
export function tidySheetXml(xml: string): string {
  const tidy = xml.replace(BLANK_CELL, '').replace(BLANK_ROW, '').replace(ERROR_CELL, '$1"str"');
  let rows = 0;
  for (const [, element, attributes = ''] of tidy.matchAll(ROW_OR_CELL)) {
    if (!ATTRIBUTES.test(attributes)) throw new ZipError('corrupt');
    const reference = referenceIn(attributes);
    if (element === 'row') {
      rows += 1;
      if (reference !== null) checkRow(reference);
      if (rows > MAX_ROWS) throw new ZipError('too-many-rows');
    } else {
      checkCell(reference);
    }
  }
  return tidy;
}

/** The only attribute called `r`, with or without prefix; two of them could be read as either. */
function referenceIn(attributes: string): string | null {
  const found = [...attributes.matchAll(/\s(?:[\w.-]+:)?r\s*=\s*["']([^"']*)["']/g)];
  if (found.length > 1) throw new ZipError('corrupt');
  return found[0]?.[1] ?? null;
}

function checkRow(digits: string): void {
  if (!/^[1-9]\d{0,6}$/.test(digits)) throw new ZipError('corrupt');
  if (Number(digits) > MAX_ROWS) throw new ZipError('too-many-rows');
}

function checkCell(reference: string | null): void {
  const address = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(reference ?? '');
  if (address === null) throw new ZipError('corrupt');
  checkRow(address[2] ?? '');
  let column = 0;
  for (const letter of address[1] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  if (column > MAX_COLUMNS) throw new ZipError('too-many-columns');
}

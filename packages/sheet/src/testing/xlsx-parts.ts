/** Excel files for tests, part by part, so that a test can make a hostile one. */
import { strToU8, zipSync } from 'fflate';

export const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
  'xl/workbook.xml':
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="KQHT" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
};

/** A worksheet around rows such as `<row r="1"><c r="A1"><v>1</v></c></row>`. */
export function worksheet(rows: string): string {
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`;
}

/** An `.xlsx` with one sheet; `more` adds parts or replaces them, `null` leaves one out. */
export function xlsx(
  rows: string,
  more: Readonly<Record<string, string | Uint8Array | null>> = {},
): Uint8Array {
  const parts: Record<string, Uint8Array> = {};
  for (const [name, content] of Object.entries({
    ...PARTS,
    'xl/worksheets/sheet1.xml': worksheet(rows),
    ...more,
  })) {
    if (content !== null) parts[name] = typeof content === 'string' ? strToU8(content) : content;
  }
  return zipSync(parts, { level: 9 });
}

/** Offset of a part's record in the central directory. */
export function centralRecordOf(bytes: Uint8Array, name: string): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const signature = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
  for (let at = buffer.indexOf(signature); at >= 0; at = buffer.indexOf(signature, at + 4)) {
    const length = buffer.readUInt16LE(at + 28);
    if (buffer.toString('utf8', at + 46, at + 46 + length) === name) return at;
  }
  throw new RangeError(name);
}

/** The same archive with one 32-bit field of a part changed in both its headers: 16 CRC, 20 packed, 24 unpacked, of the central one. */
export function withField(bytes: Uint8Array, name: string, field: number, value: number): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const central = centralRecordOf(changed, name);
  const local = view.getUint32(central + 42, true);
  view.setUint32(central + field, value, true);
  view.setUint32(local + field - 2, value, true);
  return changed;
}

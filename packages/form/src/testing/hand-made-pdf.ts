import { zlibSync } from 'fflate';

/** A stream object's text; `length` may lie. */
export function stream(dict: string, data: string, length: number | string = data.length): string {
  return `<< /Length ${length} ${dict} >>\nstream\n${data}\nendstream`;
}

export const deflated = (text: string | Uint8Array): string =>
  Buffer.from(zlibSync(typeof text === 'string' ? Buffer.from(text) : text)).toString('latin1');

/** A PDF of objects 1…n with a right table, one Latin-1 character a byte. */
export function handMadePdf(objects: readonly string[], trailer = '/Root 1 0 R', after = ''): Uint8Array {
  let text = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n\r\n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f\r\n${entries}trailer\n<< /Size ${objects.length + 1} ${trailer} >>\n`;
  return Buffer.from(`${text}startxref\n${start}\n%%EOF${after}`, 'latin1');
}

/** Appends a revision that replaces one object (ISO 32000-1 §7.5.6), as a PDF signature does. */
export function revised(pdf: Uint8Array, number: number, object: string): Uint8Array {
  const before = Buffer.from(pdf).toString('latin1');
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)?.[1];
  const body = `${before}\n${number} 0 obj\n${object}\nendobj\n`;
  const offset = before.length + 1;
  const table = `xref\n${number} 1\n${String(offset).padStart(10, '0')} 00000 n\r\n`;
  const trailer = `trailer\n<< /Size 99 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}

export interface Parts {
  names?: string;
  specification?: string;
  file?: string;
  more?: readonly string[];
  trailer?: string;
  after?: string;
}

/** Object 1 catalog, 2 name tree, 3 file specification, 4 the file; then whatever a test needs. */
export function pdfWithFile(parts: Parts = {}): Uint8Array {
  return handMadePdf(
    [
      '<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>',
      parts.names ?? '<< /Names [(a.xml) 3 0 R] >>',
      parts.specification ?? '<< /Type /Filespec /F (a.xml) /UF (a.xml) /EF << /F 4 0 R >> >>',
      parts.file ?? stream('/Type /EmbeddedFile /Params << /Size 4 >>', '<a/>'),
      ...(parts.more ?? []),
    ],
    parts.trailer ?? '/Root 1 0 R',
    parts.after,
  );
}

export interface Packing {
  /** Members of the cross-reference stream's dictionary besides its size, widths and filter. */
  trailer?: string;
  /** PNG's row filter of the table (0 to 4); none if not given. */
  filter?: number;
  /** Changes the rows of the table: object 0, each object, the object stream, the table itself. */
  rows?: (rows: [type: number, second: number, third: number][]) => void;
  /** Changes the object stream's text: pairs of number and offset, then the objects. */
  contents?: (text: string) => string;
  objectStream?: string;
  widths?: string;
}

/** The file of `pdfWithFile` as other software saves it again: all but the streams within an object stream (ISO 32000-1 §7.5.7). */
export function packedPdf(objects: readonly string[], packing: Packing = {}): Uint8Array {
  let text = '%PDF-1.7\n';
  const rows: [number, number, number][] = [[0, 0, 255]];
  const add = (number: number, object: string): void => {
    rows[number] = [1, text.length, 0];
    text += `${number} 0 obj\n${object}\nendobj\n`;
  };
  const within = objects.length + 1;
  const small: string[] = [];
  for (const [i, object] of objects.entries()) {
    if (object.includes('stream\n')) add(i + 1, object);
    else {
      rows[i + 1] = [2, within, small.length];
      small.push(`${i + 1} ${object}`);
    }
  }
  let at = 0;
  const pairs = small.map((one) => {
    const [number = '', ...body] = one.split(' ');
    at += body.join(' ').length + 1;
    return `${number} ${at - body.join(' ').length - 1}`;
  });
  const head = `${pairs.join(' ')}\n`;
  const contents = `${head}${small.map((one) => one.slice(one.indexOf(' ') + 1)).join('\n')}`;
  const packed = deflated(Buffer.from(packing.contents?.(contents) ?? contents, 'latin1'));
  const dict =
    packing.objectStream ?? `/Type /ObjStm /N ${small.length} /First ${head.length} /Filter /FlateDecode`;
  add(within, stream(dict, packed));
  const start = text.length;
  rows[within + 1] = [1, start, 0];
  packing.rows?.(rows);
  const cells = Buffer.concat(
    rows.map(([type, second, third]) => {
      const row = Buffer.alloc(6);
      row.writeUInt8(type, 0);
      row.writeUInt32BE(second, 1);
      row.writeUInt8(third, 5);
      return row;
    }),
  );
  const { filter, trailer = '/Root 1 0 R', widths = '1 4 1' } = packing;
  const parms = filter === undefined ? '' : '/DecodeParms << /Predictor 15 /Columns 6 >>';
  const table = deflated(filter === undefined ? cells : predicted(cells, 6, filter));
  const members = `/Type /XRef /Size ${rows.length} /W [${widths}] /Filter /FlateDecode ${parms} ${trailer}`;
  text += `${within + 1} 0 obj\n${stream(members, table)}\nendobj\n`;
  return Buffer.from(`${text}startxref\n${start}\n%%EOF\n`, 'latin1');
}

/** PNG's row filters (PNG §9.2), one octet a column. */
function predicted(bytes: Uint8Array, columns: number, filter: number): Uint8Array {
  const out: number[] = [];
  const octet = (row: number, n: number): number => (row < 0 || n < 0 ? 0 : (bytes[row * columns + n] ?? 0));
  for (let row = 0; row < bytes.length / columns; row++) {
    out.push(filter);
    for (let n = 0; n < columns; n++) {
      const [left, up, corner] = [octet(row, n - 1), octet(row - 1, n), octet(row - 1, n - 1)];
      const near = [left, up, corner].map((one) => Math.abs(left + up - corner - one));
      const paeth = [left, up, corner][near.indexOf(Math.min(...near))] ?? 0;
      out.push((octet(row, n) - ([0, left, up, (left + up) >> 1, paeth][filter] ?? 0)) & 0xff);
    }
  }
  return Uint8Array.from(out);
}

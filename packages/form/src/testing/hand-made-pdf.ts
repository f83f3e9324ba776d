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

import { PadesError } from './error.ts';
import { latin1 } from './octets.ts';
import { entryAt, type PdfSource, upTo } from './source.ts';

/** What makes a page show something else later, or do something: our forms have none of it. */
const FORBIDDEN =
  /\/(?:JS|JavaScript|AA|OpenAction|Launch|URI|SubmitForm|ImportData|GoToE|GoToR|Rendition|RichMedia|Movie|Sound|Screen|XFA|OCProperties|OCGs|OC|Encrypt|ObjStm|XRef|AcroForm|DSS|Perms|Sig|Widget|DocTimeStamp|ByteRange|Alternates|OPI|PS|Ref)(?=[\s/<>[\]()])/;

const HEADER = '%PDF-1.7\n%\x80\x80\x80\x80\n\n';

/**
 * Holds a file's first revision against the typesetter's layout: every byte belongs to the header, to an object that
 * stands once in the table, at the offset there, to the table, or to the trailer. Nothing lies between or unused to be
 * called up later, and nothing acts, hides or switches. Throws PadesError `not-our-layout`.
 */
export function auditBase(source: PdfSource): void {
  const { bytes, last } = upTo(source, 0);
  const refuse = (): never => {
    throw new PadesError('not-our-layout');
  };
  if (latin1(bytes, 0, HEADER.length) !== HEADER) refuse();
  const [section, ...others] = last.sections;
  if (section === undefined || others.length > 0 || section.first !== 0 || section.count !== last.size)
    return refuse();
  const objects: { number: number; offset: number }[] = [];
  for (let number = 0; number < section.count; number++) {
    const offset = entryAt(bytes, section.at + number * 20);
    // The head of the free list, and no object that was given up.
    if ((offset === null) !== (number === 0)) refuse();
    if (offset !== null) objects.push({ number, offset });
  }
  objects.sort((a, b) => a.offset - b.offset);
  let at = HEADER.length;
  for (const { number, offset } of objects) {
    if (offset !== at) refuse();
    at = objectEnd(bytes, number, at, last.table);
  }
  if (at !== last.table) refuse();
}

const END = '\nendobj\n\n';

/** Where the object ends that begins at `at`: its dictionary or value, its stream by its own length, and the blank line. */
function objectEnd(bytes: Uint8Array, number: number, at: number, limit: number): number {
  const refuse = (): never => {
    throw new PadesError('not-our-layout');
  };
  const head = `${number} 0 obj\n`;
  if (latin1(bytes, at, at + head.length) !== head) return refuse();
  // Dictionaries of streams are short; a large object without a stream is read in larger pieces.
  for (let reach = 2_048; ; reach *= 8) {
    const text = latin1(bytes, at, Math.min(at + reach, limit));
    const end = text.indexOf(END);
    const inner = text.indexOf('\nstream\n');
    if (inner >= 0 && (end < 0 || inner < end)) {
      const dictionary = text.slice(head.length, inner);
      const lengths = [...dictionary.matchAll(/\/Length (\d{1,8})(?=\n)/g)];
      if (lengths.length !== 1 || FORBIDDEN.test(dictionary)) return refuse();
      const from = at + inner + 8 + Number(lengths[0]?.[1]);
      const close = `\nendstream${END}`;
      return latin1(bytes, from, from + close.length) === close ? from + close.length : refuse();
    }
    if (end >= 0) {
      const body = text.slice(head.length, end);
      if (FORBIDDEN.test(body) || /\bobj\b|\bstream\b/.test(body)) return refuse();
      return at + end + END.length;
    }
    if (at + reach >= limit) return refuse();
  }
}

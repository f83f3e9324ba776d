import { zlibSync } from 'fflate';

const MOST_IN_ONE = 200;
/** Octets of a cross-reference stream's three fields (ISO 32000-1 §7.5.8.2). */
const WIDTHS = [1, 4, 2] as const;
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/**
 * A PDF of the typesetter with all that is not a stream packed into object streams (ISO 32000-1 §7.5.7): the tags, a small object
 * for each cell, are most of a table's file and shrink to a tenth. Same input, same bytes. Only for what is read by people: the
 * reader of our signatures refuses packed objects, so that nothing hides in them, and a packed print is no longer as it was issued.
 *
 * @param pdf as the typesetter writes it: one classic table, generation 0
 */
export function packPdf(pdf: Uint8Array): Uint8Array {
  const text = latin(pdf);
  const table = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1]);
  const entries = [...text.slice(table).matchAll(/^(\d{10}) \d{5} n/gm)].map(([, at]) => Number(at));
  const trailer = /trailer\n<<([\s\S]*?)>>\nstartxref/.exec(text.slice(table))?.[1] ?? '';
  const offsets = entries.toSorted((a, b) => a - b);
  const [head] = offsets;
  if (head === undefined || trailer === '') throw new Error('not a PDF of the typesetter');

  const parts: Buffer[] = [Buffer.from(pdf.subarray(0, head))];
  let length = head;
  const rows = new Map<number, readonly [type: number, second: number, third: number]>();
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  const small: { number: number; body: string }[] = [];
  for (const [i, at] of offsets.entries()) {
    const piece = text.slice(at, offsets[i + 1] ?? table).trimEnd();
    const [start = '', number = ''] = /^(\d+) 0 obj\n/.exec(piece) ?? [];
    if (piece.endsWith('endstream\nendobj')) {
      rows.set(Number(number), [1, length, 0]);
      add(Buffer.from(`${piece}\n\n`, 'latin1'));
    } else small.push({ number: Number(number), body: piece.slice(start.length, -'\nendobj'.length) });
  }
  let next = entries.length + 1;
  for (let from = 0; from < small.length; from += MOST_IN_ONE) {
    const group = small.slice(from, from + MOST_IN_ONE);
    let at = 0;
    const index = group.map(({ number, body }, n) => {
      rows.set(number, [2, next, n]);
      at += body.length + 1;
      return `${number} ${at - body.length - 1}`;
    });
    const first = `${index.join(' ')}\n`;
    const data = first + group.map(({ body }) => body).join('\n');
    rows.set(next, [1, length, 0]);
    add(stream(next, `/Type /ObjStm /N ${group.length} /First ${first.length}`, Buffer.from(data, 'latin1')));
    next += 1;
  }
  const start = length;
  rows.set(next, [1, start, 0]);
  const size = next + 1;
  const cells = Buffer.alloc(size * 7);
  for (let number = 0; number < size; number++) {
    const [type, second, third] = rows.get(number) ?? [0, 0, 0xffff];
    cells.writeUInt8(type, number * 7);
    cells.writeUInt32BE(second, number * 7 + 1);
    cells.writeUInt16BE(third, number * 7 + 5);
  }
  const rest = trailer.replace(/\s*\/Size \d+/, '').trim();
  add(stream(next, `/Type /XRef /Size ${size} /W [${WIDTHS.join(' ')}] ${rest}`, cells));
  add(Buffer.from(`startxref\n${start}\n%%EOF`));
  return new Uint8Array(Buffer.concat(parts));
}

function stream(number: number, dict: string, data: Uint8Array): Buffer {
  const packed = zlibSync(data, { level: 9 });
  const head = `${number} 0 obj\n<< ${dict} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), packed, Buffer.from('\nendstream\nendobj\n\n')]);
}

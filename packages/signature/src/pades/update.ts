import { joinBytes } from '../bytes.ts';
import { octets } from './octets.ts';
import type { PdfSource } from './source.ts';

/** An object to be written: its number, and what stands between `obj` and `endobj`. */
export interface NewObject {
  readonly number: number;
  readonly body: string | readonly (string | Uint8Array)[];
}

/** The body of a stream. */
export const stream = (lines: readonly string[], data: Uint8Array): NewObject['body'] => [
  `<<\n${lines.map((line) => `  ${line}\n`).join('')}  /Length ${data.length}\n>>\nstream\n`,
  data,
  '\nendstream',
];

/**
 * An incremental update (ISO 32000-1 §7.5.6) behind a file, which stays as it is to the last byte: objects in the
 * order given, their table, a trailer that leads back. Same input, same bytes.
 */
export function appendUpdate({ bytes, last }: PdfSource, objects: readonly NewObject[]): Uint8Array {
  const parts: Uint8Array[] = [bytes];
  let at = bytes.length;
  const add = (part: string | Uint8Array): void => {
    const added = typeof part === 'string' ? octets(part) : part;
    parts.push(added);
    at += added.length;
  };
  const offsets = new Map<number, number>();
  add('\n');
  for (const { number, body } of objects) {
    offsets.set(number, at);
    add(`${number} 0 obj\n`);
    if (typeof body === 'string') add(body);
    else body.forEach(add);
    add('\nendobj\n\n');
  }
  const table = at;
  const numbers = [...offsets.keys()].sort((a, b) => a - b);
  let text = 'xref\n';
  for (let i = 0; i < numbers.length; ) {
    const first = numbers[i] ?? 0;
    let count = 1;
    while (numbers[i + count] === first + count) count++;
    text += `${first} ${count}\n`;
    for (const number of numbers.slice(i, i + count))
      text += `${String(offsets.get(number)).padStart(10, '0')} 00000 n\r\n`;
    i += count;
  }
  const size = Math.max(last.size, (numbers.at(-1) ?? 0) + 1);
  const info = last.info === null ? '' : `  /Info ${last.info} 0 R\n`;
  add(
    `${text}trailer\n<<\n  /Size ${size}\n  /Root ${last.root} 0 R\n${info}  /ID [${last.id} ${last.id}]\n` +
      `  /Prev ${last.table}\n>>\nstartxref\n${table}\n%%EOF`,
  );
  return joinBytes(...parts);
}

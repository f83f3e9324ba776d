import { joinBytes } from '../../bytes.ts';
import { latin1, octets } from '../octets.ts';
import { objectText, openPdf, upTo } from '../source.ts';
import { appendUpdate } from '../update.ts';
import { swapped } from './hand-made.ts';

/** An invalid file, or the making of one. */
export interface PdfAttack {
  readonly kind: string;
  readonly name: string;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
}

/** Bytes of a signed file changed by somebody without a key. */

/** Incremental updates behind the last signature: each object replaced, emptied, given up, put back to what it was. */
export function updates(level: string, pdf: Uint8Array): PdfAttack[] {
  const source = openPdf(pdf);
  const made = (name: string, make: () => Uint8Array): PdfAttack => ({
    kind: 'updates',
    name: `${level}: ${name}`,
    make,
  });
  const attacks: PdfAttack[] = [];
  for (let number = 1; number < source.last.size; number++) {
    attacks.push(
      made(`object ${number} emptied`, () => appendUpdate(source, [{ number, body: 'null' }])),
      made(`object ${number} replaced`, () => appendUpdate(source, [{ number, body: replacement(number) }])),
      made(`object ${number} given up`, () => freed(pdf, number)),
      made(`object ${number} elsewhere in the table`, () => moved(pdf, number)),
    );
    if (number <= upTo(source, 0).last.size && !latin1(pdf).includes(`\n${number} 0 obj\n<<\n  /Length`))
      attacks.push(
        made(`object ${number} written again as it was`, () =>
          appendUpdate(source, [{ number, body: objectText(source, number) }]),
        ),
      );
  }
  attacks.push(
    made('an object that nobody names', () =>
      appendUpdate(source, [{ number: source.last.size, body: 'null' }]),
    ),
    made('an update of nothing', () => appendUpdate(source, [])),
  );
  return attacks;
}

const replacement = (number: number): string =>
  number % 2 === 0
    ? '<<\n  /Type /Annot\n  /Subtype /FreeText\n  /Rect [0 0 500 500]\n  /Contents (10)\n>>'
    : '<<\n  /Length 9\n>>\nstream\n0 0 9 9 re\nendstream';

/** An update with a table alone. */
function tableOnly(pdf: Uint8Array, entries: string): Uint8Array {
  const { last } = openPdf(pdf);
  return joinBytes(
    pdf,
    octets(
      `\nxref\n${entries}trailer\n<<\n  /Size ${last.size}\n  /Root ${last.root} 0 R\n  /Info ${last.info} 0 R\n  /ID [${last.id} ${last.id}]\n  /Prev ${last.table}\n>>\nstartxref\n${pdf.length + 1}\n%%EOF`,
    ),
  );
}

const freed = (pdf: Uint8Array, number: number): Uint8Array =>
  tableOnly(pdf, `${number} 1\n0000000000 00001 f\r\n`);

/** The table alone leads a number to another object: how what lay hidden is brought out. */
function moved(pdf: Uint8Array, number: number): Uint8Array {
  const to = latin1(pdf).indexOf('\n7 0 obj\n') + 1;
  return tableOnly(pdf, `${number} 1\n${String(to).padStart(10, '0')} 00000 n\r\n`);
}

/** Bytes before, between and behind the revisions; revisions taken away, doubled, in another order. */
export function junk(level: string, pdf: Uint8Array): PdfAttack[] {
  const { revisions } = openPdf(pdf);
  const made = (name: string, make: () => Uint8Array): PdfAttack => ({
    kind: 'junk',
    name: `${level}: ${name}`,
    make,
  });
  const attacks = [
    '\n',
    ' ',
    '\0',
    '%',
    '%%EOF',
    '\n%%EOF',
    '\nstartxref\n0\n%%EOF',
    '1',
    'x'.repeat(2_000),
  ].flatMap((text, n) => [
    made(`behind the end ${n}`, () => joinBytes(pdf, octets(text))),
    made(`before the header ${n}`, () => joinBytes(octets(text), pdf)),
  ]);
  for (const [n, { end }] of revisions.entries()) {
    for (const [m, text] of ['\n', ' ', '%\n', '\n9 0 obj\nnull\nendobj\n'].entries())
      if (n < revisions.length - 1)
        attacks.push(
          made(`between revisions ${n} ${m}`, () =>
            joinBytes(pdf.subarray(0, end), octets(text), pdf.subarray(end)),
          ),
        );
    if (n < 2) attacks.push(made(`cut off after revision ${n}`, () => pdf.slice(0, end)));
    attacks.push(made(`cut off one byte before the end of revision ${n}`, () => pdf.slice(0, end - 1)));
  }
  const last = pdf.subarray(revisions.at(-1)?.start ?? 0);
  attacks.push(
    made('the last revision twice', () => joinBytes(pdf, last)),
    made('the whole file twice', () => joinBytes(pdf, pdf)),
    made('the first revision behind it', () =>
      joinBytes(pdf, octets('\n'), pdf.subarray(0, revisions[0]?.end)),
    ),
    made('the second half first', () =>
      joinBytes(pdf.subarray(pdf.length / 2), pdf.subarray(0, pdf.length / 2)),
    ),
  );
  return attacks;
}

/** Universal forgery and wrapping: the range, the value and what lies in the gap, spelled or placed otherwise. */
export function ranges(level: string, pdf: Uint8Array): PdfAttack[] {
  const text = latin1(pdf);
  const attacks: PdfAttack[] = [];
  const add = (kind: string, name: string, make: () => Uint8Array): void =>
    void attacks.push({ kind, name: `${level}: ${name}`, make });
  for (const [turn, found] of [...text.matchAll(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)( *)\]/g)].entries()) {
    const [whole, a = '', b = '', c = '', d = ''] = found;
    const [n, m] = [Number(b), Number(c)];
    const others: [string, string][] = [
      ['no range', ''],
      ['three numbers', `${a} ${b} ${c}`],
      ['two ranges and a half', `${a} ${b} ${c} ${d} ${m} 1`],
      ['four ranges', `${a} 100 100 ${n - 100} ${c} ${d} ${m} 0`],
      ['from 1', `1 ${n - 1} ${c} ${d}`],
      ['negative', `-1 ${n + 1} ${c} ${d}`],
      ['overlapping', `${a} ${n + 10} ${c} ${d}`],
      ['the gap wider to the left', `${a} ${n - 1} ${c} ${d}`],
      ['the gap wider to the right', `${a} ${b} ${m + 1} ${Number(d) - 1}`],
      ['short', `${a} ${b} ${c} ${Number(d) - 7}`],
      ['long', `${a} ${b} ${c} ${Number(d) + 7}`],
      ['the second part empty', `${a} ${b} ${c} 0`],
      ['the first part empty', `${a} 0 ${c} ${d}`],
      ['no gap', `${a} ${b} ${b} ${Number(d) + m - n}`],
      ['parts in the other order', `${c} ${d} ${a} ${b}`],
      ['with a leading zero', `0${a} ${b} ${c} ${d}`],
      ['with a point', `${a}. ${b} ${c} ${d}`],
      ['as null', 'null'],
    ];
    for (const [name, to] of others)
      add('ranges', `signature ${turn + 1}, ${name}`, () => {
        const written = `/ByteRange [${to.padEnd(34)}]`;
        return octets(text.slice(0, found.index) + written + text.slice(found.index + whole.length));
      });
    const at = text.indexOf('/Contents <', found.index);
    const close = text.indexOf('>', at);
    const value = text.slice(at + 11, close);
    const der = value.replace(/(?:00)*$/, '');
    const withText = (to: string) => octets(text.slice(0, at) + to + text.slice(close + 1));
    const values: [string, string][] = [
      ['empty', `/Contents <${'0'.repeat(value.length)}>`],
      ['no value', `/Contents null`.padEnd(close + 1 - at)],
      ['in upper case', `/Contents <${value.toUpperCase()}>`],
      ['with a space', `/Contents < ${value.slice(0, -1)}>`],
      ['an object in its padding', `/Contents <${der}>\n/X <${'0'.repeat(value.length - der.length - 6)}>`],
      ['ones in its padding', `/Contents <${value.slice(0, -1)}1>`],
      ['shorter', `/Contents <${value.slice(0, -2)}>`],
      ['cut off', `/Contents <${der.slice(0, -2)}${'0'.repeat(value.length - der.length + 2)}>`],
      ['as a literal string', `/Contents (${value})`],
      ['twice', `/Contents <${value.slice(0, -4_000)}> /Contents <${'0'.repeat(3_986)}>`],
    ];
    for (const [name, to] of values) add('values', `signature ${turn + 1}, ${name}`, () => withText(to));
    // Wrapping: the covered end moves down, and something else comes between.
    add('wrapping', `signature ${turn + 1}, an object in the gap`, () =>
      octets(`${text.slice(0, close + 1)}\n>>\nendobj\n7 0 obj\nnull\nendobj\n${text.slice(close + 1)}`),
    );
    add('wrapping', `signature ${turn + 1}, the end moved behind another one`, () =>
      octets(`${text.slice(0, close + 1)}${text.slice(close + 1)}\n${text.slice(close + 1)}`),
    );
    add('wrapping', `signature ${turn + 1}, another range pointing at the moved end`, () => {
      const tail = text.slice(close + 1);
      const range = `/ByteRange [${`${a} ${b} ${m + tail.length} ${d}`.padEnd(34)}]`;
      const front = text.slice(0, close + 1).replace(whole, range);
      return octets(`${front}${tail.replace('/F 132', '/F 134')}${tail}`);
    });
  }
  const edits: [string, string][] = [
    ['/SubFilter /ETSI.CAdES.detached', '/SubFilter /adbe.pkcs7.detached'],
    ['/SubFilter /ETSI.CAdES.detached', '/SubFilter /adbe.pkcs7.sha1   '],
    ['/Type /Sig\n', '/Type /Six\n'],
    ['/Filter /Adobe.PPKLite', '/Filter /Adobe.PPKMine'],
    ['/SigFlags 3', '/SigFlags 0'],
    ['/F 132', '/F 2  '],
    ['/Rect [0 0 0 0]', '/Rect [0 0 9 9]'],
    ['/Annots [', '/Annotz ['],
    ["+07'00'", "+08'00'"],
    ['/M (D:2026', '/M (D:2025'],
  ];
  for (const [from, to] of edits)
    for (const last of [false, true])
      add('values', `${from.trim()} as ${to.trim()}, ${last ? 'last' : 'first'}`, () =>
        swapped(pdf, from, to, last),
      );
  return attacks;
}

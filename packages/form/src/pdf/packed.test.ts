import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttachmentError, extractAttachments, reprintInputs } from '../attachments.ts';
import { type Packing, packedPdf, revised, stream } from '../testing/hand-made-pdf.ts';

const MEGABYTE = 1024 * 1024;
const only = (pdf: Uint8Array): string =>
  extractAttachments(pdf)
    .map((a) => `${a.name}=${Buffer.from(a.bytes).toString('latin1')}`)
    .join('|');

function refused(pdf: Uint8Array): string {
  try {
    extractAttachments(pdf);
  } catch (error) {
    if (error instanceof AttachmentError) return error.code;
    throw error;
  }
  return 'accepted';
}

const OBJECTS = [
  '<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>',
  '<< /Names [(a.xml) 3 0 R] >>',
  '<< /Type /Filespec /F (a.xml) /UF (a.xml) /EF << /F 4 0 R >> >>',
  stream('/Type /EmbeddedFile /Params << /Size 4 >>', '<a/>', '5 0 R'),
  '4',
];

describe('saved again by other software in a packed form', () => {
  const packed = (packing: Packing = {}): Uint8Array => packedPdf(OBJECTS, packing);

  test.each([undefined, 0, 1, 2, 3, 4])('the table’s row filter %s', (filter) =>
    expect(only(packed(filter === undefined ? {} : { filter }))).toBe('a.xml=<a/>'),
  );

  test('the table’s own range, and a later revision by a plain table', () => {
    expect(only(packed({ trailer: '/Root 1 0 R /Index [0 3 3 5]' }))).toBe('a.xml=<a/>');
    expect(only(revised(packed(), 4, stream('', '<b/>')))).toBe('a.xml=<b/>');
    expect(only(revised(packed(), 2, '<< /Names [] >>'))).toBe('');
  });

  const row = (number: number, to: [number, number, number]): Packing => ({
    rows: (rows) => {
      rows[number] = to;
    },
  });
  const text = (change: (text: string) => string): Uint8Array =>
    Buffer.from(change(Buffer.from(packed()).toString('latin1')), 'latin1');
  test.each<[string, () => Uint8Array, string]>([
    ['another number in the table than in the stream', () => packed(row(2, [2, 6, 2])), 'malformed'],
    ['a place behind the last of the stream', () => packed(row(2, [2, 6, 9])), 'malformed'],
    ['a stream that is packed itself', () => packed(row(6, [2, 6, 0])), 'malformed'],
    ['an object in a stream that is not there', () => packed(row(2, [2, 77, 1])), 'malformed'],
    ['an object in a stream that is none of objects', () => packed(row(2, [2, 4, 1])), 'malformed'],
    ['a catalog of a kind that nobody knows', () => packed(row(1, [3, 6, 0])), 'malformed'],
    ['a free catalog', () => packed(row(1, [0, 0, 0])), 'malformed'],
    ['a file packed within the stream', () => packed(row(4, [2, 6, 0])), 'malformed'],
    ['a table of other widths', () => packed({ widths: '1 4 2' }), 'truncated'],
    ['… of none', () => packed({ widths: '1 0 5' }), 'malformed'],
    ['… of wide ones', () => packed({ widths: '1 9 1' }), 'malformed'],
    ['… of two', () => packed({ widths: '1 5' }), 'malformed'],
    ['a range that is half', () => packed({ trailer: '/Root 1 0 R /Index [0]' }), 'malformed'],
    ['a range without end', () => packed({ trailer: '/Root 1 0 R /Index [0 999999]' }), 'too-large'],
    [
      'a range that leaves rows over',
      () => packed({ trailer: '/Root 1 0 R /Index [0 2]' }),
      'length-mismatch',
    ],
    [
      'a table before it in a circle',
      () =>
        text((t) =>
          t
            .replace('/Type /XRef', `/Prev ${t.lastIndexOf('7 0 obj') + 11} /Type /XRef`)
            .replace(/startxref\n\d+/, `startxref\n${t.lastIndexOf('7 0 obj')}`),
        ),
      'malformed',
    ],
    ['encryption', () => packed({ trailer: '/Root 1 0 R /Encrypt 5 0 R' }), 'encrypted'],
    [
      'a table of another filter',
      () => text((t) => t.replace(/FlateDecode(?=[\s\S]*?startxref)(?![\s\S]*FlateDecode)/, 'RunLeDecode')),
      'filter-unsupported',
    ],
    [
      'a predictor of pictures',
      () => packed({ trailer: '/Root 1 0 R /DecodeParms << /Predictor 2 >>' }),
      'filter-unsupported',
    ],
    [
      'rows of another length than it says',
      () => packed({ trailer: '/Root 1 0 R /DecodeParms << /Predictor 12 /Columns 4 >>' }),
      'length-mismatch',
    ],
    [
      'objects in a file elsewhere',
      () => packed({ objectStream: '/Type /ObjStm /N 4 /First 30 /F (x)' }),
      'filter-unsupported',
    ],
    [
      'more objects than it has',
      () => packed({ objectStream: '/Type /ObjStm /N 99 /First 18 /Filter /FlateDecode' }),
      'malformed',
    ],
    [
      'numbers that reach into the objects',
      () => packed({ objectStream: '/Type /ObjStm /N 4 /First 3 /Filter /FlateDecode' }),
      'malformed',
    ],
    [
      'an object that holds streams',
      () => packed({ contents: (t) => t.replace('<< /Type /Filespec', 'stream') }),
      'malformed',
    ],
    ['a bomb', () => packed({ contents: (t) => t + ' '.repeat(33 * MEGABYTE) }), 'too-large'],
  ])('refused: %s', (_, make, code) => expect(refused(make())).toBe(code));

  test('a table that names itself as the one before', () => {
    const whole = packed();
    const start = /startxref\n(\d+)/.exec(Buffer.from(whole).toString('latin1'))?.[1];
    expect(refused(packed({ trailer: `/Root 1 0 R /Prev ${start}` }))).toBe('cycle');
  });

  test('whatever is changed in it, it is read or refused with a code', () => {
    const pdf = packed({ filter: 2 });
    const changes = fc.array(fc.tuple(fc.nat(pdf.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (all) => {
        const changed = pdf.slice();
        for (const [at, byte] of all) changed[at] = byte;
        refused(changed);
        reprintInputs(changed);
      }),
      { numRuns: 2000 },
    );
  });

  test('tables and objects changed before they are packed, too', () => {
    const change = fc.tuple(fc.nat(7), fc.tuple(fc.nat(3), fc.nat(2 ** 32 - 1), fc.nat(255)));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.string({ maxLength: 8 }),
        fc.nat(120),
        (rows, put, at) => {
          const pdf = packed({
            rows: (all) => {
              for (const [number, row] of rows) all[number] = row;
            },
            contents: (t) => t.slice(0, at) + Buffer.from(put).toString('latin1') + t.slice(at + put.length),
          });
          refused(pdf);
          reprintInputs(pdf);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttachmentError, extractAttachments, reprintInputs } from './attachments.ts';
import { renderYear } from './index.ts';
import { deflated, handMadePdf, type Parts, pdfWithFile, revised, stream } from './testing/hand-made-pdf.ts';
import { sampleInput } from './testing/sample-record.ts';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
const only = (pdf: Uint8Array): string =>
  extractAttachments(pdf)
    .map((a) => `${a.name}=${text(a.bytes)}`)
    .join('|');
const MEGABYTE = 1024 * 1024;

function refused(pdf: Uint8Array): string {
  try {
    extractAttachments(pdf);
  } catch (error) {
    if (error instanceof AttachmentError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('taken out', () => {
  test('plain, compressed, by an array of one filter, with a length that stands elsewhere', () => {
    expect(only(pdfWithFile())).toBe('a.xml=<a/>');
    expect(only(pdfWithFile({ file: stream('/Filter /FlateDecode', deflated('<a/>')) }))).toBe('a.xml=<a/>');
    expect(only(pdfWithFile({ file: stream('/Filter [ /Flate#44ecode ]', deflated('<a/>')) }))).toBe(
      'a.xml=<a/>',
    );
    expect(only(pdfWithFile({ file: stream('', '<a/>', '5 0 R'), more: ['4'] }))).toBe('a.xml=<a/>');
  });

  test('names in UTF-16, in both kinds of strings, through a tree of two levels', () => {
    const specification = '<< /UF <FEFF0068006F00630062FFFE> /EF << /F 4 0 R /UF 4 0 R >> >>';
    expect(refused(pdfWithFile({ specification }))).toBe('malformed');
    expect(only(pdfWithFile({ specification: '<< /F (\\150\\(o\\)c.xml) /EF << /F 4 0 R >> >>' }))).toBe(
      'h(o)c.xml=<a/>',
    );
    expect(only(pdfWithFile({ specification: '<< /UF <FEFF1ECD002E> /F (x) /EF << /F 4 0 R >> >>' }))).toBe(
      'ọ.=<a/>',
    );
    expect(only(pdfWithFile({ names: '<< /Kids [5 0 R] >>', more: ['<< /Names [(a) 3 0 R] >>'] }))).toBe(
      'a.xml=<a/>',
    );
  });

  test('a later revision stands for an earlier one', () => {
    const pdf = revised(pdfWithFile(), 4, stream('', '<b/>'));
    expect(only(pdf)).toBe('a.xml=<b/>');
    expect(only(revised(pdf, 9, '<< /Type /Sig >>'))).toBe('a.xml=<b/>');
  });

  test('none where there are none', () => {
    expect(extractAttachments(handMadePdf(['<< /Type /Catalog >>']))).toEqual([]);
    expect(extractAttachments(pdfWithFile({ names: '<< /Names [] >>' }))).toEqual([]);
  });

  test('the browser’s part imports nothing of Node', () => {
    for (const file of ['attachments', 'pdf/error', 'pdf/file', 'pdf/inflate', 'pdf/objects', 'pdf/packed']) {
      const source = readFileSync(new URL(`./${file}.ts`, import.meta.url), 'utf8');
      const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
      expect(imported.filter((name) => name !== 'fflate' && !name?.startsWith('./'))).toEqual([]);
      expect(source).not.toMatch(/\bBuffer\.|\bprocess\.|'node:/);
    }
  });
});

describe('refused', () => {
  const spec = (rest: string): Parts => ({ specification: `<< /F (a.xml) ${rest} >>` });
  const table = (change: (text: string) => string): Uint8Array =>
    Buffer.from(change(text(pdfWithFile())), 'latin1');
  const many = pdfWithFile({
    names: `<< /Names [${Array.from({ length: 17 }, (_, i) => `(a) ${i + 5} 0 R`).join(' ')}] >>`,
    more: Array.from({ length: 17 }, (_, i) => `<< /F (${i}.xml) /EF << /F 4 0 R >> >>`),
  });
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`;

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'not-pdf'],
    ['something else', Buffer.from('PK\u0003\u0004'.repeat(100)), 'not-pdf'],
    ['words before the header', Buffer.concat([Buffer.from('GIF89a\n'), pdfWithFile()]), 'not-pdf'],
    ['a version that does not exist', table((t) => t.replace('1.7', '9.7')), 'not-pdf'],
    ['more than 10 MB', new Uint8Array(10 * MEGABYTE + 1), 'too-large'],
    ['words after the end', pdfWithFile({ after: '\n<html>' }), 'truncated'],
    ['no end', table((t) => t.replace('%%EOF', '')), 'truncated'],
    ['a table beyond the file', table((t) => t.replace(/startxref\n\d+/, 'startxref\n999999')), 'malformed'],
    [
      'a table that is none',
      table((t) => t.replace(/startxref\n\d+/, `startxref\n${t.indexOf('endobj')}`)),
      'malformed',
    ],
    [
      'a stream that is no table',
      table((t) => t.replace(/startxref\n\d+/, `startxref\n${t.indexOf('4 0 obj')}`)),
      'malformed',
    ],
    ['no objects', handMadePdf([]), 'malformed'],
    ['compressed objects beside', pdfWithFile({ trailer: '/Root 1 0 R /XRefStm 9' }), 'object-stream'],
    ['encryption', pdfWithFile({ trailer: '/Root 1 0 R /Encrypt << /V 5 >>' }), 'encrypted'],
    [
      'revisions in a circle',
      table((t) => t.replace('/Root', `/Prev ${t.lastIndexOf('xref\n0')} /Root`)),
      'cycle',
    ],
    ['a previous table that is no number', pdfWithFile({ trailer: '/Root 1 0 R /Prev (x)' }), 'malformed'],
    ['too many objects', table((t) => t.replace('xref\n0 5', 'xref\n0 999999')), 'too-large'],
    ['a table cut short', table((t) => t.replace('xref\n0 5', 'xref\n0 199')), 'truncated'],
    ['an entry of another length', table((t) => t.replace(' f\r\n', ' f\n')), 'malformed'],
    ['an offset to another object', table((t) => t.replace('3 0 obj', '8 0 obj')), 'malformed'],
    ['no catalog', pdfWithFile({ trailer: '' }), 'malformed'],
    ['a catalog that is a number', pdfWithFile({ trailer: '/Root 5 0 R', more: ['7'] }), 'malformed'],
    ['a reference to a reference', pdfWithFile({ names: '5 0 R', more: ['2 0 R'] }), 'cycle'],
    ['a tree in a circle', pdfWithFile({ names: '<< /Kids [2 0 R] >>' }), 'cycle'],
    [
      'a tree in a wider circle',
      pdfWithFile({ names: '<< /Kids [5 0 R] >>', more: ['<< /Kids [2 0 R] >>'] }),
      'cycle',
    ],
    ['a node twice', pdfWithFile({ names: '<< /Kids [5 0 R 5 0 R] >>', more: ['<< /Names [] >>'] }), 'cycle'],
    ['names without their pair', pdfWithFile({ names: '<< /Names [(a) 3 0 R (b)] >>' }), 'malformed'],
    ['a missing specification', pdfWithFile({ names: '<< /Names [(a) 77 0 R] >>' }), 'malformed'],
    ['one file name twice', pdfWithFile({ names: '<< /Names [(a) 3 0 R (b) 3 0 R] >>' }), 'duplicate-name'],
    ['too many files', many, 'too-large'],
    ['no file', pdfWithFile(spec('')), 'malformed'],
    ['a file that is no stream', pdfWithFile(spec('/EF << /F 3 0 R >>')), 'malformed'],
    ['a file that is not there', pdfWithFile(spec('/EF << /F 55 0 R >>')), 'malformed'],
    [
      'two files behind one name',
      pdfWithFile({ ...spec('/EF << /F 4 0 R /UF 5 0 R >>'), more: [stream('', 'x')] }),
      'malformed',
    ],
    [
      'a name with a folder',
      pdfWithFile({ specification: '<< /F (../a.xml) /EF << /F 4 0 R >> >>' }),
      'malformed',
    ],
    [
      'a name with a control character',
      pdfWithFile({ specification: '<< /F (a\\000.xml) /EF << /F 4 0 R >> >>' }),
      'malformed',
    ],
    ['an empty name', pdfWithFile({ specification: '<< /F () /EF << /F 4 0 R >> >>' }), 'malformed'],
    ['a key twice', pdfWithFile({ specification: '<< /F (a) /F (b) /EF << /F 4 0 R >> >>' }), 'malformed'],
    ['a length too small', pdfWithFile({ file: stream('', '<a/>', 2) }), 'length-mismatch'],
    ['a length too large', pdfWithFile({ file: stream('', '<a/>', 9) }), 'length-mismatch'],
    ['a length beyond the file', pdfWithFile({ file: stream('', '<a/>', 99_999_999) }), 'length-mismatch'],
    ['a length below nothing', pdfWithFile({ file: stream('', '<a/>', -4) }), 'malformed'],
    ['a length of itself', pdfWithFile({ file: stream('', '<a/>', '4 0 R') }), 'cycle'],
    ['a length of a length', pdfWithFile({ file: stream('', '<a/>', '5 0 R'), more: ['5 0 R'] }), 'cycle'],
    [
      'a size that is not its own',
      pdfWithFile({ file: stream('/Params << /Size 5 >>', '<a/>') }),
      'length-mismatch',
    ],
    ['another filter', pdfWithFile({ file: stream('/Filter /LZWDecode', '<a/>') }), 'filter-unsupported'],
    [
      'two filters',
      pdfWithFile({ file: stream('/Filter [/FlateDecode /FlateDecode]', '<a/>') }),
      'filter-unsupported',
    ],
    [
      'a predictor',
      pdfWithFile({ file: stream('/Filter /FlateDecode /DecodeParms << /Predictor 12 >>', deflated('x')) }),
      'filter-unsupported',
    ],
    ['a file elsewhere', pdfWithFile({ file: stream('/F (/etc/hosts)', '<a/>') }), 'filter-unsupported'],
    [
      'data that are not compressed',
      pdfWithFile({ file: stream('/Filter /FlateDecode', '<a/><a/><a/>') }),
      'malformed',
    ],
    [
      'compressed data cut short',
      pdfWithFile({ file: stream('/Filter /FlateDecode', deflated('<a/>'.repeat(99)).slice(0, -6)) }),
      'malformed',
    ],
    [
      'a wrong checksum',
      pdfWithFile({ file: stream('/Filter /FlateDecode', `${deflated('<a/>').slice(0, -1)}!`) }),
      'malformed',
    ],
    [
      'a bomb of 40 MB',
      pdfWithFile({ file: stream('/Filter /FlateDecode', deflated(new Uint8Array(40 * MEGABYTE))) }),
      'too-large',
    ],
    ['arrays in arrays', pdfWithFile({ names: deep }), 'malformed'],
    ['a string without end', pdfWithFile({ names: '(' }), 'truncated'],
    ['an endless number of values', handMadePdf([`[${'1 '.repeat(500_000)}]`]), 'too-large'],
  ])('%s', (_, pdf, code) => {
    expect(refused(pdf)).toBe(code);
    expect(reprintInputs(pdf)).toBeNull();
  });

  test('a form cut anywhere', async () => {
    const pdf = await renderYear(sampleInput());
    for (let length = 0; length < pdf.length; length += 977)
      expect(refused(pdf.subarray(0, length))).not.toBe('accepted');
  });

  test('whatever is changed in a file, it is read or refused with a code', () => {
    const pdf = pdfWithFile({ file: stream('/Filter /FlateDecode', deflated('<a>Hương</a>'.repeat(20))) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(pdf.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const changed = pdf.slice();
          for (const [at, byte] of changes) changed[at] = byte;
          refused(changed);
          reprintInputs(changed);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('inputs for a re-rendering', () => {
  const info = (keywords: string) =>
    pdfWithFile({ trailer: '/Root 1 0 R /Info 5 0 R', more: [`<< /Keywords ${keywords} >>`] });

  test('of a form', () => {
    expect(reprintInputs(info('(hocba-form/1, leaf:7, https://x/y#z\\(1\\))'))).toMatchObject({
      formVersion: 'hocba-form/1',
      leafIndex: '7',
      qrUrl: 'https://x/y#z(1)',
      proof: null,
    });
    expect(reprintInputs(info('(hocba-form/12, leaf:none, https://x/y)'))).toMatchObject({ leafIndex: null });
  });

  test.each([
    '(hocba-form-draft)',
    '(hocba-form/0, leaf:7, https://x)',
    '(hocba-form/1, https://x)',
    '(hocba-form/1, leaf:-1, https://x)',
    '(hocba-form/1, leaf:7, a b)',
    '/Name',
    '()',
  ])('none of %s', (keywords) => expect(reprintInputs(info(keywords))).toBeNull());

  test('none where another file lies beside the record', () => {
    const pdf = pdfWithFile({
      names: '<< /Names [(a) 3 0 R (b) 6 0 R] >>',
      trailer: '/Root 1 0 R /Info 5 0 R',
      more: ['<< /Keywords (hocba-form/1, leaf:7, https://x) >>', '<< /F (b.bin) /EF << /F 4 0 R >> >>'],
    });
    expect(reprintInputs(pdf)).toBeNull();
  });
});

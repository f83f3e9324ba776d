import { describe, expect, test } from 'vitest';
import { FIRST_COMPOSABLE, isComposed } from './byte-kinds.ts';
import { CanonicalXmlError, encodeUtf8, find, scanCanonical } from './index.ts';
import { codeOf, utf8 } from './test-bytes.ts';

const wide = 'Nguyễn Thị Bình 😀';

describe('canonical bytes are read', () => {
  test.each([
    ['the least', '<A></A>'],
    ['text with every reference C14N writes', '<A>&amp;&lt;&gt;&#xD;</A>'],
    ['attribute with every reference C14N writes', '<A b="&amp;&lt;&quot;&#x9;&#xA;&#xD;>"></A>'],
    ['raw tab and line feed in text', '<A>\t\n</A>'],
    ['quotes and apostrophes in text', `<A>"'</A>`],
    ['apostrophe in an attribute', `<A b="'"></A>`],
    ['no-break space and wide characters', `<A>\u00a0${wide}</A>`],
    [
      'namespaces in use',
      '<A xmlns="http://uri.etsi.org/01903/v1.3.2#"><B xmlns="urn:hocba:annex:1"><C xmlns="http://h:80/a?b=c#d"></C></B></A>',
    ],
    ['default namespace taken back', '<A xmlns="urn:a"><B xmlns=""></B></A>'],
    ['default namespace below a prefix', '<p:A xmlns:p="urn:p"><B xmlns="urn:b"></B></p:A>'],
    ['prefix declared again with another URI', '<p:A xmlns:p="urn:p"><p:B xmlns:p="urn:q"></p:B></p:A>'],
    [
      'attributes by namespace, then name',
      '<A xmlns:p="urn:b" xmlns:q="urn:a" z="" q:a="" p:a="" p:b=""></A>',
    ],
    ['default before prefixed declaration', '<A xmlns="urn:z" xmlns:p="urn:a" p:b=""></A>'],
  ])('%s', (_, xml) => {
    expect(() => scanCanonical(utf8(xml))).not.toThrow();
  });

  test('offsets count bytes', () => {
    const xml = `<A t="${wide}"><B Id="b">${wide}</B><C>é</C></A>`;
    const doc = scanCanonical(utf8(xml));
    const slice = (from: number, to: number) => new TextDecoder().decode(doc.bytes.subarray(from, to));
    const b = doc.byId.get('b');
    const c = find(doc.root, 'C');
    if (b === undefined || c === undefined) throw new Error('not found');
    expect(slice(b.start, b.end)).toBe(`<B Id="b">${wide}</B>`);
    expect(slice(b.contentStart, b.contentEnd)).toBe(wide);
    expect(slice(c.start, c.end)).toBe('<C>é</C>');
    expect(doc.root.end).toBe(doc.bytes.length);
    expect([b.text, c.text, doc.root.text, doc.root.attributes.get('t')]).toEqual([wide, 'é', '', wide]);
  });

  test('a path stays in its namespace', () => {
    const doc = scanCanonical(utf8('<A><B xmlns="urn:x"><C></C></B><B><C>ours</C></B></A>'));
    expect(find(doc.root, 'B/C')?.text).toBe('ours');
    expect(find(doc.root, 'B', 'urn:x')?.children.length).toBe(1);
    expect(find(doc.root, 'B/D')).toBeUndefined();
  });
});

describe('anything else is refused', () => {
  test.each<[string, string, string]>([
    ['nothing', '', 'not-an-element'],
    ['byte order mark', '\ufeff<A></A>', 'not-an-element'],
    ['leading white space', ' <A></A>', 'not-an-element'],
    ['XML declaration', '<?xml version="1.0"?><A></A>', 'xml-declaration'],
    ['empty DTD', '<!DOCTYPE A><A></A>', 'doctype'],
    ['DTD with an entity', '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>', 'doctype'],
    ['declared entity', '<A>&x;</A>', 'not-canonical-escape'],
    ['processing instruction before', '<?x y?><A></A>', 'processing-instruction'],
    ['processing instruction inside', '<A><?x y?></A>', 'processing-instruction'],
    ['comment inside', '<A>1<!-- 2 --></A>', 'mixed-content'],
    ['comment alone', '<A><!----></A>', 'comment'],
    ['CDATA', '<A><![CDATA[x]]></A>', 'cdata'],
    ['CDATA end in text', '<A>]]></A>', 'not-canonical-escape'],
    ['single quotes', "<A b='c'></A>", 'single-quotes'],
    ['no quotes', '<A b=c></A>', 'malformed-tag'],
    ['empty-element tag', '<A/>', 'empty-element-tag'],
    ['empty-element tag with a space', '<A />', 'malformed-tag'],
    ['two spaces', '<A  b="c"></A>', 'malformed-tag'],
    ['line feed between attributes', '<A\nb="c"></A>', 'malformed-tag'],
    ['space before >', '<A b="c" ></A>', 'malformed-tag'],
    ['space around =', '<A b ="c"></A>', 'malformed-tag'],
    ['no space between attributes', '<A b="c"d="e"></A>', 'malformed-tag'],
    ['space in the end tag', '<A></A >', 'tag-mismatch'],
    ['end tag of another', '<A></B>', 'tag-mismatch'],
    ['end tag of a longer name', '<A></AB>', 'tag-mismatch'],
    ['crossed tags', '<A><B></A></B>', 'tag-mismatch'],
    ['unsorted attributes', '<A c="" b=""></A>', 'attribute-order'],
    ['attribute given twice', '<A b="" b=""></A>', 'attribute-order'],
    [
      'same attribute by two prefixes',
      '<A xmlns:p="urn:x" xmlns:q="urn:x" p:b="" q:b=""></A>',
      'attribute-order',
    ],
    ['attribute before declaration', '<A b="" xmlns="urn:x"></A>', 'attribute-order'],
    ['unsorted declarations', '<A xmlns:q="urn:1" xmlns:p="urn:2" p:b="" q:b=""></A>', 'attribute-order'],
    [
      'prefixed declaration before the default',
      '<A xmlns:p="urn:1" xmlns="urn:2" p:b=""></A>',
      'attribute-order',
    ],
    ['namespaced attribute before a plain one', '<A xmlns:p="urn:1" p:b="" c=""></A>', 'attribute-order'],
    ['redundant default', '<A xmlns="urn:x"><B xmlns="urn:x"></B></A>', 'redundant-namespace'],
    [
      'redundant default, two levels',
      '<A xmlns="urn:x"><B><C xmlns="urn:x"></C></B></A>',
      'redundant-namespace',
    ],
    ['redundant empty default', '<A xmlns=""></A>', 'redundant-namespace'],
    ['redundant prefix', '<p:A xmlns:p="urn:x"><p:B xmlns:p="urn:x"></p:B></p:A>', 'redundant-namespace'],
    ['unused prefix', '<A xmlns:p="urn:x"></A>', 'unused-namespace'],
    ['prefix used below only', '<A xmlns:p="urn:x"><p:B></p:B></A>', 'unused-namespace'],
    ['default unused by a prefixed tag', '<p:A xmlns="urn:x" xmlns:p="urn:y"></p:A>', 'unused-namespace'],
    ['unbound prefix', '<p:A></p:A>', 'unbound-prefix'],
    ['unbound prefix of an attribute', '<A p:b=""></A>', 'unbound-prefix'],
    ['prefix out of scope', '<A><p:B xmlns:p="urn:x"></p:B><p:C></p:C></A>', 'unbound-prefix'],
    ['prefix taken back', '<p:A xmlns:p="urn:x"><B xmlns:p=""></B></p:A>', 'bad-namespace'],
    ['relative namespace', '<A xmlns="x"></A>', 'bad-namespace'],
    ['namespace with a space', '<A xmlns="urn:x y"></A>', 'bad-namespace'],
    ['namespace with two fragments', '<A xmlns="urn:x#y#z"></A>', 'bad-namespace'],
    ['namespace with a port of letters', '<A xmlns="http://a:b/"></A>', 'bad-namespace'],
    ['namespace with brackets', '<A xmlns="urn:[x]"></A>', 'bad-namespace'],
    ['namespace with an escape', '<A xmlns="urn:%41"></A>', 'bad-namespace'],
    ['namespace without a host', '<A xmlns="http://"></A>', 'bad-namespace'],
    ['namespace of xml', '<A xmlns="http://www.w3.org/XML/1998/namespace"></A>', 'bad-namespace'],
    ['prefix xml', '<A xml:lang="vi"></A>', 'reserved-prefix'],
    ['prefix xml declared', '<A xmlns:xml="urn:x"></A>', 'reserved-prefix'],
    ['tag with prefix xmlns', '<xmlns:A></xmlns:A>', 'reserved-prefix'],
    ['two colons', '<a:b:c></a:b:c>', 'bad-name'],
    ['colon last', '<a:></a:>', 'bad-name'],
    ['colon first', '<:a></:a>', 'bad-name'],
    ['name starts with a digit', '<1></1>', 'bad-name'],
    ['local name starts with a digit', '<a:1></a:1>', 'bad-name'],
    ['name outside ASCII', '<Điểm></Điểm>', 'bad-name'],
    ['look-alike letter in a name', '<TO\u0410N></TO\u0410N>', 'bad-name'],
    ['duplicate Id', '<A Id="a"><B Id="a"></B></A>', 'duplicate-id'],
    ['ID', '<A ID="a"></A>', 'id-spelling'],
    ['id', '<A id="a"></A>', 'id-spelling'],
    ['iD beside Id', '<A Id="a" iD="b"></A>', 'id-spelling'],
    ['xml:id', '<A xml:id="a"></A>', 'id-spelling'],
    ['Id with a prefix', '<A xmlns:p="urn:x" p:Id="a"></A>', 'id-spelling'],
    ['empty Id', '<A Id=""></A>', 'bad-id'],
    ['Id with a space', '<A Id="a b"></A>', 'bad-id'],
    ['Id starting with a digit', '<A Id="1"></A>', 'bad-id'],
    ['decomposed letter', '<A>e\u0301</A>', 'not-nfc'],
    ['decomposed letter in an attribute', '<A b="e\u0301"></A>', 'not-nfc'],
    ['mark that combines with the tag', '<A>\u0338</A>', 'not-nfc'],
    ['control character', '<A>\u0001</A>', 'illegal-character'],
    ['NUL', '<A>\u0000</A>', 'illegal-character'],
    ['control character in an attribute', '<A b="\u001f"></A>', 'illegal-character'],
    ['U+FFFE', '<A>\ufffe</A>', 'illegal-character'],
    ['U+FFFF in an attribute', '<A b="\uffff"></A>', 'illegal-character'],
    ['raw > in text', '<A>></A>', 'not-canonical-escape'],
    ['raw carriage return', '<A>\r</A>', 'not-canonical-escape'],
    ['raw tab in an attribute', '<A b="\t"></A>', 'not-canonical-escape'],
    ['raw line feed in an attribute', '<A b="\n"></A>', 'not-canonical-escape'],
    ['raw < in an attribute', '<A b="<"></A>', 'not-canonical-escape'],
    ['&gt; in an attribute', '<A b="&gt;"></A>', 'not-canonical-escape'],
    ['&quot; in text', '<A>&quot;</A>', 'not-canonical-escape'],
    ['&apos;', '<A>&apos;</A>', 'not-canonical-escape'],
    ['decimal reference', '<A>&#13;</A>', 'not-canonical-escape'],
    ['lower-case hexadecimal reference', '<A>&#xd;</A>', 'not-canonical-escape'],
    ['reference with a leading zero', '<A>&#x0D;</A>', 'not-canonical-escape'],
    ['reference to a plain letter', '<A>&#x41;</A>', 'not-canonical-escape'],
    ['reference without an end', '<A>&amp</A>', 'not-canonical-escape'],
    ['bare ampersand', '<A>&</A>', 'not-canonical-escape'],
    ['text before a child', '<A>x<B></B></A>', 'mixed-content'],
    ['line feed after a child', '<A><B></B>\n</A>', 'mixed-content'],
    ['trailing line feed', '<A></A>\n', 'trailing-bytes'],
    ['second root', '<A></A><B></B>', 'trailing-bytes'],
    ['trailing NUL', '<A></A>\u0000', 'trailing-bytes'],
    ['end in a name', '<A', 'unexpected-end'],
    ['end in an attribute', '<A b="', 'unexpected-end'],
    ['end in text', '<A>x', 'unexpected-end'],
    ['end before the end tag', '<A><B></B>', 'unexpected-end'],
    ['end in the end tag', '<A></A', 'tag-mismatch'],
    ['lone <', '<', 'bad-name'],
    ['end tag first', '</A>', 'bad-name'],
  ])('%s', (_, xml, code) => {
    expect(codeOf(() => scanCanonical(utf8(xml)))).toBe(code);
  });

  test.each<[string, number[]]>([
    ['overlong slash', [0xc0, 0xaf]],
    ['lone continuation', [0x80]],
    ['surrogate half', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['cut sequence', [0xe1, 0xbb]],
    ['byte FF', [0xff]],
  ])('bad UTF-8: %s', (_, bad) => {
    const bytes = new Uint8Array([...utf8('<A>'), ...bad, ...utf8('</A>')]);
    expect(codeOf(() => scanCanonical(bytes))).toBe('bad-utf8');
  });

  test('what is well-formed UTF-8 is for no other judgement than the decoder’s', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const tails = [
      [],
      [0x41],
      [0x80],
      [0xbf],
      [0xc0],
      [0x80, 0x80],
      [0xbf, 0xbf],
      [0x7f, 0x80],
      [0x80, 0xc0],
    ];
    const isText = (bytes: Uint8Array): boolean => {
      try {
        return decoder.decode(bytes).length > 0;
      } catch {
        return false;
      }
    };
    const differ: string[] = [];
    // Every octet at which the table of well-formed sequences turns, and its neighbours.
    const leads = '80 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff';
    const seconds = '41 7f 80 8f 90 9f a0 bf c0 ff';
    const octets = (hex: string) => hex.split(' ').map((pair) => Number.parseInt(pair, 16));
    for (const lead of octets(leads))
      for (const second of octets(seconds))
        for (const tail of tails) {
          const bytes = new Uint8Array([...utf8('<A>'), lead, second, ...tail, ...utf8('</A>')]);
          const refused = codeOf(() => scanCanonical(bytes)) === 'bad-utf8';
          if (refused === isText(bytes)) differ.push(`${lead} ${second} ${tail}`);
        }
    expect(differ).toEqual([]);
  });

  test('bad UTF-8 is named before what else is wrong', () => {
    const bytes = new Uint8Array([...utf8('<A><!-- '), 0xff, ...utf8(' --></A>')]);
    expect(codeOf(() => scanCanonical(bytes))).toBe('bad-utf8');
  });

  test('text is what was written, references and characters of several octets side by side', () => {
    const doc = scanCanonical(utf8(`<A b="&quot;${wide}&amp;amp;">&amp;lt;${wide}&lt;;&amp;</A>`));
    expect([doc.root.text, doc.root.attributes.get('b')]).toEqual([`&lt;${wide}<;&`, `"${wide}&amp;`]);
    expect(doc.root.text).toBe(`&lt;${wide}<;&`);
  });

  test('UTF-16 is not guessed', () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x3c, 0, 0x41, 0, 0x3e, 0]);
    expect(codeOf(() => scanCanonical(bytes))).toBe('bad-utf8');
  });
});

describe('bounds', () => {
  const nested = (depth: number) => '<A>'.repeat(depth) + '</A>'.repeat(depth);

  test.each<[string, string, string | undefined]>([
    ['64 levels', nested(64), undefined],
    ['65 levels', nested(65), 'too-deep'],
    ['20 000 levels', nested(20_000), 'too-deep'],
    ['10 000 elements', `<A>${'<B></B>'.repeat(9_999)}</A>`, undefined],
    ['10 001 elements', `<A>${'<B></B>'.repeat(10_000)}</A>`, 'too-many-elements'],
    [
      '33 attributes',
      `<A${Array.from({ length: 33 }, (_, i) => ` a${10 + i}=""`).join('')}></A>`,
      'too-many-attributes',
    ],
    ['a name of 129', `<${'a'.repeat(129)}></${'a'.repeat(129)}>`, 'name-too-long'],
  ])('%s', (_, xml, code) => {
    expect(codeOf(() => scanCanonical(utf8(xml)))).toBe(code);
  });

  test('bytes, and a caller that bounds lower or higher', () => {
    expect(codeOf(() => scanCanonical(new Uint8Array(10 * 1024 * 1024 + 1)))).toBe('too-large');
    expect(codeOf(() => scanCanonical(utf8('<A></A>'), { maxBytes: 6 }))).toBe('too-large');
    expect(codeOf(() => scanCanonical(utf8(nested(65)), { maxDepth: 65 }))).toBeUndefined();
  });
});

describe('characters that need no look at NFC', () => {
  test('are left by it as they are, in any order', () => {
    const characters: string[] = [];
    for (let point = 0x20; point < 0x1_0000; point++) {
      const bytes = encodeUtf8(String.fromCharCode(point));
      const [lead = 0, second = 0, third = 0] = bytes;
      const early = lead < FIRST_COMPOSABLE;
      if (early || (bytes.length === 3 && isComposed(lead, second, third)))
        characters.push(String.fromCharCode(point));
    }
    expect(characters.length).toBe(0x300 - 0x20 + 0x100 + 0x17);
    for (const first of characters) {
      // One after the other, with this one between all of them.
      const text = characters.join(first);
      expect(text.normalize('NFC') === text, first).toBe(true);
    }
  });
});

describe('text of any length', () => {
  const LENGTH = 50;
  const around = (text: Uint8Array): Uint8Array => {
    const [head, tail] = [utf8('<a>'), utf8('</a>')];
    const whole = new Uint8Array(head.length + text.length + tail.length);
    whole.set(head);
    whole.set(text, head.length);
    whole.set(tail, head.length + text.length);
    return whole;
  };
  const refusal = (xml: Uint8Array): string | null => {
    try {
      scanCanonical(xml);
      return null;
    } catch (error) {
      return error instanceof CanonicalXmlError ? error.code : 'another error';
    }
  };

  test.each([
    [0x00, 'illegal-character'],
    [0x0d, 'not-canonical-escape'],
    [0x3e, 'not-canonical-escape'],
    [0x26, 'not-canonical-escape'],
    [0x80, 'bad-utf8'],
    [0xff, 'bad-utf8'],
  ])('byte %i is refused at each place of it, wherever the document begins in memory', (bad, code) => {
    for (let length = 1; length <= LENGTH; length++)
      for (let at = 0; at < length; at++) {
        const text = new Uint8Array(length).fill(0x41);
        text[at] = bad;
        const xml = around(text);
        const shifted = new Uint8Array(xml.length + 1);
        shifted.set(xml, 1);
        expect([refusal(xml), refusal(shifted.subarray(1))], `${at} of ${length}`).toEqual([code, code]);
      }
  });

  test('is read whole, and a document cut off in it is refused', () => {
    for (let length = 1; length <= LENGTH; length++) {
      const xml = around(new Uint8Array(length).fill(0x41));
      expect(scanCanonical(xml).root.text).toBe('A'.repeat(length));
      expect(refusal(xml.subarray(0, 3 + length))).toBe('unexpected-end');
    }
  });
});

import fc from 'fast-check';
import { XmlDocument as LibDocument, type XmlElement as LibElement, XmlC14NMode } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import {
  CanonicalXmlError,
  canonicalElement,
  escapeAttribute,
  escapeText,
  scanCanonical,
  type XmlElement,
} from './index.ts';
import { text, utf8 } from './test-bytes.ts';

const options = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 } as const;

/** libxml2 as the second opinion: exclusive C14N of a whole document, and of each element in document order. */
function byLibxml2(xml: Uint8Array): { whole: string; elements: string[] } {
  const doc = LibDocument.fromBuffer(xml);
  try {
    const elements = (doc.find('//*') as LibElement[]).map((e) => e.canonicalizeToString(options));
    return { whole: doc.canonicalizeToString(options), elements };
  } finally {
    doc.dispose();
  }
}

const inOrder = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(inOrder)];

interface Node {
  prefix: string;
  local: string;
  /** Bindings declared here, '' for the default namespace. */
  bindings: [string, string][];
  attributes: [string, string, string][];
  content: string | Node[];
}

const prefixes = ['', 'p', 'q'] as const;
const uris = ['urn:a', 'urn:b', 'urn:c'] as const;
const content = fc
  .string({ unit: fc.constantFrom('a', 'ễ', '😀', '<', '>', '&', '"', "'", '\r', '\n', '\t', ' ', ']') })
  .map((s) => s.normalize('NFC'));

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    prefix: fc.constantFrom(...prefixes),
    local: fc.constantFrom('A', 'B', 'C-1', 'D.x', '_e'),
    bindings: fc.uniqueArray(fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom('', ...uris)), {
      selector: ([prefix]) => prefix,
      maxLength: 3,
    }),
    attributes: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom('a', 'b', 'z'), content),
      {
        selector: ([, local]) => local,
        maxLength: 3,
      },
    ),
    content: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      content,
      fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    ),
  }),
}));

/** Well-formed, far from canonical: single quotes, empty-element tags, declarations wherever they fell. */
function write(n: Node, scope: ReadonlyMap<string, string>): string {
  const here = new Map(scope);
  let tag = '';
  const bind = (prefix: string, uri: string) => {
    here.set(prefix, uri);
    tag += prefix === '' ? ` xmlns='${uri}'` : ` xmlns:${prefix}='${uri}'`;
  };
  const bound = new Set<string>();
  for (const [prefix, uri] of n.bindings) {
    if (prefix !== '' && uri === '') continue;
    bind(prefix, uri);
    bound.add(prefix);
  }
  for (const prefix of [n.prefix, ...n.attributes.map(([p]) => p)]) {
    if (prefix !== '' && !here.has(prefix) && !bound.has(prefix)) bind(prefix, 'urn:a');
  }
  for (const [prefix, local, value] of n.attributes) {
    tag += ` ${prefix === '' ? '' : `${prefix}:`}${local}='${escapeAttribute(value).replaceAll("'", '&#39;')}'`;
  }
  const name = n.prefix === '' ? n.local : `${n.prefix}:${n.local}`;
  const inner =
    typeof n.content === 'string' ? escapeText(n.content) : n.content.map((c) => write(c, here)).join('');
  return inner === '' ? `<${name}${tag}/>` : `<${name}${tag}>${inner}</${name}>`;
}

describe('agreement with libxml2', () => {
  test('what it calls canonical is read, and each element canonicalises alike', () => {
    fc.assert(
      fc.property(node, (tree) => {
        const canonical = utf8(byLibxml2(utf8(write(tree, new Map()))).whole);
        const doc = scanCanonical(canonical);
        const theirs = byLibxml2(canonical).elements;
        expect(inOrder(doc.root).map((e) => text(canonicalElement(doc, e)))).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  test('a changed byte is refused, or the bytes are still their own canonical form', () => {
    const source = utf8(
      '<A xmlns="urn:a" xmlns:p="urn:p" a="1" p:b="2&lt;"><B Id="x">Nguyễn &amp; 😀&#xD;</B><p:C c="d"><D xmlns="">é</D></p:C><E></E></A>',
    );
    const interesting = utf8('<>/&;"\'= \n\r\tAxp:1-!?#[]é😀');
    const changed = fc.tuple(
      fc.nat(source.length - 1),
      fc.constantFrom('replace', 'insert', 'remove', 'double'),
      fc.oneof(fc.constantFrom(...interesting), fc.integer({ min: 0, max: 255 })),
    );
    fc.assert(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = [...source];
        for (const [at, how, byte] of changes) {
          if (how === 'replace') bytes[at] = byte;
          else if (how === 'insert') bytes.splice(at, 0, byte);
          else if (how === 'remove') bytes.splice(at, 1);
          else bytes.splice(at, 0, ...bytes.slice(at, at + 8));
        }
        const mutant = new Uint8Array(bytes);
        try {
          scanCanonical(mutant);
        } catch (error) {
          if (error instanceof CanonicalXmlError) return;
          throw error;
        }
        expect(byLibxml2(mutant).whole).toBe(text(mutant));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the bytes of a part', () => {
  const part = (xml: string, id: string) => {
    const doc = scanCanonical(utf8(xml));
    const element = doc.byId.get(id);
    if (element === undefined) throw new Error('no such Id');
    return text(canonicalElement(doc, element));
  };

  test.each([
    ['no namespace: its bytes', '<A><B Id="b">x</B></A>', '<B Id="b">x</B>'],
    [
      'inherited default',
      '<A xmlns="urn:a"><B Id="b"><C></C></B></A>',
      '<B xmlns="urn:a" Id="b"><C></C></B>',
    ],
    ['own default', '<A><B xmlns="urn:a" Id="b"></B></A>', '<B xmlns="urn:a" Id="b"></B>'],
    ['default taken back', '<A xmlns="urn:a"><B xmlns="" Id="b"></B></A>', '<B Id="b"></B>'],
    [
      'prefix used below the part only',
      '<p:A xmlns:p="urn:p"><B Id="b"><p:C></p:C><p:D></p:D></B></p:A>',
      '<B Id="b"><p:C xmlns:p="urn:p"></p:C><p:D xmlns:p="urn:p"></p:D></B>',
    ],
    [
      'inherited prefix beside an own one',
      '<p:A xmlns:p="urn:p"><p:B xmlns:o="urn:o" Id="b" o:x=""></p:B></p:A>',
      '<p:B xmlns:o="urn:o" xmlns:p="urn:p" Id="b" o:x=""></p:B>',
    ],
  ])('%s', (_, xml, expected) => {
    expect(part(xml, 'b')).toBe(expected);
  });

  test('an element of elsewhere is refused', () => {
    const doc = scanCanonical(utf8('<A></A>'));
    expect(() => canonicalElement(doc, { ...doc.root })).toThrow(TypeError);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { el, type RawXml, rawElement, scanCanonical, serialize } from './index.ts';
import { codeOf, text, utf8 } from './test-bytes.ts';

describe('writer', () => {
  test('sorts attributes, declares first, escapes', () => {
    const written = el('A', { b: '<"\t\n\r>&', Id: 'x', xmlns: 'urn:a' }, el('B', null, 'a<b>&"\r'));
    expect(text(serialize(written))).toBe(
      '<A xmlns="urn:a" Id="x" b="&lt;&quot;&#x9;&#xA;&#xD;>&amp;"><B>a&lt;b&gt;&amp;"&#xD;</B></A>',
    );
  });

  test.each<[string, () => unknown, string]>([
    ['mixed content', () => el('A', null, 'x', el('B', null)), 'mixed-content'],
    ['decomposed text', () => el('A', null, 'e\u0301'), 'not-nfc'],
    ['text that combines across pieces', () => el('A', null, 'e', '\u0301'), 'not-nfc'],
    ['text that combines with the tag', () => el('A', null, '\u0338'), 'not-nfc'],
    ['lone surrogate', () => el('A', null, '\ud83d'), 'illegal-character'],
    ['control character', () => el('A', null, '\u0007'), 'illegal-character'],
    ['U+FFFF in an attribute', () => el('A', { b: '\uffff' }), 'illegal-character'],
    ['prefixed tag', () => el('p:A', null), 'bad-name'],
    ['prefixed attribute', () => el('A', { 'p:b': '' }), 'bad-name'],
    ['declared prefix', () => el('A', { 'xmlns:p': 'urn:x' }), 'bad-name'],
    ['tag outside ASCII', () => el('Điểm', null), 'bad-name'],
    ['empty tag', () => el('', null), 'bad-name'],
    ['id', () => el('A', { id: 'x' }), 'id-spelling'],
    ['bad Id', () => el('A', { Id: 'x y' }), 'bad-id'],
    ['relative namespace', () => el('A', { xmlns: 'x' }), 'bad-namespace'],
    [
      'redundant default',
      () => el('A', { xmlns: 'urn:x' }, el('B', { xmlns: 'urn:x' })),
      'redundant-namespace',
    ],
    [
      'redundant default, deeper',
      () => el('A', { xmlns: 'urn:x' }, el('B', null, el('C', { xmlns: 'urn:x' }))),
      'redundant-namespace',
    ],
    ['bytes that are not canonical', () => rawElement(utf8('<A/>')), 'empty-element-tag'],
    [
      'redundant default in given bytes',
      () => el('A', { xmlns: 'urn:x' }, rawElement(utf8('<B><C xmlns="urn:x"></C></B>'))),
      'redundant-namespace',
    ],
  ])('refuses %s', (_, act, code) => {
    expect(codeOf(act)).toBe(code);
  });

  test('the same default again below another is written', () => {
    const tree = el('A', { xmlns: 'urn:x' }, el('B', { xmlns: 'urn:y' }, el('C', { xmlns: 'urn:x' })));
    expect(codeOf(() => scanCanonical(serialize(tree)))).toBeUndefined();
  });

  const name = fc.constantFrom('A', 'B_1', 'c-d', '_e.f');
  const { tree } = fc.letrec<{ tree: () => RawXml }>((tie) => ({
    tree: fc
      .record({
        name,
        namespace: fc.constantFrom(undefined, 'urn:a', 'urn:b'),
        attributes: fc.dictionary(fc.constantFrom('a', 'B', 'zz'), fc.string({ unit: 'binary' })),
        content: fc.oneof(
          { depthSize: 'small' },
          fc.string({ unit: 'binary' }),
          fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        ),
      })
      .map(({ name, namespace, attributes, content }) => () => {
        const own = namespace === undefined ? attributes : { ...attributes, xmlns: namespace };
        return typeof content === 'string'
          ? el(name, own, content)
          : el(name, own, ...content.map((c) => c()));
      }),
  }));

  test('whatever is written can be read, and says the same', () => {
    fc.assert(
      fc.property(tree, (build) => {
        let written: RawXml | undefined;
        const code = codeOf(() => {
          written = build();
        });
        if (written === undefined) {
          expect(['not-nfc', 'illegal-character', 'redundant-namespace']).toContain(code);
          return;
        }
        const bytes = serialize(written);
        expect(text(scanCanonical(bytes).bytes)).toBe(written.xml);
        expect(text(serialize(rawElement(bytes)))).toBe(written.xml);
      }),
      { numRuns: 500 },
    );
  });

  test('text and attribute values come back as given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (given) => {
        const value = given.normalize('NFC');
        if (codeOf(() => el('A', { b: value }, value)) !== undefined) return;
        const { root } = scanCanonical(serialize(el('A', { b: value }, value)));
        expect([root.text, root.attributes.get('b')]).toEqual([value, value]);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { aroundRoot } from './around-root.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (xml: string): string[] => {
  const { bytes: bare, before, after } = aroundRoot(bytes(xml));
  return [bare, before, after].map((one) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(one));
};

describe('what stands around a root', () => {
  test.each<[string, string, string[]]>([
    ['an instruction before', '<?a  b c?><r/>', ['<r/>', '<?a b c?>\n', '']],
    ['behind', '<r/>\n<?a?> \n', ['<r/>', '', '\n<?a?>']],
    ['of several lines', '<?a b\r\nc?><r/>', ['<r/>', '<?a b\nc?>\n', '']],
    ['in letters of more octets', '<?a ngữ?><r/><?b ệ?>', ['<r/>', '<?a ngữ?>\n', '\n<?b ệ?>']],
    [
      'in their order',
      '<?a?><!-- x --><?b?><r/><?c?><!--y--><?d?>',
      ['<r/>', '<?a?>\n<?b?>\n', '\n<?c?>\n<?d?>'],
    ],
    [
      'behind a declaration',
      '\ufeff<?xml version="1.0"?>\n<!-- x -->\n<r/>',
      ['\ufeff<?xml version="1.0"?><r/>', '', ''],
    ],
  ])('%s', (_, xml, expected) => {
    expect(texts(xml)).toEqual(expected);
    expect(aroundRoot(bytes(xml)).isBare).toBe(false);
  });

  test.each([
    ['nothing', ' <r/> '],
    ['a declaration', '<?xml version="1.0"?><r/>'],
    ['a DTD', '<!DOCTYPE r><r/>'],
    ['a DTD that declares', '<!DOCTYPE r [<!ENTITY a "b">]><r/>'],
    ['a comment that does not end', '<!-- <r/>'],
    ['one that is none', '<r/><!-- -- -->'],
    ['an instruction that does not end', '<?a <r/>'],
    ['a comment within', '<r><!-- --></r>'],
    ['no document', ''],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><r/>'],
  ])('%s is left as it is', (_, xml) => {
    const given = bytes(xml);
    expect(aroundRoot(given)).toMatchObject({ isBare: true, bytes: given });
  });

  test('a long row of them is not gone through', () => {
    const given = `${'<?a?>'.repeat(400_000)}<r/>${'<!---->'.repeat(400_000)}`;
    expect(aroundRoot(bytes(given)).bytes.length).toBeGreaterThan(given.length - 1_000);
  });
});

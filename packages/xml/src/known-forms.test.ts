import { beforeAll, describe, expect, test } from 'vitest';
import { canonicalElement } from './canonical.ts';
import { CanonicalXmlError, scanCanonical, type XmlElement, type XmlLimits } from './index.ts';
import { text, utf8 } from './test-bytes.ts';

const subject = (code: string, mark: string): string =>
  `<M Id="mon-${code}"><A>${code}</A><B>Môn ${code}</B><C>T</C><D>${mark}</D><E></E><F>x &amp; y</F></M>`;

const signature = (id: string, value: string): string =>
  `<S xmlns="urn:s:1" Id="sig-${id}"><I><R URI="#mon-${id}"><T a="urn:t:1"></T><V>${value}</V></R></I>` +
  `<O xmlns="urn:o:1" Id="o-${id}"><P xmlns="urn:s:1" a="urn:t:1"></P><Q>${'AbCd'.repeat(60)}</Q><W>1</W></O></S>`;

const document = (name: string, mark: string, value: string): string =>
  `<H><G Id="g"><N>${name}</N><L>4A</L></G><K>${subject('TV', mark)}${subject('TOAN', '10')}</K>` +
  `<Z>${signature('TV', value)}${signature('TOAN', 'q83vq83v')}</Z></H>`;

const SAMPLE = document('Nguyễn Thị Bình', '9', 'AAECAwQF');

/** All that can be seen of a document, or the refusal. With other limits than the usual nothing of other documents is used. */
function told(xml: Uint8Array, limits: Partial<XmlLimits>): unknown {
  try {
    const doc = scanCanonical(xml, limits);
    const elements: unknown[] = [];
    const tell = (e: XmlElement): void => {
      const { name, localName, namespace, attributes, start, contentStart, contentEnd, end, parent } = e;
      const canonical = text(canonicalElement(doc, e));
      elements.push([name, localName, namespace, [...attributes], start, contentStart, contentEnd, end]);
      elements.push([e.text, parent?.start, canonical, doc.byId.get(attributes.get('Id') ?? '') === e]);
      for (const child of e.children) tell(child);
    };
    tell(doc.root);
    return [elements, [...doc.byId].map(([id, { start }]) => [id, start])];
  } catch (error) {
    if (error instanceof CanonicalXmlError) return [error.code, error.offset];
    throw error;
  }
}
const ALONE: Partial<XmlLimits> = { maxAttributes: 31 };

const same = (xml: Uint8Array, what: string, limits: Partial<XmlLimits> = {}): void =>
  expect(told(xml, limits), what).toEqual(told(xml, { ...ALONE, ...limits }));

describe('a document by whose form others are recognised', () => {
  beforeAll(() => {
    scanCanonical(utf8(SAMPLE));
  });

  test('changes nothing of what is read of one that differs in texts, or somewhere else', () => {
    const others = [
      SAMPLE,
      document('Trần Văn Mẫu &lt;b&gt;', '', 'BBBBBBBBBBBB'),
      document('A', '10', ''),
      document('Nguyễn Thị Bình', '9', 'AAECAwQF').replace('<L>4A</L>', ''),
      document('Nguye\u0302\u0303n', '9', 'AAECAwQF'),
      document('Nguyễn', '9', 'AAEC\u0323'),
      document('x\u0000y', '9', 'A'),
      document('>', '9', 'A'),
      document('"\'\t\n', '9', 'A'),
      document('&quot;', '9', 'A'),
      document('<N></N>', '9', 'A'),
      document('x<N></N>', '9', 'A'),
      document('😀\ufffe', '9', 'A'),
      SAMPLE.replace('<E></E>', '<E>1</E>'),
      SAMPLE.replaceAll('o-TOAN', 'o-TV'),
      SAMPLE.replaceAll('sig-TOAN', 'mon-TV'),
      SAMPLE.replace('<H>', '<H xmlns="urn:s:1">'),
      SAMPLE.replace('<K>', '<K xmlns="urn:s:1">').replaceAll('<S xmlns="urn:s:1"', '<S'),
      SAMPLE.replace('<Z>', '<Z xmlns="urn:s:1">'),
      SAMPLE.replace('<Z>', '<p:Z xmlns:p="urn:p">').replace('</Z>', '</p:Z>'),
      SAMPLE.replace('</H>', `${signature('KH', 'A')}</H>`),
      SAMPLE.replace('</H>', `${signature('TV', 'A')}</H>`),
      `${SAMPLE} `,
      SAMPLE + SAMPLE,
      signature('TV', 'AAAA'),
      `<a>${SAMPLE}</a>`,
      `<a>${SAMPLE}${document('B', '1', 'A')}</a>`,
      SAMPLE.slice(0, -1),
    ];
    for (const xml of others) same(utf8(xml), xml);
  });

  test('nor where any one octet is another, is missing or comes twice', () => {
    const bytes = utf8(SAMPLE);
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [0x01, 0x10, 0x80]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ flip;
        same(changed, `${at} ^ ${flip}`);
      }
      same(new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]), `without ${at}`);
      same(new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at - 1)]), `twice before ${at}`);
    }
  });

  test('nor where it is cut anywhere, or stands at an odd place of its memory', () => {
    const bytes = utf8(document('Lê Thị Mẫu', '7', 'AAECAwQF'));
    for (let end = 0; end < bytes.length; end++) same(bytes.subarray(0, end), `until ${end}`);
    for (let offset = 0; offset < 4; offset++) {
      const memory = new Uint8Array(bytes.length + 8);
      memory.set(bytes, offset);
      same(memory.subarray(offset, offset + bytes.length), `at ${offset}`);
    }
  });

  test('is held to the limits of the document that it stands in', () => {
    const nested = utf8(`<a><b><c>${SAMPLE}</c></b></a>`);
    for (let most = 1; most < 12; most++) same(nested, `${most} deep`, { maxDepth: most });
    for (let most = 30; most < 60; most++) same(nested, `${most} elements`, { maxElements: most });
  });

  test('is a copy that nobody can change afterwards', () => {
    const xml = `<H2>${document('Đỗ Văn Mẫu', '8', 'AAAA')}</H2>`;
    const bytes = utf8(xml);
    scanCanonical(bytes);
    bytes.fill(0x41);
    same(utf8(xml), 'after its bytes were changed');
    expect(scanCanonical(utf8(xml)).root.children[0]?.children[0]?.children[0]?.text).toBe('Đỗ Văn Mẫu');
  });

  test('is kept by others long enough to be of use, and given up for others', () => {
    for (let n = 0; n < 200; n++) {
      const xml = `<r${n % 40}>${document(`Em ${n}`, '5', 'AAAA')}<x${n}></x${n}></r${n % 40}>`;
      same(utf8(xml), xml);
    }
    same(utf8(SAMPLE), 'the first one again');
  });
});

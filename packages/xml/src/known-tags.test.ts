import { describe, expect, test } from 'vitest';
import { CanonicalXmlError, scanCanonical, type XmlElement, type XmlLimits } from './index.ts';
import { utf8 } from './test-bytes.ts';

describe('what stood in an earlier document', () => {
  const DOCUMENTS: readonly string[] = [
    '<a><ab></ab></a>',
    '<a><abc></abc></a>',
    '<a><ab></abc></a>',
    '<a><ab:c></ab:c></a>',
    '<a><ab xmlns="urn:b"></ab></a>',
    '<a><ab xmlns="urn:bc"></ab></a>',
    '<a><ab xmlns="urn:b" y="urn:d"></ab></a>',
    '<a><ab xmlns="urn:b"y="urn:d"></ab></a>',
    '<a><ab y="urn:d" z="urn:e"></ab></a>',
    '<a><ab z="urn:e" y="urn:d"></ab></a>',
    '<a><ab y="urn:d" y="urn:d"></ab></a>',
    '<a><ab Id="x" y="urn:d"></ab></a>',
    '<a><ab y="urn:e\u0301"></ab></a>',
    '<a><ab x="1" y="urn:e\u0301"></ab></a>',
    '<a><ab y="urn:d</ab></a>',
    '<a><ab y="urn:d"',
    '<a><ab',
    '<a><abé></abé></a>',
  ];
  const told = (xml: string): unknown => {
    try {
      const tell = (e: XmlElement): unknown => [
        e.name,
        e.localName,
        e.namespace,
        [...e.attributes],
        e.start,
        e.contentStart,
        e.end,
        e.children.map(tell),
      ];
      return tell(scanCanonical(utf8(xml)).root);
    } catch (error) {
      return error instanceof CanonicalXmlError ? [error.code, error.offset] : error;
    }
  };

  test('changes nothing of what is read of another', () => {
    const forget = Array.from({ length: 1_100 }, (_, n) => `<n${n}></n${n}>`).join('');
    const alone = DOCUMENTS.map((xml) => {
      // So many names that all earlier ones are forgotten.
      scanCanonical(utf8(`<r>${forget}</r>`));
      return told(xml);
    });
    for (const before of DOCUMENTS)
      for (const [n, xml] of DOCUMENTS.entries()) {
        told(before);
        expect(told(xml), `${xml} after ${before}`).toEqual(alone[n]);
      }
  });

  test('is held to the limits of the document that it stands in', () => {
    const long = 'n'.repeat(129);
    const xml = utf8(`<a><b x="urn:x" y="urn:y"></b><b x="urn:x" y="urn:y"></b><${long}></${long}></a>`);
    const refusal = (limits: Partial<XmlLimits>): unknown => {
      try {
        return scanCanonical(xml, limits).root.children.length;
      } catch (error) {
        return error instanceof CanonicalXmlError ? [error.code, error.offset] : error;
      }
    };
    for (let again = 0; again < 2; again++) {
      expect(refusal({ maxNameLength: 129 })).toBe(3);
      expect(refusal({})).toEqual(['name-too-long', 58]);
      expect(refusal({ maxAttributes: 1 })).toEqual(['too-many-attributes', 25]);
    }
  });
});

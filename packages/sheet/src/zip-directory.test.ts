import fc from 'fast-check';
import { strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { xlsx } from './testing/xlsx-parts.ts';
import { readZipDirectory, ZIP_LIMITS, ZipError } from './zip-directory.ts';

const archive = xlsx('<row r="1"><c r="A1"><v>1</v></c></row>');

describe('a zip directory', () => {
  test('lists the parts in the order of their data', () => {
    const entries = readZipDirectory(archive);
    expect(entries.map((entry) => entry.name)).toEqual([
      '[Content_Types].xml',
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
      'xl/worksheets/sheet1.xml',
    ]);
    expect(entries.every((entry, at) => entry.dataStart > (entries[at - 1]?.dataStart ?? 0))).toBe(true);
  });

  test('is held to its limits', () => {
    const limited = (limits: Partial<typeof ZIP_LIMITS>) => () =>
      readZipDirectory(archive, { ...ZIP_LIMITS, ...limits });
    expect(limited({ entries: 3 })).toThrow(new ZipError('too-many-entries'));
    expect(limited({ unpacked: 100 })).toThrow(new ZipError('unpacked-too-large'));
    expect(limited({ ratio: 0.1 })).toThrow(new ZipError('ratio-too-high'));
  });

  const commented = (zip: Uint8Array, comment: Uint8Array): Uint8Array => {
    const bytes = Buffer.concat([zip, comment]);
    bytes.writeUInt16LE(comment.length, zip.length - 2);
    return bytes;
  };
  const counting = (zip: Uint8Array, parts: number): Uint8Array => {
    const bytes = Buffer.from(zip);
    for (const field of [8, 10]) bytes.writeUInt16LE(parts, bytes.length - 22 + field);
    return bytes;
  };
  const other = xlsx('<row r="1"><c r="A1"><v>9</v></c></row>');

  test.each<[string, () => Uint8Array]>([
    ['two archives, one behind the other', () => Buffer.concat([other, archive])],
    ['… alike in all sizes', () => Buffer.concat([archive, archive])],
    ['one archive in the comment of another', () => commented(archive, other)],
    ['a part more than it counts', () => counting(archive, 3)],
    ['a part less than it counts', () => counting(archive, 5)],
  ])('in which one reader finds other parts than the next is refused: %s', (_, forged) => {
    expect(() => readZipDirectory(forged())).toThrow(new ZipError('corrupt'));
  });

  test('has a comment that is none of an archive', () => {
    expect(readZipDirectory(commented(archive, strToU8('lớp 4A')))).toEqual(readZipDirectory(archive));
  });

  test('changed anywhere, gives entries inside the file or one of our codes', () => {
    const change = fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(archive.length),
        (changes, cut) => {
          const bytes = archive.slice(0, cut < 8 ? archive.length : archive.length - (cut % 3));
          for (const [at, value] of changes) bytes[at] = value;
          try {
            for (const entry of readZipDirectory(bytes)) {
              expect(entry.dataStart + entry.packedSize).toBeLessThanOrEqual(bytes.length);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ZipError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

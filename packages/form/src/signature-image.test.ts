import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FORM_VERSION, type FormInput, renderYear, reprintInputs } from './index.ts';
import { PICTURE_FORM_VERSION } from './input.ts';
import { readPng } from './png.ts';
import { imageFiles } from './signature-image.ts';
import { pageTexts } from './testing/page-text.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

interface Made {
  width?: number;
  height?: number;
  depth?: number;
  type?: number;
  interlace?: number;
  rows?: Uint8Array;
  more?: Buffer;
}

/** A PNG of plain colour with alpha, unless told otherwise. */
function png({ width = 40, height = 20, depth = 8, type = 6, interlace = 0, rows, more }: Made = {}): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([depth, type, 0, 0, interlace], 8);
  const plain =
    rows ?? Uint8Array.from({ length: 20 * 161 }, (_, i) => (i % 161 === 0 ? 0 : i % 7 === 0 ? 0 : 255));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    ...(more === undefined ? [] : [more]),
    chunk('IDAT', deflateSync(plain)),
    chunk('IEND', new Uint8Array()),
  ]);
}

describe('a picture that is no picture to take', () => {
  const good = png();
  const wrongSum = Buffer.from(good);
  wrongSum[wrongSum.length - 20] = (wrongSum[wrongSum.length - 20] ?? 0) ^ 1;
  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['another format', Buffer.from('GIF89a'.padEnd(60))],
    ['a wrong checksum', wrongSum],
    ['no width', png({ width: 0 })],
    ['a huge width', png({ width: 1201 })],
    ['a huge height', png({ height: 2 ** 31 })],
    ['16 bits a sample', png({ depth: 16 })],
    ['a palette', png({ type: 3 })],
    ['an unknown colour type', png({ type: 5 })],
    ['interlaced rows', png({ interlace: 1 })],
    ['too few pixels', png({ rows: new Uint8Array(20 * 161 - 1) })],
    ['a bomb of zeros', png({ rows: new Uint8Array(50_000_000) })],
    ['an unknown filter', png({ rows: new Uint8Array(20 * 161).fill(9) })],
    ['an unknown critical part', png({ more: chunk('ABCD', new Uint8Array(4)) })],
    ['bytes behind its end', Buffer.concat([good, Buffer.from('<script>')])],
    ['more than a megabyte', Buffer.concat([good, Buffer.alloc(1024 * 1024)])],
  ])('%s', (_, bytes) => {
    expect(() => readPng(bytes)).toThrow(expect.objectContaining({ code: 'input-invalid' }));
  });

  test('cut off anywhere', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => readPng(good.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'input-invalid' }),
      );
    }
  });
});

describe('pictures of signature and seal', () => {
  const pictured = (roles: readonly string[], image: Uint8Array = png()): FormInput => {
    const input = sampleInput();
    const signatures = (input.issued?.signatures ?? []).map((s) =>
      roles.includes(s.role) ? { ...s, image } : s,
    );
    return { ...input, issued: input.issued && { ...input.issued, signatures } };
  };

  test.each([[['principal']], [['schoolSeal']], [['principal', 'schoolSeal', 'homeroomTeacher']]])(
    'of %s: five pages, times below, and never printed again by a verifier as if they were signed',
    async (roles) => {
      const pdf = await renderYear(pictured(roles));
      const pages = pageTexts(pdf);
      expect(pages).toHaveLength(5);
      expect(pages[4]).toContain('30-05-2026; 09:15:00 +07:00');
      expect(pages[4]).toContain('30-05-2026; 14:02:11 +07:00');
      expect(pages[4]).toContain('29-05-2026; 08:00:41 +07:00');
      expect(reprintInputs(pdf)?.formVersion).toBe(PICTURE_FORM_VERSION);
      expect(PICTURE_FORM_VERSION).not.toBe(FORM_VERSION);
      expect(Buffer.from(await renderYear(pictured(roles))).equals(Buffer.from(pdf))).toBe(true);
    },
  );

  test('hold the ink of their role only: blue of a person, red of the school, nothing where paper was', () => {
    const { issued } = pictured(['principal', 'schoolSeal']);
    const files = new Map(imageFiles(sampleRecord().uuid, issued?.signatures ?? []));
    const colours = [...files].map(([path, rgba]) => {
      const inked = Array.from({ length: rgba.length / 4 }, (_, i) => [...rgba.subarray(4 * i, 4 * i + 4)]);
      const seen = new Set(inked.map(([r, g, b]) => `${r},${g},${b}`));
      return [path.replace(/^.*-/, ''), [...seen], inked.some(([, , , a]) => a === 0)];
    });
    expect(colours).toEqual([
      ['principal.rgba', ['11,61,145'], true],
      ['schoolSeal.rgba', ['179,20,29'], true],
    ]);
  });

  test('that cannot be read refuse the form', async () => {
    await expect(renderYear(pictured(['principal'], Buffer.from('x')))).rejects.toMatchObject({
      code: 'input-invalid',
    });
  });
});

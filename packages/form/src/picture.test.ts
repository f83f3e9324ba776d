import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptPicture, pictureOnForm } from './picture.ts';
import { readPng } from './png.ts';
import { writePng } from './png-write.ts';
import { drawnSeal, drawnSignature, picture } from './testing/drawn-png.ts';

const names = (png: Uint8Array): string[] => {
  const found: string[] = [];
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at))
    found.push(Buffer.from(png.subarray(at + 4, at + 8)).toString('latin1'));
  return found;
};

test('what is written reads back, pixel for pixel', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
  fc.assert(
    fc.property(
      sizes.chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          rgba: fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
        }),
      ),
      (pixels) => {
        const { width, height, rgba } = readPng(writePng(pixels));
        expect({ width, height, rgba }).toEqual({ ...pixels, rgba: Uint8Array.from(pixels.rgba) });
      },
    ),
  );
});

describe('a picture that is kept', () => {
  test('is cut to its ink, holds pixels and nothing else, and kept again is the same', () => {
    const kept = keptPicture(drawnSignature(240, 100));
    const { width, height } = readPng(kept);
    expect(width).toBeLessThan(240);
    expect(height).toBeLessThan(100);
    expect(names(kept)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(keptPicture(kept)).toEqual(kept);
  });

  test('loses what a file says besides its pixels', () => {
    const png = Buffer.from(drawnSignature());
    const hidden = '<script>alert(1)</script> GPS 10.7';
    const data = Buffer.from(`Comment\0${hidden}`);
    const part = Buffer.alloc(12 + data.length);
    part.writeUInt32BE(data.length);
    part.write('tEXt', 4, 'latin1');
    data.copy(part, 8);
    part.writeUInt32BE(crc32(part.subarray(4, 8 + data.length)), 8 + data.length);
    const told = Buffer.concat([png.subarray(0, 33), part, png.subarray(33)]);
    expect(names(told)).toContain('tEXt');
    expect(Buffer.from(keptPicture(told)).includes(hidden)).toBe(false);
    expect(keptPicture(told)).toEqual(keptPicture(png));
  });

  test.each([
    ['of clear paper', drawnSignature(240, 100, 0)],
    ['of white paper', drawnSignature(240, 100, 255)],
  ])('%s shows the same ink in blue', (_, png) => {
    const { rgba } = readPng(pictureOnForm(keptPicture(png), 'person'));
    const colours = new Set<string>();
    for (let i = 0; i < rgba.length; i += 4) colours.add(rgba.subarray(i, i + 3).join());
    expect([...colours]).toEqual(['11,61,145']);
    expect(rgba.some((value, i) => i % 4 === 3 && value === 0)).toBe(true);
    expect(rgba.some((value, i) => i % 4 === 3 && value > 200)).toBe(true);
  });

  test('of the seal shows in red', () => {
    const { rgba } = readPng(pictureOnForm(keptPicture(drawnSeal()), 'seal'));
    expect([...rgba.subarray(0, 3)]).toEqual([179, 20, 29]);
  });
});

describe('is refused', () => {
  const white = picture(80, 40, [255, 255, 255, 255], () => null);
  const photo = picture(80, 40, [150, 150, 145, 255], (x) => (x % 9 === 0 ? [0, 0, 0, 255] : null));
  const dust = picture(80, 40, [255, 255, 255, 255], (x, y) => (x === 3 && y < 30 ? [0, 0, 0, 255] : null));
  test.each([
    ['what is no PNG', Buffer.from('GIF89a'), 'unreadable'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'unreadable'],
    ['a page behind the picture', Buffer.concat([drawnSignature(), Buffer.from('<html>')]), 'unreadable'],
    ['nothing', new Uint8Array(), 'unreadable'],
    ['white paper', white, 'blank'],
    ['clear paper', picture(80, 40, [0, 0, 0, 0], () => null), 'blank'],
    ['dust', dust, 'blank'],
    ['a photograph of grey paper', photo, 'background'],
    ['a black rectangle', picture(80, 40, [0, 0, 0, 255], () => null), 'background'],
  ])('%s', (_, bytes, code) => {
    expect(() => keptPicture(bytes)).toThrow(expect.objectContaining({ code }));
  });

  test('a PNG of which any octet was changed', () => {
    const png = drawnSignature(60, 30);
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bad = Uint8Array.from(png);
        bad[at] = (bad[at] ?? 0) ^ by;
        expect(() => keptPicture(bad)).toThrow(expect.objectContaining({ code: 'unreadable' }));
      }),
    );
  });
});

test('the pixels are packed as zlib has them', () => {
  const png = keptPicture(drawnSeal(60));
  const { width, height } = readPng(png);
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const rows = inflateSync(png.subarray(41, 41 + view.getUint32(33)));
  expect(rows).toHaveLength(height * (width * 4 + 1));
});

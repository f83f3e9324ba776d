import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { parseTilePath, type TileId, tilePath } from './tile-path.ts';
import { decodeEntries, decodeTile, encodeEntries, encodeTile, tilesForSize, tileWidth } from './tiles.ts';

describe('tile paths', () => {
  test.each<[TileId, string]>([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 1, index: 999, width: 17 }, 'tile/1/999.p/17'],
    [{ level: 63, index: 1000, width: 1 }, 'tile/63/x001/000.p/1'],
    [{ level: 'entries', index: 273, width: 112 }, 'tile/entries/273.p/112'],
    [{ level: 'entries', index: 5_000_000_000, width: 255 }, 'tile/entries/x005/x000/x000/000.p/255'],
  ])('%o', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  test('every tile has one path and reads back', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (l, index, width) => {
        const tile = { level: l, index, width };
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  test.each([
    'tile/0/00',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../../checkpoint',
    'tile/Entries/000',
    'tile/entries/000.gz',
    'tile/0/000\n',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    'tile/0/x999/x999/x999/x999/x999/999',
    'checkpoint',
    '',
  ])('%o is no tile path', (path) => {
    expect(() => parseTilePath(path)).toThrow(LedgerError);
  });

  test.each([
    { level: 64, index: 0, width: 1 },
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 2 ** 53, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
    { level: 0.5, index: 0, width: 1 },
  ])('%o has no path', (tile) => {
    expect(() => tilePath(tile)).toThrow(LedgerError);
  });
});

describe('tiles of a size', () => {
  test('70,000 leaves', () => {
    const paths = [...tilesForSize(70_000)].map(tilePath);
    const at = (level: string) => paths.filter((path) => path.startsWith(`tile/${level}/`));
    expect(at('0')).toHaveLength(274);
    expect(at('0').at(-2)).toBe('tile/0/272');
    expect(at('0').at(-1)).toBe('tile/0/273.p/112');
    expect(at('1')).toEqual(['tile/1/000', 'tile/1/001.p/17']);
    expect(at('2')).toEqual(['tile/2/000.p/1']);
    expect(at('entries')).toHaveLength(274);
    expect(paths).toHaveLength(274 * 2 + 3);
  });

  test.each<[number, string[]]>([
    [0, []],
    [1, ['tile/entries/000.p/1', 'tile/0/000.p/1']],
    [256, ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']],
    [257, ['tile/entries/000', 'tile/entries/001.p/1', 'tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
  ])('%d leaves', (size, expected) => {
    expect([...tilesForSize(size)].map(tilePath)).toEqual(expected);
  });

  test('beyond 2^32 leaves', () => {
    const size = 2 ** 40 + 300;
    expect(tileWidth(size, 0, 2 ** 32 + 1)).toBe(44);
    expect(tileWidth(size, 5, 0)).toBe(1);
    expect(tileWidth(size, 6, 0)).toBe(0);
  });
});

describe('contents', () => {
  const entry = fc.uint8Array({ maxLength: 300 });

  test('bundles read back', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        expect(decodeEntries(encodeEntries(entries), entries.length)).toEqual(entries);
      }),
    );
  });

  test('a bundle of another number of entries, cut or continued, is refused', () => {
    const bytes = encodeEntries([Uint8Array.of(1, 2), Uint8Array.of()]);
    for (const width of [0, 1, 3]) expect(() => decodeEntries(bytes, width)).toThrow(LedgerError);
    for (const cut of [0, 1, 3, 5]) expect(() => decodeEntries(bytes.slice(0, cut), 2)).toThrow(LedgerError);
    expect(() => decodeEntries(Uint8Array.of(...bytes, 0), 2)).toThrow(LedgerError);
  });

  test('an entry longer than its length field can say is refused', () => {
    expect(encodeEntries([new Uint8Array(65_535)])).toHaveLength(65_537);
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow(LedgerError);
  });

  test('tiles read back; another width or length is refused', () => {
    const hashes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(decodeTile(encodeTile(hashes), 2)).toEqual(hashes);
    expect(() => decodeTile(encodeTile(hashes), 1)).toThrow(LedgerError);
    expect(() => decodeTile(new Uint8Array(63), 2)).toThrow(LedgerError);
    expect(() => encodeTile([new Uint8Array(31)])).toThrow(LedgerError);
  });
});

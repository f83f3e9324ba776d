import { unzlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { classTableSheet } from '../class-table/table-data.ts';
import { extractAttachments, renderClassTable } from '../index.ts';
import { sampleClass } from '../testing/sample-class.ts';
import { startTypesetter } from '../typeset.ts';

/** Each object's text by its number, found through the table or the cross-reference stream (ISO 32000-1 §7.5.4, §7.5.8). */
function objects(pdf: Uint8Array): Map<number, string> {
  const text = Buffer.from(pdf).toString('latin1');
  const start = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1]);
  const at = (offset: number): string => text.slice(offset, text.indexOf('\nendobj', offset));
  const body = (object: string): string => object.slice(object.indexOf(' obj\n') + 5).trim();
  const found = new Map<number, string>();
  if (text.startsWith('xref', start)) {
    const rows = text.slice(start).match(/^\d{10} \d{5} [nf]/gm) ?? [];
    for (const [number, row] of rows.entries())
      if (row.endsWith('n')) found.set(number, body(at(Number(row.slice(0, 10)))));
    return found;
  }
  const unpacked = (object: string): Buffer => {
    const from = object.indexOf('stream\n') + 7;
    const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
    return Buffer.from(unzlibSync(Buffer.from(object.slice(from, from + length), 'latin1')));
  };
  const rows = unpacked(at(start));
  for (let number = 0; number * 7 < rows.length; number++) {
    const [type, second, third] = [
      rows.readUInt8(number * 7),
      rows.readUInt32BE(number * 7 + 1),
      rows.readUInt16BE(number * 7 + 5),
    ];
    if (type === 1) {
      const object = body(at(second));
      if (!/^<< \/Type \/(?:ObjStm|XRef)/.test(object)) found.set(number, object);
    }
    if (type !== 2) continue;
    const container = at(rows.readUInt32BE(second * 7 + 1));
    const inner = unpacked(container).toString('latin1');
    const first = Number(/\/First (\d+)/.exec(container)?.[1]);
    const index = inner.slice(0, first).trim().split(' ').map(Number);
    expect(index[2 * third]).toBe(number);
    const end = index[2 * third + 3];
    const from = first + (index[2 * third + 1] ?? 0);
    found.set(number, inner.slice(from, end === undefined ? undefined : first + end).trim());
  }
  return found;
}

test('a class’s table packed is a fifth of its size, of the same objects, and the same bytes twice', async () => {
  const input = sampleClass(4, 'CN');
  const loose = await startTypesetter().typeset({ ...classTableSheet(input), packed: false });
  const packed = await renderClassTable(input);
  expect(packed.length).toBeLessThan(loose.length / 4);
  const [before, after] = [objects(loose), objects(packed)];
  expect(before.size).toBeGreaterThan(1000);
  expect([...after.keys()].sort((a, b) => a - b)).toEqual([...before.keys()]);
  for (const [number, object] of before) expect(after.get(number)).toBe(object);
  expect(Buffer.compare(await renderClassTable(input), packed)).toBe(0);
});

test('our own reader finds no file in it: a table carries none', async () => {
  expect(extractAttachments(await renderClassTable(sampleClass(1, 'CN', {}, 3)))).toEqual([]);
});

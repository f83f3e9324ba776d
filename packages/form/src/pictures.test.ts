import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sheetOf } from './print-job.ts';
import { type Picture, picturesOf } from './testing/picture/draw-svg.ts';
import { KEPT, KEPT_DOCUMENTS } from './testing/picture/kept.ts';
import { decodePng, encodePng } from './testing/picture/png.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';
import { startTypesetter } from './typeset.ts';

const typesetter = startTypesetter();
const kept = (name: string): Picture => decodePng(readFileSync(new URL(name, KEPT)));

/** Pixels that differ by more than a rounding. */
function differences(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  let found = 0;
  for (let i = 0; i < a.levels.length; i++)
    if (Math.abs((a.levels[i] as number) - (b.levels[i] as number)) > 1) found += 1;
  return found;
}

/** A meant change of a page: `npm run pictures -w packages/form`, look at each new picture, commit it. */
describe('every kind of page looks as its kept picture', () => {
  test.each(KEPT_DOCUMENTS.map((d) => [d.name, d] as const))('%s', async (name, { job, pages }) => {
    const pictures = picturesOf(await typesetter.draw(sheetOf(job)));
    for (const page of pages) {
      const picture = pictures[page - 1];
      if (picture === undefined) throw new Error('no such page');
      expect(differences(picture, kept(`${name}-${page}.png`)), `page ${page}`).toBe(0);
    }
  });

  test('none is kept that nothing is compared with', () => {
    const names = KEPT_DOCUMENTS.flatMap(({ name, pages }) => pages.map((page) => `${name}-${page}.png`));
    expect(readdirSync(KEPT).sort()).toEqual(names.sort());
  });
});

describe('the comparison sees', () => {
  const base = sampleRecord();
  test.each([
    ['one letter of a name', 1, { pupil: { ...base.pupil, fullName: 'Nguyễn Thị Hương Gianh' } }],
    ['one mark', 4, { subjects: base.subjects.map((s) => (s.subject === 'TOAN' ? { ...s, mark: 9 } : s)) }],
    ['one tone', 5, { completionText: base.completionText.replace('Được', 'Đước') }],
  ] as const)('%s', async (_, page, change) => {
    const sheet = sheetOf({ kind: 'year', input: sampleInput({ ...base, ...change } as typeof base) });
    const picture = picturesOf(await typesetter.draw(sheet))[page - 1];
    if (picture === undefined) throw new Error('no such page');
    expect(differences(picture, kept(`year-${page}.png`))).toBeGreaterThan(0);
  });

  test('a picture is read back as it was written', () => {
    const picture: Picture = { width: 5, height: 3, levels: Uint8Array.from({ length: 15 }, (_, i) => i) };
    expect(decodePng(encodePng(picture))).toEqual(picture);
  });
});

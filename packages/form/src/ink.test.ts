import { describe, expect, test } from 'vitest';
import { renderYear } from './index.ts';
import { sheetOf } from './print-job.ts';
import { pageTexts } from './testing/page-text.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';
import { startTypesetter } from './typeset.ts';

/** What a black-and-white printer makes of a colour (Rec. 601), 0 to 1. */
function grayOf(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255);
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** WCAG 2.2, relative luminance of a gray and contrast of two. */
const luminance = (gray: number): number =>
  gray <= 0.04045 ? gray / 12.92 : ((gray + 0.055) / 1.055) ** 2.4;
const contrast = (a: number, b: number): number =>
  (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

/** The watermark, which lies behind everything and is itself no text to read. */
const WATERMARK = '#e2e2e2';

describe('in black and white', () => {
  test('every colour of letters and lines stands out 4.5 to 1 from paper, and letters from the watermark', async () => {
    const typesetter = startTypesetter();
    const input = sampleInput(sampleRecord(4, { training: true }));
    const svg = (await typesetter.draw(sheetOf({ kind: 'year', input }))).toLowerCase();
    const colours = new Set([...svg.matchAll(/(fill|stroke)="(#[0-9a-f]{6})"/g)].map(([, , c = '']) => c));
    const inks = [...colours].filter((c) => c !== WATERMARK && c !== '#ffffff');
    expect(inks).toEqual(expect.arrayContaining(['#000000', '#0b3d91', '#b3141d']));
    for (const ink of inks) expect(contrast(grayOf(ink), 1), ink).toBeGreaterThanOrEqual(4.5);
    for (const ink of ['#000000', '#0b3d91', '#b3141d'])
      expect(contrast(grayOf(ink), grayOf(WATERMARK)), ink).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['hbs', 'paper'] as const)('levels are told apart by words (%s)', async (look) => {
    const base = sampleRecord(4);
    const pages = await Promise.all(
      (['T', 'H', 'C'] as const).map(async (level) => {
        const doc = sampleRecord(4, { subjects: base.subjects.map((s) => ({ ...s, level })) });
        return pageTexts(await renderYear({ ...sampleInput(doc), look }))[3];
      }),
    );
    expect(new Set(pages).size).toBe(3);
  });
});

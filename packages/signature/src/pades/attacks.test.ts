import { beforeAll, describe, expect, test } from 'vitest';
import { judgePdfAttacks, type PdfAttackOutcome } from './testing/judged.node.ts';
import { accepts, signedPdfs } from './testing/signed.node.ts';

describe('invalid PDFs', () => {
  let outcomes: readonly PdfAttackOutcome[];
  beforeAll(async () => {
    outcomes = await judgePdfAttacks();
  });

  test('none is accepted, and each is judged', () => {
    const named = (of: PdfAttackOutcome['outcome']) =>
      outcomes.filter(({ outcome }) => outcome === of).map(({ kind, name }) => `${kind}: ${name}`);
    expect(named('accepted')).toEqual([]);
    // Refused before anybody signs them.
    expect(named('not-made').filter((name) => !name.startsWith('first revisions: '))).toEqual([]);
  });

  test('are all there', () => {
    const counts = Map.groupBy(outcomes, ({ kind }) => kind);
    expect([...counts].map(([kind, of]) => [kind, of.length])).toEqual([
      ['updates', 340],
      ['junk', 120],
      ['ranges', 126],
      ['values', 130],
      ['wrapping', 21],
      ['signatures', 34],
      ['evidence', 24],
      ['first revisions', 20],
    ]);
  });
});

describe('a byte replaced', () => {
  test.each(['B', 'LTA'] as const)('in a file at %s: nothing survives', async (level) => {
    const pdfs = await signedPdfs();
    const pdf = pdfs[level];
    const survivors: number[] = [];
    let tried = 0;
    for (let at = 0; at < pdf.length; at += level === 'B' ? 101 : 211) {
      const changed = pdf.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 + (at % 7));
      tried++;
      if (await accepts(pdfs, changed)) survivors.push(at);
    }
    expect(tried).toBeGreaterThan(150);
    expect(survivors).toEqual([]);
  });
});

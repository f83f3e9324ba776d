import { beforeAll, describe, expect, test } from 'vitest';
import { DerError } from '../der/read.ts';
import { PadesError } from './error.ts';
import { bases, evidence, signatures } from './testing/forgeries.node.ts';
import { junk, type PdfAttack, ranges, updates } from './testing/shadows.ts';
import { accepts, type SignedPdfs, signedPdfs } from './testing/signed.node.ts';

let pdfs: SignedPdfs;
let attacks: readonly PdfAttack[];
beforeAll(async () => {
  pdfs = await signedPdfs();
  const levels = [
    ['B', pdfs.B],
    ['LT', pdfs.LT],
    ['LTA', pdfs.LTA],
  ] as const;
  attacks = [
    ...levels.flatMap(([level, pdf]) => [...updates(level, pdf), ...junk(level, pdf), ...ranges(level, pdf)]),
    ...(await signatures(pdfs)),
    ...(await evidence(pdfs)),
    ...bases(pdfs),
  ];
});

describe('invalid PDFs', () => {
  test('the valid ones that they are made from are accepted', async () => {
    for (const pdf of [pdfs.B, pdfs.T, pdfs.LT, pdfs.LTA]) expect(await accepts(pdfs, pdf)).toBe(true);
  });

  test('none is accepted, and each is judged', async () => {
    const accepted: string[] = [];
    const unmade: string[] = [];
    for (const { kind, name, make } of attacks) {
      let pdf: Uint8Array;
      try {
        pdf = await make();
      } catch (error) {
        if (!(error instanceof PadesError || error instanceof DerError))
          throw new Error(`${kind}: ${name}`, { cause: error });
        unmade.push(`${kind}: ${name}`);
        continue;
      }
      if (await accepts(pdfs, pdf)) accepted.push(`${kind}: ${name}`);
    }
    expect(accepted).toEqual([]);
    // Refused before anybody signs them.
    expect(unmade.filter((name) => !name.startsWith('first revisions: '))).toEqual([]);
  }, 60_000);

  test('are all there', () => {
    const counts = Map.groupBy(attacks, ({ kind }) => kind);
    expect([...counts].map(([kind, of]) => [kind, of.length])).toEqual([
      ['updates', 340],
      ['junk', 120],
      ['ranges', 126],
      ['values', 130],
      ['wrapping', 21],
      ['signatures', 34],
      ['evidence', 19],
      ['first revisions', 20],
    ]);
  });
});

describe('a byte replaced', () => {
  test.each(['B', 'LTA'] as const)(
    'in a file at %s: nothing survives',
    async (level) => {
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
    },
    60_000,
  );
});

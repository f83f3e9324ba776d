import { DerError } from '../../der/read.ts';
import { PadesError } from '../error.ts';
import { bases, evidence, signatures } from './forgeries.node.ts';
import { junk, ranges, updates } from './shadows.ts';
import { accepts, signedPdfs } from './signed.node.ts';

/** What became of one invalid PDF; `not-made` was refused before anybody could sign it. */
export interface PdfAttackOutcome {
  readonly kind: string;
  readonly name: string;
  readonly outcome: 'refused' | 'accepted' | 'not-made';
}

/** Every invalid PDF, judged. The valid ones that they were made from are judged first: throws if one is refused. */
export async function judgePdfAttacks(): Promise<PdfAttackOutcome[]> {
  const pdfs = await signedPdfs();
  for (const [level, pdf] of Object.entries({ B: pdfs.B, T: pdfs.T, LT: pdfs.LT, LTA: pdfs.LTA }))
    if (!(await accepts(pdfs, pdf))) throw new Error(`a valid PDF at ${level} is refused`);
  const levels = [
    ['B', pdfs.B],
    ['LT', pdfs.LT],
    ['LTA', pdfs.LTA],
  ] as const;
  const attacks = [
    ...levels.flatMap(([level, pdf]) => [...updates(level, pdf), ...junk(level, pdf), ...ranges(level, pdf)]),
    ...(await signatures(pdfs)),
    ...(await evidence(pdfs)),
    ...bases(pdfs),
  ];
  const outcomes: PdfAttackOutcome[] = [];
  for (const { kind, name, make } of attacks) {
    let pdf: Uint8Array;
    try {
      pdf = await make();
    } catch (error) {
      if (!(error instanceof PadesError || error instanceof DerError))
        throw new Error(`${kind}: ${name}`, { cause: error });
      outcomes.push({ kind, name, outcome: 'not-made' });
      continue;
    }
    outcomes.push({ kind, name, outcome: (await accepts(pdfs, pdf)) ? 'accepted' : 'refused' });
  }
  return outcomes;
}

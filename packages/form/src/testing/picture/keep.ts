/*
 * `npm run pictures -w packages/form`: draws every kept picture anew, after a change that is meant. The new pictures are then
 * looked at, one by one, before they are committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { sheetOf } from '../../print-job.ts';
import { startTypesetter } from '../../typeset.ts';
import { picturesOf } from './draw-svg.ts';
import { KEPT, KEPT_DOCUMENTS } from './kept.ts';
import { encodePng } from './png.ts';

const typesetter = startTypesetter();
mkdirSync(KEPT, { recursive: true });
for (const { name, job, pages } of KEPT_DOCUMENTS) {
  const pictures = picturesOf(await typesetter.draw(sheetOf(job)));
  for (const page of pages) {
    const picture = pictures[page - 1];
    if (picture === undefined) throw new Error(`${name} has no page ${page}`);
    writeFileSync(new URL(`${name}-${page}.png`, KEPT), encodePng(picture));
  }
}

/*
 * `npm run fuzz -w packages/signature [-- FILES [SEED]]`: by default 60,000 mutants of a record of three slots, judged
 * by our own path and by libxml2 with the general path. Prints counts and every disagreement; ends with 1 if there is one.
 */
import { attackRecord } from './attacks/record.ts';
import { differential } from './differential.ts';

const [files = 60_000, seed = 1] = process.argv.slice(2).map(Number);
const portion = 5_000;
const record = await attackRecord(3);
let [done, canonical, strict, general, wrong] = [0, 0, 0, 0, 0];
for (let n = 0; done < files; n++) {
  const found = await differential(record, Math.min(portion, files - done), seed + n);
  done += found.files;
  canonical += found.canonical;
  strict += found.valid.strict;
  general += found.valid.general;
  wrong += found.disagreements.length;
  for (const line of found.disagreements) process.stdout.write(`DISAGREE ${line}\n`);
  process.stderr.write(`${done} of ${files}\n`);
}
process.stdout.write(
  `${done} files, ${canonical} canonical, ${strict} valid by our own path, ${general} by the general one, ${wrong} disagreements\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;

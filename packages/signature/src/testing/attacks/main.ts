/*
 * `npm run attacks -w packages/signature [-- --short]`: every invalid vector against our own path and the general one,
 * then every byte of a record of three slots and one of twelve replaced by three others. Prints a table by kind and
 * whatever was accepted; ends with 1 if anything was. `--short` takes every 97th byte.
 */
import { judgeAttacks } from './all.ts';
import { type EveryByte, everyByte, everyByteGenerally } from './every-byte.ts';
import { attackRecord } from './record.ts';

const LEAST_VECTORS = 300;

async function main(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg !== '--short')) {
    process.stderr.write('usage: npm run attacks -w packages/signature [-- --short]\n');
    return 64;
  }
  const short = args.includes('--short');
  const outcomes = await judgeAttacks();
  const accepted = outcomes.filter(({ acceptedBy }) => acceptedBy.length > 0);
  process.stdout.write('kind          vectors  asked  accepted\n');
  const line = (kind: string, of: typeof outcomes) =>
    process.stdout.write(
      `${kind.padEnd(12)} ${String(of.length).padStart(8)} ${String(of.reduce((n, { asked }) => n + asked, 0)).padStart(6)} ` +
        `${String(of.filter(({ acceptedBy }) => acceptedBy.length > 0).length).padStart(9)}\n`,
    );
  for (const kind of new Set(outcomes.map((o) => o.kind)))
    line(
      kind,
      outcomes.filter((o) => o.kind === kind),
    );
  line('all', outcomes);
  for (const { kind, name, acceptedBy } of accepted)
    process.stdout.write(`ACCEPTED by ${acceptedBy.join(' and ')}: ${kind}, ${name}\n`);

  const three = await attackRecord(3);
  const twelve = await attackRecord(12);
  const runs: readonly [string, () => Promise<EveryByte>][] = [
    ['3 slots, own path', () => everyByte(three, short ? 97 : 1)],
    ['3 slots, general path', () => everyByteGenerally(three, short ? 97 : 1)],
    ['12 slots, own path', () => everyByte(twelve, short ? 97 : 1)],
    ['12 slots, general path', () => everyByteGenerally(twelve, short ? 97 : 11)],
  ];
  let survived = 0;
  for (const [name, run] of runs) {
    const { tried, survivors } = await run();
    survived += survivors.length;
    process.stdout.write(`bytes replaced, ${name}: ${tried} files, ${survivors.length} survivors\n`);
    for (const { offset, to, place } of survivors)
      process.stdout.write(`  byte ${offset} as ${to} in ${place}\n`);
  }
  return accepted.length + survived > 0 || outcomes.length < LEAST_VECTORS ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));

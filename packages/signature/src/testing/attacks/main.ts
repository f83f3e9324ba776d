/*
 * `npm run attacks -w packages/signature [-- --short]`: every invalid vector against our own path and the general one, every
 * invalid PDF,
 * then every byte of a record of three slots and one of twelve replaced by three others. Prints a table by kind and
 * whatever was accepted; ends with 1 if anything was. `--short` takes every 97th byte.
 */
import { judgePdfAttacks } from '../../pades/testing/judged.node.ts';
import { judgeAttacks } from './all.ts';
import { type EveryByte, everyByte, everyByteGenerally } from './every-byte.ts';
import { attackRecord } from './record.ts';

const LEAST_VECTORS = 300;

interface Outcome {
  readonly kind: string;
  readonly name: string;
  readonly asked: number;
  /** '' if nobody took it. */
  readonly acceptedBy: string;
}

function line(kind: string, of: readonly Outcome[]): void {
  const asked = of.reduce((n, one) => n + one.asked, 0);
  const accepted = of.filter(({ acceptedBy }) => acceptedBy !== '').length;
  const cells = [String(of.length).padStart(8), String(asked).padStart(6), String(accepted).padStart(9)];
  process.stdout.write(`${kind.padEnd(20)} ${cells.join(' ')}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg !== '--short')) {
    process.stderr.write('usage: npm run attacks -w packages/signature [-- --short]\n');
    return 64;
  }
  const short = args.includes('--short');
  const xml = (await judgeAttacks()).map(({ kind, name, asked, acceptedBy }) => ({
    kind: `XML ${kind}`,
    name,
    asked,
    acceptedBy: acceptedBy.join(' and '),
  }));
  const pdf = (await judgePdfAttacks()).map(({ kind, name, outcome }) => ({
    kind: `PDF ${kind}`,
    name,
    asked: 1,
    acceptedBy: outcome === 'accepted' ? 'the PDF path' : '',
  }));
  const outcomes: readonly Outcome[] = [...xml, ...pdf];
  process.stdout.write(`${'kind'.padEnd(20)}  vectors  asked  accepted\n`);
  for (const [kind, of] of Map.groupBy(outcomes, (o) => o.kind)) line(kind, of);
  line('all', outcomes);
  const accepted = outcomes.filter(({ acceptedBy }) => acceptedBy !== '');
  for (const { kind, name, acceptedBy } of accepted)
    process.stdout.write(`ACCEPTED by ${acceptedBy}: ${kind}, ${name}\n`);

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

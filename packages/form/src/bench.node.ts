/**
 * `npm run bench -w packages/form [-- --long]`: one JSON line a figure: CPU and bytes of each kind of document, headless Chromium
 * printing the same text as HTML in the same run, and resident memory over 1,000 documents (`--long`: 5,000).
 */

import { htmlOf } from './bench-html.node.ts';
import { startPeer } from './bench-peer.node.ts';
import type { FormInput } from './input.ts';
import { type PrintJob, sheetOf } from './print-job.ts';
import { sampleClassBook, sampleYears } from './testing/sample-book.ts';
import { sampleClass } from './testing/sample-class.ts';
import { startTypesetter } from './typeset.ts';

const long = process.argv.includes('--long');
const typesetter = startTypesetter();
const say = (figure: object): void => void process.stdout.write(`${JSON.stringify(figure)}\n`);
const rounded = (value: number): number => Math.round(value * 10) / 10;
const megabytes = (): number => Math.round(process.memoryUsage().rss / 1e6);

interface Spent {
  cpuMs: number | null;
  wallMs: number;
  bytes: number;
}

/** Median of what one round costs, after one to warm up. */
async function measured(
  rounds: number,
  cpu: () => number | null,
  make: (round: number) => Promise<Uint8Array>,
): Promise<Spent> {
  const spent: { cpu: number | null; wall: number }[] = [];
  let bytes = 0;
  for (let n = 0; n <= rounds; n++) {
    const [cpuBefore, before] = [cpu(), performance.now()];
    bytes = (await make(n)).length;
    const cpuAfter = cpu();
    const used = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
    if (n > 0) spent.push({ cpu: used, wall: performance.now() - before });
  }
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const cpus = spent.flatMap((s) => (s.cpu === null ? [] : [s.cpu]));
  return {
    cpuMs: cpus.length === 0 ? null : rounded(middle(cpus)),
    wallMs: rounded(middle(spent.map((s) => s.wall))),
    bytes,
  };
}

const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** Another pupil each round: the typesetter remembers a document, and one printed twice would cost nothing. */
function another({ doc, ...input }: FormInput, round: number): FormInput {
  const words = (text: string | undefined): string => `Lần ${round}: ${text ?? ''}`;
  const { QUALITIES, GENERAL, SPECIFIC } = doc.traitComments;
  return {
    ...input,
    doc: {
      ...doc,
      pupil: { ...doc.pupil, fullName: `${doc.pupil.fullName} ${round}`, address: words(doc.pupil.address) },
      subjects: doc.subjects.map((s) => ({ ...s, comment: words(s.comment) })),
      traitComments: { QUALITIES: words(QUALITIES), GENERAL: words(GENERAL), SPECIFIC: words(SPECIFIC) },
    },
  };
}

function anotherJob(job: PrintJob, round: number): PrintJob {
  if (job.kind === 'year') return { kind: 'year', input: another(job.input, round) };
  if (job.kind === 'book')
    return { kind: 'book', input: { years: job.input.years.map((y) => another(y, round)) } };
  if (job.kind === 'classTable') {
    const rows = job.input.rows.map((row) => ({ ...row, fullName: `${row.fullName} ${round}` }));
    return { kind: 'classTable', input: { ...job.input, rows } };
  }
  const pupils = job.input.pupils.map(({ years }) => ({ years: years.map((y) => another(y, round)) }));
  return { kind: 'classBook', input: { ...job.input, pupils } };
}

const typeset =
  (job: PrintJob) =>
  (round: number): Promise<Uint8Array> =>
    typesetter.typeset(sheetOf(anotherJob(job, round)));

async function documents(): Promise<void> {
  const years = sampleYears(5);
  const classYears = sampleClassBook(35, 4, true);
  const cases: {
    name: string;
    job: PrintJob;
    rounds: number;
    peer: readonly (readonly FormInput[])[] | null;
  }[] = [
    {
      name: 'year',
      job: { kind: 'year', input: firstOf(years.slice(3)) },
      rounds: 15,
      peer: [years.slice(3, 4)],
    },
    { name: 'book-of-five-years', job: { kind: 'book', input: { years } }, rounds: 7, peer: [years] },
    {
      name: 'class-of-35',
      job: { kind: 'classBook', input: classYears },
      rounds: 3,
      peer: classYears.pupils.map((pupil) => pupil.years),
    },
    {
      name: 'class-table-of-35',
      job: { kind: 'classTable', input: sampleClass(4, 'CN') },
      rounds: 9,
      peer: null,
    },
  ];
  const peer = await startPeer().catch((error: unknown) => {
    say({ name: 'chromium', skipped: error instanceof Error ? error.message : 'did not start' });
    return undefined;
  });
  if (peer === null) say({ name: 'chromium', skipped: 'no Chromium by CHROMIUM or on the path' });
  try {
    for (const { name, job, rounds, peer: text } of cases) {
      const own = await measured(rounds, ownCpu, typeset(job));
      if (!peer || text === null) {
        say({ name, ...own });
        continue;
      }
      const pages = Array.from({ length: rounds + 1 }, (_, n) =>
        htmlOf(text.map((years) => years.map((y) => another(y, n)))),
      );
      const chromium = await measured(rounds, peer.cpu, (n) => peer.print(pages[n] ?? ''));
      const ratio = (a: number | null, b: number | null): number | null => (a && b ? rounded(a / b) : null);
      say({
        name,
        ...own,
        chromium,
        timesFaster: { cpu: ratio(chromium.cpuMs, own.cpuMs), wall: ratio(chromium.wallMs, own.wallMs) },
      });
    }
  } finally {
    await peer?.close();
  }
}

function firstOf(years: readonly FormInput[]): FormInput {
  const [year] = years;
  if (year === undefined) throw new Error('no year');
  return year;
}

/** Memory must not grow with the number of documents: what stands after a tenth is held against the rest. */
async function memory(): Promise<void> {
  const count = long ? 5000 : 1000;
  const years = sampleYears(5);
  const job = (n: number): PrintJob => ({ kind: 'year', input: firstOf(years.slice(n % 5)) });
  const seen: number[] = [];
  for (let n = 1; n <= count; n++) {
    await typesetter.typeset(sheetOf(job(n)));
    if (n % (count / 10) === 0) seen.push(megabytes());
  }
  const [first = 0, ...rest] = seen;
  const most = Math.max(...rest);
  say({
    name: `memory-over-${count}-documents`,
    unit: 'MB resident',
    seen,
    growth: rounded(most / first),
    flat: most <= first * 1.25,
  });
}

await documents();
await memory();

/**
 * `npm run bench -w packages/form [-- --quick | --memory]`: one JSON line a figure, as soon as it is known. CPU and bytes of each
 * kind of document beside headless Chromium printing the same text as HTML, round by round in turn; then, in a process of its own,
 * resident memory over 5,000 documents of the server's printer. `--memory`: that alone. `--quick`: a smoke run, few rounds and 500 documents.
 */

import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { htmlOf } from './bench-html.node.ts';
import { type PeerPrint, printOnce, startPeer } from './bench-peer.node.ts';
import type { FormInput } from './input.ts';
import { type PrintJob, sheetOf } from './print-job.ts';
import { createPrinter } from './printer.ts';
import { findChromium } from './testing/chromium.ts';
import { sampleClassBook, sampleYears } from './testing/sample-book.ts';
import { sampleClass } from './testing/sample-class.ts';
import { startTypesetter } from './typeset.ts';

const quick = process.argv.includes('--quick');
const say = (figure: object): void => void process.stdout.write(`${JSON.stringify(figure)}\n`);
const rounded = (value: number): number => Math.round(value * 10) / 10;
const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6);

interface Spent {
  cpuMs: number | null;
  wallMs: number;
  bytes: number;
}

/** Whoever makes the document of a round. */
type Maker = (round: number) => Promise<PeerPrint>;

/** Medians of what one round costs each maker, after one to warm up. They take turns, so that a busy machine is busy for all. */
async function measured(
  rounds: number,
  makers: Readonly<Record<string, Maker>>,
): Promise<Map<string, Spent>> {
  const spent = new Map<string, Spent[]>(Object.keys(makers).map((name) => [name, []]));
  for (let n = 0; n <= rounds; n++) {
    for (const [name, make] of Object.entries(makers)) {
      const before = performance.now();
      const { pdf, cpuMs } = await make(n);
      const wallMs = performance.now() - before;
      if (n > 0) spent.get(name)?.push({ cpuMs, wallMs, bytes: pdf.length });
    }
  }
  const middle = (values: readonly number[]): number =>
    rounded(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);
  return new Map(
    [...spent].map(([name, all]) => {
      const cpus = all.flatMap((s) => s.cpuMs ?? []);
      return [
        name,
        {
          cpuMs: cpus.length === 0 ? null : middle(cpus),
          wallMs: middle(all.map((s) => s.wallMs)),
          bytes: all.at(-1)?.bytes ?? 0,
        },
      ];
    }),
  );
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

function typesetting(): (job: PrintJob) => Maker {
  const typesetter = startTypesetter();
  return (job) => async (round) => {
    const before = ownCpu();
    const pdf = await typesetter.typeset(sheetOf(anotherJob(job, round)));
    return { pdf, cpuMs: ownCpu() - before };
  };
}

interface Case {
  readonly name: string;
  readonly job: PrintJob;
  readonly rounds: number;
  /** The same as the browser's pages are made of; null where it prints nothing like it. */
  readonly peer: readonly (readonly FormInput[])[] | null;
}

function cases(): Case[] {
  const years = sampleYears(5);
  const classYears = sampleClassBook(35, 4, true);
  return [
    {
      name: 'year',
      job: { kind: 'year', input: firstOf(years.slice(3)) },
      rounds: 9,
      peer: [years.slice(3, 4)],
    },
    { name: 'book-of-five-years', job: { kind: 'book', input: { years } }, rounds: 5, peer: [years] },
    {
      name: 'class-table-of-35',
      job: { kind: 'classTable', input: sampleClass(4, 'CN') },
      rounds: 9,
      peer: null,
    },
    {
      name: 'class-of-35',
      job: { kind: 'classBook', input: classYears },
      rounds: 2,
      peer: classYears.pupils.map((pupil) => pupil.years),
    },
  ];
}

async function documents(): Promise<void> {
  const typeset = typesetting();
  const program = await findChromium().catch(() => null);
  if (program === null) say({ name: 'chromium', skipped: 'no Chromium by CHROMIUM, on the path or of npm' });
  const warm = program === null ? null : await startPeer(program);
  try {
    for (const { name, job, rounds, peer: text } of cases()) {
      const makers: Record<string, Maker> = { own: typeset(job) };
      if (program !== null && warm !== null && text !== null) {
        const page = (n: number) => htmlOf(text.map((years) => years.map((y) => another(y, n))));
        makers.warmBrowser = (n) => warm.print(page(n));
        makers.browserEach = (n) => printOnce(program, page(n));
      }
      const load = loadavg()[0] ?? 0;
      const { own, ...peers } = Object.fromEntries(await measured(quick ? 1 : rounds, makers));
      const times = (peer: Spent | undefined) =>
        peer?.cpuMs && own?.cpuMs ? rounded(peer.cpuMs / own.cpuMs) : null;
      say({
        name,
        ...own,
        peers,
        timesLessCpu: Object.fromEntries(Object.entries(peers).map(([who, peer]) => [who, times(peer)])),
        load: rounded(load),
      });
    }
  } finally {
    await warm?.close();
  }
}

function firstOf(years: readonly FormInput[]): FormInput {
  const [year] = years;
  if (year === undefined) throw new Error('no year');
  return year;
}

/** Memory must not grow with the number of documents: what stands after a tenth is held against the rest. */
async function memory(): Promise<void> {
  const count = quick ? 500 : 5000;
  const years = sampleYears(5);
  const printer = createPrinter();
  const seen: number[] = [];
  const started = performance.now();
  for (let n = 1; n <= count; n++) {
    await printer.renderYear(another(firstOf(years.slice(n % 5)), n));
    if (n % (count / 10) !== 0) continue;
    seen.push(megabytes());
    const perDocument = rounded((performance.now() - started) / n);
    say({ name: 'memory', documents: n, value: seen.at(-1), unit: 'MB resident', wallMsEach: perDocument });
  }
  await printer.close();
  const [first = 0, ...rest] = seen;
  const most = Math.max(...rest);
  say({
    name: `memory-over-${count}-documents`,
    unit: 'MB resident',
    growth: rounded(most / first),
    flat: most <= first * 1.25,
  });
}

/** In a process of its own: what other documents took would hide what these keep. */
function memoryApart(): void {
  const options = ['--memory', ...(quick ? ['--quick'] : [])];
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...options], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

if (process.argv.includes('--memory')) await memory();
else {
  await documents();
  memoryApart();
}

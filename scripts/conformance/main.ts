/*
 * `npm run conformance [-- --short]`: what others' tools say of the output. The example makes records of a class, then
 * xmlsec1, xmllint, the JDK, OpenSSL, PDF tools and Debian's PostgreSQL judge them, and are shown changed twins that they must
 * refuse. `--signers` instead signs a class with keys that are elsewhere, under kills. A missing tool is named and fails. `--short` gives the signature judges six records instead of all.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryFolder } from '../memory-folder.ts';
import { judgeAttacks } from './attacks.ts';
import { judgeCertificates, makeForeignRoot } from './certificates.ts';
import { type Jdk, startJdk } from './jdk.ts';
import { judgeLedger } from './ledger.ts';
import { judgeLevels } from './levels.ts';
import { judgeLibreOffice } from './libreoffice.ts';
import { judgePaper } from './paper.ts';
import { judgePdf } from './pdf.ts';
import { judgeSignedPdf } from './pdf-signatures.ts';
import { judgePostgres } from './postgres.ts';
import { type ProducedRecord, type Production, produce } from './produce.ts';
import { Report } from './report.ts';
import { judgeSignatures } from './signatures.ts';
import { judgeSigners } from './signers/main.ts';
import { each, missingTools } from './tools.ts';
import { judgeSchemas } from './xmllint.ts';

const USAGE = 'Cách dùng: npm run conformance [-- --short] [--signers]\n';
const SHORT = 6;

async function main(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg !== '--short' && arg !== '--signers')) {
    process.stderr.write(USAGE);
    return 64;
  }
  const missing = missingTools(args.includes('--signers') ? ['softhsm2-util'] : undefined);
  if (missing.length > 0) {
    process.stderr.write(`Không xét được:\n${missing.map((line) => `  ${line}\n`).join('')}`);
    return 1;
  }
  const memory = memoryFolder();
  if (memory !== undefined) process.env.TMPDIR = memory;
  const work = await mkdtemp(join(tmpdir(), 'hocba-conformance-'));
  const report = new Report();
  try {
    const short = args.includes('--short');
    if (args.includes('--signers'))
      await attempt(report, 'khoá ở nơi khác', () => judgeSigners(report, join(work, 'signers'), short));
    else await judge(report, work, short);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  process.stdout.write(`\n${report.table()}\n${report.levels()}\n`);
  return report.failed ? 1 : 0;
}

/** Two judges at a time: most of what each does is to wait for a program that works on one core. */
async function judge(report: Report, work: string, short: boolean): Promise<void> {
  const [production] = await Promise.all([
    timed('ví dụ', () => produce(work)),
    attempt(report, 'tấn công', () => judgeAttacks(report, short)),
  ]);
  judgeSummary(report, production);
  const { records } = production;
  // Spread over the class, so that pupils of every kind are among them.
  const judged = short ? records.filter((_, n) => n % Math.ceil(records.length / SHORT) === 0) : records;
  const classes = join(work, 'jdk');
  await mkdir(classes);
  const jdk = await startJdk(classes);
  try {
    await judgeAll(report, work, { production, judged, jdk, foreignRoot: await makeForeignRoot(work) });
  } finally {
    await jdk.close();
  }
}

interface Judged {
  readonly production: Production;
  /** Of its records those whose every signature is looked at by everybody. */
  readonly judged: readonly ProducedRecord[];
  readonly jdk: Jdk;
  readonly foreignRoot: string;
}

async function judgeAll(
  report: Report,
  work: string,
  { production, judged, jdk, foreignRoot }: Judged,
): Promise<void> {
  const { records } = production;
  await inTwos(report, [
    ['PostgreSQL', () => judgePostgres(report, production.summary.issued)],
    ['chữ ký', () => judgeSignatures(report, production, judged, jdk, foreignRoot, work)],
    ['giấy', () => judgePaper(report, records, work)],
    ['bảng tính', () => judgeLibreOffice(report, work)],
    ['bậc chữ ký', () => judgeLevels(report, jdk, work)],
    ['nhật ký', () => judgeLedger(report, production, work)],
    ['PDF', async () => void (await each(records, (record) => judgePdf(report, record, work)))],
    [
      'PDF có chữ ký',
      async () => void (await each(records.slice(0, 1), (one) => judgeSignedPdf(report, one, work))),
    ],
    ['lược đồ', () => judgeSchemas(report, records, work)],
    ['chứng thư', () => judgeCertificates(report, production, foreignRoot, work)],
  ]);
}

/** The longest stand first, so that none is left alone at the end. */
async function inTwos(
  report: Report,
  judges: readonly (readonly [what: string, work: () => Promise<void>])[],
): Promise<void> {
  const left = [...judges];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await attempt(report, ...next);
  };
  await Promise.all([work(), work()]);
}

/** Every pupil of the sheet is either issued, with three files, or named with the reason. */
function judgeSummary(report: Report, { summary, records }: Production): void {
  const { read, issued, notIssued } = summary;
  const whole = read === issued + notIssued.length && issued === records.length && issued > 0;
  report.add('ví dụ', 'mọi dòng được phát hành hoặc nêu lý do', whole ? null : JSON.stringify(summary));
}

/** A judge that breaks off is a failure of its own; the others go on. */
async function attempt(report: Report, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await timed(what, work);
  } catch (error) {
    report.add(what, 'xét đến cùng', error instanceof Error ? error.message : String(error));
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const answer = await work();
  process.stderr.write(`${what}: ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
  return answer;
}

process.exitCode = await main(process.argv.slice(2));

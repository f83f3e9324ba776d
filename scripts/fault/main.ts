/*
 * `npm run fault [-- --kills N] [--ledger]`: first the log alone: every step of a signing × every fault, and attacks on its files,
 * clock and key (with `--ledger` nothing more). Then a class's year by the HTTP API while server and database are killed with SIGKILL,
 * together, at random moments. Whatever the server acknowledged must be there after every restart, nothing twice, and
 * the year must come to its end. Another year is spent on a small disk that is full again and again for seconds. Then one byte is flipped in each kind of file of the log, and a superuser
 * rewrites what he likes in the database. Ends with 1 when anything is lost or not found.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readOneClass, readWorkbook } from '@hocba/sheet';
import { prepareData } from '../example/prepared-data.ts';
import { KillBudget } from './budget.ts';
import { checkEnd, type EndCheck } from './check-end.ts';
import { hasOwnDisks, runWithOwnDisks } from './disk/own-disks.ts';
import { mountDisk, unmountDisk } from './disk/small-disk.ts';
import { type Flip, flipLogFiles } from './flip-log.ts';
import { faultsOfLedger } from './ledger/main.ts';
import { isSigning, type Kill, type RunOutcome, runYear } from './run-year.ts';
import { attackAsSuperuser, type SuperuserAttack } from './superuser.ts';

const USAGE = 'Cách dùng: npm run fault [-- --kills SỐ_LẦN] [--ledger]\n';
const SHEET = join(import.meta.dirname, '../../packages/sheet/cases/lop4.xlsx');
const KILLS = 20;
/** How often the disk is full in the year that is spent on a small one, at most; and its size in bytes. */
const FILLS = 8;
const DISK = 419_430_400;
/** Losses printed in full; the others are counted. */
const SHOWN = 20;

interface Tally {
  readonly kills: Kill[];
  readonly ends: EndCheck[][];
  readonly lost: string[];
  readonly flips: Flip[];
  readonly superuser: SuperuserAttack[];
  acts: number;
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = readCall(args);
  if (wanted === null) {
    process.stderr.write(USAGE);
    return 64;
  }
  if (!hasOwnDisks()) {
    const code = await runWithOwnDisks(args);
    if (code !== null) return code;
    process.stderr.write(
      'Không gắn được đĩa nhỏ để thử đĩa đầy: cần Linux, lệnh unshare và quyền dùng nó.\n',
    );
    return 1;
  }
  const ofLedger = await faultsOfLedger((line) => void process.stdout.write(`${line}\n`));
  if (wanted.ledgerOnly) return ofLedger === 0 ? 0 : 1;
  const count = wanted.kills;
  const name = basename(SHEET);
  const bytes = await readFile(SHEET);
  const sheet = readOneClass(await readWorkbook(bytes, name), { fileName: name, schoolYear: '2025-2026' });
  const work = await mkdtemp(join(tmpdir(), 'hocba-fault-'));
  const budget = new KillBudget(count);
  const tally: Tally = { kills: [], ends: [], lost: [], flips: [], superuser: [], acts: 0 };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  let outcome: RunOutcome | null = null;
  try {
    const prepared = await prepareData(work);
    for (let run = 1; budget.left > 0; run++) {
      outcome = await runYear({ run, work, prepared, sheet, file: { name, bytes }, budget, say });
      await note(tally, outcome, sheet.rows.length, work);
      if (budget.left === 0) {
        tally.flips.push(...(await flipLogFiles(outcome.victim.dataDir)));
        tally.superuser.push(...(await attackAsSuperuser(outcome.victim.dataDir)));
      }
      await rm(outcome.victim.dataDir, { recursive: true, force: true });
      outcome = null;
    }
    const disk = join(work, 'disk');
    mountDisk(disk, DISK);
    const fills = new KillBudget(FILLS);
    outcome = await runYear({
      run: tally.ends.length + 1,
      work: disk,
      prepared,
      sheet,
      file: { name, bytes },
      budget: fills,
      full: true,
      say,
    });
    await note(tally, outcome, sheet.rows.length, work);
    outcome = null;
    unmountDisk(disk);
  } catch (error) {
    tally.lost.push(`không đi hết năm: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await outcome?.victim.kill();
    await rm(work, { recursive: true, force: true });
  }
  const ofYear = print(tally, count);
  return ofLedger === 0 ? ofYear : 1;
}

/** What became of a year, and what stands at its end; the server is stopped then. */
async function note(tally: Tally, outcome: RunOutcome, rows: number, work: string): Promise<void> {
  tally.kills.push(...outcome.kills);
  tally.lost.push(...outcome.lost);
  tally.acts += outcome.acts;
  tally.ends.push(await checkEnd(outcome, rows, work));
  await outcome.victim.stop();
}

function readCall(args: readonly string[]): { kills: number; ledgerOnly: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { kills: { type: 'string' }, ledger: { type: 'boolean' } },
    });
    const kills = Number(values.kills ?? KILLS);
    const ledgerOnly = values.ledger ?? false;
    return Number.isInteger(kills) && kills > 0 && kills <= 1000 ? { kills, ledgerOnly } : null;
  } catch {
    return null;
  }
}

function print({ kills, ends, lost, flips, superuser, acts }: Tally, wanted: number): number {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out('\nlần  ms từ đầu  bước                  điều gì      việc đã nhận  lại chạy sau  kết quả');
  for (const kill of kills)
    out(
      [
        String(kill.run).padStart(3),
        String(kill.at).padStart(9),
        kill.step.padEnd(20),
        (kill.processes === null ? (kill.died ? 'đầy, dừng' : 'đĩa đầy') : `giết ${kill.processes}`).padEnd(
          11,
        ),
        String(kill.acts).padStart(12),
        `${kill.restartMs} ms${kill.restartKills > 0 ? ' *' : '  '}`.padStart(12),
        kill.lost.length === 0 ? 'còn đủ' : `MẤT ${kill.lost.length}: ${kill.lost[0]}`,
      ].join('  '),
    );
  if (kills.some(({ restartKills }) => restartKills > 0)) out('* lần khởi động lại cũng bị kill -9');
  let wrong = lost.length + kills.reduce((n, kill) => n + kill.lost.length, 0);
  for (const [n, checks] of ends.entries()) {
    out(`\ncuối lần ${n + 1}:`);
    for (const { what, count, wrong: found } of checks) {
      out(
        `  ${found.length === 0 ? 'đạt ' : 'HỎNG'}  ${what} (${count})${found.length === 0 ? '' : `: ${found[0]}`}`,
      );
      wrong += found.length;
    }
  }
  if (flips.length > 0) out('\nmột byte đổi trong tệp của nhật ký, rồi khởi động lại:');
  for (const { file, answer, said } of flips) {
    out(`  ${answer.padEnd(9)}  ${file}${said === '' ? '' : `: ${said}`}`);
    if (answer === 'KHÔNG HAY') wrong++;
  }
  if (superuser.length > 0) out('\nngười toàn quyền trên cơ sở dữ liệu, rồi hocba audit:');
  for (const { what, named } of superuser) {
    out(`  ${named === null ? 'KHÔNG HAY' : 'bị nêu tên'}  ${what}${named === null ? '' : `: ${named}`}`);
    if (named === null) wrong++;
  }
  for (const line of lost.slice(0, SHOWN)) out(`HỎNG  ${line}`);
  const killed = kills.filter(({ processes }) => processes !== null);
  const full = kills.filter(({ processes }) => processes === null);
  const inSigning = killed.filter(({ step }) => isSigning(step)).length;
  const inIssuing = killed.filter(({ step }) => step === 'sign:schoolSeal').length;
  const ofRestarts = kills.reduce((n, { restartKills }) => n + restartKills, 0);
  out(
    `\n${killed.length} lần kill -9 (${inSigning} lần khi ký, trong đó ${inIssuing} lần khi đóng dấu và phát hành) ` +
      `và ${ofRestarts} lần ngay khi khởi động lại; ${full.length} lần đĩa đầy (${full.filter(({ died }) => died).length} lần cơ sở dữ liệu dừng); ${acts} câu trả lời đã nhận; ` +
      `${wrong === 0 ? 'không mất gì, không gì có hai lần' : `${wrong} điều sai`}.`,
  );
  return wrong === 0 && killed.length >= wanted && full.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

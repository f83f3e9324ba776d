/** `npm run example -- SHEET.xlsx OUT_DIR`: one class through the whole year, by the HTTP API of a server of its own. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readOneClass, readWorkbook, SheetError } from '@hocba/sheet';
import { exportRecords, exportTrust } from './export.ts';
import { gatherPeople } from './people.ts';
import { chooseProfile, type ProfileId } from './profile.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { takeClassThroughYear } from './year.ts';

const USAGE =
  'Cách dùng: npm run example -- BẢNG.xlsx THƯ_MỤC [moet-1.0|moet-2025] (thư mục chưa có hoặc còn trống)\n';
const PROFILES: readonly ProfileId[] = ['moet-1.0', 'moet-2025'];

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch {
    return true;
  }
}

/** Milliseconds a step took, summed where a step comes more than once; said aloud as it goes. */
function stopwatch(): { step: (name: string) => void; end: () => Record<string, number> } {
  const ms: Record<string, number> = {};
  let current: { name: string; since: number } | null = null;
  const close = (): void => {
    if (current) ms[current.name] = Math.round((ms[current.name] ?? 0) + performance.now() - current.since);
  };
  return {
    step(name) {
      close();
      current = { name, since: performance.now() };
      process.stderr.write(`${name}…\n`);
    },
    end() {
      close();
      current = null;
      return ms;
    },
  };
}

async function main(args: readonly string[]): Promise<number> {
  const [sheetPath, outDir, wanted = 'moet-2025', ...more] = args;
  const profile = PROFILES.find((id) => id === wanted);
  if (sheetPath === undefined || outDir === undefined || profile === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 64;
  }
  if (!(await isFree(outDir))) {
    process.stderr.write(`Thư mục “${outDir}” đã có tệp; không ghi đè gì.\n${USAGE}`);
    return 64;
  }
  const name = basename(sheetPath);
  let bytes: Uint8Array;
  let sheet: ReturnType<typeof readOneClass>;
  try {
    bytes = await readFile(sheetPath);
    sheet = readOneClass(await readWorkbook(bytes, name), { fileName: name, schoolYear: '2025-2026' });
  } catch (error) {
    process.stderr.write(
      `${error instanceof SheetError ? error.message : `Không đọc được tệp “${name}”.`}\n`,
    );
    return 65;
  }
  await mkdir(outDir, { recursive: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'hocba-example-'));
  const watch = stopwatch();
  let server: ServerProcess | null = null;
  try {
    watch.step('start');
    server = await startServerProcess(dataDir, 0);
    watch.step('people');
    const people = await gatherPeople({ url: server.url, patienceMs: 0 });
    if (profile !== 'moet-2025') await chooseProfile(people.admin, profile);
    const outcome = await takeClassThroughYear({ people, sheet, file: { name, bytes }, step: watch.step });
    watch.step('export');
    const billed = await exportRecords(people.clerk, outcome.issued, outDir);
    await exportTrust(people.clerk, outDir);
    const summary = {
      read: sheet.rows.length,
      issued: outcome.issued.length,
      notIssued: outcome.notIssued,
      billed,
      ms: watch.end(),
    };
    await writeFile(join(outDir, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    process.stdout.write(
      `Đọc ${summary.read} dòng, phát hành ${summary.issued} học bạ, chưa phát hành ${summary.notIssued.length}.\n`,
    );
    process.stdout.write(
      `Tính theo lượt: ${billed.signatures} chữ ký (${billed.prints} trên bản in), ${billed.timestamps} dấu thời gian; ${billed.bytes} byte XML.\n`,
    );
    for (const { row, code, reasons } of summary.notIssued)
      process.stdout.write(`  dòng ${row} (${code}): ${reasons.join(' ')}\n`);
    return 0;
  } finally {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));

/**
 * `hocba check` on a school of 1,500 pupils in 45 classes of all grades, one workbook: CPU of reading and checking beside the
 * bare reading of the same zip and its XML, and the whole command by the clock.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { type CellItem, type Grade, requiredItems, ruleSetFor } from '@hocba/record';
import { type ResultsClass, readResults, readWorkbook, writeResults } from '@hocba/sheet';
import { readZipDirectory } from '@hocba/sheet/zip-directory';

const YEAR = '2025-2026';
const HOCBA = fileURLToPath(new URL('../../apps/cli/bin/hocba.mjs', import.meta.url));

const classes = Array.from({ length: 45 }, (_, nth): ResultsClass => {
  const grade = ((nth % 5) + 1) as Grade;
  const items = requiredItems(ruleSetFor(YEAR), grade, 'CN');
  return {
    name: `${grade}A${Math.floor(nth / 5) + 1}`,
    grade,
    pupils: Array.from({ length: nth < 15 ? 34 : 33 }, (_, at) => ({
      code: `0079${String(nth * 50 + at).padStart(6, '0')}`,
      name: `Học Sinh Mẫu ${nth} ${at}`,
      birthDate: `${2019 - grade}-05-0${(at % 9) + 1}`,
      values: new Map(items.map((item): [CellItem, string] => [item, item.endsWith('.mark') ? '9' : 'T'])),
      result: 'HTXS' as const,
      completed: true,
      promoted: true,
    })),
  };
});

/** Milliseconds of CPU, worker threads included; the best of three. */
async function cpuMs(work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return Math.round(best);
}

function bareReading(bytes: Uint8Array): number {
  let cells = 0;
  for (const entry of readZipDirectory(bytes)) {
    const packed = bytes.subarray(entry.dataStart, entry.dataStart + entry.packedSize);
    const content = entry.method === 'stored' ? Buffer.from(packed) : inflateRawSync(packed);
    for (const _ of content.toString('utf8').matchAll(/<(?:c|v|t)\b[^>]*>([^<]*)/g)) cells++;
  }
  return cells;
}

export async function checkFigures(): Promise<void> {
  const bytes = await writeResults([{ period: 'CN', schoolYear: YEAR, classes }], { comments: false });
  const read = { fileName: 'truong.xlsx', schoolYear: YEAR };
  const value = await cpuMs(async () => readResults(await readWorkbook(bytes, read.fileName), read));
  const floor = {
    name: 'the same zip unpacked, its XML scanned',
    value: await cpuMs(() => bareReading(bytes)),
  };
  process.stdout.write(
    `${JSON.stringify({ name: 'check-1500-pupils-45-classes', value, unit: 'ms CPU', floor })}\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'hocba-bench-'));
  try {
    const path = join(folder, read.fileName);
    writeFileSync(path, bytes);
    const run = (...args: string[]) => {
      const from = performance.now();
      const { status } = spawnSync(process.execPath, [HOCBA, ...args], { stdio: 'ignore' });
      if (status !== 0) throw new Error(`hocba ${args[0]}: ${status}`);
      return Math.round(performance.now() - from);
    };
    const whole = Math.min(run('check', path), run('check', path));
    const start = { name: 'hocba --help', value: run('--help') };
    process.stdout.write(
      `${JSON.stringify({ name: 'check-1500-pupils-whole-command', value: whole, unit: 'ms wall', floor: start })}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

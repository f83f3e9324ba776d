import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hocbaHere } from './testing/in-this-process.ts';

const bin = fileURLToPath(new URL('../bin/hocba.mjs', import.meta.url));
const caseFile = (name: string) =>
  fileURLToPath(new URL(`../../../packages/sheet/cases/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hocba-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The real program, as a process of its own. */
function program(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}
async function hocba(...args: string[]) {
  const { status, out, err } = await hocbaHere(...args);
  return { status, stdout: out, stderr: err };
}

interface Finding {
  code: string;
  column: string;
  message: string;
}

interface Report {
  schema: number;
  rows: {
    row: number;
    result: string | null;
    stated: string | null;
    problems: Finding[];
    notes: Finding[];
  }[];
}

describe('hocba check --json', () => {
  test.each([
    ['lop2.xlsx', 34, 5],
    ['lop4.xlsx', 34, 2],
    ['lop5-messy.xlsx', 34, 14],
  ])('%s: %i rows, %i of them with problems', async (name, rows, wrong) => {
    const { status, stdout, stderr } = await hocba('check', caseFile(name), '--json');
    const report = JSON.parse(stdout) as Report;
    expect([status, stderr]).toEqual([1, '']);
    expect(Object.keys(report)).toEqual(['schema', 'rows']);
    expect([report.schema, report.rows.length]).toEqual([1, rows]);
    expect(report.rows.filter((row) => row.problems.length > 0)).toHaveLength(wrong);
    for (const row of report.rows) {
      expect(Object.keys(row)).toEqual([
        'row',
        'sheet',
        'class',
        'period',
        'code',
        'name',
        'result',
        'stated',
        'blocking',
        'problems',
        'warnings',
        'notes',
      ]);
      for (const finding of [...row.problems, ...row.notes]) {
        expect(Object.keys(finding)).toEqual(['code', 'column', 'message']);
        expect(finding.message).toContain(`${name}, dòng ${row.row}, cột `);
      }
    }
  });
});

describe('hocba check', () => {
  test('prints a table, and each problem with its place', () => {
    const { status, stdout } = program('check', caseFile('lop5-messy.xlsx'));
    expect(status).toBe(1);
    expect(stdout).toContain('lớp 5A3, cuối năm học, năm học 2025-2026, 34 học sinh');
    expect(stdout).toContain('lop5-messy.xlsx, dòng 10, cột G (Toán – Điểm)');
    expect(stdout).toContain('14 dòng có lỗi; 20 dòng không có lỗi.');
  });

  test.each([
    [[]],
    [['--json']],
    [['a.xlsx', 'b.xlsx']],
    [['a.xlsx', '--strict']],
    [['a.xlsx', '--json=1']],
    [['']],
  ])('called with %j: usage, exit 64', async (args) => {
    const { status, stdout, stderr } = await hocba('check', ...args);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toContain('Cách dùng: hocba check');
  });

  test('bad files: exit 65, one sentence with the name on stderr, nothing on stdout', async () => {
    const text = join(folder, 'văn bản.xlsx');
    writeFileSync(text, 'STT\tHọ tên');
    const huge = join(folder, 'lớn.xlsx');
    writeFileSync(huge, '');
    truncateSync(huge, 200 * 1024 * 1024);
    for (const [path, name] of [
      [text, 'văn bản.xlsx'],
      [huge, 'lớn.xlsx'],
      [folder, 'hocba-cli-'],
      [join(folder, 'không có.xlsx'), 'không có.xlsx'],
    ] as const) {
      const { status, stdout, stderr } = await hocba('check', path, '--json');
      expect([status, stdout]).toEqual([65, '']);
      expect(stderr).toMatch(/^Tệp “[^\n]*\n$/);
      expect(stderr).toContain(name);
    }
  });
});

describe('hocba', () => {
  test('without or with an unknown command: usage, exit 64', async () => {
    for (const args of [[], ['constructor'], ['CHECK'], ['--json']]) {
      const { status, out, err } = await hocbaHere(...args);
      expect([status, out]).toEqual([64, '']);
      expect(err).toContain('Cách dùng: hocba');
    }
  });

  test('--help answers on stdout, exit 0', async () => {
    expect(await hocbaHere('--help')).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('check'),
    });
    expect(await hocbaHere('check', '--help')).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('BẢNG.xlsx'),
    });
  });
});

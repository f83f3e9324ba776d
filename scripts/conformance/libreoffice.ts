/** LibreOffice opens and saves what we export; what it saves must say the same when it is imported again. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { CELL_ITEMS, type CellItem, GRADES, type Grade, PERIODS, type Period, partsOf } from '@hocba/record';
import {
  type ClassSheet,
  type OutTable,
  type ResultsClass,
  readResults,
  readWorkbook,
  writeResults,
  writeWorkbook,
} from '@hocba/sheet';
import { unzipSync } from 'fflate';
import type { Report } from './report.ts';
import { run } from './tools.ts';

const JUDGE = 'LibreOffice';
const YEAR = '2025-2026';
const LONG = 'Em chăm chỉ, biết giúp đỡ bạn. '.repeat(63).trim();

/** Texts that a spreadsheet program likes to take for something else. */
const HOSTILE: readonly string[] = [
  '=1+1',
  '=HYPERLINK("http://a.example";"x")',
  '+84 912',
  '-5',
  '@SUM(A1:A9)',
  "'đã có dấu nháy",
  "'=1",
  '0123',
  '007',
  '1e9',
  '5/9',
  '05/09/2018',
  '10%',
  'TRUE',
  '#N/A',
  '_x000D_',
  '_x0041_',
  '<b>&amp;</b>',
  '"ngoặc"',
  'Đặng Đức Đạt đạt'.normalize('NFC'),
  'Hoàng Thị Ngữ'.normalize('NFD'),
  'hai\ndòng',
  'valueOf',
  '😀 mặt cười',
  LONG,
];

/** Each text beside a day, bare. */
const TEXTS: OutTable = {
  name: 'Văn bản',
  above: [],
  columns: [
    { path: ['Văn bản'], width: 40 },
    { path: ['Ngày'], width: 12 },
  ],
  rows: HOSTILE.map((text) => [text, { date: '2018-09-05' }]),
};

/**
 * Our files through `libreoffice --headless --convert-to xlsx`: every grade and period with hostile comments, and raw
 * texts and days.
 */
export async function judgeLibreOffice(report: Report, work: string): Promise<void> {
  const folder = join(work, 'libreoffice');
  await mkdir(join(folder, 'saved'), { recursive: true });
  const files = new Map<string, Uint8Array>();
  for (const period of PERIODS) {
    const sheets = GRADES.map((grade) => ({ period, schoolYear: YEAR, classes: [classOf(grade, period)] }));
    files.set(`ket-qua-${period}.xlsx`, await writeResults(sheets, { comments: true }));
  }
  const national = GRADES.map((grade) => ({
    period: 'CN' as const,
    schoolYear: YEAR,
    classes: [classOf(grade, 'CN')],
  }));
  files.set('mau-quoc-gia.xlsx', await writeResults(national, { comments: false }));
  files.set('van-ban.xlsx', await writeWorkbook([TEXTS]));
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);

  const { code, err } = await run('soffice', [
    '--headless',
    `-env:UserInstallation=${pathToFileURL(join(folder, 'profile'))}`,
    '--convert-to',
    'xlsx:Calc MS Excel 2007 XML',
    '--outdir',
    join(folder, 'saved'),
    ...[...files.keys()].map((name) => join(folder, name)),
  ]);
  report.add(JUDGE, 'mở và lưu lại mọi tệp', code === 0 ? null : `mã ${code}: ${err.slice(0, 200)}`);

  for (const [name, bytes] of files) {
    const saved = new Uint8Array(await readFile(join(folder, 'saved', name)));
    report.add(JUDGE, 'không ô nào thành công thức', formulaIn(saved) ? name : null);
    report.add(JUDGE, 'tệp đã do LibreOffice ghi lại', Buffer.compare(saved, bytes) === 0 ? name : null);
    if (name === 'van-ban.xlsx') await judgeTexts(report, saved);
    else await judgeResults(report, name, bytes, saved);
  }
}

async function judgeTexts(report: Report, saved: Uint8Array): Promise<void> {
  const [sheet] = await readWorkbook(saved, 'van-ban.xlsx');
  const rows = sheet?.rows.slice(1) ?? [];
  HOSTILE.forEach((text, at) => {
    const [value, day] = rows[at] ?? [];
    const same = value === text.normalize('NFC') && isDeepStrictEqual(day, { date: '2018-09-05' });
    report.add(
      JUDGE,
      'văn bản khó và ngày giữ nguyên',
      same ? null : `${JSON.stringify(text)} → ${JSON.stringify(value)}, ${JSON.stringify(day)}`,
    );
  });
}

async function judgeResults(
  report: Report,
  name: string,
  ours: Uint8Array,
  saved: Uint8Array,
): Promise<void> {
  const [before, after] = [await classesIn(ours, name), await classesIn(saved, name)];
  report.add(JUDGE, 'đủ các lớp', before.length === after.length ? null : name);
  before.forEach((one, at) => {
    const other = after[at];
    one.rows.forEach((row, n) => {
      const again = other?.rows[n];
      const same = isDeepStrictEqual(row, again);
      report.add(
        JUDGE,
        'dòng học sinh nhập lại không khác',
        same ? null : `${name}, lớp ${one.className}, dòng ${row.row}`,
      );
    });
    const rest = ({ rows: _, ...sheet }: ClassSheet) => sheet;
    report.add(
      JUDGE,
      'lớp, kỳ, năm học, cột giữ nguyên',
      other && isDeepStrictEqual(rest(one), rest(other)) ? null : `${name}, lớp ${one.className}`,
    );
  });
}

async function classesIn(bytes: Uint8Array, fileName: string): Promise<readonly ClassSheet[]> {
  return readResults(await readWorkbook(bytes, fileName), { fileName, schoolYear: YEAR }).classes;
}

function formulaIn(bytes: Uint8Array): boolean {
  return Object.entries(unzipSync(bytes)).some(
    ([part, content]) =>
      part.startsWith('xl/worksheets/') && /<f[\s>/]/.test(Buffer.from(content).toString('utf8')),
  );
}

/** A class with one pupil for each hostile text, as comment everywhere; names and codes are invented. */
function classOf(grade: Grade, period: Period): ResultsClass {
  const closing = period === 'CN';
  return {
    name: `${grade}A-CLC`,
    grade,
    pupils: HOSTILE.map((text, at) => ({
      code: `00${grade}${String(at).padStart(5, '0')}`,
      name: `Đặng Mẫu Đức ${'ABCDEFGHIK'[at % 10]}`,
      birthDate: `${2019 - grade}-0${(at % 9) + 1}-${String((at % 28) + 1).padStart(2, '0')}`,
      values: new Map(CELL_ITEMS.map((item): [CellItem, string] => [item, cellValue(item, at, text)])),
      ...(closing ? { result: 'HTT' as const, completed: true, promoted: at % 2 === 0 } : {}),
    })),
  };
}

function cellValue(item: CellItem, at: number, text: string): string {
  switch (partsOf(item).kind) {
    case 'subjectLevel':
      return 'THC'[at % 3] ?? 'T';
    case 'traitLevel':
      return 'TĐC'[at % 3] ?? 'T';
    case 'mark':
      return String(at % 11);
    case 'count':
      return String(at);
    case 'height':
      return `1${String(at).padStart(2, '0')}.5`;
    case 'weight':
      return `2${at % 10}.5`;
    default:
      return text.normalize('NFC');
  }
}

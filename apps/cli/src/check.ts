/** `hocba check`: results of a class or of a whole school held against the rules, nothing stored. */

import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { PERIOD_NAMES } from '@hocba/record';
import {
  type ClassRow,
  type ClassSheet,
  type ResultsFile,
  readResults,
  readWorkbookFile,
  SheetError,
} from '@hocba/sheet';
import { visible } from '@hocba/verify/visible';
import { type Command, EXIT, type Io, wrongOption } from './command.ts';

const PROBLEMS_FOUND = 1;

const USAGE = `Cách dùng: hocba check BẢNG.xlsx [--json]

Kiểm tra bảng kết quả của một lớp hoặc của cả trường (mỗi lớp một trang, hoặc nhiều lớp trong một trang
có cột “Mã lớp”), ở bất kỳ kỳ đánh giá nào, theo Thông tư 27/2020/TT-BGDĐT: ô còn thiếu, điểm và mức sai,
học sinh lặp lại, xếp loại không khớp. Không lưu gì.
(Checks results of one class or of a whole school against the rules; stores nothing.)

  --json    in kết quả dạng JSON ra stdout (JSON on stdout, nothing else)

Mã kết thúc: 0 không có lỗi · 1 có lỗi · 64 gọi sai cách · 65 không đọc được tệp
`;

export const command: Command = {
  usage: USAGE,
  run: check,
};

async function check(args: readonly string[], io: Io): Promise<number> {
  const call = readArguments(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  let file: ResultsFile;
  try {
    const fileName = basename(call.path).normalize('NFC');
    file = readResults(await readWorkbookFile(call.path), {
      fileName,
      schoolYear: schoolYearOn(new Date()),
    });
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.unreadable;
  }
  if (call.json) {
    const rows = file.classes.flatMap((sheet) => sheet.rows.map((row) => jsonRow(sheet, row)));
    io.out(`${JSON.stringify({ schema: 1, rows })}\n`);
    for (const remark of remarksOf(file)) io.err(`${remark}\n`);
  } else {
    io.out(textReport(file));
  }
  return file.classes.some((sheet) => sheet.rows.some((row) => row.problems.length > 0))
    ? PROBLEMS_FOUND
    : EXIT.ok;
}

/** The call as understood, or the sentence that says why it is not. */
function readArguments(args: readonly string[]): { path: string; json: boolean } | string {
  let parsed: { values: { json?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: { json: { type: 'boolean' } }, allowPositionals: true });
  } catch (error) {
    return wrongOption(error);
  }
  const [path, ...more] = parsed.positionals;
  if (path === undefined || path === '') return 'Thiếu tên tệp bảng điểm.';
  if (more.length > 0) return 'Mỗi lần chỉ kiểm tra một tệp.';
  return { path, json: parsed.values.json === true };
}

/** The school year of a day in Vietnam: from August on the new one. */
function schoolYearOn(now: Date): string {
  const there = new Date(now.getTime() + 7 * 3_600_000);
  const first = there.getUTCMonth() >= 7 ? there.getUTCFullYear() : there.getUTCFullYear() - 1;
  return `${first}-${first + 1}`;
}

interface JsonFinding {
  code: string;
  column: string;
  message: string;
}

/** The file's remarks, then each class's; of many classes each remark names its own. */
function remarksOf(file: ResultsFile): string[] {
  const one = file.classes.length === 1;
  const byClass = file.classes.flatMap((sheet) =>
    sheet.remarks.map((remark) => (one ? remark : `${classOf(sheet)}: ${remark}`)),
  );
  return [...file.remarks, ...new Set(byClass)];
}

function classOf(sheet: ClassSheet): string {
  return `lớp ${sheet.className ?? sheet.grade}`;
}

/** One row as `--json` prints it; `stated` is the sheet's own Xếp loại, null if there is none. */
function jsonRow(sheet: ClassSheet, row: ClassRow) {
  const finding = ({ code, column, message }: JsonFinding): JsonFinding => ({ code, column, message });
  return {
    row: row.row,
    sheet: sheet.sheetName,
    class: sheet.className,
    period: sheet.period,
    code: row.code,
    name: row.name,
    result: row.result,
    stated: row.stated.result ?? (row.stated.resultText === '' ? null : row.stated.resultText),
    blocking: row.blocking,
    problems: row.problems.map(finding),
    warnings: row.warnings.map(finding),
    notes: row.notes.map(finding),
  };
}

function textReport(file: ResultsFile): string {
  const pupils = file.classes.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  const wrong = file.classes.reduce(
    (sum, sheet) => sum + sheet.rows.filter((row) => row.problems.length > 0).length,
    0,
  );
  const remarks = remarksOf(file);
  return `${[
    ...file.classes.flatMap((sheet) => [...classReport(sheet), '']),
    ...(remarks.length === 0 ? [] : [...remarks.map(visible), '']),
    ...(file.classes.length === 1 ? [] : [`${file.classes.length} lớp, ${pupils} học sinh.`]),
    wrong === 0 ? 'Không có lỗi.' : `${wrong} dòng có lỗi; ${pupils - wrong} dòng không có lỗi.`,
  ].join('\n')}\n`;
}

function classReport(sheet: ClassSheet): string[] {
  const period = PERIOD_NAMES[sheet.period].toLowerCase();
  const head = `${sheet.fileName}: ${classOf(sheet)}, ${period}, năm học ${sheet.schoolYear}, ${sheet.rows.length} học sinh`;
  const cells = [
    ['Dòng', 'Mã học sinh', 'Họ tên', 'Kết quả', 'Bảng ghi', 'Lỗi'],
    ...sheet.rows.map((row) => [
      String(row.row),
      visible(row.code),
      visible(row.name),
      row.result ?? '–',
      visible(row.stated.result ?? row.stated.resultText) || '–',
      row.problems.length === 0 ? '' : [...new Set(row.problems.map((problem) => problem.code))].join(', '),
    ]),
  ];
  const widths =
    cells[0]?.map((_, index) => Math.max(...cells.map((line) => [...(line[index] ?? '')].length))) ?? [];
  const table = cells.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const findings = (title: string, pick: (row: ClassRow) => readonly { message: string }[]) => {
    const messages = sheet.rows.flatMap((row) => pick(row).map((one) => `  ${visible(one.message)}`));
    return messages.length === 0 ? [] : ['', `${title} (${messages.length}):`, ...messages];
  };
  return [
    visible(head),
    '',
    ...table,
    ...findings('Lỗi', (row) => row.problems),
    ...findings('Cảnh báo', (row) => row.warnings),
    ...findings('Đã hiểu là', (row) => row.notes),
  ];
}

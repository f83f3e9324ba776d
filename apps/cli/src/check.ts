/** `hocba check`: a class's sheet held against the rules, nothing stored. */

import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type ClassRow, type ClassSheet, readClassSheet, readWorkbookFile, SheetError } from '@hocba/sheet';
import { type Command, EXIT, type Io } from './command.ts';

const PROBLEMS_FOUND = 1;

const USAGE = `Cách dùng: hocba check BẢNG.xlsx [--json]

Kiểm tra bảng kết quả cuối năm của một lớp theo quy định đánh giá (Thông tư 27/2020/TT-BGDĐT):
ô còn thiếu, điểm và mức sai, học sinh lặp lại, xếp loại không khớp. Không lưu gì.
(Checks one class's year-end sheet against the rules; stores nothing.)

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
  let sheet: ClassSheet;
  try {
    const fileName = basename(call.path).normalize('NFC');
    sheet = readClassSheet(await readWorkbookFile(call.path), {
      fileName,
      schoolYear: schoolYearOn(new Date()),
    });
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.unreadable;
  }
  if (call.json) {
    io.out(`${JSON.stringify({ schema: 1, rows: sheet.rows.map(jsonRow) })}\n`);
    for (const remark of sheet.remarks) io.err(`${remark}\n`);
  } else {
    io.out(textReport(sheet));
  }
  return sheet.rows.some((row) => row.problems.length > 0) ? PROBLEMS_FOUND : EXIT.ok;
}

/** The call as understood, or the sentence that says why it is not. */
function readArguments(args: readonly string[]): { path: string; json: boolean } | string {
  let parsed: { values: { json?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: { json: { type: 'boolean' } }, allowPositionals: true });
  } catch {
    return 'Tuỳ chọn không có hoặc viết sai.';
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

/** One row as `--json` prints it; `stated` is the sheet's own Xếp loại, null if there is none. */
function jsonRow(row: ClassRow) {
  const finding = ({ code, column, message }: JsonFinding): JsonFinding => ({ code, column, message });
  return {
    row: row.row,
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

function textReport(sheet: ClassSheet): string {
  const wrong = sheet.rows.filter((row) => row.problems.length > 0);
  const head = `${sheet.fileName}: lớp ${sheet.className ?? sheet.grade}, năm học ${sheet.schoolYear}, ${sheet.rows.length} học sinh`;
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
  return `${[
    visible(head),
    '',
    ...table,
    ...findings('Lỗi', (row) => row.problems),
    ...findings('Cảnh báo', (row) => row.warnings),
    ...findings('Đã hiểu là', (row) => row.notes),
    ...(sheet.remarks.length === 0 ? [] : ['', ...sheet.remarks.map(visible)]),
    '',
    wrong.length === 0
      ? 'Không có lỗi.'
      : `${wrong.length} dòng có lỗi; ${sheet.rows.length - wrong.length} dòng không có lỗi.`,
  ].join('\n')}\n`;
}

/** Text of a file on a terminal: no control or format character gets through. */
function visible(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '�');
}

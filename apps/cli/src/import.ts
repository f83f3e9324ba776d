/** `hocba import`: an Excel file into a school's server, by the server's own rules. Without `--apply` nothing is written. */

import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { PERIOD_NAMES, type Period } from '@hocba/record';
import { MAX_FILE_BYTES } from '@hocba/sheet';
import { visible } from '@hocba/verify/visible';
import { type Command, EXIT, type Io, wrongOption } from './command.ts';
import { type At, FILE_KINDS, readAt, type SchoolSession, whileSignedIn } from './school-session.ts';

/** Rows that were refused or that nobody has decided on were left out. */
const LEFT_OUT = 1;

const USAGE = `Cách dùng: hocba import TỆP.xlsx --server ĐỊA_CHỈ --user TÊN [--kind results|pupils|staff] [--apply] [--json]
           hocba import --undo MÃ --server ĐỊA_CHỈ --user TÊN [--kind results|pupils|staff] [--json]

Nhập tệp Excel (mẫu quốc gia, như trên trang “Nhập và xuất Excel”) vào máy chủ của trường, với quyền của người đăng nhập.
Không có --apply thì chỉ xem trước: chưa ghi gì. Chỉ các dòng chắc chắn được ghi; dòng cần xem (tên gần giống) thì không.
Mật khẩu lấy từ HOCBA_PASSWORD hoặc được hỏi; mã xác thực hai lớp từ HOCBA_CODE hoặc được hỏi. Địa chỉ là https, hoặc http của chính máy này.
(Imports an Excel file by the server's own rules; a dry run unless --apply. --undo takes an import back.)

  --kind    loại tệp: results (kết quả, mặc định), pupils (học sinh), staff (giáo viên)
  --apply   ghi các dòng chắc chắn (write the sure rows)
  --undo    hoàn tác lần nhập có mã này, như trên trang (the id that --apply prints)
  --json    in kết quả dạng JSON ra stdout (JSON on stdout, nothing else)

Mã kết thúc: 0 mọi dòng chắc chắn · 1 có dòng không nhập được, cần xem, hoặc được giữ nguyên khi hoàn tác · 64 gọi sai cách
65 tệp không đọc được hoặc máy chủ không nhận · 69 không nối được máy chủ · 77 không đăng nhập được hoặc không có quyền
`;

export const command: Command = { usage: USAGE, run: importFile };

type Kind = (typeof FILE_KINDS)[number];

interface Call extends At {
  readonly kind: Kind;
  readonly path?: string;
  readonly undo?: string;
  readonly apply: boolean;
  readonly json: boolean;
}

interface Row {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly match: 'new' | 'code' | 'name' | 'similarName';
  readonly selected: boolean;
  /** Of a person only: what the list would change. */
  readonly changes?: readonly unknown[];
  readonly notes: readonly string[];
}
interface Refused {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly reasons: readonly string[];
}
/** A class at a period, or a whole list of people. */
interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly refused: readonly Refused[];
}
interface Preview {
  readonly importId: string;
  readonly fileName: string;
  readonly remarks: readonly string[];
  readonly groups?: readonly (Omit<Part, 'title'> & { group: number; className: string; period: Period })[];
  readonly rows?: readonly Row[];
  readonly refused?: readonly Refused[];
}

async function importFile(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  const bytes = call.path === undefined ? null : await readLimited(call.path);
  if (call.path !== undefined && bytes === null) {
    io.err(`Tệp “${visible(basename(call.path))}” không đọc được hoặc lớn hơn 5 MB. Chưa ghi gì.\n`);
    return EXIT.unreadable;
  }
  return whileSignedIn(call, io, (session) =>
    call.undo !== undefined
      ? undo(session, call, call.undo, io)
      : previewAndApply(session, call, basename(call.path ?? '').normalize('NFC'), bytes as Uint8Array, io),
  );
}

function readCall(args: readonly string[]): Call | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrongOption(error);
  }
  const { values, positionals } = parsed;
  const kind = FILE_KINDS.find((one) => one === (values.kind ?? 'results'));
  if (kind === undefined) return 'Loại tệp phải là results, pupils hoặc staff.';
  const at = readAt(values);
  if (typeof at === 'string') return at;
  const [path, ...more] = positionals;
  const { undo, apply = false, json = false } = values;
  if (undo !== undefined && (path !== undefined || apply))
    return 'Hoàn tác thì không nêu tệp và không có --apply.';
  if (undo !== undefined && !/^[0-9a-f-]{36}$/.test(undo)) return 'Mã lần nhập không đúng dạng.';
  if (undo === undefined && (path === undefined || path === '')) return 'Thiếu tên tệp.';
  if (more.length > 0) return 'Mỗi lần chỉ nhập một tệp.';
  const who = { ...at, kind, apply, json };
  return undo !== undefined ? { ...who, undo } : { ...who, path: path as string };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      server: { type: 'string' },
      user: { type: 'string' },
      kind: { type: 'string' },
      undo: { type: 'string' },
      apply: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
}

async function readLimited(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r').catch(() => null);
  try {
    const stat = await file?.stat();
    if (!file || !stat?.isFile() || stat.size > MAX_FILE_BYTES) return null;
    return new Uint8Array(await file.readFile());
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

async function previewAndApply(
  session: SchoolSession,
  call: Call,
  fileName: string,
  bytes: Uint8Array,
  io: Io,
): Promise<number> {
  const preview = await session.upload<Preview>(`/api/imports/${call.kind}`, fileName, bytes);
  const parts = partsOf(preview);
  const sure = parts.flatMap(({ rows }) => rows.filter((row) => row.selected));
  const leftOut = parts.some(({ rows, refused }) => refused.length > 0 || rows.some(undecided));
  const applied =
    call.apply && sure.length > 0
      ? await session.json<Record<string, number>>(
          'POST',
          `/api/imports/${call.kind}/${preview.importId}`,
          chosenOf(preview),
        )
      : null;
  if (call.json) io.out(`${JSON.stringify({ schema: 1, applied, ...preview })}\n`);
  else io.out(`${report(preview, parts, applied, call).map(visible).join('\n')}\n`);
  return leftOut ? LEFT_OUT : EXIT.ok;
}

/** Not sure enough to be written; a person of whom the list says nothing new is no such row. */
function undecided(row: Row): boolean {
  return !row.selected && !(row.match === 'code' && row.changes?.length === 0);
}

function partsOf(preview: Preview): Part[] {
  if (preview.groups === undefined)
    return [{ title: preview.fileName, rows: preview.rows ?? [], refused: preview.refused ?? [] }];
  return preview.groups.map(({ className, period, rows, refused }) => ({
    title: `Lớp ${className} · ${PERIOD_NAMES[period]}`,
    rows,
    refused,
  }));
}

function chosenOf(preview: Preview): unknown {
  const chosen = (rows: readonly Row[]): number[] => rows.filter((r) => r.selected).map((r) => r.row);
  return preview.groups === undefined
    ? { rows: chosen(preview.rows ?? []) }
    : { groups: preview.groups.map(({ group, rows }) => ({ group, rows: chosen(rows) })) };
}

function report(
  preview: Preview,
  parts: readonly Part[],
  applied: Readonly<Record<string, number>> | null,
  call: Call,
): string[] {
  const lines = parts.flatMap(({ title, rows, refused }) => {
    const sure = rows.filter((row) => row.selected);
    return [
      `${title}: ${sure.length} chắc chắn, ${rows.filter(undecided).length} cần xem, ${refused.length} không nhập được`,
      ...refused.map((row) => `  dòng ${row.row}, ${row.code} ${row.name}: ${row.reasons.join(' ')}`),
      ...rows.flatMap((row) => [
        ...(undecided(row) ? [`  dòng ${row.row}, ${row.code} ${row.name}: cần xem, không ghi`] : []),
        ...row.notes.map((note) => `  ${note}`),
      ]),
    ];
  });
  const sure = parts.reduce((sum, { rows }) => sum + rows.filter((row) => row.selected).length, 0);
  const end =
    applied !== null
      ? [
          `Đã ghi: ${Object.entries(applied)
            .map(([what, n]) => `${n} ${DONE[what] ?? what}`)
            .join(', ')}.`,
          `Hoàn tác: hocba import --undo ${preview.importId} --kind ${call.kind} --server ${call.server.origin} --user ${call.user}`,
        ]
      : sure === 0
        ? ['Không có dòng nào chắc chắn; chưa ghi gì.']
        : [`Xem trước, chưa ghi gì. Thêm --apply để ghi ${sure} dòng chắc chắn.`];
  return [...preview.remarks, ...lines, ...end];
}

const DONE: Readonly<Record<string, string>> = {
  imported: 'em',
  cells: 'ô',
  created: 'người mới',
  changed: 'người được sửa',
};

async function undo(session: SchoolSession, call: Call, importId: string, io: Io): Promise<number> {
  const kind = call.kind === 'results' ? 'results' : 'people';
  const done = await session.json<{ kept: string[] } & Record<string, unknown>>(
    'POST',
    `/api/imports/${kind}/${importId}/undo`,
    {},
  );
  if (call.json) io.out(`${JSON.stringify({ schema: 1, ...done })}\n`);
  else {
    const count = Number(done.cells ?? done.restored ?? 0);
    const people = Number(done.pupils ?? done.removed ?? 0);
    io.out(
      `${[`Đã hoàn tác: trả lại ${count} chỗ, bỏ ${people} người khỏi danh sách.`, ...done.kept].map(visible).join('\n')}\n`,
    );
  }
  return done.kept.length === 0 ? EXIT.ok : LEFT_OUT;
}

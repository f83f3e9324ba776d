/** `hocba export`: results and lists of a school's server as Excel, in the layouts that `hocba import` reads. */

import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PERIODS, type Period } from '@hocba/record';
import { visible } from '@hocba/verify/visible';
import { type Command, EXIT, type Io, wrongOption } from './command.ts';
import {
  type At,
  CallError,
  FILE_KINDS,
  readAt,
  type SchoolSession,
  whileSignedIn,
} from './school-session.ts';

const USAGE = `Cách dùng: hocba export results|pupils|staff --server ĐỊA_CHỈ --user TÊN --out TỆP.xlsx
                    [--class LỚP] [--year NĂM_HỌC] [--period GHK1|CHK1|GHK2|CN] [--comments]
                    [--ask LÝ_DO | --approval MÃ]

Tải kết quả hoặc danh sách ra Excel theo mẫu quốc gia, với quyền của người đăng nhập; nhập lại được bằng hocba import.
Mật khẩu lấy từ HOCBA_PASSWORD hoặc được hỏi. Tệp đã có thì không bị ghi đè.
(Results or lists as Excel in the national layouts, with the rights of who signs in. An existing file is never overwritten.)

  --class     kết quả của một lớp; không nêu thì của cả trường (văn thư, hiệu trưởng)
  --year      năm học như 2025-2026; mặc định là năm đang dạy học
  --period    kỳ đánh giá; mặc định CN (cuối năm)
  --comments  kèm nhận xét và các ô khác của năm
  --ask       gửi đề nghị tải, kèm lý do, khi tệp này cùng những tệp đã tải trong ngày có hơn 200 học sinh; chưa tải gì.
              Người thứ hai duyệt ở trang “Việc của tôi”
  --approval  mã của đề nghị đã được duyệt: tải một lần

Mã kết thúc: 0 đã tải · 64 gọi sai cách · 65 máy chủ không nhận · 69 không nối được máy chủ · 73 không tạo được tệp
77 không đăng nhập được hoặc không có quyền
`;

export const command: Command = { usage: USAGE, run: exportFile };

interface Call extends At {
  readonly kind: (typeof FILE_KINDS)[number];
  readonly out: string;
  readonly className?: string;
  readonly year?: string;
  readonly period: Period;
  readonly comments: 'yes' | 'no';
  readonly ask?: string;
  readonly approval?: string;
}

async function exportFile(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  return whileSignedIn(call, io, async (session) => {
    if (call.ask !== undefined) return ask(session, call, call.ask, io);
    const bytes = await session.download(await pathOf(session, call));
    if (!(await written(call.out, bytes))) {
      io.err(`Không tạo được tệp “${visible(call.out)}”: đã có tệp cùng tên, hoặc thư mục không ghi được.\n`);
      return EXIT.cannotCreate;
    }
    io.out(`Đã tải ${visible(call.out)}, ${bytes.length} byte.\n`);
    return EXIT.ok;
  });
}

function readCall(args: readonly string[]): Call | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrongOption(error);
  }
  const { values, positionals } = parsed;
  const [kind, ...more] = positionals;
  const known = FILE_KINDS.find((one) => one === kind);
  if (known === undefined || more.length > 0) return 'Nêu một loại: results, pupils hoặc staff.';
  const at = readAt(values);
  if (typeof at === 'string') return at;
  const { ask, approval } = values;
  if (!values.out && ask === undefined) return 'Thiếu tên tệp để ghi (--out).';
  if (ask !== undefined && approval !== undefined) return 'Chỉ dùng một trong --ask và --approval.';
  if ((ask ?? approval) !== undefined && known === 'staff')
    return '--ask và --approval chỉ dùng cho kết quả hoặc danh sách học sinh.';
  const period = PERIODS.find((one) => one === (values.period ?? 'CN'));
  if (period === undefined) return 'Kỳ đánh giá phải là GHK1, CHK1, GHK2 hoặc CN.';
  if (values.year !== undefined && !/^\d{4}-\d{4}$/.test(values.year)) return 'Năm học viết như 2025-2026.';
  const results = ['class', 'period', 'comments'] as const;
  if (known !== 'results' && results.some((one) => values[one] !== undefined))
    return '--class, --period và --comments chỉ dùng với results.';
  return {
    ...at,
    kind: known,
    out: values.out ?? '',
    period,
    comments: values.comments ? 'yes' : 'no',
    ...(values.class === undefined ? {} : { className: values.class }),
    ...(values.year === undefined ? {} : { year: values.year }),
    ...(ask === undefined ? {} : { ask }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      server: { type: 'string' },
      user: { type: 'string' },
      out: { type: 'string', short: 'o' },
      class: { type: 'string' },
      year: { type: 'string' },
      period: { type: 'string' },
      comments: { type: 'boolean' },
      ask: { type: 'string' },
      approval: { type: 'string' },
    },
    allowPositionals: true,
  });
}

async function pathOf(session: SchoolSession, call: Call): Promise<string> {
  const schoolYear = call.year ?? session.schoolYear;
  if (call.kind === 'staff') return '/api/export/staff';
  const approval: Record<string, string> = call.approval === undefined ? {} : { approval: call.approval };
  if (call.kind === 'pupils') return `/api/export/pupils?${new URLSearchParams({ schoolYear, ...approval })}`;
  const { period, comments, className } = call;
  if (className === undefined)
    return `/api/export/results?${new URLSearchParams({ schoolYear, period, comments, ...approval })}`;
  const classId = await classIdOf(session, schoolYear, className);
  return `/api/classes/${classId}/export/results?${new URLSearchParams({ period, comments, ...approval })}`;
}

async function classIdOf(session: SchoolSession, schoolYear: string, className: string): Promise<string> {
  const { classes } = await session.json<{
    classes: { classId: string; name: string; schoolYear: string }[];
  }>('GET', '/api/classes');
  const wanted = className.normalize('NFC').trim().toLowerCase();
  const found = classes.find((one) => one.schoolYear === schoolYear && one.name.toLowerCase() === wanted);
  if (found === undefined)
    throw new CallError(
      EXIT.notAllowed,
      `Không có lớp ${className} trong năm học ${schoolYear} mà người này xem được.`,
    );
  return found.classId;
}

/** Asks for a file that takes two persons; nothing is fetched yet. */
async function ask(session: SchoolSession, call: Call, reason: string, io: Io): Promise<number> {
  const schoolYear = call.year ?? session.schoolYear;
  const { period, comments, className } = call;
  const act =
    call.kind === 'pupils'
      ? { kind: 'export-pupils', schoolYear }
      : className === undefined
        ? { kind: 'export-results', schoolYear, period, comments }
        : {
            kind: 'export-class',
            classId: await classIdOf(session, schoolYear, className),
            period,
            file: comments === 'yes' ? 'results-comments' : 'results',
          };
  const body = { act, reason, evidence: '' };
  const { requestId, approvers } = await session.json<{ requestId: string; approvers: string[] }>(
    'POST',
    '/api/approvals',
    body,
  );
  io.out(
    `Đã gửi đề nghị, chưa tải gì. Chờ duyệt: ${approvers.map(visible).join(', ')}. Khi đã duyệt, tải bằng --approval ${visible(requestId)}\n`,
  );
  return EXIT.ok;
}

async function written(path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await open(path, 'wx').catch(() => null);
  if (file === null) return false;
  try {
    await file.writeFile(bytes);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

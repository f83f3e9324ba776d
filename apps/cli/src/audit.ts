/** `hocba audit`: the whole store verified again against its log, record by record. Nothing is written. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type AuditProblem,
  type AuditProgress,
  type AuditReport,
  auditStore,
  LaunchError,
  MigrationError,
  openBesideServer,
} from '@hocba/server';
import { type Command, EXIT, type Io } from './command.ts';

const PROBLEMS_FOUND = 1;

const USAGE = `Cách dùng: hocba audit [--data THƯ_MỤC] [--json]

Kiểm tra lại toàn bộ kho học bạ với nhật ký phát hành: từng byte của từng học bạ, từng chữ ký, từng lá của nhật ký,
từng lần ghi ô và từng dòng nhật ký sử dụng so với mốc của mỗi ngày. Máy chủ có thể đang chạy hoặc đã tắt. Không ghi gì. Với DATABASE_URL thì kiểm tra cơ sở dữ liệu đó.
(Re-verifies a whole store against its log; the server may run or not; nothing is written.)

  --data THƯ_MỤC  thư mục dữ liệu (mặc định ./data)
  --json          in kết quả dạng JSON ra stdout

Mã kết thúc: 0 mọi thứ đúng · 1 có chỗ sai, nêu tên từng chỗ · 64 gọi sai cách · 65 không mở được kho
`;

export const command: Command = { usage: USAGE, run: audit };

async function audit(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (call === null) {
    io.err(USAGE);
    return EXIT.usage;
  }
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl && !existsSync(join(call.data, 'postgres'))) {
    io.err(`Không có kho học bạ trong thư mục “${call.data}”. Hãy chỉ rõ bằng --data.\n`);
    return EXIT.unreadable;
  }
  let store: Awaited<ReturnType<typeof openBesideServer>>;
  try {
    store = await openBesideServer({ dataFolder: call.data, databaseUrl });
  } catch (error) {
    if (!(error instanceof LaunchError || error instanceof MigrationError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.unreadable;
  }
  try {
    const report = await auditStore({
      connection: store.owner,
      dataFolder: call.data,
      progress: showProgress,
    });
    io.out(call.json ? `${JSON.stringify(report)}\n` : asText(report));
    return report.ok ? EXIT.ok : PROBLEMS_FOUND;
  } finally {
    await store.close();
  }
}

function readCall(args: readonly string[]): { data: string; json: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    });
    return { data: values.data ?? process.env.HOCBA_DATA ?? 'data', json: values.json ?? false };
  } catch {
    return null;
  }
}

/** On a terminal only: how far each part has come. */
function showProgress(...[stage, done, total]: Parameters<AuditProgress>): void {
  if (!process.stderr.isTTY) return;
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  process.stderr.write(`\r${STAGE[stage]} ${String(percent).padStart(3)} % (${done}/${total})  `);
  if (done >= total) process.stderr.write('\n');
}

const STAGE: Readonly<Record<Parameters<AuditProgress>[0], string>> = {
  log: 'Nhật ký',
  records: 'Học bạ',
  acts: 'Các lần ghi',
};

const WHAT: Readonly<Record<AuditProblem['what'], string>> = {
  record: 'học bạ',
  recall: 'lệnh thu hồi của học bạ',
  leaf: 'lá nhật ký',
  log: 'nhật ký',
  store: 'kho',
  act: 'lần ghi',
  cell: 'ô',
  day: 'ngày',
  manifest: 'danh sách khép năm học',
  event: 'dòng nhật ký sử dụng',
};

function asText(report: AuditReport): string {
  const counts =
    `${report.records} học bạ (${report.issued} đã phát hành, ${report.recalled} đã thu hồi), ` +
    `${report.signatures} chữ ký, ${report.logs} nhật ký, ${report.leaves} lá, ` +
    `${report.acts} lần ghi, ${report.events} dòng nhật ký sử dụng, ${report.days} ngày, ${report.manifests} danh sách lớp`;
  const open = report.open.map(({ what, id, code }) => `  ? ${WHAT[what]} ${id}: ${code}\n`).join('');
  if (report.ok) return `Mọi thứ đúng. Đã kiểm tra ${counts}.\n${open}`;
  const lines = report.problems.map(({ what, id, code }) => `  ✗ ${WHAT[what]} ${id}: ${code}\n`);
  const more = report.wrong - report.problems.length;
  const rest = more > 0 ? `  … và ${more} chỗ khác\n` : '';
  return `Có ${report.wrong} chỗ sai. Đã kiểm tra ${counts}.\n${lines.join('')}${rest}${open}`;
}

/** `hocba log lodge|accept|receipt`: a school's checkpoint is carried to the level above, by file, and what it answers back. */

import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LedgerError, MAX_PROOF_FILE_BYTES, MAX_WITNESS_BODY } from '@hocba/ledger';
import {
  acceptLodging,
  keepReceipt,
  LaunchError,
  type LodgingCode,
  LodgingRefused,
  lodgingRequest,
} from '@hocba/server';
import { EXIT, type Io, systemReason } from '../command.ts';
import { openStore } from '../open-store.ts';

const REFUSED = 1;
const NOT_YET = 69;
/** A server that runs publishes within seconds. */
const PATIENCE_MS = 20_000;
/** Longest file that is read: an `add-checkpoint` request, or a proof file. */
const MAX_FILE = Math.max(MAX_WITNESS_BODY, MAX_PROOF_FILE_BYTES);

export type LodgingCall = { readonly data: string; readonly file: string } & (
  | { readonly act: 'lodge'; readonly origin: string; readonly from: number | undefined }
  | { readonly act: 'accept'; readonly receipt: string }
  | { readonly act: 'receipt'; readonly origin: string }
);

/** The call as understood; null where it is none of these three. */
export function readLodgingCall(args: readonly string[]): LodgingCall | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, from: { type: 'string' } },
      allowPositionals: true,
    });
    const [act, first, second, ...more] = positionals;
    const data = values.data ?? process.env.HOCBA_DATA ?? 'data';
    if (first === undefined || second === undefined || more.length > 0) return null;
    const { from } = values;
    if (act === 'lodge' && (from === undefined || /^(0|[1-9]\d{0,14})$/.test(from)))
      return { act, data, origin: first, file: second, from: from === undefined ? undefined : Number(from) };
    if (from !== undefined) return null;
    if (act === 'accept') return { act, data, file: first, receipt: second };
    return act === 'receipt' ? { act, data, origin: first, file: second } : null;
  } catch {
    return null;
  }
}

/** Carries out one of the three. @returns the exit code */
export async function lodging(call: LodgingCall, io: Io): Promise<number> {
  try {
    if (call.act === 'accept') return await accept(call, io);
    if (!existsSync(join(call.data, 'log'))) {
      io.err(`Không có nhật ký nào trong thư mục “${call.data}”. Hãy chỉ rõ bằng --data.\n`);
      return EXIT.unreadable;
    }
    if (call.act === 'lodge') {
      const { file, size, from } = await lodgingRequest(call.data, call.origin, call.from);
      await writeFile(call.file, file, { flush: true });
      io.out(`Đã ghi “${call.file}”: ${size} lá, nối tiếp ${from} lá đã gửi. Hãy mang lên cấp trên.\n`);
      return EXIT.ok;
    }
    const { size, witness, at } = await keepReceipt(call.data, call.origin, await readShort(call.file));
    const seen = witness === 'missing' ? ' Nhật ký của cấp trên chưa đủ nhân chứng.' : '';
    io.out(`Biên nhận đúng: cấp trên giữ đến ${size} lá, từ ${at.toISOString()}.${seen}\n`);
    return EXIT.ok;
  } catch (error) {
    return explained(error, io);
  }
}

async function accept(call: Extract<LodgingCall, { act: 'accept' }>, io: Io): Promise<number> {
  const file = await readShort(call.file);
  const store = await openStore(call.data, io);
  if (store === null) return EXIT.unreadable;
  try {
    const at = { connection: store.owner, dataFolder: call.data };
    const { lodged, already, receipt } = await acceptLodging(at, file, PATIENCE_MS);
    io.out(`${already ? 'Đã giữ từ trước' : 'Đã nhận'}: ${lodged.origin}, ${lodged.size} lá.\n`);
    if (receipt === null) {
      io.err(
        'Chưa có biên nhận vì máy chủ chưa công bố lá này. Hãy chạy máy chủ rồi gọi lại đúng lệnh này.\n',
      );
      return NOT_YET;
    }
    await writeFile(call.receipt, receipt, { flush: true });
    io.out(`Đã ghi biên nhận “${call.receipt}”. Hãy gửi lại cho trường.\n`);
    return EXIT.ok;
  } finally {
    await store.close();
  }
}

async function readShort(file: string): Promise<Uint8Array> {
  // It was carried here: one of gigabytes is not read to be refused.
  if ((await stat(file)).size > MAX_FILE) throw new LodgingRefused('malformed');
  return new Uint8Array(await readFile(file));
}

const REASONS: Readonly<Record<LodgingCode, string>> = {
  malformed: 'Tệp không đúng dạng hoặc bị cắt mất một phần; không có gì thay đổi.',
  'unknown-log':
    'Không biết nhật ký này, hoặc nhật ký chưa có lá nào. Ở cấp trên: ghi khoá công khai của nó vào tệp school-logs.',
  'signature-refused': 'Bản xác nhận không do khoá đã biết của nhật ký này ký; không nhận.',
  'no-shared-log':
    'Kho này chưa có nhật ký chung đang mở cho năm học ấy (“shared” trong log.json); không nhận.',
  older:
    'Bản xác nhận cũ hơn bản đã giữ; không nhận. Nếu trường vừa khôi phục bản sao lưu cũ, hãy tìm bản mới hơn.',
  'other-start': 'Bằng chứng không bắt đầu từ bản đã giữ. Ở trường hãy chạy lại hocba log lodge với --from.',
  unproven:
    'Bằng chứng không cho thấy nhật ký nối tiếp bản đã giữ: tệp hỏng, hoặc lịch sử đã bị đổi. Không nhận; hãy chạy hocba audit ở trường.',
  forked:
    'Nhật ký đưa ra một lịch sử khác với bản đã giữ. Không nhận; bản ấy được giữ trong thư mục “forked” làm bằng chứng.',
  'above-behind':
    'Nhật ký của cấp trên cũ hơn bản đã đưa cho trường; không nhận. Hãy báo cho người vận hành cấp trên.',
  'receipt-invalid':
    'Biên nhận không chứng minh bản xác nhận nào của trường nằm trong nhật ký của cấp trên (tệp province-policy); không giữ.',
};

function explained(error: unknown, io: Io): number {
  if (error instanceof LodgingRefused) {
    const size = error.size > 0 || error.code === 'other-start' ? ` Bản đã giữ có ${error.size} lá.` : '';
    io.err(`${REASONS[error.code]}${size}\n`);
    return REFUSED;
  }
  // A database that does not stop.
  if (error instanceof LaunchError) {
    io.err(`${error.message}\n`);
    return EXIT.unreadable;
  }
  if (error instanceof LedgerError) {
    io.err(`Nhật ký, khoá hay chính sách ở đây không đọc được (${error.code}); hãy chạy hocba audit.\n`);
    return EXIT.unreadable;
  }
  const { code, path } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') throw error;
  const which = path === undefined ? 'tệp, khoá hay nhật ký' : `“${path}”`;
  io.err(`Không đọc hoặc không ghi được ${which} (${systemReason(error)}).\n`);
  return EXIT.unreadable;
}

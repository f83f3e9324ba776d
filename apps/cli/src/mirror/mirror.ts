/** `hocba mirror`: a verified copy of a transparency log, kept up to date. Whoever holds it can publish the log again. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  CLOSED_PATH,
  ED25519_NOTE,
  LedgerError,
  LOGGED_STATUSES_PATH,
  MAX_LOGGED_STATUSES_BYTES,
  MAX_NOTE_BYTES,
  MAX_STATUS_BYTES,
  type MirrorMemory,
  mirrorLog,
  parseCheckpointText,
  parseNote,
  parseTilePath,
  parseVkey,
  readCapped,
} from '@hocba/ledger';
import {
  fileStorage,
  lockFolder,
  makeFolder,
  nodeEd25519,
  nodeSha256,
  readOrNull,
  removeLitter,
  replaceFile,
} from '@hocba/ledger/node';
import { type Command, EXIT, type Io, systemReason, wrongOption } from '../command.ts';
import { readTrustPlace } from '../trust-folder.ts';
import { asClosingFault, keepClosing } from './closing.ts';
import { ACCEPTED, MAX_EVIDENCE_BYTES, mirrorEvidence } from './evidence.ts';
import { asLoggedFault, keepLoggedStatuses } from './logged-statuses.ts';
import { keepStatus, keepStatusKey, STATUS_FILE, statusKeyOf } from './status.ts';
import { asRefusal } from './status-text.ts';

const REFUSED = 1;

const USAGE = `Cách dùng: hocba mirror ĐỊA_CHỈ THƯ_MỤC [--log VKEY] [--trust NƠI]

Giữ một bản sao đã kiểm tra của nhật ký phát hành: chỉ lưu những gì chứng minh được là thuộc nhật ký.
Chạy lại lúc nào cũng được: phần đã có không tải lại. Nhật ký ngắn đi hoặc đổi lịch sử thì bị từ chối,
và bằng chứng (bản xác nhận đã ký) được giữ trong THƯ_MỤC/.mirror. Bằng chứng thời gian của các bản xác nhận
đã nhận được giữ trong THƯ_MỤC/evidence; hocba audit đọc lại chúng. Lời khép mà nhật ký đã ký được giữ trong
THƯ_MỤC/closed: sau đó không được có thêm lá. Với --trust thì giữ cả bản tình trạng đã ký
(học bạ nào đã thu hồi, đã thay thế) trong THƯ_MỤC/status, để hocba audit đối chiếu với các lá.
(Keeps a verified copy of a C2SP tlog-tiles log; resumable; refuses a log that shrank or forked.)

  ĐỊA_CHỈ     địa chỉ của nhật ký, nơi có tệp checkpoint (http:// hoặc https://)
  --log VKEY  khoá công khai của nhật ký; chỉ cần ở lần đầu
  --trust NƠI gói tin cậy hay thư mục tin cậy, có khoá của bản tình trạng; chỉ cần ở lần đầu

Mã kết thúc: 0 bản sao đã đủ và đúng · 1 nhật ký hoặc bản sao sai, nêu tên chỗ sai · 64 gọi sai cách
65 không mở được thư mục · 69 không tải được, hãy chạy lại
`;

export const command: Command = { usage: USAGE, run: mirror };

/** Largest files that a log may have: 256 entries of 65,535 bytes, a full tile, a note. */
const LIMITS = { entries: 256 * 65_537, tile: 8192, text: MAX_NOTE_BYTES } as const;
const ANSWER_MS = 60_000;
const PAUSES_MS = [500, 1000, 2000] as const;
const UNAVAILABLE = 69;

const SENTENCES: Readonly<Record<string, string>> = {
  'log-shrank': 'Nhật ký ngắn hơn bản đã thấy trước đây',
  'log-forked': 'Nhật ký không nối tiếp bản đã thấy trước đây: lịch sử đã bị đổi',
  'remote-missing': 'Nhật ký thiếu tệp',
  'remote-invalid': 'Tệp của nhật ký không khớp với bản xác nhận đã ký',
  'copy-damaged': 'Bản sao trong thư mục bị hỏng, hãy xoá tệp này rồi chạy lại',
};

/** Of the file by which everything else is judged: most of all the address or the key was typed wrong. */
const OF_CHECKPOINT: Readonly<Record<string, string>> = {
  'remote-missing: checkpoint':
    'Ở địa chỉ này không có nhật ký nào: không thấy tệp “checkpoint”. Hãy xem lại địa chỉ; bản sao đã có vẫn còn nguyên',
  'remote-invalid: checkpoint':
    'Bản xác nhận ở địa chỉ này không do khoá đã nêu (--log) ký, nên không nhận. Hãy xem lại khoá và địa chỉ; bản sao đã có vẫn còn nguyên',
};

interface Call {
  readonly url: string;
  readonly dir: string;
  readonly log: string | undefined;
  readonly trust: string | undefined;
}

/** The log's files could not be fetched: nothing is known about the log itself. */
class FetchError extends Error {}

async function mirror(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return await run(call, io);
  } catch (error) {
    if (error instanceof FetchError) {
      io.err(
        `Không tải được ${error.message}. Phần đã tải vẫn còn; hãy chạy lại sau, hoặc xem lại địa chỉ.\n`,
      );
      return UNAVAILABLE;
    }
    if (error instanceof LedgerError && error.code === 'folder-locked') {
      io.err(`Thư mục “${call.dir}” đang được một lệnh khác dùng.\n`);
      return EXIT.unreadable;
    }
    if (error instanceof LedgerError) {
      const said = OF_CHECKPOINT[`${error.code}: ${error.detail}`] ?? SENTENCES[error.code];
      io.err(`${said ?? 'Không kiểm tra được'} (${error.code}: ${error.detail}).\n`);
      return REFUSED;
    }
    io.err(`Không mở hoặc không ghi được thư mục “${call.dir}” (${systemReason(error)}).\n`);
    return EXIT.unreadable;
  }
}

/** The call as understood, or the sentence that says why it is not. */
function readCall(args: readonly string[]): Call | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrongOption(error);
  }
  const [address = '', dir = '', ...more] = parsed.positionals;
  const { log, trust } = parsed.values;
  if (dir === '' || more.length > 0) return 'Cần địa chỉ của nhật ký và một thư mục.';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return `“${address}” không phải địa chỉ của một nhật ký: phải bắt đầu bằng https:// hoặc http://.`;
  if (log !== undefined && !isLogKey(log))
    return '--log không phải khoá công khai của một nhật ký: chép cả dòng mà hocba log list in ra, từ tên đến hết, đặt trong dấu nháy.';
  return { url: url.href.replace(/\/*$/, '/'), dir: resolve(dir), log, trust };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: { log: { type: 'string' }, trust: { type: 'string' } },
    allowPositionals: true,
  });
}

function isLogKey(vkey: string): boolean {
  try {
    return parseVkey(nodeSha256, vkey).type === ED25519_NOTE;
  } catch {
    return false;
  }
}

async function run(call: Call, io: Io): Promise<number> {
  const own = join(call.dir, '.mirror');
  const vkeyFile = join(own, 'log.vkey');
  // A copy belongs to one log for ever; and without a key nothing that a server says means anything.
  const kept = existsSync(vkeyFile) ? (await readFile(vkeyFile, 'utf8')).trim() : undefined;
  if (kept !== undefined && call.log !== undefined && call.log !== kept) {
    io.err(`Thư mục “${call.dir}” là bản sao của một nhật ký khác.\n\n${USAGE}`);
    return EXIT.usage;
  }
  const vkey = kept ?? call.log;
  if (vkey === undefined) {
    io.err(`Lần đầu cần --log: khoá công khai của nhật ký.\n\n${USAGE}`);
    return EXIT.usage;
  }
  const statusKey = await statusKeyFor(call, vkey);
  if (statusKey === undefined) {
    io.err(`Không đọc được gói hay thư mục tin cậy “${call.trust}”, nó không có khoá tình trạng của nhật ký này,
hay khoá ấy khác khoá mà bản sao đã giữ.\n`);
    return EXIT.unreadable;
  }
  await makeFolder(own);
  const lock = lockFolder(join(own, 'lock'));
  const memory = memoryIn(own);
  try {
    for (const folder of [call.dir, own]) removeLitter(temporaryIn(folder));
    if (kept === undefined)
      await replaceFile(vkeyFile, Buffer.from(`${vkey}\n`), { temporary: temporaryIn(own), mode: 0o644 });
    if (statusKey !== null) await keepStatusKey(call.dir, statusKey);
    // Before the checkpoint: the tree that each is of is then in the copy.
    const closing = await fetchFile(call.url, CLOSED_PATH);
    const status = statusKey === null ? null : await fetchFile(call.url, STATUS_FILE);
    const logged = statusKey === null ? null : await fetchFile(call.url, LOGGED_STATUSES_PATH);
    const report = await mirrorLog({
      sha256: nodeSha256,
      ed25519: nodeEd25519,
      vkey,
      remote: { read: (path) => fetchFile(call.url, path) },
      copy: fileStorage(call.dir),
      memory,
      onProgress: leafProgress(io),
    });
    io.out(`${report.origin}: ${report.size} lá, đã kiểm tra đủ; mới thêm ${report.size - report.from}.\n`);
    const place = { dir: call.dir, vkey };
    const dated = await mirrorEvidence(place, (path) => fetchFile(call.url, path));
    if (dated.kept > 0) io.out(`Bằng chứng thời gian: đã giữ của ${dated.kept} bản xác nhận.\n`);
    for (const size of dated.refused)
      io.err(`Bằng chứng thời gian evidence/${size} không phải của bản xác nhận ấy; không giữ.\n`);
    for (const size of dated.exchanged)
      io.err(
        `Bằng chứng thời gian evidence/${size} trên máy chủ không nối tiếp bằng chứng đã giữ; bản đã giữ vẫn còn.\n`,
      );
    const ended = await keepClosing(place, closing, report);
    if (ended !== null) io.err(`${asClosingFault(ended)}.\n`);
    const refused = statusKey === null ? null : await keepStatus(place, statusKey, status, report.size);
    if (refused !== null) io.err(asRefusal(refused));
    const unlogged = statusKey === null ? null : await keepLoggedStatuses(call.dir, logged, report.size);
    if (unlogged !== null)
      io.err(`${asLoggedFault(unlogged)}; không được giữ, danh sách trước đây vẫn còn.\n`);
    const all =
      dated.refused.length + dated.exchanged.length === 0 &&
      ended === null &&
      refused === null &&
      unlogged === null;
    return all ? EXIT.ok : REFUSED;
  } catch (error) {
    // A key by which nothing was accepted yet may be a wrong one: the folder belongs to no log because of it.
    if (kept === undefined && (await memory.load()) === null) await rm(vkeyFile, { force: true });
    throw error;
  } finally {
    lock.release();
  }
}

/** The key of this log's status: kept, or in the trust place; null where neither was ever told, undefined where they do not agree. */
async function statusKeyFor({ dir, trust }: Call, vkey: string): Promise<string | null | undefined> {
  const kept = await statusKeyOf(dir);
  if (trust === undefined) return kept;
  const place = await readTrustPlace(trust).catch(() => undefined);
  const told = place?.statusKeys.get(parseVkey(nodeSha256, vkey).name);
  if (told === undefined || (kept !== null && kept !== told)) return undefined;
  try {
    return parseVkey(nodeSha256, told).type === ED25519_NOTE ? told : undefined;
  } catch {
    return undefined;
  }
}

/** Where whole files are written before they get their names; the log's own storage has its like in the copy. */
const temporaryIn = (folder: string): string => join(folder, '.temp');

function memoryIn(own: string): MirrorMemory {
  const options = { temporary: temporaryIn(own), mode: 0o644 };
  return {
    load: () => readOrNull(join(own, 'seen')),
    async save(checkpoint) {
      // Every one that was ever accepted stays: the audit proves that the log extends them all, from the first on.
      await mkdir(join(own, ACCEPTED), { recursive: true });
      const { size } = parseCheckpointText(parseNote(checkpoint).text);
      await replaceFile(join(own, ACCEPTED, String(size)), checkpoint, options);
      await replaceFile(join(own, 'seen'), checkpoint, options);
    },
    accuse: (checkpoint) => {
      const name = createHash('sha256').update(checkpoint).digest('hex').slice(0, 16);
      return replaceFile(join(own, `refused-${name}.checkpoint`), checkpoint, options);
    },
  };
}

/** A file of the log; null when the server says that there is none. Tried again a few times when the line fails. */
async function fetchFile(base: string, path: string): Promise<Uint8Array | null> {
  let last = 'máy chủ không trả lời';
  for (const wait of [...PAUSES_MS, null]) {
    try {
      const response = await fetch(new URL(path, base), {
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: { 'accept-encoding': 'gzip, identity' },
        // A server of elsewhere sends nobody through this machine to addresses that only this machine can reach.
        redirect: 'error',
      });
      if (response.status === 404 || response.status === 410) {
        await response.body?.cancel();
        return null;
      }
      if (response.ok) return (await readCapped(response, limitOf(path))) ?? new Uint8Array(0);
      await response.body?.cancel();
      last = `máy chủ trả lời mã ${response.status}`;
    } catch {
      // The line, or the time: as good as a server that fails.
    }
    if (wait !== null) await pause(wait);
  }
  throw new FetchError(`${new URL(path, base).href}: ${last}`);
}

/** A longer file is none of the log's; it is then read as an empty one, which proves nothing. */
function limitOf(path: string): number {
  if (path === 'checkpoint' || path === CLOSED_PATH) return LIMITS.text;
  if (path === STATUS_FILE) return MAX_STATUS_BYTES;
  if (path === LOGGED_STATUSES_PATH) return MAX_LOGGED_STATUSES_BYTES;
  if (path.startsWith('evidence/')) return MAX_EVIDENCE_BYTES;
  return parseTilePath(path).level === 'entries' ? LIMITS.entries : LIMITS.tile;
}

/** On a terminal a line that moves; in a file one line for every tenth. */
export function leafProgress(io: Io): (done: number, size: number) => void {
  let last = -1;
  return (done, size) => {
    const percent = size === 0 ? 100 : Math.floor((100 * done) / size);
    const step = process.stderr.isTTY ? percent : Math.floor(percent / 10);
    if (step === last) return;
    last = step;
    const line = `${String(percent).padStart(3)} % (${done}/${size} lá)`;
    io.err(process.stderr.isTTY ? `\r${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  };
}

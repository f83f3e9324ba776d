/** `hocba witness`: a witness of transparency logs (c2sp.org/tlog-witness). It keeps one small file per log. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  addCheckpoint,
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  isKeyName,
  LedgerError,
  lastCosigned,
  MAX_WITNESS_BODY,
  parseVkey,
  type VerifierKey,
  type WitnessAnswer,
  type WitnessPorts,
} from '@hocba/ledger';
import {
  ed25519Signer,
  generateLogKey,
  makeFolder,
  nodeEd25519,
  nodeSha256,
  openWitnessState,
  replaceFile,
} from '@hocba/ledger/node';
import { type Command, EXIT, type Io, systemReason, wrongOption } from '../command.ts';
import { isToday } from '../today.ts';
import { KNOWN_FOLDER, lookAtMemory, RESTORED_FILE } from './restored.ts';

const USAGE = `Cách dùng: hocba witness --dir THƯ_MỤC --listen 127.0.0.1:CỔNG --log VKEY… [--name TÊN] [--today NGÀY]

Nhân chứng của nhật ký phát hành: chỉ ký xác nhận khi nhật ký lớn thêm mà không đổi gì đã có.
Khoá và trạng thái nằm trong THƯ_MỤC; lần đầu chạy thì khoá được tạo. Khoá công khai (vkey) in ra stdout.
(A C2SP tlog-witness; POST …/add-checkpoint and GET …/SHA256-OF-ORIGIN/checkpoint, loopback only: put a TLS proxy in front for other machines.)

  --dir THƯ_MỤC     khoá (witness.key) và lần ký gần nhất của mỗi nhật ký
  --listen ĐỊA_CHỈ  địa chỉ và cổng, ví dụ 127.0.0.1:8090; cổng 0: máy tự chọn
  --log VKEY        khoá công khai của nhật ký được nhận; có thể ghi nhiều lần
  --name TÊN        tên của nhân chứng, chỉ dùng khi tạo khoá
  --today NGÀY      ngày hôm nay (2026-11-30): đồng hồ từng chạy nhanh nay đã đúng, nên ký tiếp dù lần ký trước ghi giờ về sau

Vừa khôi phục bản sao lưu: đặt tệp rỗng “restored” vào THƯ_MỤC và các bản checkpoint có chữ ký của nhân chứng này (của nhật ký,
của bản sao, của cấp trên) vào THƯ_MỤC/known-checkpoints rồi chạy lại. Nhật ký nào chưa có bản như vậy thì tạm không xác nhận.

Mã kết thúc: 0 đã dừng theo lệnh · 64 gọi sai cách · 65 không mở được thư mục hoặc cổng
`;

export const command: Command = { usage: USAGE, run: witness };

/** Slow or endless requests end here; a witness has nothing to wait for. */
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 256;

interface Call {
  readonly dir: string;
  readonly host: string;
  readonly port: number;
  readonly logs: readonly VerifierKey[];
  readonly name: string | undefined;
  readonly clockChecked: boolean;
}

async function witness(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return await serve(call, io);
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'folder-locked') {
      io.err(`Thư mục “${call.dir}” đang được một nhân chứng khác dùng.\n`);
    } else if (error instanceof OtherName) {
      io.err(
        `Nhân chứng trong thư mục “${call.dir}” đã có tên ${error.message}; tên không đổi được. Bỏ --name, hoặc dùng thư mục khác.\n`,
      );
    } else if (error instanceof OthersFolder) {
      io.err(
        `Thư mục “${call.dir}” giữ thứ khác (“${error.message}”) và không có khoá của nhân chứng: hãy chỉ một thư mục mới hay trống. Chưa ghi gì vào đó.\n`,
      );
    } else if (error instanceof LedgerError) {
      io.err(`Khoá trong thư mục “${call.dir}” không dùng được (${error.code}).\n`);
    } else {
      const { syscall } = error as NodeJS.ErrnoException;
      const what = syscall === 'listen' ? `cổng ${call.host}:${call.port}` : `thư mục “${call.dir}”`;
      io.err(`Không mở được ${what} (${systemReason(error)}).\n`);
    }
    return EXIT.unreadable;
  }
}

/** The call as understood, or the sentence that says why it is not. */
function readCall(args: readonly string[]): Call | string {
  let values: { dir?: string; listen?: string; log?: string[]; name?: string; today?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string' },
        listen: { type: 'string' },
        log: { type: 'string', multiple: true },
        name: { type: 'string' },
        today: { type: 'string' },
      },
    }));
  } catch (error) {
    return wrongOption(error);
  }
  if (!values.dir) return 'Thiếu --dir.';
  const listen = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})$/.exec(values.listen ?? '');
  const port = Number(listen?.[2]);
  if (listen === null || port > 65_535) return '--listen cần địa chỉ và cổng, ví dụ 127.0.0.1:8090.';
  const host = (listen[1] ?? '').replace(/[[\]]/g, '');
  // Plain HTTP stays on this machine; for others a server with TLS stands in front.
  if (!/^(localhost|::1|127(\.[0-9]{1,3}){3})$/.test(host))
    return '--listen chỉ nhận địa chỉ của chính máy này.';
  if (values.name !== undefined && !isKeyName(values.name))
    return '--name không được có dấu cách hay dấu “+”.';
  if (values.today !== undefined && !isToday(values.today, new Date()))
    return `--today không phải ngày mà máy này đang ghi: hãy chỉnh lại đồng hồ trước.`;
  const logs = readLogs(values.log ?? []);
  if (logs === null) return '--log cần khoá công khai (vkey) của ít nhất một nhật ký, mỗi khoá một lần.';
  return {
    dir: resolve(values.dir),
    host,
    port,
    logs,
    name: values.name,
    clockChecked: values.today !== undefined,
  };
}

function readLogs(vkeys: readonly string[]): readonly VerifierKey[] | null {
  try {
    const logs = vkeys.map((vkey) => parseVkey(nodeSha256, vkey));
    if (logs.length === 0 || new Set(vkeys).size < vkeys.length) return null;
    return logs.every((key) => key.type === ED25519_NOTE) ? logs : null;
  } catch {
    return null;
  }
}

/** Serves until SIGINT or SIGTERM. */
async function serve(call: Call, io: Io): Promise<number> {
  await makeFolder(call.dir, 0o700);
  await requireOwnFolder(call.dir);
  const folder = join(call.dir, STATE_FOLDER);
  // The folder of the memory is made before the key's public half: where that is alone, the memory was lost.
  const forgotten = existsSync(join(call.dir, VKEY_FILE)) && !existsSync(folder);
  const state = openWitnessState(folder);
  try {
    const signer = await ownSigner(call.dir, call.name);
    const { sha256, ed25519 } = { sha256: nodeSha256, ed25519: nodeEd25519 };
    const ports = {
      sha256,
      ed25519,
      signer,
      logs: call.logs,
      state,
      now: Date.now,
    };
    const { clockChecked } = call;
    const place = { dir: call.dir, temporary: join(folder, '.temp'), forgotten, clockChecked };
    const server = witnessServer({ ...ports, ...(await lookAtMemory(ports, place, io)) }, io);
    await listen(server, call.host, call.port);
    const { address, family, port } = server.address() as AddressInfo;
    io.out(`${signer.vkey}\n`);
    io.err(`Nhân chứng nghe ở http://${family === 'IPv6' ? `[${address}]` : address}:${port}/\n`);
    await stopped();
    await closed(server);
    return EXIT.ok;
  } finally {
    state.close();
  }
}

/** The witness's memory; who holds it holds the folder. */
const STATE_FOLDER = 'state';
const VKEY_FILE = 'witness.vkey';
const KEY_FILE = 'witness.key';

/** A witness keeps the name that it was given with its key. */
class OtherName extends Error {}

/** A folder of somebody else's files: a mistyped name, or one whose key was lost. */
class OthersFolder extends Error {}

/** A key is made in a folder that has none only where nothing else lies there. @throws OthersFolder */
async function requireOwnFolder(dir: string): Promise<void> {
  const names = await readdir(dir);
  const own = [KEY_FILE, VKEY_FILE, STATE_FOLDER, RESTORED_FILE, KNOWN_FOLDER, 'lost+found'];
  const other = names.find((name) => !own.includes(name));
  if (!names.includes(KEY_FILE) && other !== undefined) throw new OthersFolder(other);
}

/** The key in the folder; made on the first start. Its name stands in `witness.vkey`, because a witness never changes it. */
async function ownSigner(dir: string, name: string | undefined): Promise<WitnessPorts['signer']> {
  const [keyFile, vkeyFile] = [join(dir, KEY_FILE), join(dir, VKEY_FILE)];
  if (existsSync(vkeyFile)) {
    const vkey = (await readFile(vkeyFile, 'utf8')).trim();
    const key = parseVkey(nodeSha256, vkey);
    const signer = ed25519Signer(key.name, await readFile(keyFile, 'utf8'), ED25519_COSIGNATURE);
    if (signer.vkey !== vkey) throw new LedgerError('signer-wrong');
    if (name !== undefined && name !== key.name) throw new OtherName(key.name);
    return signer;
  }
  // The public half is written last: a start that was cut short leaves a key that nobody knows, and it is used again.
  const temporary = join(dir, STATE_FOLDER, '.temp');
  if (!existsSync(keyFile))
    await replaceFile(keyFile, Buffer.from(generateLogKey()), { temporary, mode: 0o600 });
  await chmod(keyFile, 0o600);
  const given = name ?? `nhan-chung-${randomBytes(4).toString('hex')}`;
  const signer = ed25519Signer(given, await readFile(keyFile, 'utf8'), ED25519_COSIGNATURE);
  await replaceFile(vkeyFile, Buffer.from(`${signer.vkey}\n`), { temporary, mode: 0o644 });
  return signer;
}

/** The HTTP side: `POST <any prefix>/add-checkpoint`, `GET <any prefix>/<SHA-256 of the origin>/checkpoint`, and nothing else. */
export function witnessServer(ports: WitnessPorts, io: Pick<Io, 'err'>): Server {
  const server = createServer((request, response) => {
    respond(ports, request, response).catch((error: unknown) => {
      io.err(`Một yêu cầu xác nhận không xong, chưa ký gì (${systemReason(error)}). Nhật ký sẽ hỏi lại.\n`);
      if (!response.headersSent) say(response, 500, 'not stored\n');
      else response.destroy();
    });
  });
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function respond(
  ports: WitnessPorts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const shown = /\/([0-9a-f]{64}\/checkpoint)$/.exec(path)?.[1];
  if (shown !== undefined) {
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      return say(response, 405, 'GET only\n');
    }
    const { status, body } = await lastCosigned(ports, shown);
    return say(response, status, body);
  }
  if (path !== '/add-checkpoint' && !path.endsWith('/add-checkpoint'))
    return say(response, 404, 'no such resource\n');
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return say(response, 405, 'POST only\n');
  }
  const body = await readBody(request);
  if (body === null) {
    response.setHeader('connection', 'close');
    return say(response, 413, 'too long\n');
  }
  const answer = await addCheckpoint(ports, body);
  return say(response, answer.status, answer.body, answer.contentType);
}

function say(
  response: ServerResponse,
  status: number,
  body: string,
  type: WitnessAnswer['contentType'] = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** The body, or null as soon as it is too long; the rest is then read and dropped, so that the answer gets through. */
function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise((done, fail) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    request.on('data', (part: Uint8Array) => {
      length += part.length;
      if (length > MAX_WITNESS_BODY) done(null);
      else parts.push(part);
    });
    request.on('end', () => done(new Uint8Array(Buffer.concat(parts))));
    request.on('error', fail);
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done();
    });
  });
}

function stopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
}

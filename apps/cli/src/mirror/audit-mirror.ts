/** `hocba audit DIR`: a copy that `hocba mirror` keeps, read again from its first leaf on, without a network. Nothing is written. */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AuditFinding,
  auditLog,
  decodeLeaf,
  type FollowedLeaf,
  type LeafKind,
  type LeafTimeFault,
  LedgerError,
  leafHash,
  leafTimes,
  openCheckpoint,
  parseVkey,
  treeReader,
} from '@hocba/ledger';
import { fileStorage, nodeEd25519, nodeSha256, readOrNull } from '@hocba/ledger/node';
import { EXIT, type Io } from '../command.ts';
import { readTrustPlace } from '../trust-folder.ts';
import {
  dropMirrorState,
  type LeafOfFalseTime,
  type MirrorAuditState,
  MirrorStateError,
  readMirrorState,
  type SpeakingLeaf,
  writeMirrorState,
} from './audit-state.ts';
import { asClosingFault, auditClosing } from './closing.ts';
import { ACCEPTED, auditMirroredEvidence, type EvidenceReport } from './evidence.ts';
import { asLoggedStatuses, auditLoggedStatuses } from './logged-statuses.ts';
import { leafProgress } from './mirror.ts';
import { auditMirroredStatus } from './status.ts';
import { asStatus } from './status-text.ts';

const PROBLEMS_FOUND = 1;

const SENTENCES: Readonly<Record<AuditFinding['code'], string>> = {
  'checkpoint-missing': 'Thiếu bản xác nhận',
  'checkpoint-invalid': 'Bản xác nhận không đúng chữ ký của nhật ký',
  'file-missing': 'Thiếu tệp',
  'file-malformed': 'Tệp hỏng',
  'tile-differs': 'Tệp băm không khớp với các lá',
  'entry-differs': 'Lá không khớp với bản xác nhận đã ký',
  'entry-or-tile-differs': 'Lá và tệp băm không khớp nhau',
  'root-differs': 'Các lá không cho ra gốc đã ký',
  'known-checkpoint-differs': 'Nhật ký không nối tiếp một bản xác nhận đã biết: lịch sử đã bị đổi',
  'known-checkpoint-ahead':
    'Một bản xác nhận đã biết có nhiều lá hơn: bản sao này chưa tải đủ hay là bản cũ (chạy hocba mirror rồi gọi lại), hoặc nhật ký đã bị cắt ngắn',
  'leaf-refused': 'Lá viết sai',
};

/**
 * Recomputes every leaf hash, tile and the root of a mirror; every leaf must be one that this program can read and is
 * counted by its kind, one that speaks of a leaf which this log does not have is named, so is one whose time the leaves before it
 * gainsay, and the log must extend every checkpoint that the mirror ever accepted or that was kept elsewhere.
 *
 * A status that the mirror keeps is held against the leaves: it forgets none that was recalled or replaced, and makes none up.
 * Evidence of time beside it is held against its checkpoint, and against the authorities of a trust place where one is given.
 *
 * With a state file it goes on after it was cut off: leaves that were found good are not read again, and the log must extend
 * the tree that was read then.
 *
 * @param known files with checkpoints that were kept elsewhere, such as the first one of the log
 * @returns 0 all holds, 1 not (the first bad thing is named first), 65 no mirror, or a known checkpoint cannot be read
 */
export async function auditMirror(
  call: {
    readonly dir: string;
    readonly known: readonly string[];
    readonly trust: string | undefined;
    readonly state: string | undefined;
    readonly json: boolean;
  },
  io: Io,
): Promise<number> {
  const own = join(call.dir, '.mirror');
  const vkey = await readOrNull(join(own, 'log.vkey'));
  if (vkey === null) {
    io.err(`“${call.dir}” không phải là bản sao do hocba mirror giữ.\n`);
    return EXIT.unreadable;
  }
  const trust = call.trust === undefined ? null : await readTrustPlace(call.trust).catch(() => undefined);
  if (trust === undefined) {
    io.err(`Không đọc được gói hay thư mục tin cậy “${call.trust}”.\n`);
    return EXIT.unreadable;
  }
  const storage = fileStorage(call.dir);
  const log = { sha256: nodeSha256, ed25519: nodeEd25519, vkey: new TextDecoder().decode(vkey).trim() };
  const hashes: Uint8Array[] = [];
  try {
    const before = call.state === undefined ? null : await readMirrorState(call.state, log.vkey, new Date());
    const from = before?.edge ?? { size: 0, levels: [], entries: [] };
    if (from.size > 0) io.err(`Kiểm tra tiếp: lần trước đã xong ${from.size} lá.\n`);
    const kinds: Partial<Record<LeafKind, number>> = { ...before?.kinds };
    /** Leaves that speak of a leaf which is not where they say in this log. */
    const elsewhere: number[] = [...(before?.elsewhere ?? [])];
    const clock = leafTimes(new Date(), before?.latest);
    const times: LeafOfFalseTime[] = [...(before?.times ?? [])];
    const speaking: SpeakingLeaf[] = [...(before?.speaking ?? [])];
    const published = await storage.read('checkpoint');
    const keep = keeper(call.state, { ...log, begun: before?.begun, checkpoint: published });
    const reader = treeReader(nodeSha256, storage, from.size);
    /** Of a leaf that was found good before, out of the tiles that were held against it then. */
    const hashAt = (index: number): Promise<Uint8Array | undefined> | Uint8Array | undefined =>
      index < from.size ? reader.leafHash(index).catch(() => undefined) : hashes[index - from.size];
    const known = await Promise.all(call.known.map((file) => readFile(file)));
    const seen = await seenByMirror(log, own, published);
    const report = await auditLog({
      ...log,
      storage,
      known: [...known, ...seen, ...(before === null ? [] : [before.checkpoint])],
      from,
      onGood: (edge) => keep({ edge, kinds, elsewhere, times, latest: clock.latest, speaking }),
      async onLeaf(index, bytes) {
        hashes.push(leafHash(nodeSha256, bytes));
        const leaf = decodeLeaf(bytes);
        const { kind, previous, time } = leaf;
        kinds[kind] = (kinds[kind] ?? 0) + 1;
        const code = clock.look(leaf);
        if (code !== null) times.push({ index, code });
        if (previous === undefined) return;
        const of = {
          index: Number(previous.index),
          leafHash: Buffer.from(previous.leafHash).toString('hex'),
        };
        speaking.push({ index, time, kind, of });
        // By its hash: after a year was closed, or a key was stolen, a leaf may speak of one in an earlier log.
        const named = previous.index < index ? await hashAt(Number(previous.index)) : undefined;
        if (named === undefined || Buffer.compare(named, previous.leafHash) !== 0) elsewhere.push(index);
      },
      ...(call.json ? {} : { onProgress: leafProgress(io) }),
    });
    const { size, findings } = report;
    const place = { dir: call.dir, vkey: log.vkey };
    const dated = await auditMirroredEvidence(place, trust?.authorityRoots ?? [], new Date());
    // Against leaves that are themselves in doubt it would be named for what is theirs.
    const status = report.ok
      ? await auditMirroredStatus(place, size, await followedIn(speaking, size, hashAt))
      : null;
    const logged = report.ok ? await auditLoggedStatuses(call.dir, size) : null;
    const origin = parseVkey(nodeSha256, log.vkey).name;
    const closing =
      report.ok && report.root !== null
        ? await auditClosing(place, { origin, size, root: report.root })
        : null;
    const ok =
      report.ok &&
      closing === null &&
      (logged === null || logged.wrong === null) &&
      times.length === 0 &&
      dated.wrong.length === 0 &&
      (status === null || status.wrong.length === 0);
    if (call.state !== undefined && ok) await dropMirrorState(call.state);
    const root = report.root === null ? null : Buffer.from(report.root).toString('hex');
    io.out(
      call.json
        ? `${JSON.stringify({ ok, size, root, kinds, elsewhere, times, findings, dated, status, logged, closing })}\n`
        : asText(size, root, findings, ok) +
            asCounts(kinds, elsewhere) +
            asLeafTimes(times) +
            asStatus(status) +
            asLoggedStatuses(logged) +
            (closing === null ? '' : `  ✗ ${asClosingFault(closing)}\n`) +
            asTimes(dated),
    );
    return ok ? EXIT.ok : PROBLEMS_FOUND;
  } catch (error) {
    if (error instanceof MirrorStateError) {
      io.err(`${NOT_RESUMED[error.code]}\n`);
      return EXIT.unreadable;
    }
    const reason = error instanceof LedgerError ? error.code : (error as NodeJS.ErrnoException).code;
    if (reason === undefined) throw error;
    io.err(`Không đọc được bản sao, khoá của nó hoặc bản xác nhận đã biết (${reason}).\n`);
    return EXIT.unreadable;
  }
}

/**
 * The leaves that others speak of, by their hashes: in a log that took leaves again after a theft an index is that of the log before.
 *
 * @param hashAt of a leaf of the copy
 */
async function followedIn(
  speaking: readonly SpeakingLeaf[],
  size: number,
  hashAt: (index: number) => Promise<Uint8Array | undefined> | Uint8Array | undefined,
): Promise<FollowedLeaf[]> {
  const hexAt = async (index: number) => Buffer.from((await hashAt(index)) ?? []).toString('hex');
  const indexes = new Map<string, number>();
  const sought = new Set<string>();
  for (const { of } of speaking) {
    if (of.index < size && (await hexAt(of.index)) === of.leafHash) indexes.set(of.leafHash, of.index);
    else sought.add(of.leafHash);
  }
  for (let index = 0; sought.size > 0 && index < size; index++) {
    const hash = await hexAt(index);
    if (sought.delete(hash)) indexes.set(hash, index);
  }
  return speaking.flatMap(({ index: by, time, kind, of }) => {
    const index = indexes.get(of.leafHash);
    return index === undefined ? [] : [{ index, by: { index: by, time, kind } }];
  });
}

const NOT_RESUMED: Readonly<Record<MirrorStateError['code'], string>> = {
  unreadable: 'Tệp --state không phải là tệp do hocba audit giữ cho một bản sao; tệp được để nguyên.',
  'of-another-log': 'Tệp --state là của một nhật ký khác; tệp được để nguyên. Hãy chỉ một tệp khác.',
  'too-old': 'Tệp --state đã quá bảy ngày hoặc ghi ngày ở phía trước. Hãy xoá tệp rồi kiểm tra lại từ đầu.',
};

/** Leaves between two writings of the state: some seconds at most. */
const KEPT_EVERY = 4_096;

/** Writes the state now and then; without a file it does nothing. */
function keeper(
  path: string | undefined,
  of: { readonly vkey: string; readonly begun: string | undefined; readonly checkpoint: Uint8Array | null },
): (state: MirrorAuditState) => Promise<void> {
  const { vkey, checkpoint, begun = new Date().toISOString() } = of;
  return async (state) => {
    if (path === undefined || checkpoint === null || state.edge.size % KEPT_EVERY !== 0) return;
    await writeMirrorState(path, state, { vkey, begun, checkpoint });
  };
}

/** Every checkpoint that the mirror accepted; not those ahead of the copy, which a run that was cut off has left. */
async function seenByMirror(
  log: { readonly ed25519: typeof nodeEd25519; readonly vkey: string },
  own: string,
  published: Uint8Array | null,
): Promise<Uint8Array[]> {
  if (published === null) return [];
  const key = parseVkey(nodeSha256, log.vkey);
  const copied = await openCheckpoint(log.ed25519, published, [key]).catch(() => null);
  const folder = join(own, ACCEPTED);
  const names = existsSync(folder) ? await readdir(folder) : [];
  const files = [join(own, 'seen'), ...names.map((name) => join(folder, name))];
  const seen: Uint8Array[] = [];
  for (const file of files) {
    const bytes = await readOrNull(file);
    if (bytes === null) continue;
    const { size } = await openCheckpoint(log.ed25519, bytes, [key]);
    if (copied === null || size <= copied.size) seen.push(bytes);
  }
  return seen;
}

const KIND: Readonly<Record<LeafKind, string>> = {
  issue: 'phát hành',
  recall: 'thu hồi',
  replace: 'thay thế',
  manifest: 'danh sách lớp',
  transfer: 'chuyển trường',
  dailyRoot: 'mốc của ngày',
  claimKey: 'khoá ký mã QR',
  statement: 'lời công bố',
};

function asCounts(kinds: Partial<Record<LeafKind, number>>, elsewhere: readonly number[]): string {
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${KIND[kind as LeafKind]}`);
  const others = elsewhere.slice(0, 20).join(', ');
  const said =
    elsewhere.length === 0
      ? ''
      : `  ? ${elsewhere.length} lá nói về lá không có trong nhật ký này (ở nhật ký trước của trường?): ${others}\n`;
  return `  Các lá: ${counts.join(', ')}.\n${said}`;
}

const OF_TIME: Readonly<Record<LeafTimeFault, string>> = {
  'leaf-of-later': 'ghi ngày ở phía trước',
  'leaf-dated-back':
    'ghi ngày lùi quá một ngày so với lá đứng trước (nếu nhật ký này nối tiếp một nhật ký bị lộ khoá thì có thể là lá được ghi lại: hocba audit tại kho nói được)',
};

function asLeafTimes(times: readonly LeafOfFalseTime[]): string {
  return Object.entries(OF_TIME)
    .map(([code, sentence]) => {
      const of = times.filter((one) => one.code === code).map(({ index }) => index);
      const some = of.slice(0, 20).join(', ');
      return of.length === 0 ? '' : `  ✗ ${of.length} lá ${sentence}: ${some} (${code})\n`;
    })
    .join('');
}

function asTimes({ files, untold, proven, wrong }: EvidenceReport): string {
  if (files === 0) return '';
  const lines = wrong.map(({ file, code }) => `  ✗ ${file}: bằng chứng thời gian không đúng (${code})\n`);
  if (proven !== null)
    lines.push(
      `  Cả ${proven.size} lá đầu tiên đã có trước ${proven.at.toISOString()}, theo dấu thời gian trên nhật ký.\n`,
    );
  if (untold > 0)
    lines.push(
      `  ? ${untold} bằng chứng thời gian chưa xét được: chưa có gốc tin cậy của bên cấp dấu (--trust).\n`,
    );
  return lines.join('');
}

function asText(size: number, root: string | null, findings: readonly AuditFinding[], ok: boolean): string {
  if (ok) return `Mọi thứ đúng: ${size} lá, gốc ${root}.\n`;
  if (findings.length === 0)
    return `Mọi tệp khớp với bản xác nhận đã ký: ${size} lá, gốc ${root}; nhưng còn chỗ sai nêu dưới đây.\n`;
  // Out of leaves that are damaged here no other history can be told: that would accuse the log of what befell the copy.
  const damaged = findings.some(({ code }) => OF_LEAVES.has(code));
  const lines = findings.map(({ file, code, index }) => {
    const at = index === undefined ? '' : ` (từ lá ${index})`;
    const says = damaged && code === 'known-checkpoint-differs' ? NOT_COMPARED : SENTENCES[code];
    return `  ✗ ${file}${at}: ${says} (${code})\n`;
  });
  return `Có ${findings.length} chỗ sai trong ${size} lá, chỗ đầu tiên nêu trước.\n${[...new Set(lines)].join('')}`;
}

/** After these the leaves that are read are not those that were signed. */
const OF_LEAVES: ReadonlySet<AuditFinding['code']> = new Set([
  'entry-differs',
  'entry-or-tile-differs',
  'file-missing',
  'file-malformed',
]);

const NOT_COMPARED =
  'Vì có lá hỏng nêu trên nên chưa so được với bản xác nhận đã biết: tải lại bản sao vào thư mục mới rồi gọi lại';

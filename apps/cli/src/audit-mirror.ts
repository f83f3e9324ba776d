/** `hocba audit DIR`: a copy that `hocba mirror` keeps, read again from its first leaf on, without a network. Nothing is written. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AuditFinding,
  auditLog,
  decodeLeaf,
  LedgerError,
  leafHash,
  openCheckpoint,
  parseVkey,
} from '@hocba/ledger';
import { fileStorage, nodeEd25519, nodeSha256, readOrNull } from '@hocba/ledger/node';
import { EXIT, type Io } from './command.ts';
import { leafProgress } from './mirror.ts';

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
  'leaf-refused': 'Lá viết sai, hoặc thu hồi, thay thế một lá không có trước nó',
};

/**
 * Recomputes every leaf hash, tile and the root of a mirror; every leaf must be one that this program can read, a recall or a
 * replacement must name an earlier leaf of the same log, and the log must extend every checkpoint that was kept.
 *
 * @param known files with checkpoints that were kept elsewhere, such as the first one of the log
 * @returns 0 all holds, 1 not (the first bad thing is named first), 65 no mirror, or a known checkpoint cannot be read
 */
export async function auditMirror(
  call: { readonly dir: string; readonly known: readonly string[]; readonly json: boolean },
  io: Io,
): Promise<number> {
  const own = join(call.dir, '.mirror');
  const vkey = await readOrNull(join(own, 'log.vkey'));
  if (vkey === null) {
    io.err(`“${call.dir}” không phải là bản sao do hocba mirror giữ.\n`);
    return EXIT.unreadable;
  }
  const storage = fileStorage(call.dir);
  const log = { sha256: nodeSha256, ed25519: nodeEd25519, vkey: new TextDecoder().decode(vkey).trim() };
  const hashes: Uint8Array[] = [];
  try {
    const known = await Promise.all(call.known.map((file) => readFile(file)));
    const seen = await seenByMirror(log, own, await storage.read('checkpoint'));
    const report = await auditLog({
      ...log,
      storage,
      known: [...known, ...seen],
      onLeaf(index, bytes) {
        hashes.push(leafHash(nodeSha256, bytes));
        const { kind, previous } = decodeLeaf(bytes);
        if (kind !== 'recall' && kind !== 'replace') return;
        const named = previous === undefined || previous.index >= index ? undefined : Number(previous.index);
        const hash = named === undefined ? undefined : hashes[named];
        if (hash === undefined || Buffer.compare(hash, previous?.leafHash ?? hash.subarray(1)) !== 0)
          throw new LedgerError('leaf-invalid', 'previous');
      },
      ...(call.json ? {} : { onProgress: leafProgress(io) }),
    });
    const { ok, size, findings } = report;
    const root = report.root === null ? null : Buffer.from(report.root).toString('hex');
    io.out(call.json ? `${JSON.stringify({ ok, size, root, findings })}\n` : asText(size, root, findings));
    return ok ? EXIT.ok : PROBLEMS_FOUND;
  } catch (error) {
    const reason = error instanceof LedgerError ? error.code : (error as NodeJS.ErrnoException).code;
    if (reason === undefined) throw error;
    io.err(`Không đọc được bản sao, khoá của nó hoặc bản xác nhận đã biết (${reason}).\n`);
    return EXIT.unreadable;
  }
}

/** The newest checkpoint that the mirror accepted; none while a run that was cut off has left it ahead of the copy. */
async function seenByMirror(
  log: { readonly ed25519: typeof nodeEd25519; readonly vkey: string },
  own: string,
  published: Uint8Array | null,
): Promise<Uint8Array[]> {
  const seen = await readOrNull(join(own, 'seen'));
  if (seen === null || published === null) return [];
  const key = parseVkey(nodeSha256, log.vkey);
  const ahead = await openCheckpoint(log.ed25519, seen, [key]);
  const copied = await openCheckpoint(log.ed25519, published, [key]).catch(() => null);
  return copied !== null && ahead.size > copied.size ? [] : [seen];
}

function asText(size: number, root: string | null, findings: readonly AuditFinding[]): string {
  if (findings.length === 0) return `Mọi thứ đúng: ${size} lá, gốc ${root}.\n`;
  const lines = findings.map(({ file, code, index }) => {
    const at = index === undefined ? '' : ` (từ lá ${index})`;
    return `  ✗ ${file}${at}: ${SENTENCES[code]} (${code})\n`;
  });
  return `Có ${findings.length} chỗ sai trong ${size} lá, chỗ đầu tiên nêu trước.\n${lines.join('')}`;
}

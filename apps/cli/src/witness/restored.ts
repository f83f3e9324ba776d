/** A witness whose memory may be an older backup: it would cosign a fork of all that came after. */

import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  LedgerError,
  openWitnessRecord,
  type Recalled,
  recallCosigned,
  type WitnessPorts,
} from '@hocba/ledger';
import { replaceFile, type WitnessFiles } from '@hocba/ledger/node';
import type { Io } from '../command.ts';

/** Laid down by whoever brings a backup back, or by the witness itself; taken away by the operator. */
export const RESTORED_FILE = 'restored';
/** Checkpoints with this witness's own cosignature that were kept elsewhere: by a log, a mirror, the level above. */
export const KNOWN_FOLDER = 'known-checkpoints';

/** Time that may pass between a cosignature and its file, on a disk that is busy. */
const SLACK_MS = 600_000;

interface Place {
  readonly dir: string;
  /** For files on their way. */
  readonly temporary: string;
  /** Whether the key is older than the memory that was found: then the memory is gone. */
  readonly forgotten: boolean;
  /** The operator has said which day it is, and the machine says so too. */
  readonly clockChecked: boolean;
}

/**
 * Looks, before anything is answered, whether the memory is the newest that this witness had. A copied file tells it by its own age, a lost folder
 * by its key; a picture of a whole disk tells nothing, and so whoever brings one back lays down the mark by hand.
 * Under the mark each log is held until a checkpoint with the witness's own cosignature was shown for it, not smaller than
 * the memory's.
 *
 * @returns for which logs nothing is cosigned, asked with each request; and, where the operator has looked at the clock, which times of the
 *   memory were of one that ran ahead: those that it holds now, and none that may come of a later leap
 */
export async function lookAtMemory(
  ports: WitnessPorts & { readonly state: WitnessFiles },
  place: Place,
  io: Pick<Io, 'err'>,
): Promise<Required<Pick<WitnessPorts, 'held' | 'wasAhead'>>> {
  const origins = [...new Set(ports.logs.map(({ name }) => name))];
  const brought = place.forgotten ? Date.now() : await broughtBackAt(ports, origins);
  const mark = join(place.dir, RESTORED_FILE);
  // A mark that lies there from an earlier time, or came with the backup, says nothing of this one.
  if (brought !== null && (!existsSync(mark) || (await stat(mark)).mtimeMs < brought))
    await replaceFile(mark, new Uint8Array(), { temporary: place.temporary, mode: 0o644 });
  const since = existsSync(mark) ? Math.floor((await stat(mark)).mtimeMs / 1000) : null;
  // A cosignature tells its second only: what is recalled now must be told from what came with the backup.
  if (since === Math.floor(ports.now() / 1000)) await pause(1000);
  const refuted = await recallKnown({ ...ports, wasAhead: () => place.clockChecked }, place.dir, io);
  const held = new Set(refuted);
  const ahead = new Set<number>();
  for (const origin of origins) {
    const time = (await remembered(ports, origin))?.time ?? 0;
    const toCome = time > Math.floor(ports.now() / 1000);
    if (toCome && place.clockChecked) ahead.add(time);
    if (since !== null && (time <= since || toCome)) held.add(origin);
  }
  for (const origin of held)
    io.err(
      `Tạm không xác nhận cho ${origin}: trạng thái có thể là bản sao lưu cũ (tệp “${RESTORED_FILE}”).\n`,
    );
  const told = new Set<string>();
  return {
    wasAhead: (time) => ahead.has(time),
    held: (origin, stated, size) => {
      if (stated > size && !told.has(origin)) {
        told.add(origin);
        io.err(
          `${origin}: người hỏi nói nhân chứng đã xác nhận ${stated} lá, ở đây chỉ nhớ ${size}. Vừa khôi phục bản sao lưu cũ chăng?\n`,
        );
      }
      return held.has(origin);
    },
  };
}

async function remembered(ports: WitnessPorts, origin: string) {
  const record = await ports.state.load(origin);
  try {
    return record === null ? null : await openWitnessRecord(ports, origin, record);
  } catch (error) {
    // Out of a damaged one nothing is cosigned anyway.
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** When the last record came that had been cosigned long before; null where none did. */
async function broughtBackAt(
  ports: WitnessPorts & { readonly state: WitnessFiles },
  origins: readonly string[],
): Promise<number | null> {
  let latest: number | null = null;
  for (const origin of origins) {
    const last = await remembered(ports, origin);
    const placed = await ports.state.placedAt(origin);
    if (last !== null && placed !== null && placed - last.time * 1000 > SLACK_MS)
      latest = Math.max(latest ?? 0, placed);
  }
  return latest;
}

const SENTENCES: Readonly<Record<Recalled, string>> = {
  remembered: 'đã nhớ lại và xác nhận lại; tệp đã dùng, được bỏ đi',
  older: 'không lớn hơn điều đang nhớ; được bỏ đi',
  'two-histories':
    'CHÍNH NHÂN CHỨNG NÀY ĐÃ KÝ HAI LỊCH SỬ. Giữ nguyên thư mục, báo cho các nơi tin nhân chứng này; khoá này không được ký nữa',
  'not-ours':
    'không dùng được: thiếu chữ ký của nhật ký đã nêu ở --log, hoặc thiếu chữ ký của chính nhân chứng này',
  'clock-behind': 'chưa dùng được: đồng hồ máy này chậm hơn lần ký ấy',
  'lost-race': 'chưa dùng được, hãy chạy lại',
};

/** @returns logs of which two histories bear this witness's own cosignature */
async function recallKnown(
  ports: WitnessPorts,
  dir: string,
  io: Pick<Io, 'err'>,
): Promise<readonly string[]> {
  const folder = join(dir, KNOWN_FOLDER);
  const refuted: string[] = [];
  for (const name of existsSync(folder) ? (await readdir(folder)).sort() : []) {
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    const done = await recallCosigned(ports, bytes).catch((error: unknown) => {
      if (error instanceof LedgerError) return 'not-ours' as const;
      throw error;
    });
    io.err(`${KNOWN_FOLDER}/${name}: ${SENTENCES[done]}.\n`);
    // Used up: in the next backup it would say, of itself, that somebody has shown it after the restore.
    if (done === 'remembered' || done === 'older') await rm(join(folder, name));
    if (done === 'two-histories') refuted.push(new TextDecoder().decode(bytes).split('\n', 1)[0] ?? '');
  }
  return refuted;
}

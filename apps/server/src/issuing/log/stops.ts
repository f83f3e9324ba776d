import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { LOG_STOPS, StoppedLog as StoppedLogAnswer } from '../../http/api/lodging.ts';
import type { Database } from '../../store/tables.ts';
import { yearIn } from './origin.ts';
import { originsOf } from './pending.ts';

export type LogStop = (typeof LOG_STOPS)[number];
/** A log that writes no more. */
export type StoppedLog = z.infer<typeof StoppedLogAnswer>;

const OF_CODE: Readonly<Record<string, LogStop>> = {
  'policy-invalid': 'witness-policy',
  'known-unreadable': 'known-checkpoints',
  'time-went-back': 'clock',
  'quorum-missing': 'restored',
  'known-checkpoint-ahead': 'other-history',
  'checkpoint-inconsistent': 'other-history',
  'key-missing': 'key',
  'key-unreadable': 'key',
  'signer-wrong': 'key',
  ENOSPC: 'disk',
  EDQUOT: 'disk',
  EROFS: 'disk',
  EACCES: 'disk',
  EPERM: 'disk',
  EIO: 'disk',
  'note-invalid': 'files',
  'note-unsigned': 'files',
  'note-signature-wrong': 'files',
  'checkpoint-invalid': 'files',
  'origin-wrong': 'files',
  'log-missing': 'files',
  'log-exists': 'files',
  'lock-invalid': 'files',
  'staged-invalid': 'files',
  'tile-missing': 'files',
  'tile-invalid': 'files',
  'entries-mismatch': 'files',
  'root-mismatch': 'files',
  'storage-behind-lock': 'files',
  'lock-behind-storage': 'files',
  'leaf-hash-mismatch': 'files',
  'leaf-differs': 'files',
  'index-mismatch': 'files',
  'immutable-differs': 'files',
};

/** What an operator does about it, for the server's own window; words of the pages stand with the pages. */
const WHAT_TO_DO: Readonly<Record<LogStop, (origin: string) => string>> = {
  'witness-policy': () =>
    'tệp witness-policy trong thư mục dữ liệu viết sai; sửa theo mục “Nhân chứng” của hướng dẫn quản trị',
  'known-checkpoints': () =>
    'known-checkpoints phải là thư mục chỉ có bản xác nhận (checkpoint); bỏ tệp khác ra',
  clock: (origin) => `xem giờ của máy, rồi: hocba log clock ${origin}`,
  restored: () => 'còn tệp restored mà chưa bên nào xác nhận; xem mục “Đưa bản sao lưu trở lại”',
  'other-history': () => 'bên khác đã thấy bản mới hơn hoặc khác; xem mục “Khi có hai lịch sử”',
  key: () => 'tệp khoá của nhật ký trong thư mục keys thiếu hoặc hỏng; đưa tệp đúng trở lại',
  files: () =>
    'tệp trong thư mục log không như đã ký; giữ nguyên, chạy hocba audit, đưa bản sao lưu đúng trở lại',
  disk: () => 'không ghi được vào thư mục dữ liệu: đĩa đầy, hay thiếu quyền ghi',
  other: () => 'máy chủ tự thử lại; kéo dài thì khởi động lại và xem các dòng trước',
};

/** @param code of a refusal, or of the system's error */
export function stopOf(code: string): LogStop {
  return OF_CODE[code] ?? 'other';
}

/** The operator's line: what stands still, the code, that nothing is lost, what to do. */
export function stopLine(origin: string, code: string): string {
  return `Nhật ký công khai ${origin} chưa ghi được: ${code}; ${WHAT_TO_DO[stopOf(code)](origin)}. Học bạ đã ký vẫn chờ đó, không mất gì.`;
}

const AGAIN_MS = 3_600_000;

/** Which logs stand still, and why: said when it begins, when it changes and once an hour, not with each second's try. */
export class LogStops {
  readonly #stops = new Map<string, { code: string; saidAt: number }>();
  readonly #now: () => Date;
  readonly #say: (line: string) => void;

  constructor(now: () => Date, say: (line: string) => void) {
    this.#now = now;
    this.#say = say;
  }

  stopped(origin: string, code: string): void {
    const before = this.#stops.get(origin);
    const now = this.#now().getTime();
    if (before?.code === code && Math.abs(now - before.saidAt) < AGAIN_MS) return;
    this.#stops.set(origin, { code, saidAt: now });
    this.#say(stopLine(origin, code));
  }

  goesOn(origin: string): void {
    if (this.#stops.delete(origin)) this.#say(`Nhật ký công khai ${origin} ghi tiếp được.`);
  }

  /** Null of a log that goes on. */
  of(origin: string): LogStop | null {
    const stop = this.#stops.get(origin);
    return stop === undefined ? null : stopOf(stop.code);
  }
}

/** Of the logs that a school's leaves go into, its own and a shared one, those that write no more. */
export async function stoppedLogs(
  deps: {
    readonly db: Kysely<Database>;
    readonly logHost: string;
    stoppedBy(origin: string): LogStop | null;
  },
  schoolCode: string,
): Promise<StoppedLog[]> {
  const stopped: StoppedLog[] = [];
  // One that could not be made is none yet, and is missed as much.
  for (const origin of await originsOf(deps, schoolCode, 'unmade too')) {
    const why = deps.stoppedBy(origin);
    if (why !== null) stopped.push({ schoolYear: yearIn(origin), why });
  }
  return stopped;
}

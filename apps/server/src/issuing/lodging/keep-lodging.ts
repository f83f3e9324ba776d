import { LedgerError } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { lodgedSize } from '../above/lodge.ts';
import { LodgingRefused } from '../above/refused.ts';
import { endOf } from '../log/ends.ts';
import { KeyError } from '../log/keys.ts';
import { originsMade } from '../log/pending.ts';
import { publishedLog } from '../log/published.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { AboveUnavailable } from './call-above.ts';
import { lodgeLog } from './send.ts';

export interface KeepLodgingDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly sequencer: Pick<Sequencer, 'reopen'>;
  /** Address of the level above's server; null: nothing is sent. */
  readonly above: string | null;
  now(): Date;
  log(line: string): void;
  readonly fetch?: typeof fetch;
}

/** Why the level above has not the newest tree of a log; null where it has. */
export type LodgingProblem = LodgingRefused['code'] | AboveUnavailable['code'] | 'own-files';

export interface KeptLodging {
  /** One look at every log; for who does not want to wait for the clock. */
  look(): Promise<void>;
  /** Of the last look; undefined where nothing was sent yet. */
  problemOf(origin: string): LodgingProblem | null | undefined;
  stop(): Promise<void>;
}

const LOOK_MS = 60_000;
/** A log that grows all day is lodged once an hour; its witnesses see it oftener. */
const GROWN_MS = 3_600_000;
/** One that stands still is asked about once a day: somebody else may lodge under its name. */
const STILL_MS = 24 * 3_600_000;
/** After a failure: doubled each time, up to the longest. */
const AGAIN_MS = [300_000, 6 * 3_600_000] as const;

interface Turn {
  readonly at: number;
  readonly wait: number;
  readonly problem: LodgingProblem | null;
}

/**
 * Sends the checkpoints of this installation's logs to the level above by and by, and keeps the receipts. Dials out only. Where the level
 * above holds what this log never made, the log is opened anew against that and writes no more until its operator has seen to it.
 */
export function keepLodging(deps: KeepLodgingDeps): KeptLodging {
  const { above, db, dataDir } = deps;
  const stopping = new AbortController();
  const turns = new Map<string, Turn>();
  let running: Promise<void> = Promise.resolve();

  async function lookAt(url: string): Promise<void> {
    const call = { fetch: deps.fetch ?? fetch, url, stopped: stopping.signal };
    for (const origin of await originsMade(db)) {
      if (stopping.signal.aborted || !(await isDue(origin))) continue;
      const end = await endOf(db, origin);
      // What is believed of it says the log that goes on, and its own key may be anybody's.
      if (end?.how === 'stolen') continue;
      const began = deps.now().getTime();
      try {
        const state = await lodgeLog(call, dataDir, origin);
        turns.set(origin, { at: began, wait: state === 'waiting' ? 0 : GROWN_MS, problem: null });
      } catch (error) {
        if (stopping.signal.aborted) return;
        await failed(origin, began, problemOf(error));
      }
    }
  }

  /** Grown since it was lodged, or not asked about for a day; and the last turn's wait is over. */
  async function isDue(origin: string): Promise<boolean> {
    const log = await publishedLog(dataDir, origin).catch(() => null);
    if (log === null || log.checkpoint.size === 0) return false;
    const turn = turns.get(origin);
    if (turn === undefined) return true;
    const grown = log.checkpoint.size > (await lodgedSize(dataDir, origin));
    const wait = grown || turn.problem !== null ? turn.wait : STILL_MS;
    return deps.now().getTime() - turn.at >= wait;
  }

  async function failed(origin: string, at: number, problem: LodgingProblem): Promise<void> {
    const before = turns.get(origin);
    const wait = before?.problem == null ? AGAIN_MS[0] : Math.min(before.wait * 2, AGAIN_MS[1]);
    turns.set(origin, { at, wait, problem });
    if (problem === 'older' || problem === 'forked') await deps.sequencer.reopen(origin);
    if (before?.problem !== problem) deps.log(`Chưa gửi được bản xác nhận của ${origin}: ${WORDS[problem]}.`);
  }

  let looking = false;
  function look(): Promise<void> {
    // A level above that lets everybody wait is not asked by more and more.
    if (above === null || looking) return running;
    looking = true;
    running = lookAt(above)
      .catch(said)
      .finally(() => {
        looking = false;
      });
    return running;
  }
  function said(error: unknown): void {
    deps.log(`Chưa gửi được bản xác nhận: ${error instanceof Error ? error.name : 'không rõ'}.`);
  }
  const timer = above === null ? null : setInterval(() => void look(), LOOK_MS);
  timer?.unref();
  void look();
  return {
    look,
    problemOf: (origin) => turns.get(origin)?.problem,
    async stop() {
      if (timer !== null) clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

/** @throws the error itself where it is none that lodging knows */
function problemOf(error: unknown): LodgingProblem {
  if (error instanceof LodgingRefused || error instanceof AboveUnavailable) return error.code;
  if (error instanceof LedgerError || error instanceof KeyError) return 'own-files';
  throw error;
}

/** For the operator's screen. */
const WORDS: Readonly<Record<LodgingProblem, string>> = {
  malformed: 'cấp trên không đọc được',
  'unknown-log': 'cấp trên chưa ghi khoá của nhật ký này',
  'signature-refused': 'cấp trên ghi một khoá khác cho nhật ký này',
  'no-shared-log': 'cấp trên chưa mở nhật ký chung của năm học',
  older: 'cấp trên giữ một bản mới hơn, cùng khoá; nhật ký tạm dừng ghi',
  'other-start': 'cấp trên vừa nhận một bản khác',
  unproven: 'cấp trên không thấy nhật ký nối tiếp bản đang giữ',
  forked: 'cấp trên giữ một lịch sử khác, cùng khoá; nhật ký tạm dừng ghi',
  'above-behind': 'nhật ký của cấp trên cũ hơn bản đã đưa trước đây; cấp trên đã được báo',
  'receipt-invalid': 'biên nhận không đúng với tệp province-policy',
  unreachable: 'không tới được máy chủ cấp trên',
  'bad-answer': 'máy chủ cấp trên trả lời không đúng',
  'too-often': 'đã gửi quá nhiều lần',
  'own-files': 'tệp nhật ký ở đây không đúng; hãy chạy hocba audit',
};

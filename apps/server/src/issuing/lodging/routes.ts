import { LedgerError } from '@hocba/ledger';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { bind, type RouteBinding } from '../../access/binding.ts';
import { networkOf } from '../../access/network.ts';
import { issuing } from '../../http/api/index.ts';
import { Refusal, type RefusalCode } from '../../refusal.ts';
import { type LodgingCode, LodgingRefused } from '../above/refused.ts';
import { contradictedBy } from '../above/seen-above.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { type AcceptDeps, acceptCheckpoint, heldTree, lodgingReceipt } from './accept.ts';
import { alarmsOfLogs, evidenceOfFork, type KeeperRoom, listSchoolsLodging } from './schools-lodging.ts';

export interface LodgingRoom extends Pick<AcceptDeps, 'db' | 'dataDir' | 'now'> {
  readonly logHost: string;
  readonly sequencer: Pick<Sequencer, 'wake' | 'reopen'>;
}

/** Calls of one network a minute. Behind a proxy all schools of a province come from one address: each calls twice or thrice an hour. */
const CALLS = 300;
/** Leaves that one log may cause in an hour: its key proves who it is, not that it is patient. */
const LEAVES = 12;

const REFUSALS: Readonly<Record<LodgingCode, RefusalCode>> = {
  malformed: 'invalid-input',
  'unknown-log': 'log-unknown',
  'signature-refused': 'checkpoint-refused',
  'no-shared-log': 'log-not-shared',
  older: 'checkpoint-behind',
  'other-start': 'checkpoint-behind',
  unproven: 'checkpoint-unproven',
  forked: 'checkpoint-forked',
  'above-behind': 'log-behind',
  'receipt-invalid': 'internal',
};

/** The level above's door for other installations' checkpoints: what `hocba log accept` does by file. */
export function lodgingRoutes(room: LodgingRoom): RouteBinding[] {
  const calls = new RateLimiterMemory({ points: CALLS, duration: 60 });
  const leaves = new RateLimiterMemory({ points: LEAVES, duration: 3600 });
  const accepting: AcceptDeps = {
    db: room.db,
    dataDir: room.dataDir,
    place: room.logHost,
    now: () => room.now(),
    beforeAdding: (origin) => consume(leaves, origin),
  };
  /** Nothing is taken into a log that has shown a school more than it has: its receipt would be of another history. */
  async function requireWhole(seen: Uint8Array, log: (line: string) => void): Promise<void> {
    const contradicted = await contradictedBy(room, seen);
    if (contradicted === null) return;
    await room.sequencer.reopen(contradicted);
    log(
      `Nhật ký công khai ${contradicted} cũ hơn bản đã đưa cho một trường; tạm dừng ghi, xem thư mục “lodged”.`,
    );
    throw new LodgingRefused('above-behind');
  }
  return [
    bind(issuing.lodgedTree, async ({ query, request }) => {
      await consume(calls, networkOf(request.address));
      const { size, checkpoint, receipt } = await refusing(() => heldTree(room, query.origin));
      return { size, checkpoint: text(checkpoint), receipt: text(receipt) };
    }),
    bind(issuing.lodgeCheckpoint, async ({ deps, body, request }) => {
      await consume(calls, networkOf(request.address));
      const { lodged, already } = await refusing(async () => {
        if (body.seen !== undefined) await requireWhole(bytes(body.seen), deps.log);
        return acceptCheckpoint(accepting, bytes(body.request));
      }).catch((error: unknown) => {
        // Neither the name of a log nor a size is anybody's secret; only a known key's holder comes so far.
        if (error instanceof Refusal && error.code === 'checkpoint-forked')
          deps.log('Nhật ký của một trường đưa ra lịch sử khác với bản đã giữ; xem thư mục “forked”.');
        throw error;
      });
      if (!already) room.sequencer.wake();
      const { origin, size } = lodged;
      return { origin, size, already, receipt: text(await lodgingReceipt(room, origin)) };
    }),
  ];
}

/** What who runs the shared log sees of it, and what the office is told in red. */
export function keeperRoutes(room: KeeperRoom): RouteBinding[] {
  return [
    bind(issuing.schoolsLodging, ({ actor }) => listSchoolsLodging(room, actor)),
    bind(issuing.forkEvidence, ({ actor, query, request }) => {
      request.touches(`log:${query.origin}`);
      return evidenceOfFork(room, actor, query);
    }),
    bind(issuing.logAlarms, ({ actor }) => alarmsOfLogs(room, actor)),
  ];
}

async function consume(limit: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limit.consume(key);
  } catch (error) {
    throw error instanceof Error ? error : new Refusal('too-often');
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LodgingRefused) throw new Refusal(REFUSALS[error.code]);
    // Settings or files of this installation, which the caller can do nothing about.
    throw error instanceof LedgerError ? new Refusal('log-unavailable') : error;
  }
}

/** Notes and proof files are UTF-8 by their own rules. */
const bytes = (written: string): Uint8Array => new TextEncoder().encode(written);
const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

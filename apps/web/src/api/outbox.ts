import { type Answer, CallError, post } from './client.ts';

export interface Unsent {
  pupilId: string;
  item: string;
  /** Which sitting of a test; 1 for everything else. */
  attempt: number;
  /** The version that the person saw; 0 for a cell that nobody had filled. */
  base: number;
  value: string | null;
  source: 'key' | 'paste' | 'fill' | 'bank' | 'excel';
}
type Period = Answer<'GET', '/api/classes/:classId/sheet'>['period'];
type Outcome = Answer<'POST', '/api/classes/:classId/ops'>['results'][number];
export interface OutboxEvents {
  /** One cell's answer: accepted with its new version, or a conflict or a refusal to show at the cell. */
  outcome(unsent: Unsent, outcome: Outcome): void;
  /** Once after each change of the queue or of the network. */
  state(state: OutboxState): void;
}
export type OutboxState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'sending'; waiting: number }
  | { kind: 'offline'; waiting: number }
  /** The server answers, but cannot store now; tried again by itself. */
  | { kind: 'trouble'; waiting: number; message: string }
  | { kind: 'signedOut'; waiting: number };

const GROUP_MS = 600;
const BATCH = 200;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 120_000;

/**
 * Sends cells in order, in batches, until the server has answered for each: a batch keeps its id over all its tries,
 * so a lost answer never writes twice. Nothing leaves the queue without an answer.
 */
export class Outbox {
  private readonly classId: string;
  private readonly period: Period;
  private readonly events: OutboxEvents;
  private queue: Unsent[] = [];
  private flight: { batch: string; ops: Unsent[] } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = FIRST_RETRY_MS;
  private sending = false;
  private failing = false;
  private lastSaved: Date | null = null;

  constructor(classId: string, period: Period, events: OutboxEvents) {
    this.classId = classId;
    this.period = period;
    this.events = events;
  }

  get waiting(): number {
    return this.queue.length + (this.flight?.ops.length ?? 0);
  }

  /** Something waits and the last try failed: leaving now would lose it. */
  get stuck(): boolean {
    return this.waiting > 0 && (this.failing || !navigator.onLine);
  }

  /** Is a change of this cell still without the server's answer? */
  holds(pupilId: string, item: string): boolean {
    return [...this.queue, ...(this.flight?.ops ?? [])].some(
      (op) => op.pupilId === pupilId && op.item === item,
    );
  }

  add(unsent: readonly Unsent[]): void {
    for (const one of unsent) {
      // A newer value of a cell that has not left yet takes the older one's place and keeps what it was based on.
      const older = this.queue.find((q) => sameCell(q, one));
      if (older) Object.assign(older, { value: one.value, source: one.source });
      else this.queue.push({ ...one });
    }
    this.schedule(GROUP_MS);
    this.events.state({ kind: 'sending', waiting: this.waiting });
  }

  /** Tries at once: the network is back, the person signed in again, or the page is about to be left. */
  flush(): void {
    this.retryMs = FIRST_RETRY_MS;
    clearTimeout(this.timer);
    if (this.waiting === 0) this.events.state({ kind: 'saved', at: this.lastSaved });
    else void this.send();
  }

  /** The browser says that there is no network: no need to wait for a failing try to say so. */
  lostNetwork(): void {
    this.events.state({ kind: 'offline', waiting: this.waiting });
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), ms);
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.flight ??=
      this.queue.length > 0 ? { batch: crypto.randomUUID(), ops: this.queue.splice(0, BATCH) } : null;
    if (!this.flight) return;
    const { batch, ops } = this.flight;
    this.sending = true;
    try {
      const answer = await post('/api/classes/:classId/ops', {
        params: { classId: this.classId },
        body: {
          device: deviceName(),
          batch,
          ops: ops.map((op, n) => ({ n, period: this.period, ...op })),
        },
      });
      this.flight = null;
      this.failing = false;
      this.retryMs = FIRST_RETRY_MS;
      this.lastSaved = new Date();
      for (const result of answer.results) {
        const op = ops[result.n];
        if (op) this.settle(op, result);
      }
    } catch (error) {
      this.failed(error);
      return;
    } finally {
      this.sending = false;
    }
    if (this.queue.length > 0) this.schedule(0);
    this.events.state(
      this.waiting > 0 ? { kind: 'sending', waiting: this.waiting } : { kind: 'saved', at: this.lastSaved },
    );
  }

  /** Later edits of the same cell were based on the value that has just been stored: they follow its version. */
  private settle(op: Unsent, result: Outcome): void {
    if ('ok' in result) {
      const later = this.queue.find((q) => sameCell(q, op));
      if (later) later.base = result.version;
    }
    this.events.outcome(op, result);
  }

  private failed(error: unknown): void {
    const status = error instanceof CallError ? error.status : 0;
    this.failing = true;
    if (status === 401) {
      this.events.state({ kind: 'signedOut', waiting: this.waiting });
      return;
    }
    if (status >= 400 && status < 500 && status !== 429) {
      // The batch as a whole was refused: each of its cells says so and stays visible.
      const message = error instanceof CallError ? error.message : '';
      const refused = this.flight?.ops ?? [];
      this.flight = null;
      this.failing = false;
      refused.forEach((op, n) => this.events.outcome(op, { n, reject: 'invalid', message }));
      this.events.state(
        this.waiting > 0 ? { kind: 'sending', waiting: this.waiting } : { kind: 'saved', at: this.lastSaved },
      );
      if (this.queue.length > 0) this.schedule(0);
      return;
    }
    const { waiting } = this;
    if (status === 0) this.events.state({ kind: 'offline', waiting });
    else this.events.state({ kind: 'trouble', waiting, message: (error as CallError).message });
    this.schedule(this.retryMs);
    this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
  }
}

function sameCell(a: Unsent, b: Unsent): boolean {
  return a.pupilId === b.pupilId && a.item === b.item && a.attempt === b.attempt;
}

/** A name for this browser tab's machine in the cells' history: random, kept on this device, tells nothing of its owner. */
function deviceName(): string {
  const known = localStorage.getItem('hocba-device');
  if (known) return known;
  const made = crypto.randomUUID();
  localStorage.setItem('hocba-device', made);
  return made;
}

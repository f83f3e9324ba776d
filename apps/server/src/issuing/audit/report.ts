/** One thing that does not hold. */
export interface AuditProblem {
  readonly what: 'record' | 'recall' | 'leaf' | 'log' | 'store';
  /** Of a record its UUID (mã tra cứu); of a log its origin; of a leaf `<origin>#<index>`. Never a name. */
  readonly id: string;
  readonly code: string;
}

export interface AuditReport {
  readonly ok: boolean;
  /** Every record that was frozen. */
  readonly records: number;
  readonly issued: number;
  readonly recalled: number;
  readonly signatures: number;
  readonly logs: number;
  readonly leaves: number;
  /** Leaves that wait for the sequencer: nothing wrong, and not yet in a checkpoint. */
  readonly pending: number;
  /** Number of all problems; `problems` holds the first of them, in the order in which they were found. */
  readonly wrong: number;
  readonly problems: readonly AuditProblem[];
}

export type AuditProgress = (stage: 'log' | 'records', done: number, total: number) => void;

const MOST_PROBLEMS = 200;

/** Gathers what the parts of an audit find. */
export class AuditNotes {
  records = 0;
  issued = 0;
  recalled = 0;
  signatures = 0;
  logs = 0;
  leaves = 0;
  pending = 0;
  #wrong = 0;
  readonly #problems: AuditProblem[] = [];

  problem(what: AuditProblem['what'], id: string, code: string): void {
    this.#wrong++;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ what, id, code });
  }

  report(): AuditReport {
    const { records, issued, recalled, signatures, logs, leaves, pending } = this;
    const counts = { records, issued, recalled, signatures, logs, leaves, pending };
    return { ok: this.#wrong === 0, ...counts, wrong: this.#wrong, problems: this.#problems };
  }
}

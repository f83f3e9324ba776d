/** One thing that does not hold. */
export interface AuditProblem {
  readonly what:
    | 'record'
    | 'recall'
    | 'leaf'
    | 'log'
    | 'store'
    | 'schema'
    | 'act'
    | 'cell'
    | 'row'
    | 'day'
    | 'event'
    | 'manifest'
    | 'statement'
    | 'print'
    | 'approval'
    | 'batch';
  /**
   * Of a record, and of its signed print, its UUID (mã tra cứu); of a log its origin; of a store the school's number; of its schema the kind and name of an object; of a leaf `<origin>#<index>`; of acts `<class>#<number>` or
   * `<class>#<from>-<to>`; of a cell `<class>/<pupil>/<period>/<item>/<attempt>`, of all of a pupil's `<class>/<pupil>`; of a noted row `<whose> <table> <row>`; of a day `<school year> <day>`; of an event
   * of the audit trail its number; of a class's list `<class> <version>`, or `<class>/<pupil's code>`; of a statement `<origin> <time>`; of a batch of signatures its number; of what takes
   * two persons `year:<school year>#<number>`, `seal:<certificate>`, `use:<request>`. Never a name.
   */
  readonly id: string;
  readonly code: string;
}

export interface LodgedLog {
  readonly origin: string;
  readonly size: number;
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
  /** Acts on cells that were replayed, events of the audit trail, and days whose heads stand in a log. */
  readonly acts: number;
  readonly events: number;
  readonly days: number;
  /** Rows beside cells that records are made of, each held against its note in the trail. */
  readonly rows: number;
  /** Closed lists of classes. */
  readonly manifests: number;
  /** What logs state besides records: logged status files, heads of chains, other logs' checkpoints, successions. */
  readonly statements: number;
  /** Records' prints that the school has signed. */
  readonly prints: number;
  /** Checkpoints whose time an authority has dated. */
  readonly dated: number;
  /** Logs that the level above has answered for, and up to how many leaves; the log extends that tree, or it is a problem. */
  readonly lodged: readonly LodgedLog[];
  /** Leaves that wait for the sequencer: nothing wrong, and not yet in a checkpoint. */
  readonly pending: number;
  /** Number of all problems; `problems` holds the first of them, in the order in which they were found. */
  readonly wrong: number;
  readonly problems: readonly AuditProblem[];
  /**
   * What cannot be told here, nothing wrong and not closed: what only another school's store can answer, prints that
   * another version of the form has made, who acted on records that were lost and taken back, and by when leaves were there
   * that no authority has dated for long.
   */
  readonly open: readonly AuditProblem[];
}

export type AuditProgress = (
  stage: 'log' | 'records' | 'prints' | 'acts',
  done: number,
  total: number,
) => void;

const MOST_PROBLEMS = 200;

/** Gathers what the parts of an audit find. */
export class AuditNotes {
  records = 0;
  issued = 0;
  recalled = 0;
  signatures = 0;
  logs = 0;
  leaves = 0;
  acts = 0;
  events = 0;
  days = 0;
  rows = 0;
  manifests = 0;
  statements = 0;
  prints = 0;
  dated = 0;
  pending = 0;
  readonly lodged: LodgedLog[] = [];
  readonly open: AuditProblem[] = [];
  #wrong = 0;
  readonly #problems: AuditProblem[] = [];

  problem(what: AuditProblem['what'], id: string, code: string): void {
    this.#wrong++;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ what, id, code });
  }

  report(): AuditReport {
    const { records, issued, recalled, signatures, logs, leaves, acts, events, days, rows } = this;
    const { manifests, statements, prints, dated, lodged, pending } = this;
    const read = { records, issued, recalled, signatures, logs, leaves, acts, events, days, rows };
    const counts = { ...read, manifests, statements, prints, dated, lodged, pending };
    return {
      ok: this.#wrong === 0,
      ...counts,
      wrong: this.#wrong,
      problems: this.#problems,
      open: this.open,
    };
  }
}

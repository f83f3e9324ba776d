import pg from 'pg';
import { type CopySocket, copySocket } from './copy-socket.ts';
import { type Connection, isSchoolId } from './database.ts';

/**
 * One row in the binary form of COPY (PostgreSQL, "COPY: Binary Format"): bytea as its octets, text as UTF-8, integers with the
 * most significant octet first, timestamptz as microseconds since 2000. It is written over by the next row.
 */
export interface CopiedRow {
  readonly bytes: Buffer;
  /** Where each column's value begins in `bytes`. */
  readonly starts: Int32Array;
  /** Octets of each; -1 for null. */
  readonly lengths: Int32Array;
}

/** A query and who takes its rows. */
export interface Copied {
  /** Without parameters: what goes into it is of known form, or quoted by `quoted`. */
  readonly query: string;
  readonly columns: number;
  row(row: CopiedRow): void;
}

/** A connection of its own for reading many or large rows: a third of the work of making text of them and values of the text. */
export interface Copies {
  /**
   * Runs the queries one after the other in one transaction that sees the rows of one school (`inSchool`), and all of them as of one
   * moment: of `snapshot`, if it is given, which a transaction that is still open has exported.
   */
  read(schoolId: string, queries: readonly Copied[], snapshot?: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens it. @throws what pg throws when the database cannot be reached */
export async function openCopies(connection: Connection): Promise<Copies> {
  const socket = copySocket();
  const client = new pg.Client({ ...connection, stream: socket.stream });
  // An idle connection that breaks is told by its next use; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  // Times in a text are of one zone.
  await client.query("set timezone = 'UTC'");
  let last: Promise<void> = Promise.resolve();
  return {
    read(schoolId, queries, snapshot) {
      if (!isSchoolId(schoolId)) throw new TypeError('school id is not a positive integer');
      const run = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const copies = queries.map(({ query }) => `copy (${query}) to stdout (format binary)`);
          // Several statements in one message are one transaction.
          const text = [
            'set transaction isolation level repeatable read, read only',
            ...(snapshot === undefined ? [] : [`set transaction snapshot ${pg.escapeLiteral(snapshot)}`]),
            `set local app.school_id = '${schoolId}'`,
            ...copies,
          ].join('; ');
          client.query(new CopyOut(text, queries, socket, (error) => (error ? reject(error) : resolve())));
        });
      // One after the other, whatever became of the one before.
      last = last.then(run, run);
      return last;
    },
    close: () => client.end(),
  };
}

/** Identifiers and the like as a list of literals. */
export const quoted = (values: readonly string[]): string => values.map(pg.escapeLiteral).join(', ');

interface Outward {
  query(text: string): void;
}

/** What pg's client asks of a query that it does not know: it hands over each message as it comes. */
class CopyOut {
  private readonly text: string;
  private readonly left: Copied[];
  private readonly socket: CopySocket;
  private done: ((error?: Error) => void) | null;

  constructor(text: string, queries: readonly Copied[], socket: CopySocket, done: (error?: Error) => void) {
    this.text = text;
    this.left = [...queries];
    this.socket = socket;
    this.done = done;
  }

  submit(connection: unknown): void {
    this.socket.takes = (bytes, start, end) => this.take(bytes, start, end);
    (connection as Outward).query(this.text);
  }

  /** Under TLS rows come by pg. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.take(chunk, 0, chunk.length);
  }

  /** One row a message, as the protocol has it; the first one's with the header before it, the last one an end without a row. */
  private take(bytes: Buffer, start: number, end: number): void {
    const query = this.left[0];
    if (query === undefined || this.done === null) return;
    try {
      if (readRow(bytes, start, end, query.columns)) query.row(row);
    } catch (error) {
      this.end(error instanceof Error ? error : new Error('row not taken'));
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    if (text.startsWith('COPY')) this.left.shift();
  }

  handleReadyForQuery(): void {
    this.socket.takes = null;
    this.end(this.left.length === 0 ? undefined : new Error('rows are missing'));
  }

  /** Of a statement that fails; also of a connection that breaks, after which nothing more comes. */
  handleError(error: Error): void {
    this.end(error);
  }

  private end(error?: Error): void {
    this.done?.(error);
    this.done = null;
  }
}

const MOST_COLUMNS = 32;
const row: { bytes: Buffer; readonly starts: Int32Array; readonly lengths: Int32Array } = {
  bytes: Buffer.alloc(0),
  starts: new Int32Array(MOST_COLUMNS),
  lengths: new Int32Array(MOST_COLUMNS),
};

/** `PGCOPY\n\xff\r\n\0`, flags and the length of an extension, neither of which we ask for. */
const HEADER = Uint8Array.of(
  0x50,
  0x47,
  0x43,
  0x4f,
  0x50,
  0x59,
  0x0a,
  0xff,
  0x0d,
  0x0a,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
);

function readRow(bytes: Buffer, start: number, end: number, columns: number): boolean {
  // A row begins with how many columns it has, of which there are never so many.
  let at = bytes[start] === HEADER[0] ? start + HEADER.length : start;
  if (at > start && HEADER.some((octet, i) => bytes[start + i] !== octet))
    throw new Error('not the binary form of COPY');
  if (at === end) return false;
  const count = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  at += 2;
  if (count === 0xffff && at === end) return false;
  if (count !== columns) throw new Error('row has another number of columns');
  for (let i = 0; i < columns; i++) {
    if (at + 4 > end) throw new Error('row has another length');
    const octets = int32(bytes, at);
    at += 4;
    row.starts[i] = at;
    row.lengths[i] = octets;
    if (octets > 0) at += octets;
  }
  if (at !== end) throw new Error('row has another length');
  row.bytes = bytes;
  return true;
}

function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

const EPOCH = Date.UTC(2000, 0, 1);

/** Octets of a bytea, a copy of its own; none for null. */
export function octetsIn({ bytes, starts, lengths }: CopiedRow, column: number): Uint8Array<ArrayBuffer> {
  const start = starts[column] as number;
  const length = Math.max(0, lengths[column] as number);
  const octets = new Uint8Array(length);
  // A view of so few costs more than they do.
  if (length <= FEW) for (let i = 0; i < length; i++) octets[i] = bytes[start + i] as number;
  else octets.set(bytes.subarray(start, start + length));
  return octets;
}
const FEW = 128;

/** A text; '' for null. */
export function textIn({ bytes, starts, lengths }: CopiedRow, column: number): string {
  const start = starts[column] as number;
  return bytes.toString('utf8', start, start + Math.max(0, lengths[column] as number));
}

/** A bigint that is a safe integer; NaN for any other, and for null. */
export function integerIn({ bytes, starts, lengths }: CopiedRow, column: number): number {
  if (lengths[column] !== 8) return Number.NaN;
  const start = starts[column] as number;
  const value = int32(bytes, start) * 2 ** 32 + (int32(bytes, start + 4) >>> 0);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Unix milliseconds of a timestamptz, rounded down; NaN for null and for infinity. */
export const millisIn = (from: CopiedRow, column: number): number =>
  Math.floor(integerIn(from, column) / 1_000) + EPOCH;

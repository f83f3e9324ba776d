import type { Insertable, Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { CellActTable, Database } from '../../store/tables.ts';
import type { CellPeriod } from '../periods/periods.ts';

export interface CellOp {
  readonly n: number;
  readonly pupilId: string;
  readonly period: CellPeriod;
  readonly item: string;
  readonly attempt: number;
  /** Version that the author saw; 0 for a cell that nobody has set. */
  readonly base: number;
  readonly value: string | null;
  readonly source: 'key' | 'paste' | 'fill' | 'bank' | 'excel';
}

/** A cell as it stands while a batch is worked through. */
export interface CellState {
  version: number;
  value: string | null;
  setBy: string;
  setAt: Date;
}

/** An act to be appended; its chain's hash is the database's to make. */
export type ActRow = Omit<Selectable<CellActTable>, 'chain'>;

const INSERT_ROWS = 500;

/** What tells one cell from another within a class. */
export function cellKey(of: { pupilId: string; period: string; item: string; attempt: number }): string {
  return `${of.pupilId}|${of.period}|${of.item}|${of.attempt}`;
}

/** Acts that a batch of this id has made before, by its numbers. */
export async function earlierActs(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  batch: string,
): Promise<Map<number, ActRow>> {
  const rows = await trx
    .selectFrom('cell_act')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('batch', '=', batch)
    .execute();
  return new Map(rows.map((row) => [row.n, row]));
}

/** The cells that the ops are about. */
export async function currentCells(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  ops: readonly CellOp[],
): Promise<Map<string, CellState>> {
  const rows = await trx
    .selectFrom('cell')
    .select(['pupil_id', 'period', 'item', 'attempt', 'value', 'version', 'set_by', 'set_at'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('pupil_id', 'in', [...new Set(ops.map((op) => op.pupilId))])
    .where('item', 'in', [...new Set(ops.map((op) => op.item))])
    .execute();
  return new Map(
    rows.map((row) => [
      cellKey({ pupilId: row.pupil_id, period: row.period, item: row.item, attempt: row.attempt }),
      { version: row.version, value: row.value, setBy: row.set_by, setAt: row.set_at },
    ]),
  );
}

/** Appends the acts, brings their cells to the newest value and the class's counter to its number. */
export async function storeActs(
  trx: Transaction<Database>,
  acts: readonly ActRow[],
  seq: number,
): Promise<void> {
  const [first] = acts;
  if (!first) return;
  const touched = new Map(acts.map((act) => [cellKey({ ...act, pupilId: act.pupil_id }), act]));
  for (const rows of chunks<Insertable<CellActTable>>(acts)) {
    await trx.insertInto('cell_act').values(rows).execute();
  }
  for (const rows of chunks([...touched.values()])) await upsertCells(trx, rows);
  await trx
    .updateTable('class_counter')
    .set({ seq: String(seq) })
    .where('school_id', '=', first.school_id)
    .where('class_id', '=', first.class_id)
    .execute();
}

async function upsertCells(trx: Transaction<Database>, rows: readonly ActRow[]): Promise<void> {
  await trx
    .insertInto('cell')
    .values(
      rows.map((act) => ({
        school_id: act.school_id,
        class_id: act.class_id,
        pupil_id: act.pupil_id,
        period: act.period,
        item: act.item,
        attempt: act.attempt,
        value: act.new_value,
        version: act.version,
        set_by: act.set_by,
        set_at: act.set_at,
        seq: act.seq,
      })),
    )
    .onConflict((oc) =>
      oc.columns(['school_id', 'class_id', 'pupil_id', 'period', 'item', 'attempt']).doUpdateSet({
        value: sql.ref('excluded.value'),
        version: sql.ref('excluded.version'),
        set_by: sql.ref('excluded.set_by'),
        set_at: sql.ref('excluded.set_at'),
        seq: sql.ref('excluded.seq'),
      }),
    )
    .execute();
}

/** Statements of a bounded number of parameters. */
function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < rows.length; at += INSERT_ROWS) parts.push(rows.slice(at, at + INSERT_ROWS));
  return parts;
}

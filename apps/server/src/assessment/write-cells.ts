import { type CellItem, isCellItem, type Period, parseCell, partsOf, ruleSetFor } from '@hocba/record';
import { sql, type Transaction } from 'kysely';
import type { Actor } from '../access/actor.ts';
import type { ClassAccess } from '../access/objects.ts';
import { lockClass } from '../roster/class-lock.ts';
import type { Database } from '../store/tables.ts';
import { dutiesOf, frozenPupils, pupilsOf, staffNames } from './class-data.ts';
import { columnsOf, type SheetColumn } from './columns.ts';

export interface CellOp {
  readonly n: number;
  readonly pupilId: string;
  readonly period: Period;
  readonly item: string;
  readonly attempt: number;
  /** Version that the author saw; 0 for a cell that nobody has set. */
  readonly base: number;
  readonly value: string | null;
  readonly source: 'key' | 'paste' | 'fill' | 'bank' | 'excel';
}

export type CellOutcome =
  | { readonly n: number; readonly ok: true; readonly version: number; readonly value: string | null }
  | {
      readonly n: number;
      readonly conflict: {
        readonly version: number;
        readonly value: string | null;
        readonly by: string;
        readonly at: string;
      };
    }
  | {
      readonly n: number;
      readonly reject: 'frozen' | 'not-assigned' | 'invalid' | 'period-closed' | 'unknown-pupil';
      readonly message: string;
    };

export interface CellBatch {
  readonly device: string;
  readonly batch: string;
  readonly ops: readonly CellOp[];
  /**
   * `own`: the author sets only columns that are his or hers. `classImport`: the homeroom teacher's sheet may also
   * fill a colleague's column, but never over a value that the colleague has set. `schoolImport`: the same for the clerk,
   * in every class.
   */
  readonly reach: 'own' | 'classImport' | 'schoolImport';
}

/** A cell as it stands while the batch is worked through. */
interface State {
  version: number;
  value: string | null;
  setBy: string;
  setAt: Date;
}

const INSERT_ROWS = 500;

/**
 * Sets cells, each against the version its author saw, and appends the act of each in the same transaction. The
 * class's counter row is locked first, so that acts of a class stand in one order and nobody decides on stale cells.
 *
 * (batch, n) is the idempotency key: an op whose act is there already gives the same answer and writes nothing.
 * Another value than the author saw is a conflict, never overwritten; an equal one is silently right.
 *
 * @param access of a class that the actor belongs to, from `access/objects.ts`
 */
export async function writeCells(
  trx: Transaction<Database>,
  actor: Actor,
  access: ClassAccess,
  batch: CellBatch,
  now: Date,
): Promise<{ seq: number; results: CellOutcome[] }> {
  const { schoolId } = actor;
  const { classId } = access;
  let seq = await lockClass(trx, schoolId, classId);
  if (batch.ops.length === 0) return { seq, results: [] };
  const replayed = await earlierActs(trx, schoolId, classId, batch);
  const pupils = new Set((await pupilsOf(trx, schoolId, classId)).map((p) => p.pupilId));
  const frozen = await frozenPupils(trx, schoolId, classId);
  const names = await staffNames(trx, schoolId);
  const columns = await columnsByPeriod(trx, schoolId, access);
  const cells = await currentCells(trx, schoolId, classId, batch.ops);

  const fillsOthers =
    (batch.reach === 'classImport' && access.isHomeroomTeacher) ||
    (batch.reach === 'schoolImport' && actor.roles.includes('clerk'));

  const acts: ActRow[] = [];
  const touched = new Map<string, ActRow>();
  const results = batch.ops.map((op): CellOutcome => {
    const earlier = replayed.get(op.n);
    if (earlier) return replay(op, earlier, actor);
    const column = columns(op.period).get(op.item);
    const refused = refusalOf(op, column);
    if (refused) return refused;
    const item = op.item as CellItem;
    const parsed = op.value === null ? null : parseCell(item, op.value);
    if (parsed && !parsed.ok) return { n: op.n, reject: 'invalid', message: parsed.message };
    const value = parsed === null || parsed.value === '' ? null : parsed.value;
    const key = cellKey(op);
    const state = cells.get(key);
    if ((state?.version ?? 0) !== op.base || leavesToOwner(state, column)) {
      if (state && state.value === value) return { n: op.n, ok: true, version: state.version, value };
      if (state) return conflict(op.n, state, names);
      return { n: op.n, reject: 'invalid', message: 'Ô này chưa có ai ghi; hãy tải lại bảng rồi ghi lại.' };
    }
    if ((state?.value ?? null) === value) return { n: op.n, ok: true, version: state?.version ?? 0, value };
    seq += 1;
    const next: State = { version: (state?.version ?? 0) + 1, value, setBy: actor.staffId, setAt: now };
    const act: ActRow = {
      school_id: schoolId,
      class_id: classId,
      seq: String(seq),
      pupil_id: op.pupilId,
      period: op.period,
      item: op.item,
      attempt: op.attempt,
      old_value: state?.value ?? null,
      new_value: value,
      version: next.version,
      source: op.source,
      device: batch.device,
      batch: batch.batch,
      n: op.n,
      set_by: actor.staffId,
      set_at: now,
    };
    cells.set(key, next);
    acts.push(act);
    touched.set(key, act);
    replayed.set(op.n, act);
    return { n: op.n, ok: true, version: next.version, value };
  });

  if (acts.length > 0) {
    for (const rows of chunks(acts)) await trx.insertInto('cell_act').values(rows).execute();
    for (const rows of chunks([...touched.values()])) await upsertCells(trx, rows);
    await trx
      .updateTable('class_counter')
      .set({ seq: String(seq) })
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .execute();
  }
  return { seq, results };

  /** What forbids the op whatever its value is; null if nothing does. */
  function refusalOf(op: CellOp, column: SheetColumn | undefined): CellOutcome | null {
    const no = (reject: 'frozen' | 'not-assigned' | 'invalid' | 'unknown-pupil', message: string) => ({
      n: op.n,
      reject,
      message,
    });
    if (!pupils.has(op.pupilId)) {
      return no('unknown-pupil', 'Học sinh này không có trong danh sách hiện nay của lớp.');
    }
    if (!isCellItem(op.item) || !column)
      return no('invalid', `Bảng của khối ${access.grade} không có cột này.`);
    if (op.attempt > 1 && partsOf(op.item).kind !== 'mark') {
      return no('invalid', 'Chỉ điểm kiểm tra mới có lần kiểm tra lại.');
    }
    const mine = column.ownerStaffId === actor.staffId;
    if (!mine && !fillsOthers) {
      const owner = column.ownerStaffId === null ? null : names.get(column.ownerStaffId);
      return no(
        'not-assigned',
        owner ? `Cột này do ${owner} phụ trách; thầy/cô chỉ xem được.` : 'Cột này chưa phân công cho ai.',
      );
    }
    if (op.period === 'CN' && frozen.has(op.pupilId)) {
      return no(
        'frozen',
        'Học bạ của em đã chốt nên không ghi được. Muốn sửa, hãy trả lại học bạ để sửa trước.',
      );
    }
    return null;
  }

  function leavesToOwner(state: State | undefined, column: SheetColumn | undefined): boolean {
    if (batch.reach === 'own' || !state || state.value === null) return false;
    const owner = column?.ownerStaffId ?? null;
    return owner !== null && owner !== actor.staffId && state.setBy === owner;
  }
}

type ActRow = {
  school_id: string;
  class_id: string;
  seq: string;
  pupil_id: string;
  period: string;
  item: string;
  attempt: number;
  old_value: string | null;
  new_value: string | null;
  version: number;
  source: string;
  device: string;
  batch: string;
  n: number;
  set_by: string;
  set_at: Date;
};

function cellKey(of: { pupilId: string; period: string; item: string; attempt: number }): string {
  return `${of.pupilId}|${of.period}|${of.item}|${of.attempt}`;
}

function conflict(n: number, state: State, names: ReadonlyMap<string, string>): CellOutcome {
  return {
    n,
    conflict: {
      version: state.version,
      value: state.value,
      by: names.get(state.setBy) ?? 'Người khác',
      at: state.setAt.toISOString(),
    },
  };
}

/** The stored outcome, if it is the same author's same value of the same cell; else the key was used for something else. */
function replay(op: CellOp, act: ActRow, actor: Actor): CellOutcome {
  const same =
    act.set_by === actor.staffId && cellKey({ ...op }) === cellKey({ ...act, pupilId: act.pupil_id });
  if (!same)
    return { n: op.n, reject: 'invalid', message: 'Mã lần gửi này đã dùng cho ô khác; hãy tải lại trang.' };
  if (storedForm(op) !== act.new_value)
    return {
      n: op.n,
      reject: 'invalid',
      message: 'Mã lần gửi này đã dùng cho giá trị khác nên giá trị mới chưa được ghi; hãy tải lại trang.',
    };
  return { n: op.n, ok: true, version: act.version, value: act.new_value };
}

/** The value as it would be stored; undefined for one that no cell takes. */
function storedForm(op: CellOp): string | null | undefined {
  if (op.value === null) return null;
  const parsed = isCellItem(op.item) ? parseCell(op.item, op.value) : null;
  return parsed?.ok ? parsed.value || null : undefined;
}

async function earlierActs(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  batch: CellBatch,
): Promise<Map<number, ActRow>> {
  const rows = await trx
    .selectFrom('cell_act')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('batch', '=', batch.batch)
    .execute();
  return new Map(rows.map((row) => [row.n, row]));
}

async function columnsByPeriod(
  trx: Transaction<Database>,
  schoolId: string,
  access: ClassAccess,
): Promise<(period: Period) => ReadonlyMap<string, SheetColumn>> {
  const duties = await dutiesOf(trx, schoolId, access);
  const ruleSet = ruleSetFor(access.schoolYear);
  const made = new Map<Period, ReadonlyMap<string, SheetColumn>>();
  return (period) => {
    const known = made.get(period);
    if (known) return known;
    const fresh = new Map(columnsOf(ruleSet, access.grade, period, duties).map((c) => [c.item as string, c]));
    made.set(period, fresh);
    return fresh;
  };
}

async function currentCells(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  ops: readonly CellOp[],
): Promise<Map<string, State>> {
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

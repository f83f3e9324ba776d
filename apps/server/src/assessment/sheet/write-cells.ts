import { type CellItem, isCellItem, parseCell } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { ClassAccess } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { lockClass } from '../../roster/class-lock.ts';
import type { Database } from '../../store/tables.ts';
import { staffNames } from '../periods/class-data.ts';
import type { SheetColumn } from '../periods/columns.ts';
import { loadGuards, type OpRefusal } from './cell-guards.ts';
import {
  type ActRow,
  type CellOp,
  type CellState,
  cellKey,
  currentCells,
  earlierActs,
  storeActs,
} from './cell-rows.ts';

export type { CellOp } from './cell-rows.ts';

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
  | ({ readonly n: number } & OpRefusal);

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
  const replayed = await earlierActs(trx, schoolId, classId, batch.batch);
  const names = await staffNames(trx, schoolId);
  const fillsOthers =
    (batch.reach === 'classImport' && access.isHomeroomTeacher) ||
    (batch.reach === 'schoolImport' && actor.roles.includes('clerk'));
  const asked = new Set(batch.ops.map((op) => op.period));
  const guards = await loadGuards(trx, actor, access, fillsOthers, asked, names, vietnamDay(now));
  const cells = await currentCells(trx, schoolId, classId, batch.ops);

  const acts: ActRow[] = [];
  const results = batch.ops.map((op): CellOutcome => {
    const earlier = replayed.get(op.n);
    if (earlier) return replay(op, earlier, actor);
    const refused = guards.refusalOf(op);
    if (refused) return { n: op.n, ...refused };
    const item = op.item as CellItem;
    const parsed = op.value === null ? null : parseCell(item, op.value);
    if (parsed && !parsed.ok) return { n: op.n, reject: 'invalid', message: parsed.message };
    const value = parsed === null || parsed.value === '' ? null : parsed.value;
    const key = cellKey(op);
    const state = cells.get(key);
    if ((state?.version ?? 0) !== op.base || leavesToOwner(state, guards.column(op))) {
      if (state && state.value === value) return { n: op.n, ok: true, version: state.version, value };
      if (state) return conflict(op.n, state, names);
      return { n: op.n, reject: 'invalid', message: 'Ô này chưa có ai ghi; hãy tải lại bảng rồi ghi lại.' };
    }
    if ((state?.value ?? null) === value) return { n: op.n, ok: true, version: state?.version ?? 0, value };
    seq += 1;
    const next: CellState = { version: (state?.version ?? 0) + 1, value, setBy: actor.staffId, setAt: now };
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
    replayed.set(op.n, act);
    return { n: op.n, ok: true, version: next.version, value };
  });

  await storeActs(trx, acts, seq);
  return { seq, results };

  function leavesToOwner(state: CellState | undefined, column: SheetColumn | undefined): boolean {
    if (batch.reach === 'own' || !state || state.value === null) return false;
    const owner = column?.ownerStaffId ?? null;
    return owner !== null && owner !== actor.staffId && state.setBy === owner;
  }
}

function conflict(n: number, state: CellState, names: ReadonlyMap<string, string>): CellOutcome {
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

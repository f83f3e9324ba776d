import type { CellAct } from './act-chain.ts';

/** A cell of a class's table as it stands now. */
export interface CellState {
  readonly pupil: string;
  readonly period: string;
  readonly item: string;
  readonly attempt: number;
  readonly value: string | null;
  readonly version: number;
}

/** A cell that is not what its acts made of it. */
export interface CellFault {
  readonly code: /** The cell holds another value or version than its last act gave it. */
    | 'cell-differs'
    /** A cell with a value that no act ever set. */
    | 'cell-without-act'
    /** A cell that was set, and is not there. */
    | 'cell-missing'
    /** An act that does not start from what the acts before it made. */
    | 'act-does-not-follow';
  readonly pupil: string;
  readonly period: string;
  readonly item: string;
  readonly attempt: number;
  /** The act concerned; 0 when there is none. */
  readonly seq: number;
}

type Place = Pick<CellState, 'pupil' | 'period' | 'item' | 'attempt'>;

/** Lengths first, so that no two places have one key. */
function keyOf({ pupil, period, item, attempt }: Place): string {
  return `${pupil.length} ${period.length} ${item.length} ${attempt} ${pupil}${period}${item}`;
}

function fault(code: CellFault['code'], cell: Place, seq: number): CellFault {
  const { pupil, period, item, attempt } = cell;
  return { code, pupil, period, item, attempt, seq };
}

/**
 * Holds the cells of a class against its acts (a chain that `verifyChain` accepted): every cell must be the result of its last act, and
 * every act must start from the result of the one before. So a mark that was changed behind the application is found before it is
 * frozen and signed.
 * @returns all faults, in the order of the acts, then of the cells
 */
export function checkCells(acts: readonly CellAct[], cells: readonly CellState[]): CellFault[] {
  const results = new Map<string, CellAct>();
  const faults: CellFault[] = [];
  for (const act of acts) {
    const key = keyOf(act);
    const before = results.get(key);
    const follows = act.oldValue === (before?.newValue ?? null) && act.version === (before?.version ?? 0) + 1;
    if (!follows) faults.push(fault('act-does-not-follow', act, act.seq));
    results.set(key, act);
  }
  for (const cell of cells) {
    const key = keyOf(cell);
    const last = results.get(key);
    results.delete(key);
    if (last === undefined) faults.push(fault('cell-without-act', cell, 0));
    else if (cell.value !== last.newValue || cell.version !== last.version) {
      faults.push(fault('cell-differs', cell, last.seq));
    }
  }
  for (const act of results.values()) faults.push(fault('cell-missing', act, act.seq));
  return faults;
}

import type { ChainHead } from '@hocba/ledger';
import { type ActsRoom, type StoredActs, storedActs } from '@hocba/ledger/node';
import {
  type Copied,
  type CopiedRow,
  type Copies,
  integerIn,
  millisIn,
  quoted,
} from '../../../store/copy-out.ts';

const ACTS = `seq, pupil_id::text, period, item, attempt::int8, old_value, new_value, version::int8, source, device, batch,
  n::int8, set_by::text, set_at, chain`;
const SET_AT = 13;
const CELLS = 'pupil_id::text, period, item, attempt::int8, value, version::int8';

/** A class and the heads of its chain that are known from elsewhere. */
export interface AnchoredClass {
  readonly classId: string;
  readonly anchors: readonly ChainHead[];
}

/**
 * Goes over all acts and cells of some classes as their octets come from the database, as of one moment: the same checks as `verifyChain`,
 * `checkCells` and the class's counter make, told by a yes alone.
 *
 * @param room of nobody else until it returns; one class after the other is gone through in it
 * @returns of each class, in their order, how many acts there are, or null where anything at all is not as it must be: then who names it has
 * to look closer
 */
export async function actsOfWholeClasses(
  copies: Copies,
  room: ActsRoom,
  schoolId: string,
  classes: readonly AnchoredClass[],
): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  await copies.read(
    schoolId,
    classes.flatMap((one) => queriesOf(room, schoolId, one, (whole) => found.push(whole))),
  );
  return found;
}

/** @param found told once, at the class's end, which every class has: its counter, or that there is none */
function queriesOf(
  room: ActsRoom,
  schoolId: string,
  { classId, anchors }: AnchoredClass,
  found: (whole: number | null) => void,
): Copied[] {
  // The room is the class's before until its first row.
  let judged: StoredActs | null = null;
  const begun = (): StoredActs => {
    judged ??= storedActs(room, { school: schoolId, classId }, anchors);
    return judged;
  };
  let holds = true;
  const where = `where school_id = ${quoted([schoolId])} and class_id = ${quoted([classId])}`;
  return [
    {
      query: `select ${ACTS} from cell_act ${where} order by cell_act.seq`,
      columns: 15,
      row(row: CopiedRow) {
        holds &&= begun().act(row, millisIn(row, SET_AT));
      },
    },
    {
      query: `select ${CELLS} from cell ${where}`,
      columns: 6,
      row(row: CopiedRow) {
        holds &&= begun().cell(row);
      },
    },
    {
      query: `select coalesce((select seq from class_counter ${where}), 0)`,
      columns: 1,
      row(row: CopiedRow) {
        const { seq } = begun();
        found(holds && begun().isWhole() && integerIn(row, 0) === seq ? seq : null);
      },
    },
  ];
}

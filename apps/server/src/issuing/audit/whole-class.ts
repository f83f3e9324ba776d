import type { ChainHead } from '@hocba/ledger';
import { type ActsRoom, storedActs } from '@hocba/ledger/node';
import { type Copies, integerIn, millisIn, quoted } from '../../store/copy-out.ts';

const ACTS = `seq, pupil_id::text, period, item, attempt::int8, old_value, new_value, version::int8, source, device, batch,
  n::int8, set_by::text, set_at, chain`;
const SET_AT = 13;
const CELLS = 'pupil_id::text, period, item, attempt::int8, value, version::int8';

/**
 * Goes over all acts and cells of a class as their octets come from the database: the same checks as `verifyChain`, `checkCells` and
 * the class's counter make, told by a yes alone.
 *
 * @param room of nobody else until it returns
 * @param anchors heads of the class's chain that are known from elsewhere
 * @returns how many acts there are, or null where anything at all is not as it must be: then who names it has to look closer
 */
export async function actsOfWholeClass(
  copies: Copies,
  room: ActsRoom,
  schoolId: string,
  classId: string,
  anchors: readonly ChainHead[],
): Promise<number | null> {
  const judged = storedActs(room, { school: schoolId, classId }, anchors);
  let holds = true;
  let counted = 0;
  const where = `where school_id = ${quoted([schoolId])} and class_id = ${quoted([classId])}`;
  await copies.read(schoolId, [
    {
      query: `select ${ACTS} from cell_act ${where} order by cell_act.seq`,
      columns: 15,
      row(row) {
        holds &&= judged.act(row, millisIn(row, SET_AT));
      },
    },
    {
      query: `select ${CELLS} from cell ${where}`,
      columns: 6,
      row(row) {
        holds &&= judged.cell(row);
      },
    },
    {
      query: `select seq from class_counter ${where}`,
      columns: 1,
      row(row) {
        counted = integerIn(row, 0);
      },
    },
  ]);
  return holds && judged.isWhole() && counted === judged.seq ? judged.seq : null;
}

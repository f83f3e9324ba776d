import type { ChainHead } from '@hocba/ledger';
import { storedTrail } from '@hocba/ledger/node';
import { type Copies, integerIn, millisIn, octetsIn, quoted, textIn } from '../../../store/copy-out.ts';
import { heldRow, NOTED_TABLE_NAMES, notedRows, ROW_ACT, ROW_TEXT } from '../../../store/noted-rows.ts';
import { type NamedRow, RowNotes } from '../rows/rows.ts';

const EVENTS = `seq, event_id::text, at, account_id::text, role, act, object, outcome, address, chain`;
const AT = 2;
const ACT = 5;
const OBJECT = 6;
const OUTCOME = 7;
/** How a migration notes what it finds in a table that is noted from then on. */
const FOUND = 'found';

/** A school's audit trail as its octets come from the database, and the rows that it notes, all as of one moment. */
export interface CopiedTrail {
  /** How many events there are, or null where anything at all is not as it must be: then who names it has to look closer. */
  readonly whole: number | null;
  readonly noted: RowNotes;
  /** Table by table. */
  readonly rows: readonly (readonly NamedRow[])[];
}

/**
 * Goes over all events of a school: the same checks as `verifyTrail` makes, told by a yes alone, with the school's counter met exactly.
 *
 * @param anchors heads of the trail that are known from elsewhere
 */
export async function copyTrail(
  copies: Copies,
  schoolId: string,
  anchors: readonly ChainHead[],
): Promise<CopiedTrail> {
  const judged = storedTrail(schoolId, anchors);
  const noted = new RowNotes();
  const rows = NOTED_TABLE_NAMES.map((): NamedRow[] => []);
  let holds = true;
  let counted: ChainHead | null = null;
  const where = `where school_id = ${quoted([schoolId])}`;
  await copies.read(schoolId, [
    {
      query: `select ${EVENTS} from audit_event ${where} order by audit_event.seq`,
      columns: 10,
      row(row) {
        holds &&= judged.event(row, millisIn(row, AT));
        if (row.lengths[ACT] === ROW_ACT.length && textIn(row, ACT) === ROW_ACT)
          noted.add(
            textIn(row, OBJECT),
            row.lengths[OUTCOME] === FOUND.length && textIn(row, OUTCOME) === FOUND,
          );
        else noted.other();
      },
    },
    ...NOTED_TABLE_NAMES.map((table, n) => ({
      query: `select ${ROW_TEXT} from ${notedRows(table)} t ${where}`,
      columns: 1,
      row(row: Parameters<typeof textIn>[0]) {
        const { name, digest } = heldRow(table, textIn(row, 0));
        rows[n]?.push({ name, digest });
      },
    })),
    {
      query: `select seq, chain from audit_trail ${where}`,
      columns: 2,
      row(row) {
        counted = { seq: integerIn(row, 0), hash: octetsIn(row, 1) };
      },
    },
  ]);
  const { seq, hash } = (counted as ChainHead | null) ?? { seq: -1, hash: new Uint8Array(0) };
  return { whole: holds && judged.endsWith(seq, hash) ? judged.seq : null, noted, rows };
}

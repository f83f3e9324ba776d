import { nodeEd25519 } from '@hocba/ledger/node';
import { type Grade, isCellItem, parseCell } from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import { verifyFile } from '@hocba/verify';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import { cellsFor } from '../../../roster/transfers/record-file.ts';
import { yearsIn } from '../../../roster/transfers/stated-years.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';

/** Of results to date what is looked at here. */
const Results = z.object({
  periods: z
    .array(
      z.object({ period: z.string(), cells: z.array(z.object({ item: z.string(), value: z.string() })) }),
    )
    .optional(),
});

interface Arrived {
  readonly transfer_id: string;
  readonly pupil_id: string;
  readonly class_id: string;
  readonly school_year: string;
  readonly grade: number;
  /** By period and item, as cells have them. */
  readonly stated: ReadonlyMap<string, string>;
}

/**
 * Holds what a pupil brought along against where it came from: every cell that was set by a transfer against what the transfer states, and that against
 * the record that the pupil came with. Rows, file and acts are each as they were noted or chained, or named elsewhere; here it is that they say the same.
 */
export async function auditTransfers(
  deps: { readonly db: Kysely<Database>; readonly crypto: CryptoPort; readonly begun: Date },
  schoolId: string,
  notes: AuditNotes,
): Promise<void> {
  const { arrived, acts, withFile } = await inSnapshot(deps.db, schoolId, async (trx) => {
    const its = await arrivals(trx, schoolId);
    return { arrived: its, acts: await actsOf(trx, schoolId, its), withFile: await filed(trx, schoolId) };
  });
  for (const act of acts) {
    const { class_id, pupil_id, period, item, attempt, new_value } = act;
    const one = arrived.get(act.batch);
    const same =
      one !== undefined && one.pupil_id === pupil_id && one.stated.get(`${period} ${item}`) === new_value;
    if (!same)
      notes.problem('cell', [class_id, pupil_id, period, item, attempt].join('/'), 'differs-from-transfer');
  }
  for (const transferId of withFile) {
    const one = arrived.get(transferId);
    if (one !== undefined && (await differsFromFile(deps, schoolId, one)))
      notes.problem('row', `${transferId} transfer_file -`, 'differs-from-transfer');
  }
}

async function arrivals(trx: Transaction<Database>, schoolId: string): Promise<ReadonlyMap<string, Arrived>> {
  const rows = await trx
    .selectFrom('transfer as t')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 't.school_id').onRef('c.class_id', '=', 't.class_id'),
    )
    .select(['t.transfer_id', 't.pupil_id', 't.class_id', 't.results', 'c.school_year', 'c.grade'])
    .where('t.school_id', '=', schoolId)
    .where('t.direction', '=', 'in')
    .orderBy('t.transfer_id')
    .execute();
  return new Map(
    rows.map(({ results, ...row }) => {
      // What is no such thing states nothing, and ends no audit.
      const { periods = [] } = Results.safeParse(results).data ?? {};
      const stated = periods.flatMap(({ period, cells }) =>
        cells.map(({ item, value }): [string, string] => [`${period} ${item}`, asCell(item, value)]),
      );
      return [row.transfer_id, { ...row, stated: new Map(stated) }];
    }),
  );
}

function asCell(item: string, value: string): string {
  const read = isCellItem(item) ? parseCell(item, value) : null;
  return read?.ok ? read.value : value;
}

async function actsOf(trx: Transaction<Database>, schoolId: string, arrived: ReadonlyMap<string, Arrived>) {
  if (arrived.size === 0) return [];
  return (
    trx
      .selectFrom('cell_act')
      .select(['class_id', 'pupil_id', 'period', 'item', 'attempt', 'new_value', 'batch'])
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', [...new Set([...arrived.values()].map(({ class_id }) => class_id))])
      .where('source', '=', 'transfer')
      // Those of a pupil who changed the class are another class's cells.
      .where('batch', 'in', [...arrived.keys()])
      .orderBy('class_id')
      .orderBy('seq')
      .execute()
  );
}

async function filed(trx: Transaction<Database>, schoolId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('transfer_file')
    .select('transfer_id')
    .where('school_id', '=', schoolId)
    .orderBy('transfer_id')
    .execute();
  return rows.map(({ transfer_id }) => transfer_id);
}

/** Of a record of the year that the pupil came in: one of an earlier year is a row of its own, and holds no cells. */
async function differsFromFile(
  { db, crypto, begun }: Parameters<typeof auditTransfers>[0],
  schoolId: string,
  { transfer_id, school_year, grade, stated }: Arrived,
): Promise<boolean> {
  const file = await inSnapshot(db, schoolId, (trx) =>
    trx
      .selectFrom('transfer_file')
      .select(['file_name', 'bytes'])
      .where('school_id', '=', schoolId)
      .where('transfer_id', '=', transfer_id)
      .executeTakeFirst(),
  );
  if (file === undefined) return false;
  const ports = { crypto, ed25519: nodeEd25519, now: () => begun };
  const years = yearsIn(await verifyFile({ name: file.file_name, bytes: file.bytes }, null, ports));
  if (years.length === 0) return true;
  const year = years.find(({ schoolYear }) => schoolYear === school_year);
  if (year === undefined) return false;
  return cellsFor(year, school_year, grade as Grade).taken.some(({ item, value }) => {
    const read = isCellItem(item) ? parseCell(item, value) : null;
    return read?.ok === true && read.value !== '' && stated.get(`CN ${item}`) !== read.value;
  });
}

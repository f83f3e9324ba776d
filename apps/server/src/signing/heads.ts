import { type RecordDocument, readRecord } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../store/tables.ts';

/** What lists show of a record, as its own bytes say it and not as tables say it today. */
export interface RecordHead {
  readonly pupilCode: string;
  readonly fullName: string;
  readonly className: string;
  readonly schoolYear: string;
}

/** A record's bytes never change, so what was read of them stays right; the oldest go first. */
const known = new Map<string, RecordHead>();
const MOST = 5000;

/** Heads of records by id. */
export async function headsOf(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordHead>> {
  const missing = recordIds.filter((id) => !known.has(keyOf(schoolId, id)));
  if (missing.length > 0) {
    const rows = await trx
      .selectFrom('record')
      .select(['record_id', 'frozen_xml', 'annex'])
      .where('school_id', '=', schoolId)
      .where('record_id', 'in', missing)
      .execute();
    for (const row of rows) {
      if (known.size >= MOST) known.delete(known.keys().next().value ?? '');
      known.set(keyOf(schoolId, row.record_id), headOf(readRecord(row.frozen_xml, row.annex).doc));
    }
  }
  return new Map(
    recordIds.flatMap((id) => {
      const head = known.get(keyOf(schoolId, id));
      return head ? [[id, head]] : [];
    }),
  );
}

function keyOf(schoolId: string, recordId: string): string {
  return `${schoolId}/${recordId}`;
}

function headOf(doc: RecordDocument): RecordHead {
  return {
    pupilCode: doc.pupil.pupilCode,
    fullName: doc.pupil.fullName,
    className: doc.className,
    schoolYear: doc.schoolYear,
  };
}

import type { FormInput } from '@hocba/form';
import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { loadRecords, type StoredRecord } from '../../signing/records/records.ts';
import { statusOf } from '../../signing/records/state.ts';
import { picturesWhenSigned } from '../../signing/signers/pictures.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { issuedRecord } from '../issue/issued.ts';
import { issuedSheet, type SheetDeps } from '../prints/issued-sheet.ts';

/** Of the records, those that are issued and stand: neither recalled nor replaced. */
export function standing(records: readonly StoredRecord[]): StoredRecord[] {
  return records.filter(({ facts }) => statusOf(facts) === 'issued');
}

/** The records of a pupil of the school that are issued and stand, one a year. */
export async function standingOfPupil(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId: string,
): Promise<StoredRecord[]> {
  const rows = await trx
    .selectFrom('record')
    .select('record_id')
    .where('school_id', '=', schoolId)
    .where('pupil_id', '=', pupilId)
    .execute();
  return standing(
    await loadRecords(trx, schoolId, {
      recordIds: rows.map((row) => row.record_id),
    }),
  );
}

/** An issued record's year in a book. Books are not signed as files. @throws Refusal `not-issued` */
export async function yearOf(
  deps: SheetDeps,
  schoolId: string,
  recordId: string,
  facts: Parameters<typeof issuedSheet>[1],
): Promise<FormInput> {
  const [issued, pictures] = await inSchool(deps.db, schoolId, async (trx) => [
    await issuedRecord(trx, schoolId, recordId, deps.logHost),
    await picturesWhenSigned(trx, schoolId, recordId),
  ]);
  if (issued === null) throw new Refusal('not-issued');
  return issuedSheet(issued.xml, facts, null, pictures);
}

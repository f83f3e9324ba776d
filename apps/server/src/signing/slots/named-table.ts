import { createHash } from 'node:crypto';
import {
  CLASS_TABLE_FORMAT,
  classTableContents,
  RecordReadError,
  readClassTable,
  readRecord,
  type SignedFile,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { RecordParts, StoredSigned } from '../records/records.ts';
import { RecordUntrusted } from './verify-slots.ts';

/** Digests of class tables as they are stored, by id; a table that cannot be read has none. */
export async function tableDigests(
  trx: Kysely<Database>,
  schoolId: string,
  records: readonly Pick<StoredSigned, 'tableId'>[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(records.flatMap(({ tableId }) => tableId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('record')
    .select(['record_id', 'frozen_xml'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', ids)
    .where('profile', '=', CLASS_TABLE_FORMAT)
    .execute();
  return new Map(
    rows.flatMap(({ record_id, frozen_xml }): [string, string][] => {
      try {
        const contents = classTableContents(readClassTable(frozen_xml));
        return [[record_id, createHash('sha256').update(contents).digest('hex')]];
      } catch (error) {
        if (error instanceof RecordReadError) return [];
        throw error;
      }
    }),
  );
}

/**
 * That the table which a record stands on still says what the record names it by: nobody signs or issues a record on a
 * table that was changed behind the application.
 *
 * @throws RecordUntrusted `table-differs`
 */
export function requireNamedTable(
  { tableId }: Pick<StoredSigned, 'tableId'>,
  file: SignedFile,
  digests: ReadonlyMap<string, string>,
): void {
  const named = file.kind === 'record' ? file.read.doc.classTable : undefined;
  if (tableId === null && named === undefined) return;
  if (tableId === null || named?.uuid !== tableId || digests.get(tableId) !== named.digest)
    throw new RecordUntrusted('table-differs');
}

/** The same before a signature, out of the record's frozen bytes. @throws RecordUntrusted; RecordReadError */
export function requireStoredTable(
  record: StoredSigned,
  parts: RecordParts,
  digests: ReadonlyMap<string, string>,
): void {
  if (record.tableId === null) return;
  const read = readRecord(parts.frozenXml, parts.annex);
  requireNamedTable(record, { kind: 'record', format: read.profile.id, read }, digests);
}

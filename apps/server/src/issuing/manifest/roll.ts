import type { NoRecordReason } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { loadRecords, type StoredRecord } from '../../signing/records/records.ts';
import { STATUS_TEXT, statusOf } from '../../signing/records/state.ts';
import type { Database } from '../../store/tables.ts';

/** One pupil of the class's roll at the close of a year, those who left included. */
export interface RollPupil {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly fullName: string;
  readonly leftOn: string | null;
  /** The record in force, by its leaf. */
  readonly issued: {
    readonly recordId: string;
    readonly index: number;
    readonly leafHash: Uint8Array;
  } | null;
  /** What keeps the year open for this pupil: a record on its way, or a leaf without a number. */
  readonly obstacle: string | null;
}

/** Every pupil who was in the class, in the order of the roll. */
export async function classRoll(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<RollPupil[]> {
  return rollOver(trx, schoolId, classId, await loadRecords(trx, schoolId, { classId }));
}

/** The same, over the class's records where these are loaded already. */
export async function rollOver(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  classRecords: readonly StoredRecord[],
): Promise<RollPupil[]> {
  const pupils = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['e.pupil_id', 'p.pupil_code', 'p.full_name', 'e.left_on'])
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .orderBy('e.ordinal')
    .execute();
  const records = Map.groupBy(classRecords, (record) => record.pupilId);
  const leaves = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .leftJoin('believed_leaf as b', 'b.leaf_hash', 'i.leaf_hash')
    .select(['i.record_id', 'i.leaf_hash', 'b.leaf_index'])
    .where('i.school_id', '=', schoolId)
    .where('r.class_id', '=', classId)
    .execute();
  const leafOf = new Map(leaves.map((row) => [row.record_id, row]));
  const roll: RollPupil[] = [];
  for (const row of pupils) {
    let issued: RollPupil['issued'] = null;
    let obstacle: string | null = null;
    for (const record of records.get(row.pupil_id) ?? []) {
      const status = statusOf(record.facts);
      if (status === 'issued') {
        const leaf = leafOf.get(record.recordId);
        if (leaf === undefined || leaf.leaf_index === null)
          obstacle = 'Đang chờ nhật ký công khai nhận học bạ này';
        else issued = { recordId: record.recordId, index: Number(leaf.leaf_index), leafHash: leaf.leaf_hash };
      } else if (status !== 'thawed' && status !== 'recalled' && status !== 'replaced') {
        obstacle = STATUS_TEXT[status];
      }
    }
    roll.push({
      pupilId: row.pupil_id,
      pupilCode: row.pupil_code,
      fullName: row.full_name,
      leftOn: row.left_on,
      issued: obstacle === null ? issued : null,
      obstacle,
    });
  }
  return roll;
}

/** Why a pupil has no record, as the homeroom teacher says it. */
export interface NoRecord {
  readonly pupilId: string;
  readonly reason: NoRecordReason;
  readonly note: string;
}

import { AppendError, withoutUnsignedProperties } from '@hocba/signature';
import { CanonicalXmlError } from '@hocba/xml';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';

/**
 * Signatures that have got a level while their record is on its way. They stand here until the record is issued, whose
 * bytes then hold them: a slot itself is never written again.
 */
export interface RaisedSlot {
  readonly recordId: string;
  readonly slotId: string;
  /** Canonical `<Signature>` with its unsigned properties. */
  readonly signature: Uint8Array;
}

export async function keepRaised(
  trx: Kysely<Database>,
  schoolId: string,
  row: RaisedSlot,
  timestamps: number,
): Promise<void> {
  const signature = Buffer.from(row.signature);
  await trx
    .insertInto('raised_slot')
    .values({ school_id: schoolId, record_id: row.recordId, slot_id: row.slotId, signature, timestamps })
    .onConflict((oc) =>
      oc
        .columns(['school_id', 'record_id', 'slot_id'])
        .doUpdateSet({ signature, timestamps: sql`raised_slot.timestamps + ${timestamps}` }),
    )
    .execute();
}

export async function raisedSlots(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<RaisedSlot[]> {
  const rows = await trx
    .selectFrom('raised_slot')
    .select(['record_id', 'slot_id', 'signature'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .execute();
  return rows.map((row) => ({ recordId: row.record_id, slotId: row.slot_id, signature: row.signature }));
}

/** The signature with the level that is kept for it; as it is where there is none, or one of another signature. */
export async function raisedOver(
  trx: Kysely<Database>,
  schoolId: string,
  slot: Pick<RaisedSlot, 'recordId' | 'slotId'>,
  signature: Uint8Array,
): Promise<Uint8Array> {
  const rows = await raisedSlots(trx, schoolId, [slot.recordId]);
  const raised = rows.find(({ slotId }) => slotId === slot.slotId);
  return raised !== undefined && isRaisedFrom(raised.signature, signature) ? raised.signature : signature;
}

/** True if the one differs from the other in unsigned properties alone: whoever changes a row gains nothing. */
export function isRaisedFrom(raised: Uint8Array, signature: Uint8Array): boolean {
  try {
    return Buffer.compare(withoutUnsignedProperties(raised), signature) === 0;
  } catch (error) {
    if (error instanceof AppendError || error instanceof CanonicalXmlError) return false;
    throw error;
  }
}

/** Takes the rows of a record that is issued now out again. @returns timestamps that were obtained for it */
export async function takeRaised(trx: Kysely<Database>, schoolId: string, recordId: string): Promise<number> {
  const rows = await trx
    .deleteFrom('raised_slot')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .returning('timestamps')
    .execute();
  return rows.reduce((sum, row) => sum + row.timestamps, 0);
}

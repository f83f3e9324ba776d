import { CLASS_TABLE_FORMAT, isClassTable } from '../class-table/document.ts';
import { type ReadClassTable, readClassTable, tableSlotPlansOf } from '../class-table/read.ts';
import { insertTableSlots, TABLE_SLOTS } from '../class-table/slots.ts';
import type { Profile } from '../profile/profile.ts';
import { profileById } from '../profile/profiles.ts';
import { insertSlots, type PlannedSlot, type SlotContent } from '../xml/insert.ts';
import { type ReadRecord, readRecord, slotPlansOf } from '../xml/read.ts';
import type { SlotPlan } from '../xml/slots.ts';

/** What a school signs slot by slot and issues: a pupil's record, or a class's table. Told apart by their own bytes. */
export type SignedFile =
  | { readonly kind: 'record'; readonly format: string; readonly read: ReadRecord }
  | {
      readonly kind: 'classTable';
      readonly format: typeof CLASS_TABLE_FORMAT;
      readonly read: ReadClassTable;
    };

/** What is the same of all formats for who signs in them. */
export type SignedFormat = Pick<Profile, 'id' | 'slots' | 'signingTimeNamespace'>;

const TABLE_FORMAT: SignedFormat = {
  id: CLASS_TABLE_FORMAT,
  slots: TABLE_SLOTS,
  signingTimeNamespace: 'urn:hocba:signing-time:1',
};

/** A profile of records or the format of class tables; undefined for an id that nobody knows. */
export function signedFormat(id: string): SignedFormat | undefined {
  return id === CLASS_TABLE_FORMAT ? TABLE_FORMAT : profileById(id);
}

/**
 * Reads either strictly.
 * @param annex as for `readRecord`; a table has none
 * @throws RecordReadError
 */
export function readSignedFile(xml: Uint8Array, annex?: Uint8Array): SignedFile {
  if (isClassTable(xml)) return { kind: 'classTable', format: CLASS_TABLE_FORMAT, read: readClassTable(xml) };
  const read = readRecord(xml, annex);
  return { kind: 'record', format: read.profile.id, read };
}

/** What each slot present must reference and who must have signed it, in the order of signing. */
export function signedPlansOf(file: SignedFile): SlotPlan[] {
  return file.kind === 'record' ? slotPlansOf(file.read) : tableSlotPlansOf(file.read);
}

/**
 * Puts the next slots in, in the order of signing; every byte that stood before stands after it.
 * @throws RecordWriteError; CanonicalXmlError for bytes that are not canonical
 */
export function insertSignedSlots(xml: Uint8Array, slots: readonly PlannedSlot[]): Uint8Array {
  return isClassTable(xml) ? insertTableSlots(xml, slots) : insertSlots(xml, slots);
}

/** `insertSignedSlots` of one. */
export function insertSignedSlot(xml: Uint8Array, plan: SlotPlan, slot: SlotContent): Uint8Array {
  return insertSignedSlots(xml, [{ plan, slot }]);
}

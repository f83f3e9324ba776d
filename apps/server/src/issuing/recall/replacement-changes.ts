import {
  CELL_ITEMS,
  type CellItem,
  isCellItem,
  itemName,
  motherNameOf,
  parseCell,
  type RecordDocument,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Change } from '../../access/approval/kinds.ts';
import type { Deps } from '../../access/binding.ts';
import { requireRecordStaff } from '../../access/objects.ts';
import { seesWholeClass } from '../../assessment/sheet/sheet.ts';
import type { recordFields as fieldsRoute } from '../../http/api/issuing.ts';
import { Refusal } from '../../refusal.ts';
import { factsOf } from '../../roster/identity-check.ts';
import { identityStated, issuedDocument, statedOrOpen } from '../../signing/freeze/stated.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

/** A cell of an issued record and what it is to say instead, as it was typed. */
export interface Correction {
  readonly item: string;
  readonly value: string;
}

/**
 * What a replacement would say otherwise than the issued record: the cells that are named with their new values, and what the
 * pupil's civil status has become since.
 *
 * @returns in the order of the form, identity first; null where the stored bytes cannot be read
 * @throws Refusal `invalid-input` for a cell that such a record has not, is named twice, or a value that it does not take or has
 */
export async function changesOfReplacement(
  trx: Kysely<Database>,
  schoolId: string,
  { recordId, pupilId }: { readonly recordId: string; readonly pupilId: string },
  corrections: readonly Correction[],
): Promise<readonly Change[] | null> {
  const doc = await issuedDocument(trx, schoolId, recordId);
  if (doc === null) return null;
  return [...(await identityChanges(trx, schoolId, pupilId, doc)), ...cellChanges(doc, corrections)];
}

/**
 * The cells that an issued record states or lacks, for who names what is wrong in it.
 * @throws Refusal `not-found`, `not-allowed`, `not-issued` also for a class's table
 */
export async function recordFields(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  recordId: string,
): Promise<z.input<typeof fieldsRoute.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireRecordStaff(trx, actor, recordId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const doc = await issuedDocument(trx, schoolId, recordId);
    if (doc === null) throw new Refusal('not-issued');
    return {
      fields: CELL_ITEMS.flatMap((item) => {
        const value = statedOrOpen(doc, item);
        return value === null ? [] : [{ item, name: itemName(item), value }];
      }),
    };
  });
}

function cellChanges(doc: RecordDocument, corrections: readonly Correction[]): Change[] {
  const wrong: string[] = [];
  const changed = new Map<CellItem, Change>();
  for (const { item, value } of corrections) {
    const before = isCellItem(item) ? statedOrOpen(doc, item) : null;
    if (!isCellItem(item) || before === null || changed.has(item)) {
      wrong.push('Có ô không có trong học bạ này hoặc được nêu hai lần.');
      continue;
    }
    const parsed = parseCell(item, value);
    if (!parsed.ok) wrong.push(parsed.message);
    else if (parsed.value === before) wrong.push(`${itemName(item)}: giá trị mới giống giá trị đang ghi.`);
    else changed.set(item, { what: itemName(item), before, after: parsed.value });
  }
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
  return CELL_ITEMS.flatMap((item) => changed.get(item) ?? []);
}

async function identityChanges(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId: string,
  { pupil: said }: RecordDocument,
): Promise<Change[]> {
  const row = await trx
    .selectFrom('pupil')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('pupil_id', '=', pupilId)
    .executeTakeFirst();
  if (row === undefined) return [];
  const now = factsOf(row);
  const after = identityStated({ ...now, motherName: motherNameOf(now) ?? '' });
  return identityStated(said).flatMap(({ what, value: before }, n): Change[] => {
    const value = after[n]?.value ?? '';
    return before === value ? [] : [{ what, before, after: value }];
  });
}

import type { Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { lockClass } from '../class-lock.ts';
import { touchesIssuedCivilStatus } from '../identity.ts';
import { afterIssue } from '../pupils.ts';
import { recordWaits } from '../transfers/place.ts';
import type { Values } from './stored.ts';

/** In one order for all: a freeze under way holds its class, and reads either what was before or what comes after. */
export async function lockClassesOf(
  trx: Transaction<Database>,
  schoolId: string,
  pupilIds: readonly string[],
): Promise<void> {
  if (pupilIds.length === 0) return;
  const rows = await trx
    .selectFrom('enrolment')
    .select('class_id')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('pupil_id', 'in', [...pupilIds])
    .where('left_on', 'is', null)
    .orderBy('class_id')
    .execute();
  for (const { class_id } of rows) await lockClass(trx, schoolId, class_id);
}

/**
 * Why a list may not change a pupil's facts now, whatever its preview saw; null where it may. The caller holds the pupil's row
 * and class.
 * @param change what is stored now, and what would be
 */
export async function closedToLists(
  trx: Transaction<Database>,
  schoolId: string,
  { pupilId, pupilCode }: { readonly pupilId: string; readonly pupilCode: string },
  change: { readonly before: Values; readonly after: Values },
): Promise<string | null> {
  if (await recordWaits(trx, schoolId, { pupilId }))
    return `Mã học sinh ${pupilCode}: học bạ đã chốt và đang chờ ký nên không sửa được lý lịch.`;
  return (await touchesIssuedCivilStatus(trx, schoolId, pupilId, change)) ? afterIssue(pupilCode) : null;
}

import { cleanText, mayFollow } from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { addStatus, newestStatuses, statusName } from '../status.ts';
import { lockPupil } from './leaving.ts';
import { join, leave, placeOf, requireDay } from './place.ts';

/**
 * Pauses a pupil's schooling, ends the pause, or notes that the pupil is gone. Who pauses keeps the place in the class;
 * who is gone leaves it from that day, and comes back into a class that is named.
 * @throws Refusal `not-found`, `invalid-input`
 */
export async function setStatus(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string } & z.output<typeof api.setStatus.body>,
): Promise<{ status: string }> {
  const { schoolId } = actor;
  const { pupilId, status, onDate } = input;
  return inSchool(deps.db, schoolId, async (trx) => {
    await lockPupil(trx, schoolId, pupilId);
    const before = (await newestStatuses(trx, schoolId, pupilId)).get(pupilId);
    const now = before?.status ?? 'studying';
    if (!mayFollow(now, status)) {
      throw new Refusal('invalid-input', [
        `Em đang ở trạng thái “${statusName(now)}” nên không ghi được “${statusName(status)}”.`,
      ]);
    }
    let place = await placeOf(trx, schoolId, pupilId);
    requireDay(onDate, deps.now(), later(place?.arrivedOn, before?.since));
    if (status === 'returned' && place === null) {
      if (input.toClassId === undefined) throw new Refusal('invalid-input', ['Hãy chọn lớp em vào học lại.']);
      place = await join(trx, schoolId, pupilId, input.toClassId, onDate);
    } else if (input.toClassId !== undefined) {
      throw new Refusal('invalid-input', ['Em vẫn giữ chỗ ở lớp cũ nên không chọn lớp khác.']);
    }
    if (status === 'dropped-out' || status === 'deceased') {
      if (place) await leave(trx, schoolId, pupilId, place, { onDate, as: status, now: deps.now() });
    }
    await addStatus(trx, actor, {
      pupilId,
      status,
      since: onDate,
      classId: place?.classId ?? null,
      reason: cleanText(input.reason),
      now: deps.now(),
    });
    return { status: statusName(status) };
  });
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import type { Database } from '../../store/tables.ts';
import { decidedUntil } from '../periods/year-lock.ts';
import type { PupilYear, PupilYears } from './pupil-year.ts';
import { loadPupilYears } from './pupil-years.ts';

/** The class's pupils and years under its lock: acts on a class's cells, decisions and titles stand in one order. */
export async function lockedYears(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
): Promise<PupilYears> {
  await lockClass(trx, actor.schoolId, classId);
  return loadPupilYears(trx, actor.schoolId, classId);
}

/** Whether nothing of the pupil's year may be decided any more: a record holds it, or its lock has passed. */
export function standsStill(years: PupilYears, pupil: PupilYear, today: string): boolean {
  return pupil.frozen || decidedUntil(years.locks, pupil, today) !== null;
}

/**
 * The pupils that an act on their year names, all or none: an unknown or repeated one, one whose record is frozen, or one
 * whose year is locked refuses the whole request and is named.
 * @param what that a frozen record no longer lets change, as in "kết quả"
 * @param today ISO date in Vietnam
 * @throws Refusal `invalid-input`, `year-locked`
 */
export function chosenPupils<W extends { pupilId: string }>(
  years: PupilYears,
  wishes: readonly W[],
  what: string,
  today: string,
): { pupil: PupilYear; wish: W }[] {
  const byId = new Map(years.pupils.map((p) => [p.pupilId, p]));
  const wrong: string[] = [];
  const seen = new Set<string>();
  const chosen = wishes.flatMap((wish) => {
    const pupil = byId.get(wish.pupilId);
    if (!pupil) wrong.push('Có học sinh không thuộc danh sách hiện nay của lớp.');
    else if (pupil.frozen) wrong.push(`${pupil.fullName}: học bạ đã chốt nên không đổi được ${what}.`);
    else if (seen.has(wish.pupilId)) wrong.push(`${pupil.fullName}: được ghi hai lần.`);
    seen.add(wish.pupilId);
    return pupil ? [{ pupil, wish }] : [];
  });
  if (wrong.length > 0) throw new Refusal('invalid-input', [...new Set(wrong)]);
  const locked = chosen.filter(({ pupil }) => decidedUntil(years.locks, pupil, today) !== null);
  if (locked.length > 0) {
    throw new Refusal(
      'year-locked',
      locked.map(({ pupil }) => pupil.fullName),
    );
  }
  return chosen;
}

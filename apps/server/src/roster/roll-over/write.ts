import { randomUUID } from 'node:crypto';
import type { PupilStatusCode } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { Database } from '../../store/tables.ts';
import type { YearRow } from '../calendar.ts';
import type { LastYear, Move, Plan, PlannedClass } from './plan.ts';

export interface RollOverWrite {
  readonly rollOverId: string;
  readonly plan: Plan;
  readonly last: LastYear;
  readonly from: YearRow;
  readonly to: YearRow;
  readonly now: Date;
}

/** Makes what the plan says, each row marked with the roll-over. Runs inside the caller's transaction. */
export async function writeRollOver(
  trx: Transaction<Database>,
  actor: Actor,
  write: RollOverWrite,
): Promise<void> {
  const classIds = new Map<string, string>();
  for (const planned of write.plan.classes) {
    classIds.set(planned.name, planned.classId ?? (await makeClass(trx, actor.schoolId, write, planned)));
  }
  await enrol(trx, actor.schoolId, write, classIds);
  await setStatuses(trx, actor, write, classIds);
}

async function makeClass(
  trx: Transaction<Database>,
  schoolId: string,
  write: RollOverWrite,
  planned: PlannedClass,
): Promise<string> {
  const classId = randomUUID();
  await trx
    .insertInto('class')
    .values({
      school_id: schoolId,
      class_id: classId,
      school_year: write.to.schoolYear,
      name: planned.name,
      grade: planned.grade,
      homeroom_staff_id: planned.homeroomStaffId,
      roll_over_id: write.rollOverId,
    })
    .execute();
  await trx.insertInto('class_counter').values({ school_id: schoolId, class_id: classId }).execute();
  if (planned.assignments.length > 0) {
    await trx
      .insertInto('assignment')
      .values(
        planned.assignments.map((a) => ({
          school_id: schoolId,
          class_id: classId,
          subject: a.subject,
          staff_id: a.staffId,
          assigned_at: write.now,
        })),
      )
      .execute();
  }
  return classId;
}

/** In the order of last year's lists: those who move up first, then those who stay, after whoever is there already. */
async function enrol(
  trx: Transaction<Database>,
  schoolId: string,
  write: RollOverWrite,
  classIds: ReadonlyMap<string, string>,
): Promise<void> {
  const inClass = Map.groupBy(
    write.plan.moves.filter((m) => m.className !== null),
    (m) => m.className ?? '',
  );
  for (const [name, moves] of inClass) {
    const classId = classIds.get(name) ?? '';
    const last = await trx
      .selectFrom('enrolment')
      .select((eb) => eb.fn.max('ordinal').as('ordinal'))
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .executeTakeFirst();
    const ordered = [...moves.filter((m) => m.kind === 'up'), ...moves.filter((m) => m.kind === 'repeat')];
    await trx
      .insertInto('enrolment')
      .values(
        ordered.map((move, i) => ({
          school_id: schoolId,
          class_id: classId,
          pupil_id: move.pupilId,
          ordinal: (last?.ordinal ?? 0) + i + 1,
          grade: move.grade,
          arrived_on: write.to.startsOn,
          left_on: null,
          roll_over_id: write.rollOverId,
        })),
      )
      .execute();
  }
}

const STATUS: Readonly<Record<Move['kind'], PupilStatusCode>> = {
  up: 'studying',
  repeat: 'repeating',
  complete: 'completed-primary',
};

/** Only a change is a status: who moves up goes on studying, unless last year was repeated or began here. */
async function setStatuses(
  trx: Transaction<Database>,
  actor: Actor,
  write: RollOverWrite,
  classIds: ReadonlyMap<string, string>,
): Promise<void> {
  const lastClass = new Map(
    write.last.classes.flatMap((c) => c.pupils.map((p) => [p.pupilId, c.classId] as const)),
  );
  const rows = write.plan.moves
    .filter((move) => move.kind !== 'up')
    .map((move) => ({
      school_id: actor.schoolId,
      pupil_id: move.pupilId,
      status_id: randomUUID(),
      status: STATUS[move.kind],
      since: move.kind === 'complete' ? write.from.endsOn : write.to.startsOn,
      class_id:
        (move.className === null ? lastClass.get(move.pupilId) : classIds.get(move.className)) ?? null,
      reason: null,
      roll_over_id: write.rollOverId,
      set_by: actor.staffId,
      set_at: write.now,
    }));
  if (rows.length > 0) await trx.insertInto('pupil_status').values(rows).execute();
}

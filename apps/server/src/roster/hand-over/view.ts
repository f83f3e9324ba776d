import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { runningYear, vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/hand-overs.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

type Minutes = z.input<typeof api.handOverMinutes.response>;
export type HandedPupil = Minutes['pupils'][number];
export type HandOverSummary = z.input<typeof api.listHandOvers.response>['handOvers'][number];

interface Row {
  readonly receiverStaffId: string | null;
  readonly givenBy: string;
  readonly view: HandOverSummary;
}

/** Who takes it: the named teacher, or for the school its principal or clerk. Nobody takes what he gave. */
function isReceiver(actor: Actor, row: { receiver_staff_id: string | null; given_by: string }): boolean {
  if (row.given_by === actor.staffId) return false;
  if (row.receiver_staff_id !== null) return row.receiver_staff_id === actor.staffId;
  return isOffice(actor);
}

function isOffice(actor: Actor): boolean {
  return actor.roles.includes('principal') || actor.roles.includes('clerk');
}

/** Hand-overs of the school with their answers, the newest first; of one class or one alone if named. */
export async function handOvers(
  trx: Kysely<Database>,
  actor: Actor,
  only: { readonly classId?: string; readonly handOverId?: string } = {},
): Promise<readonly Row[]> {
  let query = trx
    .selectFrom('hand_over as h')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'h.school_id').onRef('c.class_id', '=', 'h.class_id'),
    )
    .leftJoin('hand_over_answer as a', (join) =>
      join.onRef('a.school_id', '=', 'h.school_id').onRef('a.hand_over_id', '=', 'h.hand_over_id'),
    )
    .select([
      'h.hand_over_id',
      'h.kind',
      'h.class_id',
      'h.receiver_staff_id',
      'h.on_date',
      'h.given_by',
      'h.given_at',
      'c.name',
      'c.school_year',
      'a.accepted',
      'a.remarks',
      'a.answered_by',
      'a.answered_at',
    ])
    .where('h.school_id', '=', actor.schoolId);
  if (only.classId !== undefined) query = query.where('h.class_id', '=', only.classId);
  if (only.handOverId !== undefined) query = query.where('h.hand_over_id', '=', only.handOverId);
  const rows = await query.orderBy('h.given_at', 'desc').execute();
  const people = await trx
    .selectFrom('staff')
    .select(['staff_id', 'full_name'])
    .where('school_id', '=', actor.schoolId)
    .execute();
  const names = new Map(people.map((p) => [p.staff_id, p.full_name]));
  const name = (id: string | null) => (id === null ? '' : (names.get(id) ?? ''));
  return rows.map((row) => ({
    receiverStaffId: row.receiver_staff_id,
    givenBy: row.given_by,
    view: {
      handOverId: row.hand_over_id,
      kind: row.kind,
      classId: row.class_id,
      className: row.name,
      schoolYear: row.school_year,
      onDate: row.on_date,
      giver: name(row.given_by),
      receiver: row.receiver_staff_id === null ? null : name(row.receiver_staff_id),
      givenAt: row.given_at.toISOString(),
      answer:
        row.accepted === null || row.answered_at === null
          ? null
          : {
              accepted: row.accepted,
              remarks: row.remarks ?? '',
              by: name(row.answered_by),
              at: row.answered_at.toISOString(),
            },
      mine: row.accepted === null && isReceiver(actor, row),
    },
  }));
}

/** Those that the actor gives or takes; principal and clerk see all. */
export async function listHandOvers(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.listHandOvers.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const rows = await handOvers(trx, actor);
    const year = await runningYear(trx, actor.schoolId, vietnamDay(deps.now()));
    const classes = await trx
      .selectFrom('class')
      .select(['class_id', 'name'])
      .where('school_id', '=', actor.schoolId)
      .where('homeroom_staff_id', '=', actor.staffId)
      .where('school_year', '=', year?.schoolYear ?? '')
      .orderBy('name')
      .execute();
    return {
      handOvers: rows.filter((row) => maySee(actor, row)).map((row) => row.view),
      classes: classes.map((c) => ({ classId: c.class_id, name: c.name })),
    };
  });
}

function maySee(actor: Actor, row: Row): boolean {
  return isOffice(actor) || row.givenBy === actor.staffId || row.receiverStaffId === actor.staffId;
}

/** The minutes as they were written on the day. @throws Refusal `not-found`, also for who has no part in them */
export async function handOverMinutes(
  deps: Deps,
  actor: Actor,
  input: { handOverId: string },
): Promise<Minutes> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const [row] = await handOvers(trx, actor, input);
    if (!row || !maySee(actor, row)) throw new Refusal('not-found');
    const kept = await trx
      .selectFrom('hand_over as h')
      .innerJoin('school as s', 's.school_id', 'h.school_id')
      .select(['h.strengths', 'h.weaknesses', 'h.files', 'h.present', 'h.pupils', 's.name'])
      .where('h.school_id', '=', actor.schoolId)
      .where('h.hand_over_id', '=', input.handOverId)
      .executeTakeFirstOrThrow();
    const { strengths, weaknesses, files, present } = kept;
    const pupils = kept.pupils as unknown as HandedPupil[];
    return { ...row.view, schoolName: kept.name, strengths, weaknesses, files, present, pupils };
  });
}

import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { ActOf, ApprovalKind, ApprovedRequest } from '../access/approval/kinds.ts';
import type { Deps } from '../access/binding.ts';
import { requireRole } from '../access/objects.ts';
import { vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/school-years.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { dayInWords, dayOfNextYear, yearOf } from './calendar.ts';
import { lockMoves, locksOf } from './year-locks.ts';

type Days = Omit<ActOf<'year-lock'>, 'kind'>;

/**
 * The principal moves the locks, also into the past or, for a correction that the authority has allowed, after they have
 * passed. The same days again write nothing. Once anything of the year is issued it takes a second person.
 * @throws Refusal `not-found` for a year that the school does not have; `invalid-input` with what is wrong about the days;
 *   `approval-needed`
 */
export async function moveLocks(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string } & z.output<typeof api.moveLocks.body>,
): Promise<z.input<typeof api.moveLocks.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    requireRole(actor, 'principal');
    await requireDays(trx, actor.schoolId, input, deps.now());
    if (await isIssued(trx, actor.schoolId, input.schoolYear)) throw new Refusal('approval-needed');
    await write(trx, actor, input, { requestId: null, reason: input.reason, now: deps.now() });
    const { mainLockOn, supplementaryLockOn } = input;
    return { mainLockOn, supplementaryLockOn };
  });
}

/** The same by two persons. Its plan refuses as `moveLocks` does. */
export function yearLockKind(deps: Pick<Deps, 'now'>): ApprovalKind<'year-lock'> {
  return {
    kind: 'year-lock',
    approvers: ['principal'],
    needsEvidence: false,
    async plan(trx, schoolId, act, how) {
      await requireDays(trx, schoolId, act, deps.now(), how === 'toDo');
      const before = await locksOf(trx, schoolId, act.schoolYear);
      const [last] = await lockMoves(trx, schoolId, act.schoolYear);
      const year = act.schoolYear.replace('-', '–');
      const moved = (what: string, before: string, after: string) =>
        before === after
          ? []
          : [{ what, before: `hết ngày ${dayInWords(before)}`, after: `hết ngày ${dayInWords(after)}` }];
      return {
        object: `year:${act.schoolYear}`,
        basis: { ...before, moves: last?.seq ?? 0 },
        summary: [
          `Dời ngày khoá sổ năm học ${year}`,
          'Đã có học bạ của năm này được phát hành; chúng không đổi, muốn sửa phải thu hồi để thay thế.',
        ],
        changes: [
          ...moved('Ngày khoá sổ', before.mainOn, act.mainLockOn),
          ...moved('Ngày khoá bổ sung (sau rèn luyện hè)', before.supplementaryOn, act.supplementaryLockOn),
        ],
      };
    },
    async perform(trx, actor, act, request: ApprovedRequest) {
      await write(trx, actor, act, { ...request, now: deps.now() });
      return null;
    },
  };
}

/** Whether anything of the year has been issued, a class's table included. */
export async function isIssued(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select('i.record_id')
    .where('i.school_id', '=', schoolId)
    .where('r.school_year', '=', schoolYear)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** @throws Refusal `not-found`, `invalid-input` */
async function requireDays(
  trx: Transaction<Database>,
  schoolId: string,
  { schoolYear, mainLockOn, supplementaryLockOn }: Days,
  now: Date,
  lock = true,
): Promise<void> {
  const year = await yearOf(trx, schoolId, schoolYear, lock);
  if (!year) throw new Refusal('not-found');
  const today = vietnamDay(now);
  const latest = dayOfNextYear(today > year.endsOn ? today : year.endsOn);
  const wrong = [
    ...(mainLockOn < year.endsOn ? ['Ngày khoá sổ không được trước ngày kết thúc năm học.'] : []),
    ...(supplementaryLockOn < mainLockOn
      ? ['Ngày khoá bổ sung (sau rèn luyện hè) không được trước ngày khoá sổ.']
      : []),
    ...(supplementaryLockOn > latest ? [`Ngày khoá không được sau ${dayInWords(latest)}.`] : []),
  ];
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
}

async function write(
  trx: Transaction<Database>,
  actor: Actor,
  { schoolYear, mainLockOn, supplementaryLockOn }: Days,
  why: { readonly requestId: string | null; readonly reason: string; readonly now: Date },
): Promise<void> {
  const before = await locksOf(trx, actor.schoolId, schoolYear);
  if (before.mainOn === mainLockOn && before.supplementaryOn === supplementaryLockOn) return;
  const [last] = await lockMoves(trx, actor.schoolId, schoolYear);
  await trx
    .insertInto('year_lock_act')
    .values({
      school_id: actor.schoolId,
      school_year: schoolYear,
      seq: (last?.seq ?? 0) + 1,
      main_lock_on: mainLockOn,
      supplementary_lock_on: supplementaryLockOn,
      reason: why.reason,
      acted_by: actor.staffId,
      acted_at: why.now,
      request_id: why.requestId,
    })
    .execute();
}

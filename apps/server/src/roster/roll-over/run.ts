import { createHash, randomUUID } from 'node:crypto';
import { ruleSetFor } from '@hocba/record';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/school-years.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { yearAfter, yearOf } from '../calendar.ts';
import { lastYearOf } from './facts.ts';
import { type Choices, type LastYear, type Plan, planRollOver } from './plan.ts';
import { writeRollOver } from './write.ts';

type View = z.input<typeof api.RollOverPlan>;
type Totals = View['totals'];
type Run = z.input<typeof api.applyRollOver.response>;

/** What a roll-over of the year would do, as the school chooses it. Writes nothing. @throws Refusal `not-found` */
export async function previewRollOver(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string; choices: Choices },
): Promise<z.input<typeof api.previewRollOver.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const { last, plan } = await planned(trx, schoolId, input.schoolYear, input.choices);
    const teachers = await teachersOf(trx, schoolId);
    return {
      plan: viewOf(last, plan, new Map(teachers.map((t) => [t.staffId, t.fullName]))),
      teachers,
      runs: await runsFrom(trx, schoolId, input.schoolYear),
    };
  });
}

/**
 * Moves last year's classes up, in one transaction: all of it or none. The same plan again changes nothing and
 * answers as the first time; a plan that no longer is what was looked at is refused.
 * @throws Refusal `not-found`, `invalid-input`, `plan-changed`
 */
export async function applyRollOver(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string; choices: Choices; digest: string },
): Promise<Run> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const toYear = yearAfter(input.schoolYear);
    // Two at once on one year wait for each other here; the later one finds what the first has done.
    const to = await yearOf(trx, schoolId, toYear, true);
    if (!to) {
      throw new Refusal('invalid-input', [`Chưa mở năm học ${toYear}; hãy mở năm học trước khi kết chuyển.`]);
    }
    const done = (await runsFrom(trx, schoolId, input.schoolYear, input.digest)).find((r) => !r.undoneAt);
    if (done) return done;
    const { last, plan, from } = await planned(trx, schoolId, input.schoolYear, input.choices);
    if (digestOf(last, plan) !== input.digest) throw new Refusal('plan-changed');
    if (plan.problems.length > 0) throw new Refusal('invalid-input', plan.problems);
    await requireTeachers(trx, schoolId, plan);
    const rollOverId = randomUUID();
    const now = deps.now();
    const totals = totalsOf(plan);
    await trx
      .insertInto('roll_over')
      .values({
        school_id: schoolId,
        roll_over_id: rollOverId,
        from_year: from.schoolYear,
        to_year: toYear,
        plan_digest: input.digest,
        outcome: JSON.stringify(totals),
        applied_by: actor.staffId,
        applied_at: now,
      })
      .execute();
    await writeRollOver(trx, actor, { rollOverId, plan, last, from, to, now });
    const run = (await runsFrom(trx, schoolId, input.schoolYear)).find((r) => r.rollOverId === rollOverId);
    if (!run) throw new Refusal('internal');
    return run;
  });
}

async function planned(trx: Kysely<Database>, schoolId: string, schoolYear: string, choices: Choices) {
  const from = await yearOf(trx, schoolId, schoolYear);
  if (!from) throw new Refusal('not-found');
  // A year that no rules are known for cannot be opened, and its classes have nowhere to go.
  ruleSetFor(schoolYear);
  const last = await lastYearOf(trx, schoolId, schoolYear, yearAfter(schoolYear));
  return { from, last, plan: planRollOver(last, choices) };
}

/** Of everything that the act would write and of every exception that was shown. */
function digestOf(last: LastYear, plan: Plan): string {
  const { classes, moves, exceptions, problems } = plan;
  return createHash('sha256')
    .update(JSON.stringify([last.fromYear, last.toYear, classes, moves, exceptions, problems]))
    .digest('hex');
}

function totalsOf(plan: Plan): Totals {
  const count = (kind: string) => plan.moves.filter((m) => m.kind === kind).length;
  const left = plan.exceptions.filter((e) => e.kind === 'left').length;
  return {
    up: count('up'),
    repeat: count('repeat'),
    complete: count('complete'),
    waiting: plan.exceptions.filter((e) => !e.moves).length - left,
    left,
    moved: plan.moved,
  };
}

function viewOf(last: LastYear, plan: Plan, names: ReadonlyMap<string, string>): View {
  const pupils = new Map(
    last.classes.flatMap((c) => c.pupils.map((p) => [p.pupilId, { ...p, className: c.name }] as const)),
  );
  const targets = new Map(plan.moves.map((m) => [m.pupilId, m.className]));
  return {
    fromYear: last.fromYear,
    toYear: last.toYear,
    digest: digestOf(last, plan),
    classes: plan.classes.map((c) => ({
      name: c.name,
      grade: c.grade,
      from: c.from,
      exists: c.classId !== null,
      pupils: plan.moves.filter((m) => m.className === c.name).length,
      homeroomTeacher:
        c.homeroomStaffId === null
          ? null
          : { staffId: c.homeroomStaffId, fullName: names.get(c.homeroomStaffId) ?? '' },
      subjects: c.assignments.length,
    })),
    totals: totalsOf(plan),
    exceptions: plan.exceptions.flatMap((e) => {
      const pupil = pupils.get(e.pupilId);
      if (!pupil) return [];
      const { pupilCode, fullName, className, grade } = pupil;
      return [{ ...e, pupilCode, fullName, className, grade, to: targets.get(e.pupilId) ?? null }];
    }),
    problems: [...plan.problems],
  };
}

async function teachersOf(trx: Kysely<Database>, schoolId: string) {
  const rows = await trx
    .selectFrom('staff as s')
    .innerJoin('staff_role as r', (join) =>
      join.onRef('r.school_id', '=', 's.school_id').onRef('r.staff_id', '=', 's.staff_id'),
    )
    .select(['s.staff_id', 's.full_name'])
    .where('s.school_id', '=', schoolId)
    .where('r.role', '=', 'teacher')
    .orderBy('s.staff_code')
    .execute();
  return rows.map((row) => ({ staffId: row.staff_id, fullName: row.full_name }));
}

async function requireTeachers(trx: Kysely<Database>, schoolId: string, plan: Plan): Promise<void> {
  const known = new Set((await teachersOf(trx, schoolId)).map((t) => t.staffId));
  const strange = plan.classes.filter((c) => c.homeroomStaffId !== null && !known.has(c.homeroomStaffId));
  if (strange.length > 0) {
    throw new Refusal(
      'invalid-input',
      strange.map((c) => `Lớp ${c.name}: người được chọn chủ nhiệm không phải giáo viên của trường.`),
    );
  }
}

async function runsFrom(
  trx: Kysely<Database> | Transaction<Database>,
  schoolId: string,
  fromYear: string,
  digest?: string,
): Promise<Run[]> {
  let query = trx
    .selectFrom('roll_over as r')
    .leftJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'r.school_id').onRef('s.staff_id', '=', 'r.applied_by'),
    )
    .select([
      'r.roll_over_id',
      'r.from_year',
      'r.to_year',
      'r.applied_at',
      'r.undone_at',
      'r.outcome',
      's.full_name',
    ])
    .where('r.school_id', '=', schoolId)
    .where('r.from_year', '=', fromYear);
  if (digest !== undefined) query = query.where('r.plan_digest', '=', digest);
  const rows = await query.orderBy('r.applied_at', 'desc').execute();
  return rows.map((row) => ({
    rollOverId: row.roll_over_id,
    fromYear: row.from_year,
    toYear: row.to_year,
    appliedAt: row.applied_at.toISOString(),
    appliedBy: row.full_name ?? '',
    totals: row.outcome as unknown as Totals,
    undoneAt: row.undone_at?.toISOString() ?? null,
  }));
}

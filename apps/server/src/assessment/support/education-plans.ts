import { type EducationPlan, isTested, subjectsOf, traitsOf } from '@hocba/record';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess, requireRole } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { pupilsOf } from '../periods/class-data.ts';
import { plansOf } from '../periods/plans.ts';
import { chosenPupils, lockedYears } from '../pupil-year/class-pupils.ts';

/**
 * Who is told that a pupil is assessed by a plan (it says something of a child's health): the class's homeroom teacher,
 * the principal, the school's administrator, who keeps the papers. A subject teacher sees of it only which of his or her
 * own cells are lifted; the clerk, pages of other classes, addresses, logs and files see nothing.
 */
async function requirePlanStaff(trx: Kysely<Database>, actor: Actor, classId: string): Promise<void> {
  const access = await classAccess(trx, actor, classId);
  const may = access.isHomeroomTeacher || actor.roles.includes('principal') || actor.roles.includes('admin');
  if (!may) throw new Refusal('not-allowed');
}

/** The class's pupils with their plans, and what of each pupil's grade a plan may lift. */
export async function listPlans(
  deps: Deps,
  actor: Actor,
  input: { classId: string },
): Promise<z.input<typeof api.listPlans.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requirePlanStaff(trx, actor, input.classId);
    const { name } = await classAccess(trx, actor, input.classId);
    const plans = await plansOf(trx, actor.schoolId, input.classId);
    const pupils = await pupilsOf(trx, actor.schoolId, input.classId);
    return {
      className: name,
      mayConfirm: actor.roles.includes('principal'),
      pupils: pupils.map((pupil) => ({
        pupilId: pupil.pupilId,
        ordinal: pupil.ordinal,
        fullName: pupil.fullName,
        subjects: subjectsOf(pupil.grade).map((s) => ({
          code: s.code,
          name: s.shortName,
          tested: isTested(s.code, pupil.grade, 'CN'),
        })),
        traits: traitsOf(pupil.grade).map((t) => ({ code: t.code, name: t.name })),
        proposed: viewOf(plans.get(pupil.pupilId)?.proposed),
        confirmed: viewOf(plans.get(pupil.pupilId)?.confirmed),
      })),
    };
  });
}

type View = z.input<typeof api.listPlans.response>['pupils'][number]['confirmed'];

function viewOf(plan: EducationPlan | null | undefined): View {
  if (!plan) return null;
  if (plan.kind !== 'individual') return { kind: plan.kind, subjects: [], tests: [], traits: [] };
  const { subjects = [], tests = [], traits = [] } = plan;
  return { kind: plan.kind, subjects: [...subjects], tests: [...tests], traits: [...traits] };
}

/** The homeroom teacher or the administrator sets a plan; it holds once the principal has confirmed it. */
export async function setPlan(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.setPlan.body>,
): Promise<z.input<typeof api.setPlan.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await classAccess(trx, actor, input.classId);
    if (!access.isHomeroomTeacher) requireRole(actor, 'admin');
    const { pupil, seq } = await lockedPupil(trx, actor, input, deps.now());
    const { kind, subjects, tests, traits } = input;
    const known = subjectsOf(pupil.grade);
    const strange = [
      ...subjects.filter((code) => !known.some((s) => s.code === code)),
      ...tests.filter((code) => !isTested(code, pupil.grade, 'CN')),
      ...traits.filter((code) => !traitsOf(pupil.grade).some((t) => t.code === code)),
    ];
    if (strange.length > 0) {
      throw new Refusal('invalid-input', ['Có nội dung miễn mà lớp của em không có. Hãy chọn lại.']);
    }
    if (kind !== 'individual' && subjects.length + tests.length + traits.length > 0) {
      throw new Refusal('invalid-input', ['Chỉ kế hoạch giáo dục cá nhân mới có danh sách nội dung miễn.']);
    }
    await append(trx, actor, input, seq, { act: 'set', kind, subjects, tests, traits }, deps.now());
    return { done: true };
  });
}

/** The principal confirms the plan that has been set, or withdraws the one that holds. */
export async function decidePlan(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.decidePlan.body>,
): Promise<z.input<typeof api.decidePlan.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await classAccess(trx, actor, input.classId);
    requireRole(actor, 'principal');
    const { seq, state } = await lockedPupil(trx, actor, input, deps.now());
    const ready = input.act === 'confirm' ? state?.proposed : (state?.confirmed ?? state?.proposed);
    if (!ready) throw new Refusal('invalid-input', ['Em này không có kế hoạch nào đang chờ quyết định.']);
    const none = { kind: null, subjects: [], tests: [], traits: [] };
    await append(trx, actor, input, seq, { act: input.act, ...none }, deps.now());
    return { done: true };
  });
}

/** @throws Refusal `invalid-input`; `year-locked` */
async function lockedPupil(
  trx: Transaction<Database>,
  actor: Actor,
  input: { classId: string; pupilId: string },
  now: Date,
) {
  const years = await lockedYears(trx, actor, input.classId);
  const [chosen] = chosenPupils(years, [input], 'kế hoạch', vietnamDay(now));
  if (!chosen) throw new Refusal('not-found');
  const { pupil } = chosen;
  const state = (await plansOf(trx, actor.schoolId, input.classId)).get(pupil.pupilId);
  return { pupil, state, seq: state?.seq ?? 0 };
}

async function append(
  trx: Transaction<Database>,
  actor: Actor,
  input: { classId: string; pupilId: string },
  after: number,
  row: {
    act: 'set' | 'confirm' | 'withdraw';
    kind: 'adjusted' | 'individual' | 'special-class' | null;
    subjects: string[];
    tests: string[];
    traits: string[];
  },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('education_plan')
    .values({
      ...row,
      school_id: actor.schoolId,
      class_id: input.classId,
      pupil_id: input.pupilId,
      seq: after + 1,
      acted_by: actor.staffId,
      acted_at: now,
    })
    .execute();
}

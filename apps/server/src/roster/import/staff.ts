import { randomUUID } from 'node:crypto';
import { readStaffList } from '@hocba/sheet';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps, Upload } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import type * as api from '../../http/api/people-files.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { matchRows } from './match.ts';
import {
  changesOf,
  chosenPlans,
  differing,
  keepOutcome,
  keepPlans,
  type PersonPlan,
  readList,
} from './stored.ts';

const NAMES = { full_name: 'Họ tên', personal_id: 'Số định danh cá nhân', title: 'Chức vụ' } as const;

/** Reads a list of staff and tells what an import would do; writes nothing but this preview. */
export async function previewStaffList(
  deps: Deps,
  actor: Actor,
  input: { upload: Upload },
): Promise<z.input<typeof api.previewStaffList.response>> {
  requireRole(actor, 'admin');
  const { upload } = input;
  const list = await readList(upload, readStaffList);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const staff = await trx
      .selectFrom('staff')
      .select(['staff_id', 'staff_code', 'full_name', 'personal_id', 'title'])
      .where('school_id', '=', actor.schoolId)
      .execute();
    const byId = new Map(staff.map((row) => [row.staff_id, row]));
    const known = staff.map((s) => ({ pupilId: s.staff_id, pupilCode: s.staff_code, fullName: s.full_name }));
    const sound = list.rows.filter((row) => row.problems.length === 0);
    const matches = matchRows(
      sound.map(({ code, fullName }) => ({ code, name: fullName })),
      known,
    );
    const plans: PersonPlan[] = [];
    const rows: z.input<typeof api.previewStaffList.response>['rows'] = [];
    const refused = list.rows
      .filter((row) => row.problems.length > 0)
      .map((row) => ({
        row: row.row,
        code: row.code,
        name: row.fullName,
        reasons: row.problems.map((p) => p.message),
      }));
    sound.forEach((row, at) => {
      const match = matches[at] ?? { match: 'new' as const };
      const id = 'pupil' in match ? match.pupil.pupilId : null;
      const stored = id === null ? undefined : byId.get(id);
      if (stored === undefined && row.personalId === null) {
        refused.push({
          row: row.row,
          code: row.code,
          name: row.fullName,
          reasons: [`Tệp “${upload.fileName}”, dòng ${row.row}: người mới cần có số định danh cá nhân.`],
        });
        return;
      }
      const before = stored
        ? { full_name: stored.full_name, personal_id: stored.personal_id, title: stored.title }
        : {};
      const after = differing(before, {
        full_name: row.fullName,
        ...(row.personalId === null ? {} : { personal_id: row.personalId }),
        ...(row.title === null ? (stored ? {} : { title: 'Giáo viên' }) : { title: row.title }),
      });
      const plan: PersonPlan = { row: row.row, code: row.code, id, classId: null, before, after };
      plans.push(plan);
      rows.push({
        row: row.row,
        code: row.code,
        name: row.fullName,
        className: null,
        match: match.match,
        selected:
          match.match !== 'similarName' && !(match.match === 'code' && Object.keys(after).length === 0),
        changes: changesOf(plan, NAMES),
        notes: row.notes.map((note) => note.message),
      });
    });
    const importId = await keepPlans(trx, deps, actor, upload, 'staff', plans);
    return { importId, fileName: upload.fileName, rows, refused, remarks: [...list.remarks] };
  });
}

/** Writes the chosen persons: facts that differ, and new teachers; accounts are made elsewhere. */
export async function applyStaffList(
  deps: Deps,
  actor: Actor,
  input: { importId: string; rows: readonly number[] },
): Promise<z.input<typeof api.applyStaffList.response>> {
  requireRole(actor, 'admin');
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const chosen = await chosenPlans(trx, actor, input.importId, 'staff', input.rows);
    const created: string[] = [];
    const changed: { id: string; before: PersonPlan['before']; after: PersonPlan['after'] }[] = [];
    for (const plan of chosen) {
      if (plan.id !== null) {
        if (Object.keys(plan.after).length === 0) continue;
        await trx
          .updateTable('staff')
          .set(plan.after)
          .where('school_id', '=', schoolId)
          .where('staff_id', '=', plan.id)
          .execute();
        changed.push({ id: plan.id, before: plan.before, after: plan.after });
        continue;
      }
      const staffId = randomUUID();
      const made = await trx
        .insertInto('staff')
        .values({
          school_id: schoolId,
          staff_id: staffId,
          staff_code: plan.code,
          full_name: plan.after.full_name ?? '',
          personal_id: plan.after.personal_id ?? '',
          title: plan.after.title ?? '',
        })
        .onConflict((oc) => oc.columns(['school_id', 'staff_code']).doNothing())
        .returning('staff_id')
        .execute();
      if (made.length === 0)
        throw new Refusal('invalid-input', [`Mã ${plan.code} vừa được thêm; hãy xem trước lại tệp.`]);
      await trx
        .insertInto('staff_role')
        .values({ school_id: schoolId, staff_id: staffId, role: 'teacher' })
        .execute();
      created.push(staffId);
    }
    await keepOutcome(trx, actor, input.importId, { created, enrolled: [], changed }, deps.now());
    return { created: created.length, changed: changed.length };
  });
}

import { createHash } from 'node:crypto';
import type { Actor } from '../../access/actor.ts';
import { type ActOf, type ApprovalKind, OFFICE } from '../../access/approval/kinds.ts';
import { takeApproval } from '../../access/approval/take.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { requireClassStaff } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { takeAlong } from '../../roster/export/bulk.ts';
import { inSchool } from '../../store/database.ts';
import { periodName } from '../periods.ts';

const TITLES: Readonly<Record<ActOf<'export-class'>['file'], string>> = {
  results: 'Tải kết quả',
  'results-comments': 'Tải kết quả kèm nhận xét',
  'class-table': 'Tải bảng tổng hợp',
};

/** The file of one more class than somebody may take along alone in a day: agreed to by one of the office. */
export const classExportKind: ApprovalKind<'export-class'> = {
  kind: 'export-class',
  askers: [...OFFICE, 'teacher'],
  async requireAsker(trx, actor, { classId }) {
    await requireClassStaff(trx, actor, classId);
  },
  approvers: OFFICE,
  needsEvidence: false,
  async plan(trx, schoolId, { classId, period, file }) {
    const found = await trx
      .selectFrom('class')
      .select(['name', 'school_year'])
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .executeTakeFirst();
    if (!found) throw new Refusal('not-found');
    const pupils = await trx
      .selectFrom('enrolment')
      .select('pupil_id')
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .orderBy('pupil_id')
      .execute();
    const ids = pupils.map((row) => row.pupil_id);
    return {
      object: `export:class:${classId}:${period}:${file}`,
      basis: { pupils: createHash('sha256').update(ids.join()).digest('hex') },
      summary: [
        `${TITLES[file]} ${periodName(period).toLowerCase()} của lớp ${found.name}, năm học ${found.school_year.replace('-', '–')}: ${ids.length} học sinh`,
        'Người đề nghị đã tải tệp của gần 200 em trong một ngày. Tệp Excel rời khỏi phần mềm: tải một lần, trong thời hạn của đề nghị, và giữ kín như học bạ giấy.',
      ],
    };
  },
  fetchedAt: ({ classId, period, file }) =>
    file === 'class-table'
      ? `/api/classes/${classId}/export/class-table?${new URLSearchParams({ period })}`
      : `/api/classes/${classId}/export/results?${new URLSearchParams({
          period,
          comments: file === 'results' ? 'no' : 'yes',
        })}`,
};

/**
 * A file of one class's pupils, counted with what the person has taken along before: made first, so that a refusal of its own
 * counts nothing, and handed out when it was counted.
 * @throws Refusal what making it refuses; `approval-needed` beyond 200 pupils of the day, and what `takeApproval` says
 */
export async function countedFile(
  deps: Deps,
  actor: Actor,
  of: Omit<ActOf<'export-class'>, 'kind'> & { readonly approval?: string | undefined },
  make: () => Promise<FileBody>,
): Promise<FileBody> {
  const { approval, classId, period, file } = of;
  const made = await make();
  await inSchool(deps.db, actor.schoolId, async (trx) => {
    if (await takeAlong(trx, actor, [classId], deps.now())) return;
    if (approval === undefined) throw new Refusal('approval-needed');
    const act = { kind: 'export-class' as const, classId, period, file };
    await takeApproval(deps, trx, actor, classExportKind, act, approval);
  });
  return made;
}

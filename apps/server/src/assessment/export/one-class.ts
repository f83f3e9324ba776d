import { createHash } from 'node:crypto';
import type { Actor } from '../../access/actor.ts';
import { type ActOf, type ApprovalKind, OFFICE } from '../../access/approval/kinds.ts';
import { takeApproval } from '../../access/approval/take.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { requireClassStaff } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { takeAlong } from '../../roster/export/bulk.ts';
import { inSchool } from '../../store/database.ts';
import { periodName } from '../periods/periods.ts';

const TITLES: Readonly<Record<ActOf<'export-class'>['file'], string>> = {
  results: 'Tải kết quả',
  'results-comments': 'Tải kết quả kèm nhận xét',
  'class-table': 'Tải bảng tổng hợp',
  'class-table-print': 'In bảng tổng hợp',
  book: 'In học bạ cả lớp',
};

function addressOf({ classId, period, file, grade }: ActOf<'export-class'>): string {
  const of = `/api/classes/${classId}`;
  const years = { period, ...(grade === undefined ? {} : { grade: String(grade) }) };
  switch (file) {
    case 'book':
      return `${of}/book/file`;
    case 'class-table':
      return `${of}/export/class-table?${new URLSearchParams({ period })}`;
    case 'class-table-print':
      return `${of}/class-table.pdf?${new URLSearchParams(years)}`;
    default: {
      const comments = file === 'results' ? 'no' : 'yes';
      return `${of}/export/results?${new URLSearchParams({ period, comments })}`;
    }
  }
}

/** The file, or the print, of one more class than somebody may take along alone in a day: agreed to by one of the office (R-26). */
export const classExportKind: ApprovalKind<'export-class'> = {
  kind: 'export-class',
  askers: [...OFFICE, 'teacher'],
  async requireAsker(trx, actor, { classId }) {
    await requireClassStaff(trx, actor, classId);
  },
  approvers: OFFICE,
  needsEvidence: false,
  async plan(trx, schoolId, { classId, period, file, grade }) {
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
      object: `export:class:${classId}:${period}:${file}${grade === undefined ? '' : `:${grade}`}`,
      basis: { pupils: createHash('sha256').update(ids.join()).digest('hex') },
      summary: [
        `${TITLES[file]}${grade === undefined ? '' : ` khối ${grade}`} ${periodName(period).toLowerCase()} của lớp ${found.name}, năm học ${found.school_year.replace('-', '–')}: ${ids.length} học sinh`,
        'Người đề nghị đã tải tệp của gần 200 em trong một ngày. Tệp rời khỏi phần mềm: tải một lần, trong thời hạn của đề nghị, và giữ kín như học bạ giấy.',
      ],
    };
  },
  fetchedAt: addressOf,
};

/**
 * A file of one class's pupils, counted with what the person has taken along before: made first, so that a refusal of its own
 * counts nothing, and handed out when it was counted.
 * @throws Refusal what making it refuses; `approval-needed` beyond 200 pupils of the day, and what `takeApproval` says
 */
export async function countedFile(
  deps: Pick<Deps, 'db' | 'now'>,
  actor: Actor,
  of: Omit<ActOf<'export-class'>, 'kind'> & { readonly approval?: string | undefined },
  make: () => Promise<FileBody>,
): Promise<FileBody> {
  const { approval, classId, period, file, grade } = of;
  const made = await make();
  await inSchool(deps.db, actor.schoolId, async (trx) => {
    if (await takeAlong(trx, actor, [classId], deps.now())) return;
    if (approval === undefined) throw new Refusal('approval-needed');
    const act: ActOf<'export-class'> = {
      kind: 'export-class',
      classId,
      period,
      file,
      ...(grade === undefined ? {} : { grade }),
    };
    await takeApproval(deps, trx, actor, classExportKind, act, approval);
  });
  return made;
}

import { type PupilOut, writePupilList, writeStaffList } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { type ApprovalKind, OFFICE } from '../../access/approval/kinds.ts';
import { readApproved } from '../../access/approval/take.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { newestStatuses, statusName } from '../status.ts';
import { bulkPlan, classesOfYear, takeAlong } from './bulk.ts';

/** The list of more than 200 pupils: two of the office. */
export const pupilExportKind: ApprovalKind<'export-pupils'> = {
  kind: 'export-pupils',
  approvers: OFFICE,
  needsEvidence: false,
  plan: (trx, schoolId, { schoolYear }) =>
    bulkPlan(trx, schoolId, {
      object: `export:pupils:${schoolYear}`,
      schoolYear,
      title: 'Tải danh sách học sinh kèm lý lịch',
    }),
  fetchedAt: ({ schoolYear }) => `/api/export/pupils?${new URLSearchParams({ schoolYear })}`,
};

/**
 * The pupils of a school year in the national list's columns, by class.
 * @throws Refusal `approval-needed` for more than 200 with all that was taken along today, and what `takeApproval` says of the approval
 */
export async function exportPupilList(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string; approval?: string | undefined },
): Promise<FileBody> {
  requireRole(actor, 'principal', 'clerk', 'admin');
  const { schoolYear, approval } = input;
  const of = {
    kind: pupilExportKind,
    act: { kind: 'export-pupils' as const, schoolYear },
    approval,
    isNeeded: async (trx: Transaction<Database>) =>
      !(await takeAlong(trx, actor, await classesOfYear(trx, actor.schoolId, schoolYear), deps.now())),
  };
  const pupils = await readApproved(deps, actor, of, async (trx): Promise<PupilOut[]> => {
    const statuses = await newestStatuses(trx, actor.schoolId);
    const rows = await trx
      .selectFrom('enrolment as e')
      .innerJoin('class as c', (join) =>
        join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
      )
      .innerJoin('pupil as p', (join) =>
        join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
      )
      .selectAll('p')
      .select('c.name as class_name')
      .where('e.school_id', '=', actor.schoolId)
      .where('c.school_year', '=', input.schoolYear)
      .where('e.left_on', 'is', null)
      .orderBy('c.grade')
      .orderBy('c.name')
      .orderBy('e.ordinal')
      .execute();
    return rows.map((row) => ({
      code: row.pupil_code,
      className: row.class_name,
      status: statusName(statuses.get(row.pupil_id)?.status ?? 'studying'),
      facts: {
        fullName: row.full_name,
        ...(row.birth_date === null ? {} : { birthDate: row.birth_date }),
        ...(row.sex === null ? {} : { sex: row.sex }),
        ...(row.personal_id === null ? {} : { personalId: row.personal_id }),
        ...(row.register_number === null ? {} : { registerNumber: row.register_number }),
        ...(row.birth_place === null ? {} : { birthPlace: row.birth_place }),
        ...(row.home_town === null ? {} : { homeTown: row.home_town }),
        ...(row.address === null ? {} : { address: row.address }),
        ...(row.ethnicity === null ? {} : { ethnicity: row.ethnicity }),
        ...(row.nationality === null ? {} : { nationality: row.nationality }),
        ...(row.father_name === null ? {} : { fatherName: row.father_name }),
        ...(row.mother_name === null ? {} : { motherName: row.mother_name }),
        ...(row.guardian_name === null ? {} : { guardianName: row.guardian_name }),
      },
    }));
  });
  return { fileName: `hoc-sinh-${input.schoolYear}.xlsx`, bytes: await writePupilList(pupils) };
}

export async function exportStaffList(deps: Deps, actor: Actor): Promise<FileBody> {
  requireRole(actor, 'admin');
  const staff = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .selectFrom('staff')
      .select(['staff_code as code', 'full_name as fullName', 'personal_id as personalId', 'title'])
      .where('school_id', '=', actor.schoolId)
      .orderBy('staff_code')
      .execute(),
  );
  return { fileName: 'giao-vien.xlsx', bytes: await writeStaffList(staff) };
}

import { type CellItem, isCellItem, type Period } from '@hocba/record';
import { type ResultsClass, type ResultsSheet, writeResults } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { type ApprovalKind, OFFICE } from '../../access/approval/kinds.ts';
import { readApproved } from '../../access/approval/take.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { type ClassAccess, classAccess, requireClassStaff, requireRole } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { bulkPlan, classesOfYear, takeAlong } from '../../roster/export/bulk.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf, pupilsOf } from '../periods/class-data.ts';
import { periodName } from '../periods/periods.ts';
import { dueAwards } from '../pupil-year/pupil-awards.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { pupilFacts } from '../pupil-year/year-people.ts';
import { seesWholeClass } from '../sheet/sheet.ts';
import { fileNameOf } from './file-name.ts';

/**
 * A class's results as an Excel file in the national layout, for who sees the whole class; a subject teacher gets the own
 * columns only. Marks are the effective ones.
 */
export async function exportClassResults(
  deps: Deps,
  actor: Actor,
  input: { classId: string; period: Period; comments: 'yes' | 'no' },
): Promise<FileBody> {
  const { period } = input;
  const { access, sheet } = await inSchool(deps.db, actor.schoolId, async (trx) => {
    const found = await requireClassStaff(trx, actor, input.classId);
    return {
      access: found,
      sheet: {
        period,
        schoolYear: found.schoolYear,
        classes: [await resultsOf(trx, actor, found, period)],
      },
    };
  });
  const bytes = await writeResults([sheet], { comments: input.comments === 'yes' });
  return { fileName: fileNameOf('ket-qua', access.name, period), bytes };
}

/** Results of more than 200 pupils: two of the office. */
export const resultsExportKind: ApprovalKind<'export-results'> = {
  kind: 'export-results',
  askers: ['clerk', 'principal'],
  approvers: OFFICE,
  needsEvidence: false,
  plan: (trx, schoolId, { schoolYear, period, comments }) =>
    bulkPlan(trx, schoolId, {
      object: `export:results:${schoolYear}:${period}`,
      schoolYear,
      title: `Tải kết quả ${periodName(period).toLowerCase()}${comments === 'yes' ? ' kèm nhận xét' : ''} của cả trường`,
    }),
  fetchedAt: ({ kind: _, ...query }) => `/api/export/results?${new URLSearchParams(query)}`,
};

/**
 * Every class of a school year, a sheet each.
 * @throws Refusal `not-found` for a year without classes; `approval-needed` for more than 200 pupils with all that was
 *   taken along today, and what `takeApproval` says of the approval
 */
export async function exportSchoolResults(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string; period: Period; comments: 'yes' | 'no'; approval?: string | undefined },
): Promise<FileBody> {
  requireRole(actor, 'principal', 'clerk');
  const { schoolYear, period, comments, approval } = input;
  const of = {
    kind: resultsExportKind,
    act: { kind: 'export-results' as const, schoolYear, period, comments },
    approval,
    isNeeded: async (trx: Transaction<Database>) =>
      !(await takeAlong(trx, actor, await classesOfYear(trx, actor.schoolId, schoolYear), deps.now())),
  };
  const sheets = await readApproved(deps, actor, of, async (trx) => {
    const classes = await trx
      .selectFrom('class')
      .select('class_id')
      .where('school_id', '=', actor.schoolId)
      .where('school_year', '=', schoolYear)
      .orderBy('grade')
      .orderBy('name')
      .execute();
    const made: ResultsSheet[] = [];
    for (const { class_id } of classes) {
      const access = await classAccess(trx, actor, class_id);
      made.push({ period, schoolYear, classes: [await resultsOf(trx, actor, access, period)] });
    }
    return made;
  });
  if (sheets.length === 0) throw new Refusal('not-found');
  const bytes = await writeResults(sheets, { comments: comments === 'yes' });
  return { fileName: fileNameOf('ket-qua', schoolYear, period), bytes };
}

async function resultsOf(
  trx: Transaction<Database>,
  actor: Actor,
  access: ClassAccess,
  period: Period,
): Promise<ResultsClass> {
  const { schoolId } = actor;
  const { classId } = access;
  const whole = seesWholeClass(actor, access);
  const years = period === 'CN' && whole ? await loadPupilYears(trx, schoolId, classId) : null;
  const concluded = new Map(years?.pupils.map((pupil) => [pupil.pupilId, pupil]));
  const facts = await pupilFacts(trx, schoolId, classId);
  const visible = (item: string): item is CellItem =>
    isCellItem(item) && (whole || access.subjects.has(item.split('.')[0] ?? ''));
  const cells = Map.groupBy(await cellsOf(trx, schoolId, classId, period), (cell) => cell.pupilId);
  return {
    name: access.name,
    grade: access.grade,
    pupils: (await pupilsOf(trx, schoolId, classId)).map((pupil) => {
      const year = concluded.get(pupil.pupilId);
      return {
        code: pupil.pupilCode,
        name: pupil.fullName,
        birthDate: facts.get(pupil.pupilId)?.birth_date ?? null,
        values: new Map([
          ...(cells.get(pupil.pupilId) ?? []).flatMap(({ item, value }): [CellItem, string][] =>
            value !== null && visible(item) ? [[item, value]] : [],
          ),
          ...(year === undefined ? [] : dueAwards(year)),
        ]),
        // Results are made of all subjects: a teacher of one of them has no need to know them.
        ...(year === undefined
          ? {}
          : {
              result: year.conclusion.result,
              completed: year.conclusion.completed === true,
              promoted: year.conclusion.promoted === true,
            }),
      };
    }),
  };
}

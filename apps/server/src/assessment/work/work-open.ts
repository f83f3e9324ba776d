import { PERIOD_NAMES, partsOf, subjectOf } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type * as api from '../../http/api/assessment.ts';
import type { Database } from '../../store/tables.ts';
import type { Duties } from '../periods/columns.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { summerPlansOf } from '../support/summer-support.ts';
import { type ClassProgress, lackingIn } from './work-progress.ts';

export type Task = z.input<typeof api.myWork.response>['groups'][number]['tasks'][number];

interface OwnClass {
  readonly progress: ClassProgress;
  readonly duties: Duties;
}

/**
 * Periods before the one that is worked on that are still open: to be closed by the homeroom teacher, to be finished by
 * who teaches a subject of which cells lack.
 */
export function earlierTasks(actor: Actor, { progress, duties }: OwnClass): Task[] {
  const { classId, name } = progress;
  return progress.earlier.flatMap(({ period, columns, filled }): Task[] => {
    const own = columns.filter((c) => c.ownerStaffId === actor.staffId && c.required);
    const homeroom = duties.homeroomStaffId === actor.staffId;
    const mine = lackingIn(progress, own, filled);
    if (!homeroom && mine === 0) return [];
    const all = homeroom ? lackingIn(progress, columns, filled) : mine;
    const first = own.find((c) => c.subject !== null && lackingIn(progress, [c], filled) > 0);
    return [
      {
        title: `${name} · ${PERIOD_NAMES[period]}`,
        detail: homeroom
          ? `Cả lớp còn thiếu ${all} ô, trong đó ${mine} ô của thầy/cô`
          : `Còn thiếu ${mine} ô của thầy/cô`,
        link: homeroom ? `/lop/${classId}/bang/${period}` : `/lop/${classId}/mon/${first?.subject}/${period}`,
        // What is past waits behind what is due now: it is never the first thing to do.
        status: 'waiting',
        statusText: all === 0 ? 'Chờ khoá' : 'Chưa khoá',
      },
    ];
  });
}

/**
 * The further assessment in summer (TT 27/2020 Điều 11 khoản 1 điểm b) where it can be entered: for the homeroom teacher
 * the class's support, for who teaches a subject the pupils that are assessed in it again.
 */
export async function summerTasks(
  trx: Kysely<Database>,
  actor: Actor,
  classes: readonly OwnClass[],
): Promise<Task[]> {
  const own = classes.filter(
    ({ progress, duties }) =>
      progress.summer &&
      (duties.homeroomStaffId === actor.staffId || [...duties.teachers.values()].includes(actor.staffId)),
  );
  const low = await withLowCells(
    trx,
    actor.schoolId,
    own.map(({ progress }) => progress.classId),
  );
  const tasks: Task[] = [];
  for (const one of own) {
    if (low.has(one.progress.classId)) tasks.push(...(await tasksOf(trx, actor, one)));
  }
  return tasks;
}

/** Classes with a cell below Hoàn thành at the end of the year: nobody else's pupils need be looked at. */
async function withLowCells(
  trx: Kysely<Database>,
  schoolId: string,
  classIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (classIds.length === 0) return new Set();
  const rows = await trx
    .selectFrom('cell')
    .select('class_id')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('class_id', 'in', classIds)
    .where('period', '=', 'CN')
    .where(sql<boolean>`(value = 'C' or (item like '%.mark' and value ~ '^[0-9]$'))`)
    .execute();
  return new Set(rows.map((row) => row.class_id));
}

async function tasksOf(trx: Kysely<Database>, actor: Actor, { progress, duties }: OwnClass): Promise<Task[]> {
  const { classId, name } = progress;
  const years = await loadPupilYears(trx, actor.schoolId, classId);
  const again = years.pupils.filter((p) => p.toReassess.size > 0 && !p.frozen && p.suspendedOn === null);
  if (again.length === 0) return [];
  const tasks: Task[] = [];
  if (duties.homeroomStaffId === actor.staffId) {
    const plans = await summerPlansOf(
      trx,
      actor.schoolId,
      years.schoolYear,
      again.map((p) => p.pupilId),
    );
    const assessed = again.filter((p) => p.reassessed).length;
    tasks.push({
      title: `${name} · Hướng dẫn, giúp đỡ và đánh giá bổ sung`,
      detail: `${plans.size}/${again.length} em có kế hoạch, ${assessed}/${again.length} em đã đánh giá`,
      link: `/lop/${classId}/he`,
      ...(assessed === again.length
        ? { status: 'waiting' as const, statusText: 'Chờ khoá' }
        : plans.size + assessed > 0
          ? { status: 'inProgress' as const, statusText: 'Đang làm' }
          : { status: 'notStarted' as const, statusText: 'Chưa bắt đầu' }),
    });
  }
  for (const [subject, staffId] of duties.teachers) {
    if (staffId !== actor.staffId) continue;
    const theirs = again.filter((p) =>
      [...p.toReassess].some((item) => {
        const parts = partsOf(item);
        return 'subject' in parts && parts.subject === subject;
      }),
    );
    if (theirs.length === 0) continue;
    tasks.push({
      title: `${name} · ${subjectOf(subject).shortName} · Đánh giá bổ sung`,
      detail: theirs.map((p) => p.fullName).join(', '),
      link: `/lop/${classId}/mon/${subject}/BS`,
      status: 'inProgress',
      statusText: `${theirs.length} em`,
    });
  }
  return tasks;
}

import {
  type Grade,
  PERIOD_NAMES,
  type Period,
  ruleSetFor,
  type SubjectCode,
  subjectOf,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { runningYear, vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/assessment.ts';
import { suspendedSince } from '../roster/status.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { columnsOf, type SheetColumn } from './columns.ts';
import { currentPeriod, periodStates } from './periods.ts';

type Work = z.input<typeof api.myWork.response>;
type Task = Work['groups'][number]['tasks'][number];

interface ClassProgress {
  readonly classId: string;
  readonly name: string;
  /** The period that is worked on now, and whether the class has closed it. */
  readonly period: Period;
  readonly closed: boolean;
  readonly columns: readonly SheetColumn[];
  readonly pupils: number;
  /** Filled cells by item. */
  readonly filled: ReadonlyMap<string, number>;
  readonly frozen: number;
  readonly decided: number;
}

/** What waits for the actor: a row a duty, the subjects taught, the class led, the school. */
export async function myWork(deps: Deps, actor: Actor): Promise<Work> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const today = vietnamDay(deps.now());
    const year = await runningYear(trx, actor.schoolId, today);
    if (!year) return { groups: [], deadline: '' };
    const classes = await progressOf(trx, actor, year.schoolYear, currentPeriod(year.schoolYear, today));
    const mine = classes.filter(({ duties }) => duties.homeroomStaffId === actor.staffId);
    const taught = classes.flatMap(({ progress, duties }) =>
      [...duties.teachers]
        .filter(([, staffId]) => staffId === actor.staffId)
        .map(([subject]) => ({ progress, subject })),
    );
    const groups = [
      {
        title: 'Môn học tôi dạy',
        tasks: taught.map(({ progress, subject }) => subjectTask(progress, subject)),
      },
      { title: 'Lớp tôi chủ nhiệm', tasks: mine.flatMap(({ progress }) => homeroomTasks(progress)) },
      {
        title: 'Toàn trường',
        tasks: schoolTasks(
          actor,
          classes.map((c) => c.progress),
        ),
      },
    ];
    const [y, m, d] = year.plannedIssueDate.split('-');
    return {
      groups: groups.filter((g) => g.tasks.length > 0),
      deadline: `Năm học ${year.schoolYear}: dự kiến phát hành học bạ ngày ${d}/${m}/${y}.`,
    };
  });
}

async function progressOf(trx: Kysely<Database>, actor: Actor, schoolYear: string, period: Period) {
  const { schoolId } = actor;
  const classes = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade', 'homeroom_staff_id'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .orderBy('grade')
    .orderBy('name')
    .execute();
  const assignments = Map.groupBy(
    await trx
      .selectFrom('assignment')
      .select(['class_id', 'subject', 'staff_id'])
      .where('school_id', '=', schoolId)
      .execute(),
    (a) => a.class_id,
  );
  const all = classes.map((row) => ({
    row,
    duties: {
      homeroomStaffId: row.homeroom_staff_id,
      teachers: new Map(
        (assignments.get(row.class_id) ?? []).map((a) => [a.subject as SubjectCode, a.staff_id] as const),
      ),
    },
  }));
  const whole = actor.roles.includes('principal') || actor.roles.includes('clerk');
  const own = all.filter(
    ({ duties }) =>
      whole ||
      duties.homeroomStaffId === actor.staffId ||
      [...duties.teachers.values()].includes(actor.staffId),
  );
  if (own.length === 0) return [];
  const ids = own.map(({ row }) => row.class_id);
  const count = (rows: { class_id: string; n: string | number | bigint }[]) =>
    new Map(rows.map((row) => [row.class_id, Number(row.n)]));
  const pupils = count(
    await trx
      .selectFrom('enrolment')
      .select(['class_id', (eb) => eb.fn.countAll().as('n')])
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', ids)
      .where('left_on', 'is', null)
      .where(suspendedSince('enrolment'), 'is', null)
      .groupBy('class_id')
      .execute(),
  );
  const decided = count(
    await trx
      .selectFrom('decision')
      .select(['class_id', (eb) => eb.fn.count('pupil_id').distinct().as('n')])
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', ids)
      .where('kind', '=', 'result')
      .groupBy('class_id')
      .execute(),
  );
  const frozen = count(
    await trx
      .selectFrom('record as r')
      .select(['r.class_id', (eb) => eb.fn.countAll().as('n')])
      .where('r.school_id', '=', schoolId)
      .where('r.class_id', 'in', ids)
      .where('r.pupil_id', 'is not', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('record_act as a')
              .select('a.seq')
              .whereRef('a.school_id', '=', 'r.school_id')
              .whereRef('a.record_id', '=', 'r.record_id')
              .where('a.act', 'in', ['thaw', 'return']),
          ),
        ),
      )
      .groupBy('r.class_id')
      .execute(),
  );
  const states = await periodStates(trx, schoolId, ids);
  const cells = Map.groupBy(
    await trx
      .selectFrom('cell as c')
      .innerJoin('enrolment as e', (join) =>
        join
          .onRef('e.school_id', '=', 'c.school_id')
          .onRef('e.class_id', '=', 'c.class_id')
          .onRef('e.pupil_id', '=', 'c.pupil_id'),
      )
      .select(['c.class_id', 'c.item', (eb) => eb.fn.count('c.pupil_id').distinct().as('n')])
      .where('c.school_id', '=', schoolId)
      .where('c.class_id', 'in', ids)
      .where('c.period', '=', period)
      .where('c.value', 'is not', null)
      .where('e.left_on', 'is', null)
      .where(suspendedSince('e'), 'is', null)
      .groupBy(['c.class_id', 'c.item'])
      .execute(),
    (row) => row.class_id,
  );
  return own.map(({ row, duties }) => ({
    duties,
    progress: {
      classId: row.class_id,
      name: row.name,
      period,
      closed: states.get(row.class_id)?.get(period)?.closed ?? false,
      columns: columnsOf(ruleSetFor(schoolYear), row.grade as Grade, period, duties),
      pupils: pupils.get(row.class_id) ?? 0,
      filled: new Map((cells.get(row.class_id) ?? []).map((c) => [c.item, Number(c.n)])),
      frozen: frozen.get(row.class_id) ?? 0,
      decided: decided.get(row.class_id) ?? 0,
    } satisfies ClassProgress,
  }));
}

const KIND_WORDS: Readonly<Record<SheetColumn['kind'], string>> = {
  level: 'mức',
  mark: 'điểm',
  text: 'nhận xét',
  trait: 'mức',
  number: 'số đo',
};

function subjectTask(progress: ClassProgress, subject: SubjectCode): Task {
  const columns = progress.columns.filter((c) => c.subject === subject);
  const detail = columns
    .map((c) => `${progress.filled.get(c.item) ?? 0}/${progress.pupils} ${KIND_WORDS[c.kind]}`)
    .join(', ');
  return {
    title: `${progress.name} · ${subjectOf(subject).shortName} · ${PERIOD_NAMES[progress.period]}`,
    detail,
    link: `/lop/${progress.classId}/mon/${subject}`,
    ...statusOf(progress, columns),
  };
}

function homeroomTasks(progress: ClassProgress): Task[] {
  const { classId, name, pupils } = progress;
  const own = progress.columns.filter((c) => c.subject === null);
  const others = progress.columns.filter((c) => c.subject !== null && c.required);
  const gaps = others.reduce((sum, c) => sum + Math.max(0, pupils - (progress.filled.get(c.item) ?? 0)), 0);
  const ready = progress.decided >= pupils && pupils > 0;
  const table: Task[] = [
    {
      title: `${name} · Bảng tổng hợp của lớp · ${PERIOD_NAMES[progress.period]}`,
      detail: gaps === 0 ? 'Các môn học đã đủ mức và điểm' : `Các môn học còn thiếu ${gaps} ô`,
      link: `/lop/${classId}/bang`,
      ...statusOf(progress, own),
    },
  ];
  if (progress.period !== 'CN') return table;
  return [
    ...table,
    {
      title: `${name} · Kết quả cuối năm`,
      detail: `${Math.min(progress.decided, pupils)}/${pupils} em đã xác nhận`,
      link: `/lop/${classId}/ket-qua`,
      ...(progress.frozen >= pupils && pupils > 0
        ? { status: 'done' as const, statusText: 'Đã chốt' }
        : ready
          ? { status: 'done' as const, statusText: 'Xong' }
          : progress.decided > 0
            ? { status: 'inProgress' as const, statusText: 'Đang làm' }
            : { status: 'notStarted' as const, statusText: 'Chưa bắt đầu' }),
    },
    {
      title: `${name} · Kiểm tra và chốt học bạ`,
      detail: `${progress.frozen}/${pupils} học bạ đã chốt`,
      link: `/lop/${classId}/kiem-tra`,
      ...(progress.frozen >= pupils && pupils > 0
        ? { status: 'done' as const, statusText: 'Đã chốt' }
        : gaps > 0 || !ready
          ? { status: 'waiting' as const, statusText: 'Chờ đủ dữ liệu' }
          : { status: 'inProgress' as const, statusText: 'Chờ chốt' }),
    },
  ];
}

function schoolTasks(actor: Actor, classes: readonly ClassProgress[]): Task[] {
  if (!actor.roles.includes('principal') && !actor.roles.includes('clerk')) return [];
  const pupils = classes.reduce((sum, c) => sum + c.pupils, 0);
  const frozen = classes.reduce((sum, c) => sum + c.frozen, 0);
  return [
    {
      title: 'Tiến độ các lớp',
      detail: `${classes.length} lớp, ${frozen}/${pupils} học bạ đã chốt`,
      link: '/truong',
      ...(frozen === 0
        ? { status: 'waiting' as const, statusText: 'Các lớp đang nhập' }
        : { status: 'inProgress' as const, statusText: 'Đang làm' }),
    },
    {
      title: actor.roles.includes('principal') ? 'Ký học bạ' : 'Đóng dấu và phát hành',
      detail: 'Các lớp đã đến lượt ký',
      link: '/ky',
      ...(frozen === 0
        ? { status: 'waiting' as const, statusText: 'Chưa có lớp nào' }
        : { status: 'inProgress' as const, statusText: 'Xem việc cần ký' }),
    },
  ];
}

/** Done by the required columns; at the year's end comments count too, since the record prints them. */
function statusOf(
  progress: ClassProgress,
  columns: readonly SheetColumn[],
): Pick<Task, 'status' | 'statusText'> {
  const { pupils, filled } = progress;
  if (pupils > 0 && progress.frozen >= pupils) return { status: 'done', statusText: 'Đã chốt' };
  if (progress.closed) return { status: 'done', statusText: 'Đã khoá' };
  const filledIn = columns.reduce((sum, c) => sum + Math.min(pupils, filled.get(c.item) ?? 0), 0);
  if (filledIn === 0) return { status: 'notStarted', statusText: 'Chưa bắt đầu' };
  const needed = columns.filter(
    (c) => c.required || (progress.period === 'CN' && c.item.endsWith('.comment')),
  );
  const missing = needed.reduce((sum, c) => sum + Math.max(0, pupils - (filled.get(c.item) ?? 0)), 0);
  return missing === 0
    ? { status: 'done', statusText: 'Xong' }
    : { status: 'inProgress', statusText: `Còn ${missing} ô` };
}

import { PERIOD_NAMES, type SubjectCode, subjectOf } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { runningYear, vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import type { SheetColumn } from '../periods/columns.ts';
import { type PrincipalDue, principalDue } from './principal-due.ts';
import { earlierTasks, summerTasks, type Task } from './work-open.ts';
import { type ClassProgress, lackingIn, progressOf, pupilsFor } from './work-progress.ts';

type Work = z.input<typeof api.myWork.response>;

/** What waits once records are issued, which is no matter of this room. */
export interface LaterWork {
  ofClass(trx: Kysely<Database>, actor: Actor, of: { classId: string; name: string }): Promise<Task[]>;
  ofSchool(trx: Kysely<Database>, actor: Actor, schoolYear: string): Promise<Task[]>;
}

/** What waits for the actor: a row a duty, the subjects taught, the class led, the school. */
export async function myWork(deps: Deps, actor: Actor, later: LaterWork): Promise<Work> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const today = vietnamDay(deps.now());
    const year = await runningYear(trx, actor.schoolId, today);
    if (!year) return { groups: [], deadline: '' };
    const classes = await progressOf(trx, actor, year.schoolYear, today);
    const mine = classes.filter(({ duties }) => duties.homeroomStaffId === actor.staffId);
    const taught = classes.flatMap(({ progress, duties }) =>
      [...duties.teachers]
        .filter(([, staffId]) => staffId === actor.staffId)
        .map(([subject]) => ({ progress, subject })),
    );
    const summer = await summerTasks(trx, actor, classes);
    const due = actor.roles.includes('principal')
      ? await principalDue(trx, actor.schoolId, year.schoolYear)
      : new Map<string, PrincipalDue>();
    const led: Task[] = [];
    for (const { progress } of mine) {
      led.push(...homeroomTasks(progress));
      if (progress.frozen > 0) led.push(...(await later.ofClass(trx, actor, progress)));
    }
    const groups = [
      {
        title: 'Chờ hiệu trưởng quyết định',
        tasks: classes.flatMap(({ progress }) => decisionTasks(progress, due.get(progress.classId))),
      },
      {
        title: 'Môn học tôi dạy',
        tasks: taught.map(({ progress, subject }) => subjectTask(progress, subject)),
      },
      { title: 'Lớp tôi chủ nhiệm', tasks: led },
      { title: 'Rèn luyện trong hè', tasks: summer },
      { title: 'Kỳ trước chưa khoá', tasks: classes.flatMap((c) => earlierTasks(actor, c)) },
      {
        title: 'Toàn trường',
        tasks: [
          ...schoolTasks(
            actor,
            classes.map((c) => c.progress),
          ),
          ...(await later.ofSchool(trx, actor, year.schoolYear)),
        ],
      },
    ];
    const [y, m, d] = year.plannedIssueDate.split('-');
    return {
      groups: groups.filter((g) => g.tasks.length > 0),
      deadline: `Năm học ${year.schoolYear.replace('-', '–')}: dự kiến phát hành học bạ ngày ${d}/${m}/${y}.`,
    };
  });
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
    .map(
      (c) => `${progress.filled.get(c.item) ?? 0}/${pupilsFor(progress, c.possibleIn)} ${KIND_WORDS[c.kind]}`,
    )
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
  const gaps = lackingIn(progress, others, progress.filled);
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

/** What a class waits for: nobody but the principal can go on with it. */
function decisionTasks({ classId, name }: ClassProgress, due: PrincipalDue | undefined): Task[] {
  if (due === undefined) return [];
  const of = (count: number, title: string, detail: string, page: string): Task[] =>
    count === 0
      ? []
      : [
          {
            title: `${name} · ${title}`,
            detail,
            link: `/lop/${classId}/${page}`,
            status: 'inProgress',
            statusText: `${count} em`,
          },
        ];
  return [
    ...of(due.promotions, 'Lên lớp', 'Chưa hoàn thành chương trình lớp học', 'ket-qua'),
    ...of(due.titles, 'Danh hiệu Học sinh Tiêu biểu', 'Lớp đã công nhận', 'ket-qua'),
    ...of(due.plans, 'Kế hoạch giáo dục cá nhân', 'Chờ xác nhận', 'ke-hoach'),
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
  const missing = columns.reduce((sum, c) => {
    const printed = progress.period === 'CN' && c.item.endsWith('.comment');
    const needed = pupilsFor(progress, printed ? c.possibleIn : c.requiredIn);
    return sum + Math.max(0, needed - (filled.get(c.item) ?? 0));
  }, 0);
  return missing === 0
    ? { status: 'done', statusText: 'Xong' }
    : { status: 'inProgress', statusText: `Còn ${missing} ô` };
}

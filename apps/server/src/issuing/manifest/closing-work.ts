import { sql } from 'kysely';
import type { LaterWork } from '../../assessment/work/work.ts';
import type { Task } from '../../assessment/work/work-open.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { type ClosingStanding, closingStanding } from './standing.ts';

/** The close of a class's year on *Việc của tôi*: the homeroom teacher's own class, and for the office how many are closed. */
export const closingWork: LaterWork = {
  async ofClass(trx, actor, { classId, name }) {
    const records = await loadRecords(trx, actor.schoolId, { classId });
    const standing = await closingStanding(trx, actor.schoolId, classId, records);
    if (standing.issued === 0) return [];
    return [
      {
        title: `${name} · Khép năm học`,
        detail: `${standing.issued}/${standing.pupils} em có học bạ đã phát hành`,
        link: `/lop/${classId}/khep-nam`,
        ...turnOf(standing),
      },
    ];
  },
  async ofSchool(trx, actor, schoolYear) {
    const seals = actor.roles.includes('clerk');
    if (!seals && !actor.roles.includes('principal')) return [];
    // By the tables alone, which cost nothing: whether each list still says what is the page itself looks at.
    const { rows } = await sql<{ classes: string; closed: string; to_seal: string }>`
      select count(*) as classes,
        count(*) filter (where k.version is not null) as closed,
        count(*) filter (where m.version is not null and k.version is null) as to_seal
      from class c
      left join lateral (select max(version) as version from class_manifest
        where school_id = c.school_id and class_id = c.class_id) m on true
      left join class_closing k
        on k.school_id = c.school_id and k.class_id = c.class_id and k.version = m.version
      where c.school_id = ${actor.schoolId} and c.school_year = ${schoolYear}
        and exists (select 1 from record r join issued_record i using (school_id, record_id)
          where r.school_id = c.school_id and r.class_id = c.class_id and r.pupil_id is not null)`.execute(
      trx,
    );
    const [classes, closed, toSeal] = [rows[0]?.classes, rows[0]?.closed, rows[0]?.to_seal].map(Number);
    if (!classes) return [];
    return [
      {
        title: 'Khép năm học các lớp',
        detail: `${closed}/${classes} lớp có học bạ đã phát hành đã khép`,
        link: '/khep-nam',
        ...schoolTurn(classes, closed ?? 0, toSeal ?? 0, seals),
      },
    ];
  },
};

type Turn = Pick<Task, 'status' | 'statusText'>;

function turnOf({ standing, outdated, without }: ClosingStanding): Turn {
  switch (standing) {
    case 'notYet':
      return { status: 'waiting', statusText: 'Chờ phát hành xong' };
    case 'toSign':
      if (without > 0) return { status: 'waiting', statusText: `${without} em chưa có học bạ` };
      return {
        status: 'inProgress',
        statusText: outdated ? 'Cần ký lại danh sách' : 'Chờ thầy/cô ký danh sách',
      };
    case 'toSeal':
      return { status: 'waiting', statusText: 'Chờ nhà trường đóng dấu' };
    case 'closed':
      return { status: 'done', statusText: 'Đã khép' };
  }
}

function schoolTurn(classes: number, closed: number, toSeal: number, seals: boolean): Turn {
  if (closed === classes) return { status: 'done', statusText: 'Đã khép' };
  if (toSeal === 0) return { status: 'waiting', statusText: 'Chờ các lớp ký danh sách' };
  return { status: seals ? 'inProgress' : 'waiting', statusText: `${toSeal} lớp chờ đóng dấu` };
}

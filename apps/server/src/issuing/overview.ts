import { type Grade, requiredItems, ruleSetFor } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { requireRole } from '../access/objects.ts';
import { runningYear, vietnamDay } from '../access/running-year.ts';
import { principalDue } from '../assessment/work/principal-due.ts';
import type {
  issuedClasses as issuedClassesRoute,
  issuedRecords as issuedRoute,
  schoolOverview as overviewRoute,
} from '../http/api/issuing.ts';
import { ofItsYear } from '../roster/of-its-year.ts';
import { suspendedSince } from '../roster/status.ts';
import { summariesOf } from '../signing/batch/views.ts';
import { loadRecords, loadSigned, type StoredRecord } from '../signing/records/records.ts';
import { holdsPupilYear, type RecordStatus, statusOf } from '../signing/records/state.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { closingStanding } from './manifest/standing.ts';

type Overview = z.input<typeof overviewRoute.response>;

interface Deps {
  readonly db: Kysely<Database>;
  now(): Date;
}

/** Toàn trường of the running school year: each class with how far it is and what wants attention. */
export async function schoolOverview(deps: Deps, actor: Actor): Promise<Overview> {
  requireRole(actor, 'principal', 'clerk');
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const year = await runningYear(trx, schoolId, vietnamDay(deps.now()));
    if (!year) return { classes: [] };
    const classes = await trx
      .selectFrom('class as c')
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'c.school_id').onRef('s.staff_id', '=', 'c.homeroom_staff_id'),
      )
      .select(['c.class_id', 'c.name', 'c.grade', 's.full_name'])
      .where('c.school_id', '=', schoolId)
      .where('c.school_year', '=', year.schoolYear)
      .orderBy('c.grade')
      .orderBy('c.name')
      .execute();
    const pupils = await pupilsByClass(trx, schoolId);
    const filled = await filledByClass(trx, schoolId);
    const due = await principalDue(trx, schoolId, year.schoolYear);
    const overview: Overview = { classes: [] };
    for (const row of classes) {
      const required = requiredItems(ruleSetFor(year.schoolYear), row.grade as Grade, 'CN');
      const items = filled.get(row.class_id);
      const count = pupils.get(row.class_id) ?? 0;
      const records = await loadRecords(trx, schoolId, { classId: row.class_id });
      const closing = await closingStanding(trx, schoolId, row.class_id, records);
      overview.classes.push({
        classId: row.class_id,
        name: row.name,
        grade: row.grade,
        pupils: count,
        homeroomTeacher: row.full_name ?? '',
        cellsDone: required.reduce((n, item) => n + (items?.get(item) ?? 0), 0),
        cellsTotal: required.length * count,
        ...stepsOf(records),
        undecided: due.get(row.class_id)?.promotions ?? 0,
        closing: closing.standing,
        attention: attentionOf(records, count, row.full_name !== null, closing.outdated),
      });
    }
    return overview;
  });
}

/** How many records have come at least so far; a record counts in each step that it has passed. */
function stepsOf(records: readonly StoredRecord[]) {
  const order: readonly RecordStatus[] = [
    'frozen',
    'subjectsSigned',
    'homeroomSigned',
    'principalSigned',
    'issued',
  ];
  const reached = records.map((r) => order.indexOf(statusOf(r.facts)));
  const atLeast = (status: RecordStatus) => reached.filter((step) => step >= order.indexOf(status)).length;
  return {
    frozen: atLeast('frozen'),
    subjectsSigned: atLeast('subjectsSigned'),
    homeroomSigned: atLeast('homeroomSigned'),
    principalSigned: atLeast('principalSigned'),
    issued: atLeast('issued'),
  };
}

function attentionOf(
  records: readonly StoredRecord[],
  pupils: number,
  hasHomeroom: boolean,
  listOutdated: boolean,
): string[] {
  const attention: string[] = [];
  if (!hasHomeroom) attention.push('Chưa phân công giáo viên chủ nhiệm');
  const held = new Set(records.filter((r) => holdsPupilYear(r.facts)).map((r) => r.pupilId)).size;
  if (records.length > 0 && held < pupils)
    attention.push(`${pupils - held} học sinh chưa có học bạ được chốt`);
  const count = (status: RecordStatus) => records.filter((r) => statusOf(r.facts) === status).length;
  const reopened = records.filter((r) => statusOf(r.facts) === 'recalled' && !holdsPupilYear(r.facts)).length;
  if (reopened > 0) attention.push(`${reopened} học bạ đã thu hồi, chờ bản thay thế`);
  if (count('recalled') > reopened) attention.push(`${count('recalled') - reopened} học bạ đã thu hồi`);
  if (listOutdated) attention.push('Học bạ đã thay đổi sau khi khép năm học, cần ký lại danh sách');
  return attention;
}

async function pupilsByClass(trx: Kysely<Database>, schoolId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('enrolment')
    .select(({ fn }) => ['class_id', fn.countAll<string>().as('count')])
    .where('school_id', '=', schoolId)
    .where(ofItsYear('enrolment'))
    .where(suspendedSince('enrolment'), 'is', null)
    .groupBy('class_id')
    .execute();
  return new Map(rows.map((row) => [row.class_id, Number(row.count)]));
}

/** Filled cells of the end of the year, counted by class and item; a test taken again counts once. */
async function filledByClass(
  trx: Kysely<Database>,
  schoolId: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const rows = await trx
    .selectFrom('cell as c')
    .innerJoin('enrolment as e', (join) =>
      join
        .onRef('e.school_id', '=', 'c.school_id')
        .onRef('e.class_id', '=', 'c.class_id')
        .onRef('e.pupil_id', '=', 'c.pupil_id'),
    )
    .select(({ fn }) => ['c.class_id', 'c.item', fn.count<string>('c.pupil_id').distinct().as('count')])
    .where('c.school_id', '=', schoolId)
    .where('c.period', '=', 'CN')
    .where('c.value', 'is not', null)
    .where(ofItsYear('e'))
    .where(suspendedSince('e'), 'is', null)
    .groupBy(['c.class_id', 'c.item'])
    .execute();
  const classes = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const items = classes.get(row.class_id) ?? new Map<string, number>();
    items.set(row.item, Number(row.count));
    classes.set(row.class_id, items);
  }
  return classes;
}

/** Every class of every year with how many records of it have been issued, the newest year first. */
export async function issuedClasses(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof issuedClassesRoute.response>> {
  requireRole(actor, 'principal', 'clerk');
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const rows = await trx
      .selectFrom('class as c')
      .leftJoin('record as r', (join) =>
        join
          .onRef('r.school_id', '=', 'c.school_id')
          .onRef('r.class_id', '=', 'c.class_id')
          .on('r.pupil_id', 'is not', null),
      )
      .leftJoin('issued_record as i', (join) =>
        join.onRef('i.school_id', '=', 'r.school_id').onRef('i.record_id', '=', 'r.record_id'),
      )
      .select(({ fn }) => [
        'c.class_id',
        'c.name',
        'c.school_year',
        fn.count<string>('i.record_id').as('issued'),
      ])
      .where('c.school_id', '=', actor.schoolId)
      .groupBy(['c.class_id', 'c.name', 'c.school_year', 'c.grade'])
      .orderBy('c.school_year', 'desc')
      .orderBy('c.grade')
      .orderBy('c.name')
      .execute();
    return {
      classes: rows.map((row) => ({
        classId: row.class_id,
        name: row.name,
        schoolYear: row.school_year,
        issued: Number(row.issued),
      })),
    };
  });
}

/** Records of a class that have been issued, those recalled or replaced since included. */
export async function issuedRecords(
  deps: Deps,
  actor: Actor,
  classId: string,
): Promise<z.input<typeof issuedRoute.response>> {
  requireRole(actor, 'principal', 'clerk');
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const all = await loadSigned(trx, actor.schoolId, { classId });
    const issued = (await summariesOf(trx, actor.schoolId, all)).filter((s) => s.issuedAt !== null);
    return {
      records: issued.filter((s) => s.pupilId !== null),
      tables: issued.filter((s) => s.pupilId === null),
    };
  });
}

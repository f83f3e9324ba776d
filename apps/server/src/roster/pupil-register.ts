import { mayFollow } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import type * as api from '../http/api/transfers.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { factsOf, identityProblems } from './identity-check.ts';
import { newestStatuses, statusesOf, statusName } from './status.ts';
import { studyYearsOf } from './study-years.ts';
import { placeOf } from './transfers/place.ts';
import type { ResultsToDate } from './transfers/results-to-date.ts';
import { mayUndoResults } from './transfers/undo-results.ts';

/** Fewer than a class of 50: a list of the whole school is an export, which has its own route and rule. */
const AT_MOST = 50;

/** Pupils by a part of the name, written with its marks or without, by code, or of a class; the newest class of each. */
export async function searchPupils(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.searchPupils.body>,
): Promise<z.input<typeof api.searchPupils.response>> {
  const { schoolId } = actor;
  const wanted = plain(input.text);
  return inSchool(deps.db, schoolId, async (trx) => {
    const rows = await newestPlaces(trx, schoolId, input.classId);
    const found = rows.filter(
      (row) => plain(row.full_name).includes(wanted) || plain(row.pupil_code).startsWith(wanted),
    );
    const statuses = await newestStatuses(trx, schoolId);
    return {
      pupils: found.slice(0, AT_MOST).map((row) => ({
        pupilId: row.pupil_id,
        pupilCode: row.pupil_code,
        fullName: row.full_name,
        birthDate: row.birth_date,
        className: row.name,
        schoolYear: row.school_year,
        status: statusName(statuses.get(row.pupil_id)?.status ?? 'studying'),
        gone: row.left_on !== null,
      })),
      more: found.length > AT_MOST,
    };
  });
}

/** Lower case without marks: `Nguyễn Thị Ánh` is found by `thi anh`. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

async function newestPlaces(trx: Kysely<Database>, schoolId: string, classId?: string) {
  const one = classId === undefined ? sql`` : sql`and c.class_id = ${classId}`;
  const { rows } = await sql<{
    pupil_id: string;
    pupil_code: string;
    full_name: string;
    birth_date: string | null;
    name: string | null;
    school_year: string | null;
    left_on: string | null;
    ordinal: number | null;
  }>`
    select * from (
      select distinct on (p.pupil_id) p.pupil_id, p.pupil_code, p.full_name, p.birth_date, c.name, c.school_year,
        e.left_on, e.ordinal
      from pupil p
      left join enrolment e on e.school_id = p.school_id and e.pupil_id = p.pupil_id
      left join class c on c.school_id = e.school_id and c.class_id = e.class_id
      where p.school_id = ${schoolId} ${one}
      order by p.pupil_id, c.school_year desc nulls last, e.left_on desc nulls first) x
    order by school_year desc nulls last, name, ordinal`.execute(trx);
  return rows;
}

/** One pupil: who, what does not fit, where now, study years, every transfer with the results that it kept. */
export async function pupilDetail(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string },
): Promise<z.input<typeof api.pupilDetail.response>> {
  const { schoolId } = actor;
  const { pupilId } = input;
  return inSchool(deps.db, schoolId, async (trx) => {
    const pupil = await trx
      .selectFrom('pupil')
      .selectAll()
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', pupilId)
      .executeTakeFirst();
    if (!pupil) throw new Refusal('not-found');
    const school = await trx
      .selectFrom('school')
      .select('name')
      .where('school_id', '=', schoolId)
      .executeTakeFirstOrThrow();
    const place = await placeOf(trx, schoolId, pupilId);
    const years = (await studyYearsOf(trx, schoolId, [pupilId], school.name)).get(pupilId) ?? [];
    const status = (await newestStatuses(trx, schoolId, pupilId)).get(pupilId);
    const problems = place ? identityProblems(place, factsOf(pupil)) : [];
    return {
      pupilId,
      pupilCode: pupil.pupil_code,
      fullName: pupil.full_name,
      personalId: pupil.personal_id,
      registerNumber: pupil.register_number,
      sex: pupil.sex,
      birthDate: pupil.birth_date,
      motherName: pupil.mother_name,
      problems,
      status: { name: statusName(status?.status ?? 'studying'), since: status?.since ?? null },
      statuses: await statusesOf(trx, schoolId, pupilId),
      mayBecome: STATUSES_SET.filter((next) => mayFollow(status?.status ?? 'studying', next)),
      place: place && {
        classId: place.classId,
        name: place.name,
        schoolYear: place.schoolYear,
        grade: place.grade,
      },
      studyYears: years.map(({ schoolYear, schoolName, className, grade, arrivedOn, leftOn, elsewhere }) => ({
        schoolYear,
        schoolName,
        className,
        grade,
        arrivedOn,
        leftOn,
        elsewhere,
      })),
      transfers: await transfersOf(trx, schoolId, pupilId),
    };
  });
}

const STATUSES_SET = ['suspended', 'returned', 'dropped-out', 'deceased'] as const;

async function transfersOf(trx: Kysely<Database>, schoolId: string, pupilId: string) {
  const rows = await trx
    .selectFrom('transfer as t')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 't.school_id').onRef('c.class_id', '=', 't.class_id'),
    )
    .leftJoin('class as o', (join) =>
      join.onRef('o.school_id', '=', 't.school_id').onRef('o.class_id', '=', 't.other_class_id'),
    )
    .leftJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 't.school_id').onRef('s.staff_id', '=', 't.recorded_by'),
    )
    .leftJoin('transfer_file as f', (join) =>
      join.onRef('f.school_id', '=', 't.school_id').onRef('f.transfer_id', '=', 't.transfer_id'),
    )
    .select([
      't.transfer_id',
      't.class_id',
      't.direction',
      't.on_date',
      't.other_school_name',
      't.reason',
      't.recorded_at',
      't.results',
      'c.name as class_name',
      'o.name as other_class',
      's.full_name',
      'f.file_name',
      'f.verified',
      'f.sentence',
    ])
    .where('t.school_id', '=', schoolId)
    .where('t.pupil_id', '=', pupilId)
    .orderBy('t.on_date', 'desc')
    .orderBy('t.recorded_at', 'desc')
    .execute();
  const undoable = new Set<string>();
  for (const { transfer_id: transferId, class_id: classId, direction, recorded_at: recordedAt } of rows)
    if (direction === 'in' && (await mayUndoResults(trx, schoolId, { transferId, classId, recordedAt })))
      undoable.add(transferId);
  return rows.map((row) => {
    const kept = row.results as unknown as ResultsToDate;
    return {
      transferId: row.transfer_id,
      direction: row.direction,
      onDate: row.on_date,
      className: row.class_name,
      otherSchool: row.other_school_name,
      otherClass: row.other_class,
      reason: row.reason,
      recordedAt: row.recorded_at.toISOString(),
      recordedBy: row.full_name ?? '',
      results: {
        schoolName: kept.schoolName,
        schoolYear: kept.schoolYear,
        className: kept.className,
        grade: kept.grade,
        until: kept.until,
        periods: kept.periods,
        note: kept.note,
        ...(kept.document === undefined ? {} : { document: kept.document }),
      },
      file:
        row.file_name === null
          ? null
          : { name: row.file_name, verified: row.verified === true, sentence: row.sentence ?? '' },
      mayUndoResults: undoable.has(row.transfer_id),
    };
  });
}

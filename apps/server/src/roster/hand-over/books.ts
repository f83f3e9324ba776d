import { randomUUID } from 'node:crypto';
import { cleanText } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/hand-overs.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { yearAfter, yearOf } from '../calendar.ts';
import { lastYearOf } from '../roll-over/facts.ts';
import { newestStatuses } from '../status.ts';

type Book = z.input<typeof api.listBooks.response>['books'][number];

/** Books that go to their pupils: who has completed primary or left for another school (TT 27/2020 Điều 10). */
export async function listBooks(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string },
): Promise<{ books: Book[] }> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    if (!(await yearOf(trx, actor.schoolId, input.schoolYear))) throw new Refusal('not-found');
    return { books: await booksOf(trx, actor.schoolId, input.schoolYear) };
  });
}

async function booksOf(trx: Kysely<Database>, schoolId: string, schoolYear: string): Promise<Book[]> {
  const year = await lastYearOf(trx, schoolId, schoolYear, yearAfter(schoolYear));
  const statuses = await newestStatuses(trx, schoolId);
  const handings = await handingsOf(trx, schoolId);
  return year.classes.flatMap((klass) =>
    klass.pupils.flatMap((pupil): Book[] => {
      const gone = pupil.leftOn !== null && statuses.get(pupil.pupilId)?.status === 'transferred';
      const done = pupil.leftOn === null && pupil.grade === 5 && pupil.completed === true;
      if (!gone && !done) return [];
      const occasion = gone ? 'transferred' : 'completed';
      const since = pupil.leftOn ?? '';
      const handed = handings.find(
        (h) => h.pupilId === pupil.pupilId && h.occasion === occasion && h.view.onDate >= since,
      );
      return [
        {
          pupilId: pupil.pupilId,
          pupilCode: pupil.pupilCode,
          fullName: pupil.fullName,
          className: klass.name,
          occasion,
          handed: handed?.view ?? null,
        },
      ];
    }),
  );
}

async function handingsOf(trx: Kysely<Database>, schoolId: string) {
  const rows = await trx
    .selectFrom('book_handing as b')
    .leftJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'b.school_id').onRef('s.staff_id', '=', 'b.recorded_by'),
    )
    .select([
      'b.pupil_id',
      'b.occasion',
      'b.to_name',
      'b.relation',
      'b.on_date',
      'b.recorded_at',
      's.full_name',
    ])
    .where('b.school_id', '=', schoolId)
    .orderBy('b.recorded_at', 'desc')
    .execute();
  return rows.map((row) => ({
    pupilId: row.pupil_id,
    occasion: row.occasion,
    view: {
      toName: row.to_name,
      relation: row.relation,
      onDate: row.on_date,
      recordedBy: row.full_name ?? '',
      recordedAt: row.recorded_at.toISOString(),
    },
  }));
}

/**
 * Notes that books were handed over: to whom, when, by whom. All or none, each once.
 * @throws Refusal `not-found`, `invalid-input`
 */
export async function handBooks(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string } & z.output<typeof api.handBooks.body>,
): Promise<{ handed: number }> {
  const { schoolId } = actor;
  if (input.onDate > vietnamDay(deps.now()))
    throw new Refusal('invalid-input', ['Ngày trả học bạ không được ở sau hôm nay.']);
  return inSchool(deps.db, schoolId, async (trx) => {
    // The year's row orders the acts, so that one book is not handed over twice.
    if (!(await yearOf(trx, schoolId, input.schoolYear, true))) throw new Refusal('not-found');
    const due = new Map((await booksOf(trx, schoolId, input.schoolYear)).map((b) => [b.pupilId, b]));
    const wrong: string[] = [];
    const rows = input.books.flatMap(({ pupilId, toName, relation }) => {
      const book = due.get(pupilId);
      if (!book) {
        wrong.push('Có em chưa hoàn thành chương trình tiểu học và cũng không chuyển trường.');
        return [];
      }
      if (book.handed) wrong.push(`${book.fullName}: học bạ đã trả ngày trước đó.`);
      due.delete(pupilId);
      return [
        {
          school_id: schoolId,
          handing_id: randomUUID(),
          pupil_id: pupilId,
          occasion: book.occasion,
          to_name: cleanText(toName),
          relation: cleanText(relation),
          on_date: input.onDate,
          recorded_by: actor.staffId,
          recorded_at: deps.now(),
        },
      ];
    });
    if (rows.some((row) => row.to_name === '' || row.relation === ''))
      wrong.push('Hãy ghi họ tên người nhận và quan hệ với học sinh.');
    if (wrong.length > 0) throw new Refusal('invalid-input', [...new Set(wrong)]);
    await trx.insertInto('book_handing').values(rows).execute();
    return { handed: rows.length };
  });
}

import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import { type ClassAccess, requireClassStaff } from '../../access/objects.ts';
import { printNameOf } from '../../assessment/export/file-name.ts';
import { seesWholeClass } from '../../assessment/sheet/sheet.ts';
import type { ClassBookView } from '../../http/api/books.ts';
import { Refusal } from '../../refusal.ts';
import { takesSecond } from '../../roster/export/bulk.ts';
import { headsOf } from '../../signing/records/heads.ts';
import { loadRecords, lockClass } from '../../signing/records/records.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { standing } from './issued-years.ts';

export interface ClassBookDeps {
  readonly db: Kysely<Database>;
  now(): Date;
}

type View = z.input<typeof ClassBookView>;

/** A file with a whole class's data is kept no longer than it takes to print it. */
export const KEPT_MS = 24 * 3_600_000;

/** How far the class's file is. @throws Refusal `not-allowed` for who does not see all records of the class, `not-found` */
export async function classBook(deps: ClassBookDeps, actor: Actor, classId: string): Promise<View> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireWholeClass(trx, actor, classId);
    return viewOf(trx, deps, actor, classId);
  });
}

/**
 * Asks for the records of the class in one file, in the order of pupils’ codes, each pupil with its own front pages; made in the
 * background. What is under way goes on; what was stopped or has failed goes on with what is there; else it begins anew, and the
 * file that was there is deleted.
 *
 * @throws Refusal `not-issued` where no record of the class is issued; as classBook
 */
export async function makeClassBook(
  deps: ClassBookDeps,
  actor: Actor,
  classId: string,
  publicUrl: string,
): Promise<View> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    await requireWholeClass(trx, actor, classId);
    // Two who ask at once get one file.
    await lockClass(trx, schoolId, classId);
    const before = await bookRow(trx, deps, schoolId, classId);
    const bookId =
      before !== undefined && before.finished_at === null
        ? await goOn(trx, schoolId, before.book_id)
        : await begin(trx, deps, actor, classId, publicUrl);
    await enqueueClassBook(trx, schoolId, bookId);
    return viewOf(trx, deps, actor, classId);
  });
}

/** Stops what is under way; what is collected stays for who asks again. A finished file stays. */
export async function stopClassBook(deps: ClassBookDeps, actor: Actor, classId: string): Promise<View> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    await requireWholeClass(trx, actor, classId);
    await trx
      .updateTable('class_book')
      .set({ stopped_at: deps.now() })
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .where('finished_at', 'is', null)
      .execute();
    return viewOf(trx, deps, actor, classId);
  });
}

/** The finished file. @throws Refusal `not-found` where there is none, or it is kept no longer; as classBook */
export async function classBookFile(deps: ClassBookDeps, actor: Actor, classId: string): Promise<FileBody> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const { name, schoolYear } = await requireWholeClass(trx, actor, classId);
    const row = await trx
      .selectFrom('class_book')
      .select('pdf')
      .where('school_id', '=', actor.schoolId)
      .where('class_id', '=', classId)
      .where('keep_until', '>', deps.now())
      .executeTakeFirst();
    if (!row?.pdf) throw new Refusal('not-found');
    return { fileName: printNameOf('hoc-ba', name, schoolYear), bytes: row.pdf, inline: true };
  });
}

/** Adds the job of a class's file in the caller's transaction. */
export async function enqueueClassBook(
  trx: Kysely<Database>,
  schoolId: string,
  bookId: string,
): Promise<void> {
  await sql`select enqueue_class_book(${schoolId}::bigint, ${bookId}::uuid)`.execute(trx);
}

/** Files that a kill has left unfinished. */
export async function unfinishedBooks(trx: Kysely<Database>, schoolId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('class_book')
    .select('book_id')
    .where('school_id', '=', schoolId)
    .where('finished_at', 'is', null)
    .where('stopped_at', 'is', null)
    .where('failure', 'is', null)
    .execute();
  return rows.map((row) => row.book_id);
}

/** Deletes what is kept no longer, finished or not, in every school. @returns how many */
export async function deleteOldBooks(deps: ClassBookDeps): Promise<number> {
  let deleted = 0;
  for (const { school_id } of await deps.db.selectFrom('school').select('school_id').execute()) {
    const { numDeletedRows } = await inSchool(deps.db, school_id, (trx) =>
      trx
        .deleteFrom('class_book')
        .where('school_id', '=', school_id)
        .where('keep_until', '<=', deps.now())
        .executeTakeFirst(),
    );
    deleted += Number(numDeletedRows);
  }
  return deleted;
}

/** All records of the class with the families' data: not for a teacher of one subject (R-15). */
async function requireWholeClass(trx: Kysely<Database>, actor: Actor, classId: string): Promise<ClassAccess> {
  const access = await requireClassStaff(trx, actor, classId);
  if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
  return access;
}

async function begin(
  trx: Transaction<Database>,
  deps: ClassBookDeps,
  actor: Actor,
  classId: string,
  publicUrl: string,
): Promise<string> {
  const { schoolId } = actor;
  const recordIds = await standingOfClass(trx, schoolId, classId);
  if (recordIds.length === 0) throw new Refusal('not-issued');
  await trx
    .deleteFrom('class_book')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .execute();
  const bookId = randomUUID();
  const now = deps.now();
  await trx
    .insertInto('class_book')
    .values({
      school_id: schoolId,
      class_id: classId,
      book_id: bookId,
      requested_by: actor.staffId,
      requested_at: now,
      public_url: publicUrl,
      keep_until: new Date(now.getTime() + KEPT_MS),
    })
    .execute();
  await trx
    .insertInto('class_book_record')
    .values(
      recordIds.map((recordId, position) => ({
        school_id: schoolId,
        class_id: classId,
        position,
        record_id: recordId,
      })),
    )
    .execute();
  return bookId;
}

async function goOn(trx: Transaction<Database>, schoolId: string, bookId: string): Promise<string> {
  await trx
    .updateTable('class_book')
    .set({ stopped_at: null, failure: null })
    .where('school_id', '=', schoolId)
    .where('book_id', '=', bookId)
    .execute();
  return bookId;
}

/** Ids of the class's records that are issued and stand, in the order of the pupils' codes. */
async function standingOfClass(trx: Kysely<Database>, schoolId: string, classId: string): Promise<string[]> {
  const ids = standing(await loadRecords(trx, schoolId, { classId })).map((record) => record.recordId);
  const heads = await headsOf(trx, schoolId, ids);
  const code = (id: string): string => heads.get(id)?.pupilCode ?? '';
  return ids.sort((a, b) => code(a).localeCompare(code(b)));
}

async function bookRow(trx: Kysely<Database>, deps: ClassBookDeps, schoolId: string, classId: string) {
  return trx
    .selectFrom('class_book')
    .select(['book_id', 'keep_until', 'stopped_at', 'failure', 'finished_at'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('keep_until', '>', deps.now())
    .executeTakeFirst();
}

async function viewOf(
  trx: Kysely<Database>,
  deps: ClassBookDeps,
  actor: Actor,
  classId: string,
): Promise<View> {
  const { schoolId } = actor;
  const row = await bookRow(trx, deps, schoolId, classId);
  const second = await takesSecond(trx, actor, [classId], deps.now());
  if (row === undefined) {
    const total = (await standingOfClass(trx, schoolId, classId)).length;
    return { state: 'none', total, collected: 0, keptUntil: null, takesSecond: second };
  }
  const counted = await trx
    .selectFrom('class_book_record')
    .select(({ fn }) => [fn.countAll<string>().as('total'), fn.count<string>('qr_url').as('collected')])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirstOrThrow();
  const [total, collected] = [Number(counted.total), Number(counted.collected)];
  return {
    state: stateOf(row, total === collected),
    total,
    collected,
    keptUntil: row.keep_until.toISOString(),
    takesSecond: second,
  };
}

function stateOf(
  row: {
    readonly stopped_at: Date | null;
    readonly failure: string | null;
    readonly finished_at: Date | null;
  },
  collected: boolean,
): View['state'] {
  if (row.finished_at !== null) return 'ready';
  if (row.stopped_at !== null) return 'stopped';
  if (row.failure !== null) return 'failed';
  return collected ? 'typesetting' : 'collecting';
}

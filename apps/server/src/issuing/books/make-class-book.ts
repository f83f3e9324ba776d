import { FormError, type Printer } from '@hocba/form';
import { Refusal } from '../../refusal.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { inSchool } from '../../store/database.ts';
import { printFacts, type SheetDeps } from '../prints/issued-sheet.ts';
import { type ClassBookDeps, KEPT_MS } from './class-book.ts';
import { standing, yearOf } from './issued-years.ts';

/** What a job is about. Ids only: a queue is no place for data. */
export interface ClassBookJob {
  readonly schoolId: string;
  readonly bookId: string;
}

export interface ClassBookWork extends ClassBookDeps, SheetDeps {
  readonly printer: Pick<Printer, 'renderClassBook'>;
  /** For tests: told before each step, and may throw as a kill would. */
  at?(step: 'collect' | 'typeset' | 'keep'): void;
}

/** @throws TypeError for what is no job of a class's file */
export function parseClassBookJob(payload: unknown): ClassBookJob {
  const { schoolId, bookId } = (payload ?? {}) as Partial<Record<string, unknown>>;
  if (typeof schoolId !== 'string' || typeof bookId !== 'string') throw new TypeError('not a job of a book');
  return { schoolId, bookId };
}

/**
 * Works on a class's file: fixes what each print says, record by record, then sets all of it at once. Whatever ends it, called
 * again it goes on where the store says it is; one that was stopped, is finished or is gone is left alone. What cannot be made
 * is noted for who asked; everything else is thrown, and tried again later.
 */
export async function workOnClassBook(
  deps: ClassBookWork,
  job: ClassBookJob,
  stopped: AbortSignal,
): Promise<void> {
  try {
    while (!stopped.aborted) {
      const book = await openBook(deps, job);
      if (book === null) return;
      if (book.next === null) {
        await typeset(deps, job, book);
        return;
      }
      deps.at?.('collect');
      await collect(deps, job, book, book.next);
    }
  } catch (error) {
    const given = error instanceof Refusal || (error instanceof FormError && error.code === 'input-invalid');
    if (!given) throw error;
    await note(deps, job, error.code);
  }
}

interface OpenBook {
  readonly classId: string;
  readonly publicUrl: string;
  /** The record that comes next; null when all are collected. */
  readonly next: string | null;
}

async function openBook({ db }: ClassBookWork, { schoolId, bookId }: ClassBookJob): Promise<OpenBook | null> {
  return inSchool(db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('class_book')
      .select(['class_id', 'public_url'])
      .where('school_id', '=', schoolId)
      .where('book_id', '=', bookId)
      .where('finished_at', 'is', null)
      .where('stopped_at', 'is', null)
      .where('failure', 'is', null)
      .executeTakeFirst();
    if (!row) return null;
    const next = await trx
      .selectFrom('class_book_record')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .where('class_id', '=', row.class_id)
      .where('qr_url', 'is', null)
      .orderBy('position')
      .limit(1)
      .executeTakeFirst();
    return { classId: row.class_id, publicUrl: row.public_url, next: next?.record_id ?? null };
  });
}

async function collect(
  deps: ClassBookWork,
  { schoolId }: ClassBookJob,
  { classId, publicUrl }: OpenBook,
  recordId: string,
): Promise<void> {
  const { qrUrl, leafIndex } = await printFacts(deps, schoolId, recordId, publicUrl);
  await inSchool(deps.db, schoolId, (trx) =>
    trx
      .updateTable('class_book_record')
      .set({ qr_url: qrUrl, leaf_index: String(leafIndex) })
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .where('record_id', '=', recordId)
      .execute(),
  );
}

async function typeset(
  deps: ClassBookWork,
  { schoolId, bookId }: ClassBookJob,
  { classId }: OpenBook,
): Promise<void> {
  const { of, records } = await inSchool(deps.db, schoolId, async (trx) => {
    const rows = await trx
      .selectFrom('class_book_record')
      .select(['record_id', 'qr_url', 'leaf_index'])
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .orderBy('position')
      .execute();
    // One that was recalled since it was asked for is not printed.
    const all = await loadRecords(trx, schoolId, { recordIds: rows.map((row) => row.record_id) });
    const stand = new Set(standing(all).map((record) => record.recordId));
    return {
      records: rows.filter((row) => stand.has(row.record_id)),
      of: await trx
        .selectFrom('class')
        .select(['name', 'school_year'])
        .where('school_id', '=', schoolId)
        .where('class_id', '=', classId)
        .executeTakeFirstOrThrow(),
    };
  });
  if (records.length === 0) throw new Refusal('not-issued');
  deps.at?.('typeset');
  const pupils = [];
  for (const row of records) {
    // Nothing travels inside a file of a class: receipts are with each record's own print.
    const facts = { proof: null, leafIndex: Number(row.leaf_index), qrUrl: row.qr_url ?? '' };
    pupils.push({ years: [await yearOf(deps, schoolId, row.record_id, facts)] });
  }
  const pdf = await deps.printer.renderClassBook({
    className: of.name,
    schoolYear: of.school_year,
    pupils,
  });
  deps.at?.('keep');
  const now = deps.now();
  await inSchool(deps.db, schoolId, (trx) =>
    trx
      .updateTable('class_book')
      .set({ pdf: Buffer.from(pdf), finished_at: now, keep_until: new Date(now.getTime() + KEPT_MS) })
      .where('school_id', '=', schoolId)
      .where('book_id', '=', bookId)
      .where('finished_at', 'is', null)
      .where('stopped_at', 'is', null)
      .execute(),
  );
}

async function note({ db }: ClassBookWork, { schoolId, bookId }: ClassBookJob, code: string): Promise<void> {
  await inSchool(db, schoolId, (trx) =>
    trx
      .updateTable('class_book')
      .set({ failure: code })
      .where('school_id', '=', schoolId)
      .where('book_id', '=', bookId)
      .where('finished_at', 'is', null)
      .execute(),
  );
}

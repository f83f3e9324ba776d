import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireHomeroomTeacher } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/roster.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { decisionsOf, pupilsOf } from '../class-data.ts';
import { type CellOp, writeCells } from '../write-cells.ts';
import type { StoredPreview, StoredRow } from './preview.ts';

/**
 * Imports the chosen rows of a preview in one transaction: new pupils are enrolled, cells are set as acts with source
 * `excel` by the same function as typed ones, the sheet's own conclusion is kept as the homeroom teacher's statement
 * where none stands yet. Once per preview.
 * @throws Refusal `not-found`, `import-already-applied`, `invalid-input`
 */
export async function applyImport(
  deps: Deps,
  actor: Actor,
  input: { classId: string; importId: string; rows: readonly number[] },
): Promise<z.input<typeof api.applyImport.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireHomeroomTeacher(trx, actor, input.classId);
    // Before anything of the class is read: two imports of one list at once enrol its pupils once.
    await lockClass(trx, schoolId, input.classId);
    const stored = await trx
      .selectFrom('import')
      .select(['preview', 'applied_at', 'file_name'])
      .where('school_id', '=', schoolId)
      .where('import_id', '=', input.importId)
      .where('class_id', '=', input.classId)
      .forUpdate()
      .executeTakeFirst();
    if (!stored) throw new Refusal('not-found');
    if (stored.applied_at !== null) throw new Refusal('import-already-applied');
    const preview = stored.preview as unknown as StoredPreview;
    const wanted = new Set(input.rows);
    const chosen = preview.rows.filter((row) => wanted.has(row.row));
    if (chosen.length !== wanted.size) {
      throw new Refusal('invalid-input', ['Có dòng được chọn không nằm trong bản xem trước của tệp này.']);
    }
    const now = deps.now();
    const placed = await enrol(trx, actor, input.classId, chosen, now);
    const ops = placed
      .flatMap(({ row, pupilId }) => row.cells.map((cell) => ({ ...cell, pupilId })))
      .map(
        (cell, n): CellOp => ({
          n,
          pupilId: cell.pupilId,
          period: 'CN',
          item: cell.item,
          attempt: 1,
          base: cell.base,
          value: cell.value,
          source: 'excel',
        }),
      );
    const { results } = await writeCells(
      trx,
      actor,
      access,
      { device: 'excel', batch: `import-${input.importId}`, ops, reach: 'classImport' },
      now,
    );
    await keepStatements(trx, actor, input.classId, placed, stored.file_name, now);
    await trx
      .updateTable('import')
      .set({ applied_at: now })
      .where('school_id', '=', schoolId)
      .where('import_id', '=', input.importId)
      .execute();
    return { imported: placed.length, cells: results.filter((r) => 'ok' in r).length };
  });
}

interface Placed {
  readonly row: StoredRow;
  readonly pupilId: string;
}

/** Gives each row its pupil; a code that the school knows keeps its pupil, another becomes a new one. */
async function enrol(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
  rows: readonly StoredRow[],
  now: Date,
): Promise<Placed[]> {
  const { schoolId } = actor;
  const fresh = rows.filter((row) => row.pupilId === null);
  const present = await pupilsOf(trx, schoolId, classId);
  const byCode = new Map(present.map((p) => [p.pupilCode, p.pupilId]));
  // Somebody may have enrolled the same code since the preview: then it is that pupil.
  const toEnrol = fresh.filter((row) => !byCode.has(row.code));
  if (toEnrol.length > 0) {
    const codes = toEnrol.map((row) => row.code);
    const known = await trx
      .selectFrom('pupil')
      .select(['pupil_id', 'pupil_code'])
      .where('school_id', '=', schoolId)
      .where('pupil_code', 'in', codes)
      .execute();
    for (const row of known) byCode.set(row.pupil_code, row.pupil_id);
    const unknown = toEnrol.filter((row) => !byCode.has(row.code));
    if (unknown.length > 0) {
      const made = unknown.map((row) => ({ row, pupilId: randomUUID() }));
      const registered = await trx
        .insertInto('pupil_registry')
        .values(
          made.map(({ row, pupilId }) => ({ pupil_code: row.code, school_id: schoolId, pupil_id: pupilId })),
        )
        .onConflict((oc) => oc.column('pupil_code').doNothing())
        .returning('pupil_code')
        .execute();
      if (registered.length !== made.length) {
        throw new Refusal('invalid-input', [
          'Có mã học sinh vừa được trường khác đăng ký; hãy xem trước lại tệp.',
        ]);
      }
      await trx
        .insertInto('pupil')
        .values(
          made.map(({ row, pupilId }) => ({
            school_id: schoolId,
            pupil_id: pupilId,
            pupil_code: row.code,
            full_name: row.name,
            birth_date: row.birthDate,
            personal_id: null,
            register_number: null,
            sex: null,
            birth_place: null,
            home_town: null,
            address: null,
            ethnicity: null,
            nationality: null,
            father_name: null,
            mother_name: null,
            guardian_name: null,
          })),
        )
        .execute();
      for (const { row, pupilId } of made) byCode.set(row.code, pupilId);
    }
    await insertEnrolments(trx, schoolId, classId, toEnrol, byCode, now);
  }
  return rows.flatMap((row) => {
    const pupilId = row.pupilId ?? byCode.get(row.code);
    return pupilId === undefined ? [] : [{ row, pupilId }];
  });
}

async function insertEnrolments(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  rows: readonly StoredRow[],
  byCode: ReadonlyMap<string, string>,
  now: Date,
): Promise<void> {
  const { grade, starts_on } = await trx
    .selectFrom('class as c')
    .innerJoin('school_year as y', (join) =>
      join.onRef('y.school_id', '=', 'c.school_id').onRef('y.school_year', '=', 'c.school_year'),
    )
    .select(['c.grade', 'y.starts_on'])
    .where('c.school_id', '=', schoolId)
    .where('c.class_id', '=', classId)
    .executeTakeFirstOrThrow();
  const last = await trx
    .selectFrom('enrolment')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirst();
  const before = last?.ordinal ?? 0;
  // The list of a running year is typed after its first day: those pupils have been here since then.
  const arrived = before === 0 ? starts_on : vietnamDay(now);
  await trx
    .insertInto('enrolment')
    .values(
      rows.map((row, i) => ({
        school_id: schoolId,
        class_id: classId,
        pupil_id: byCode.get(row.code) ?? '',
        ordinal: before + i + 1,
        grade,
        arrived_on: arrived,
        left_on: null,
      })),
    )
    .execute();
}

async function keepStatements(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
  placed: readonly Placed[],
  fileName: string,
  now: Date,
): Promise<void> {
  const decided = await decisionsOf(trx, actor.schoolId, classId);
  const fresh = placed.filter(
    ({ row, pupilId }) => row.statedResult !== null && decided(pupilId).result === null,
  );
  if (fresh.length === 0) return;
  await trx
    .insertInto('decision')
    .values(
      fresh.map(({ row, pupilId }) => ({
        school_id: actor.schoolId,
        decision_id: randomUUID(),
        class_id: classId,
        pupil_id: pupilId,
        kind: 'result' as const,
        result: row.statedResult,
        completed: null,
        promoted: null,
        reason: `Theo tệp “${fileName}”, dòng ${row.row}`,
        decided_by: actor.staffId,
        decided_at: now,
      })),
    )
    .execute();
}

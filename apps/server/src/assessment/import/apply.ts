import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess, requireHomeroomTeacher } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as filesApi from '../../http/api/results-files.ts';
import type * as api from '../../http/api/roster.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import { enrolPupils } from '../../roster/enrol.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { decisionsOf, pupilsOf } from '../periods/class-data.ts';
import { standsStill } from '../pupil-year/class-pupils.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { type CellOp, writeCells } from '../sheet/write-cells.ts';
import type { StoredGroup, StoredPreview, StoredRow } from './preview-class.ts';
import { requireReach } from './reach.ts';

type Outcome = z.input<typeof api.applyImport.response>;

/** What an import did beyond its acts on cells, for its undoing; stored as JSON. */
export interface StoredOutcome {
  readonly enrolled: readonly { readonly classId: string; readonly pupilId: string }[];
}

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
): Promise<Outcome> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const stored = await storedImport(trx, actor, input.importId, input.classId);
    return applyGroups(trx, deps, actor, stored, [{ group: 0, rows: input.rows }]);
  });
}

/** The same for a file with many classes: the chosen rows of each, all or none. */
export async function applyResults(
  deps: Deps,
  actor: Actor,
  input: { importId: string } & z.output<typeof filesApi.applyResults.body>,
): Promise<Outcome> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const stored = await storedImport(trx, actor, input.importId, null);
    return applyGroups(trx, deps, actor, stored, input.groups);
  });
}

interface StoredImport {
  readonly importId: string;
  readonly fileName: string;
  readonly groups: readonly StoredGroup[];
}

async function storedImport(
  trx: Transaction<Database>,
  actor: Actor,
  importId: string,
  classId: string | null,
): Promise<StoredImport> {
  const row = await trx
    .selectFrom('import')
    .select(['preview', 'applied_at', 'file_name', 'class_id', 'created_by'])
    .where('school_id', '=', actor.schoolId)
    .where('import_id', '=', importId)
    .where('kind', '=', 'results')
    .forUpdate()
    .executeTakeFirst();
  // A class's preview is its homeroom teacher's, whoever that is by now; any other belongs to who made it.
  if (!row || row.class_id !== classId || (classId === null && row.created_by !== actor.staffId))
    throw new Refusal('not-found');
  if (row.applied_at !== null) throw new Refusal('import-already-applied');
  const { groups } = row.preview as unknown as StoredPreview;
  return { importId, fileName: row.file_name, groups };
}

async function applyGroups(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  stored: StoredImport,
  wishes: readonly { readonly group: number; readonly rows: readonly number[] }[],
): Promise<Outcome> {
  const now = deps.now();
  const unknown = 'Có dòng được chọn không nằm trong bản xem trước của tệp này.';
  if (new Set(wishes.map((wish) => wish.group)).size !== wishes.length) {
    throw new Refusal('invalid-input', [unknown]);
  }
  const sum = { imported: 0, cells: 0 };
  const enrolled: { classId: string; pupilId: string }[] = [];
  // Classes in one order, so that two imports at once wait for each other and never in a circle.
  const byClass = [...wishes].sort((a, b) =>
    (stored.groups[a.group]?.classId ?? '').localeCompare(stored.groups[b.group]?.classId ?? ''),
  );
  for (const wish of byClass) {
    const group = stored.groups[wish.group];
    const wanted = new Set(wish.rows);
    const rows = group?.rows.filter((row) => wanted.has(row.row)) ?? [];
    if (group === undefined || rows.length !== wanted.size) throw new Refusal('invalid-input', [unknown]);
    if (rows.length === 0) continue;
    // Before anything of the class is read: two imports of one list at once enrol its pupils once.
    await lockClass(trx, actor.schoolId, group.classId);
    const access = await classAccess(trx, actor, group.classId);
    const reach = requireReach(actor, access);
    const placed = await enrol(trx, actor, group.classId, rows, now);
    const ops = placed.flatMap(({ row, pupilId }) => row.cells.map((cell) => ({ ...cell, pupilId })));
    const { results } = await writeCells(
      trx,
      actor,
      access,
      {
        device: 'excel',
        // One class may stand in a file at several periods.
        batch: `${importBatch(stored.importId)}-${wish.group}`,
        ops: ops.map(
          (cell, n): CellOp => ({
            n,
            pupilId: cell.pupilId,
            period: group.period,
            item: cell.item,
            attempt: cell.attempt,
            base: cell.base,
            value: cell.value,
            source: 'excel',
          }),
        ),
        reach,
      },
      now,
    );
    await keepStatements(trx, actor, group.classId, placed, stored.fileName, now);
    sum.imported += placed.length;
    sum.cells += results.filter((r) => 'ok' in r).length;
    enrolled.push(
      ...placed.flatMap(({ pupilId, enrolledHere }) =>
        enrolledHere ? [{ classId: group.classId, pupilId }] : [],
      ),
    );
  }
  const outcome: StoredOutcome = { enrolled };
  await trx
    .updateTable('import')
    .set({ applied_at: now, outcome: JSON.stringify(outcome) })
    .where('school_id', '=', actor.schoolId)
    .where('import_id', '=', stored.importId)
    .execute();
  return sum;
}

/** How the batches of an import's acts begin; each class's group has its own behind it. */
export function importBatch(importId: string): string {
  return `import-${importId}`;
}

interface Placed {
  readonly row: StoredRow;
  readonly pupilId: string;
  /** Came into the class by this import. */
  readonly enrolledHere: boolean;
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
        throw new Refusal('invalid-input', ['Có mã học sinh vừa được đăng ký; hãy xem trước lại tệp.']);
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
    await enrolPupils(
      trx,
      schoolId,
      classId,
      toEnrol.map((row) => byCode.get(row.code) ?? ''),
      vietnamDay(now),
    );
  }
  return rows.flatMap((row) => {
    const pupilId = row.pupilId ?? byCode.get(row.code);
    return pupilId === undefined ? [] : [{ row, pupilId, enrolledHere: toEnrol.includes(row) }];
  });
}

/** A year that a record holds, or whose lock has passed, keeps what was stated of it. */
async function keepStatements(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
  placed: readonly Placed[],
  fileName: string,
  now: Date,
): Promise<void> {
  const decided = await decisionsOf(trx, actor.schoolId, classId);
  const wanted = placed.filter(
    ({ row, pupilId }) => row.statedResult !== null && decided(pupilId).result === null,
  );
  if (wanted.length === 0) return;
  const years = await loadPupilYears(trx, actor.schoolId, classId);
  const open = new Set(
    years.pupils.filter((p) => !standsStill(years, p, vietnamDay(now))).map((p) => p.pupilId),
  );
  const fresh = wanted.filter(({ pupilId }) => open.has(pupilId));
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

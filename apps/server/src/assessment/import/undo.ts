import { randomUUID } from 'node:crypto';
import { isCellItem, itemName, PERIOD_NAMES, type Period } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/results-files.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { pupilsOf } from '../periods/class-data.ts';
import { standsStill } from '../pupil-year/class-pupils.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { type CellOp, writeCells } from '../sheet/write-cells.ts';
import { importBatch, type StoredOutcome } from './apply.ts';
import { requireReach } from './reach.ts';

type Undone = z.input<typeof api.undoResults.response>;

/** How the batches of acts that take an import back begin. */
const UNDO = 'undo-';

/** An import's act on a cell, beside what the cell is now. */
interface Written {
  readonly pupilId: string;
  readonly period: Period;
  readonly item: string;
  readonly attempt: number;
  readonly before: string | null;
  readonly versionNow: number;
  /** Nobody has changed the cell since, or a later import that did has been taken back. */
  readonly untouched: boolean;
}

/**
 * Takes an import back, by whoever applied it: further acts restore the values that it wrote over, in the cells that
 * nobody has changed since and whose period and record are still open; the others are named and stay. Pupils who came
 * by it leave the list where nothing else was entered for them. Nothing is deleted.
 * @throws Refusal `not-found`, `import-already-undone`, `invalid-input` when it was never applied
 */
export async function undoResults(deps: Deps, actor: Actor, input: { importId: string }): Promise<Undone> {
  const { schoolId } = actor;
  const { importId } = input;
  return inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('import')
      .select(['applied_at', 'undone_at', 'outcome', 'file_name', 'created_by'])
      .where('school_id', '=', schoolId)
      .where('import_id', '=', importId)
      .where('kind', '=', 'results')
      .forUpdate()
      .executeTakeFirst();
    if (!row || row.created_by !== actor.staffId) throw new Refusal('not-found');
    if (row.undone_at !== null) throw new Refusal('import-already-undone');
    if (row.applied_at === null)
      throw new Refusal('invalid-input', [
        'Tệp này mới được xem trước, chưa nhập gì nên không có gì để hoàn tác.',
      ]);
    const { enrolled } = (row.outcome ?? { enrolled: [] }) as unknown as StoredOutcome;
    const acts = await trx
      .selectFrom('cell_act')
      .select('class_id')
      .distinct()
      .where('school_id', '=', schoolId)
      .where('batch', 'like', `${importBatch(importId)}%`)
      .execute();
    const classes = [...new Set([...acts.map((a) => a.class_id), ...enrolled.map((e) => e.classId)])].sort();
    const sum = { cells: 0, pupils: 0, kept: [] as string[] };
    for (const classId of classes) {
      await lockClass(trx, schoolId, classId);
      const said = await restoreCells(trx, deps, actor, importId, classId);
      sum.cells += said.cells;
      sum.kept.push(...said.kept);
      const theirs = enrolled.filter((e) => e.classId === classId).map((e) => e.pupilId);
      const left = await withdrawStatements(trx, actor, classId, row.file_name, row.applied_at, deps.now());
      sum.kept.push(...left);
      sum.pupils += await takeOffList(trx, schoolId, classId, theirs, vietnamDay(deps.now()));
    }
    await trx
      .updateTable('import')
      .set({ undone_by: actor.staffId, undone_at: deps.now() })
      .where('school_id', '=', schoolId)
      .where('import_id', '=', importId)
      .execute();
    return { ...sum, kept: sum.kept.slice(0, 200) };
  });
}

async function restoreCells(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  importId: string,
  classId: string,
): Promise<{ cells: number; kept: string[] }> {
  const access = await classAccess(trx, actor, classId);
  const reach = requireReach(actor, access);
  const names = new Map((await pupilsOf(trx, actor.schoolId, classId)).map((p) => [p.pupilId, p.fullName]));
  const written = await writtenBy(trx, actor.schoolId, importId, classId);
  const nameOf = (cell: Written) =>
    `Lớp ${access.name}, ${names.get(cell.pupilId) ?? 'em không còn trong lớp'}, ${
      isCellItem(cell.item) ? itemName(cell.item) : cell.item
    } (${PERIOD_NAMES[cell.period].toLowerCase()})`;
  const kept = written
    .filter((cell) => !cell.untouched)
    .map((cell) => `${nameOf(cell)}: đã được sửa sau lần nhập nên giữ nguyên.`);
  const open = written.filter((cell) => cell.untouched);
  const { results } = await writeCells(
    trx,
    actor,
    access,
    {
      device: 'excel',
      batch: `${UNDO}${importId}`,
      reach,
      ops: open.map(
        (cell, n): CellOp => ({
          n,
          pupilId: cell.pupilId,
          period: cell.period,
          item: cell.item,
          attempt: cell.attempt,
          base: cell.versionNow,
          value: cell.before,
          source: 'excel',
        }),
      ),
    },
    deps.now(),
  );
  for (const result of results) {
    const cell = open[result.n];
    if (cell === undefined || 'ok' in result) continue;
    kept.push(`${nameOf(cell)}: ${'message' in result ? result.message : 'đã được sửa nên giữ nguyên.'}`);
  }
  return { cells: results.filter((result) => 'ok' in result).length, kept };
}

/** The import's acts on the class's cells, each beside what the cell is now. */
async function writtenBy(
  trx: Transaction<Database>,
  schoolId: string,
  importId: string,
  classId: string,
): Promise<Written[]> {
  const rows = await trx
    .selectFrom('cell_act as a')
    .innerJoin('cell as c', (join) =>
      join
        .onRef('c.school_id', '=', 'a.school_id')
        .onRef('c.class_id', '=', 'a.class_id')
        .onRef('c.pupil_id', '=', 'a.pupil_id')
        .onRef('c.period', '=', 'a.period')
        .onRef('c.item', '=', 'a.item')
        .onRef('c.attempt', '=', 'a.attempt'),
    )
    .innerJoin('cell_act as newest', (join) =>
      join
        .onRef('newest.school_id', '=', 'c.school_id')
        .onRef('newest.class_id', '=', 'c.class_id')
        .onRef('newest.seq', '=', 'c.seq'),
    )
    .select(['a.pupil_id', 'a.period', 'a.item', 'a.attempt', 'a.old_value', 'a.new_value', 'a.version'])
    .select(['c.version as version_now', 'c.value as value_now', 'newest.batch as newest_batch'])
    .where('a.school_id', '=', schoolId)
    .where('a.class_id', '=', classId)
    .where('a.batch', 'like', `${importBatch(importId)}%`)
    .orderBy('a.seq')
    .execute();
  return rows.map((row) => ({
    pupilId: row.pupil_id,
    period: row.period as Period,
    item: row.item,
    attempt: row.attempt,
    before: row.old_value,
    versionNow: row.version_now,
    untouched:
      row.version === row.version_now ||
      (row.newest_batch.startsWith(UNDO) && row.value_now === row.new_value),
  }));
}

/**
 * A statement that the file made and that still stands is taken back by a further one that states nothing.
 * @returns a sentence for each that stays, because a record holds the year or its lock has passed
 */
async function withdrawStatements(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
  fileName: string,
  appliedAt: Date,
  now: Date,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('decision')
    .select(['pupil_id', 'result', 'decided_at', 'decided_by'])
    .where('school_id', '=', actor.schoolId)
    .where('class_id', '=', classId)
    .where('kind', '=', 'result')
    .orderBy('decided_at')
    .execute();
  const newest = new Map(rows.map((row) => [row.pupil_id, row]));
  const ours = [...newest.values()].filter(
    (row) =>
      row.result !== null &&
      row.decided_by === actor.staffId &&
      row.decided_at.getTime() === appliedAt.getTime(),
  );
  if (ours.length === 0) return [];
  const years = await loadPupilYears(trx, actor.schoolId, classId);
  const still = years.pupils.filter((p) => standsStill(years, p, vietnamDay(now)));
  const stays = new Map(still.map((p) => [p.pupilId, p.fullName]));
  const open = ours.filter((row) => !stays.has(row.pupil_id));
  const kept = ours.flatMap((row) => {
    const name = stays.get(row.pupil_id);
    return name === undefined
      ? []
      : [`Lớp ${years.className}, ${name}: kết quả đã chốt hoặc năm học đã khoá sổ nên giữ nguyên.`];
  });
  if (open.length === 0) return kept;
  await trx
    .insertInto('decision')
    .values(
      open.map((row) => ({
        school_id: actor.schoolId,
        decision_id: randomUUID(),
        class_id: classId,
        pupil_id: row.pupil_id,
        kind: 'result' as const,
        result: null,
        completed: null,
        promoted: null,
        reason: `Hoàn tác lần nhập tệp “${fileName}”`,
        decided_by: actor.staffId,
        decided_at: now,
      })),
    )
    .execute();
  return kept;
}

/** Pupils for whom nothing stands any more leave the list; their acts stay. */
async function takeOffList(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  pupilIds: readonly string[],
  today: string,
): Promise<number> {
  if (pupilIds.length === 0) return 0;
  const filled = await trx
    .selectFrom('cell')
    .select('pupil_id')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('pupil_id', 'in', pupilIds)
    .where('value', 'is not', null)
    .execute();
  const busy = new Set(filled.map((row) => row.pupil_id));
  const empty = pupilIds.filter((id) => !busy.has(id));
  if (empty.length === 0) return 0;
  const left = await trx
    .updateTable('enrolment')
    .set({ left_on: today, left_as: 'class-changed' })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('pupil_id', 'in', empty)
    .where('left_on', 'is', null)
    .executeTakeFirst();
  return Number(left.numUpdatedRows);
}

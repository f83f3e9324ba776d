import { type ChainHead, checkCells, verifyChain } from '@hocba/ledger';
import { actsRoom } from '@hocba/ledger/node';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Copies } from '../../../store/copy-out.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { chainedAct } from '../../days/chains.ts';
import { sha256 } from '../../log/keys.ts';
import type { AuditNotes, AuditProgress } from '../report.ts';
import { actsOfWholeClasses } from './whole-class.ts';

export interface ActAuditDeps {
  readonly db: Kysely<Database>;
  readonly copies: Copies;
}

/** Classes read at a time: as one message to the database and one journey. */
export const AT_ONCE = 30;

/**
 * Replays the acts of every class of a school against the heads that are known of them and against the class's counter, and holds
 * every cell against its acts. Where all acts of a class are gone, and its counter too, the records that were made of them say so.
 *
 * @param heads by class, known from elsewhere
 */
export async function auditActs(
  deps: ActAuditDeps,
  schoolId: string,
  heads: ReadonlyMap<string, readonly ChainHead[]>,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<void> {
  const { acting, without, byOthers } = await inSnapshot(deps.db, schoolId, async (trx) => ({
    acting: await classesWithActs(trx, schoolId),
    without: await recordsWithoutActs(trx, schoolId),
    byOthers: Map.groupBy(await cellsByOthers(trx, schoolId), ({ class_id }) => class_id),
  }));
  const classes = [...new Set([...acting, ...heads.keys()])]
    .sort()
    .map((classId) => ({ classId, anchors: heads.get(classId) ?? [] }));
  const room = actsRoom();
  for (let at = 0; at < classes.length; at += AT_ONCE) {
    const some = classes.slice(at, at + AT_ONCE);
    const found = await actsOfWholeClasses(deps.copies, room, schoolId, some);
    for (const [i, { classId, anchors }] of some.entries()) {
      const whole = found[i] ?? null;
      if (whole === null) await nameFaults(deps.db, schoolId, classId, anchors, notes);
      else {
        notes.acts += whole;
        // Else it is the acts that are not as they were.
        for (const { cell } of byOthers.get(classId) ?? []) notes.problem('cell', cell, 'set-by-differs');
      }
    }
    progress('acts', Math.min(at + AT_ONCE, classes.length), classes.length);
  }
  for (const recordId of without) notes.problem('record', recordId, 'acts-missing');
}

/**
 * Cells that say of themselves something else than their newest act does of who set them and when: by it a signer sees what somebody else
 * set last. What stands in them is gone over act by act.
 */
async function cellsByOthers(
  trx: Transaction<Database>,
  schoolId: string,
): Promise<{ class_id: string; cell: string }[]> {
  const { rows } = await sql<{ class_id: string; cell: string }>`
    select c.class_id, concat_ws('/', c.class_id, c.pupil_id, c.period, c.item, c.attempt) as cell
    from cell c left join cell_act a on a.school_id = c.school_id and a.class_id = c.class_id and a.seq = c.seq
    where c.school_id = ${schoolId} and (a.seq is null or (a.pupil_id, a.period, a.item, a.attempt, a.version, a.set_by, a.set_at)
      is distinct from (c.pupil_id, c.period, c.item, c.attempt, c.version, c.set_by, c.set_at))
    order by cell`.execute(trx);
  return rows;
}

/** By their acts, by their cells, and by what their counters say. */
async function classesWithActs(trx: Transaction<Database>, schoolId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('cell_act')
    .select('class_id')
    .where('school_id', '=', schoolId)
    .union(trx.selectFrom('cell').select('class_id').where('school_id', '=', schoolId))
    .union(
      trx
        .selectFrom('class_counter')
        .select('class_id')
        .where('school_id', '=', schoolId)
        .where('seq', '>', '0'),
    )
    .execute();
  return rows.map((row) => row.class_id);
}

/**
 * Records in whose class nobody ever set a cell of their pupil, and tables of classes where nobody set any: what they hold was typed,
 * brought along or imported there, and each of these is an act. Of a record that was lost and is back the acts may be lost too (`taken_back`). It does not rest on anything that whoever takes acts away can put back.
 */
async function recordsWithoutActs(trx: Transaction<Database>, schoolId: string): Promise<string[]> {
  const { rows } = await sql<{ record_id: string }>`
    with acted as (select distinct class_id, pupil_id from cell_act where school_id = ${schoolId})
    select r.record_id from record r
    where r.school_id = ${schoolId}
      and not exists (select 1 from taken_back b where b.school_id = r.school_id and b.record_id = r.record_id)
      and not exists (
      select 1 from acted a where a.class_id = r.class_id and (a.pupil_id = r.pupil_id or r.pupil_id is null))
    order by r.record_id`.execute(trx);
  return rows.map((row) => row.record_id);
}

/** Looks at each act and cell of a class in which something does not hold, and says what. */
async function nameFaults(
  db: Kysely<Database>,
  schoolId: string,
  classId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const { rows, cells, counted } = await inSnapshot(db, schoolId, async (trx) => ({
    rows: await trx
      .selectFrom('cell_act')
      .selectAll()
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .orderBy('seq')
      .execute(),
    cells: await trx
      .selectFrom('cell')
      .select(['pupil_id', 'period', 'item', 'attempt', 'value', 'version'])
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .orderBy('pupil_id')
      .orderBy('item')
      .execute(),
    counted: await trx
      .selectFrom('class_counter')
      .select('seq')
      .where('school_id', '=', schoolId)
      .where('class_id', '=', classId)
      .executeTakeFirst(),
  }));
  notes.acts += rows.length;
  const acts = rows.map(chainedAct);
  const found = verifyChain(sha256, { school: schoolId, classId }, acts, anchors);
  if (!found.ok) {
    const { code, seq, from } = found.fault;
    notes.problem('act', `${classId}#${from === undefined || from === seq ? seq : `${from}-${seq}`}`, code);
  } else {
    // Each act is counted in its own transaction, under the lock that gives it its number.
    const more = Number(counted?.seq ?? 0) - found.head.seq;
    if (more > 0) notes.problem('act', `${classId}#${found.head.seq + 1}`, 'truncated');
    else if (more < 0) notes.problem('act', `${classId}#${found.head.seq}`, 'not-counted');
  }
  const states = cells.map((cell) => ({
    pupil: cell.pupil_id,
    period: cell.period,
    item: cell.item,
    attempt: cell.attempt,
    value: cell.value?.normalize('NFC') ?? null,
    version: cell.version,
  }));
  for (const fault of checkCells(
    acts.map((one) => one.act),
    states,
  )) {
    const { pupil, period, item, attempt } = fault;
    notes.problem('cell', `${classId}/${pupil}/${period}/${item}/${attempt}`, fault.code);
  }
}

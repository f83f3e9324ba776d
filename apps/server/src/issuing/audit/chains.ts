import {
  type ChainHead,
  checkCells,
  dailyCommitment,
  LedgerError,
  leafHash,
  verifyChain,
  verifyTrail,
} from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Copies } from '../../store/copy-out.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { leafOver } from '../core.ts';
import { chainedAct, chainedEvent, type StoredDay, storedDays, TRAIL_NAME } from '../days/chains.ts';
import { sha256 } from '../log/keys.ts';
import { hex, isGivenNow, type KnownLeaves } from './logs.ts';
import type { AuditNotes, AuditProgress } from './report.ts';
import { actsOfWholeClass } from './whole-class.ts';

export interface ChainAuditDeps {
  readonly db: Kysely<Database>;
  readonly copies: Copies;
  /** Heads noted elsewhere than in a daily root, by chain: logged between two roots, or kept beside the database. */
  readonly noted: readonly (ReadonlyMap<string, ChainHead | readonly ChainHead[]> | undefined)[];
}

/**
 * Replays the acts of every class of a school and its audit trail against the heads that stand in the log, and holds every
 * cell against its acts: a mark changed behind the application, an act or an event edited, moved or taken away is named.
 *
 * @returns hashes of the leaves that the school's days account for, hex
 */
export async function auditChains(
  deps: ChainAuditDeps,
  schoolId: string,
  leaves: KnownLeaves,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<ReadonlySet<string>> {
  const days = await inSchool(deps.db, schoolId, (trx) => storedDays(trx, schoolId));
  const anchors = new Map<string, ChainHead[]>();
  for (const day of days) {
    notes.days++;
    const fault = await faultOfDay(deps.db, schoolId, day, leaves);
    if (fault !== null) notes.problem('day', `${day.schoolYear} ${day.day}`, fault);
    // A day whose leaf does not hold proves nothing of its heads.
    else
      for (const { classId, seq, hash } of day.heads)
        anchors.set(classId, [...(anchors.get(classId) ?? []), { seq, hash }]);
  }
  for (const noted of deps.noted)
    for (const [chain, heads] of noted ?? [])
      anchors.set(chain, [...(anchors.get(chain) ?? []), heads].flat());
  const classes = await inSchool(deps.db, schoolId, (trx) =>
    trx
      .selectFrom('cell_act')
      .select('class_id')
      .where('school_id', '=', schoolId)
      .union(trx.selectFrom('cell').select('class_id').where('school_id', '=', schoolId))
      .execute(),
  );
  const named = new Set([...classes.map((row) => row.class_id), ...anchors.keys()]);
  named.delete(TRAIL_NAME);
  let done = 0;
  for (const classId of [...named].sort()) {
    await auditClass(deps, schoolId, classId, anchors.get(classId) ?? [], notes);
    progress('acts', ++done, named.size);
  }
  await auditTrail(deps.db, schoolId, anchors.get(TRAIL_NAME) ?? [], notes);
  return new Set(days.map((day) => hex(day.leafHash)));
}

async function faultOfDay(
  db: Kysely<Database>,
  schoolId: string,
  day: StoredDay,
  leaves: KnownLeaves,
): Promise<string | null> {
  if (day.heads.length === 0) return 'heads-missing';
  const hash = hex(leafHash(sha256, day.leaf));
  if (hash !== hex(day.leafHash)) return 'leaf-hash-differs';
  try {
    const commitment = dailyCommitment(
      sha256,
      { school: schoolId, day: day.day, classes: day.heads },
      day.salt,
    );
    if (leafOver(day.leaf, commitment)?.kind !== 'dailyRoot') return 'leaf-differs';
  } catch (error) {
    if (error instanceof LedgerError) return 'leaf-differs';
    throw error;
  }
  const given = leaves.byHash.has(hash) || leaves.pending.has(hash);
  return given || (await isGivenNow(db, day.leafHash)) ? null : 'not-in-log';
}

async function auditClass(
  { db, copies }: ChainAuditDeps,
  schoolId: string,
  classId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const whole = await actsOfWholeClass(copies, schoolId, classId, anchors);
  if (whole === null) await nameFaults(db, schoolId, classId, anchors, notes);
  else notes.acts += whole;
}

/** Looks at each act and cell of a class in which something does not hold, and says what. */
async function nameFaults(
  db: Kysely<Database>,
  schoolId: string,
  classId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const { rows, cells, counted } = await inSchool(db, schoolId, async (trx) => ({
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
  } else if (counted !== undefined && Number(counted.seq) > found.head.seq) {
    notes.problem('act', `${classId}#${found.head.seq + 1}`, 'truncated');
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

async function auditTrail(
  db: Kysely<Database>,
  schoolId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const { rows, last } = await inSchool(db, schoolId, async (trx) => ({
    rows: await trx
      .selectFrom('audit_event')
      .selectAll()
      .where('school_id', '=', schoolId)
      .orderBy('seq')
      .execute(),
    last: await trx
      .selectFrom('audit_trail')
      .select(['seq', 'chain'])
      .where('school_id', '=', schoolId)
      .executeTakeFirst(),
  }));
  notes.events += rows.length;
  const counted = last === undefined ? [] : [{ seq: Number(last.seq), hash: last.chain }];
  const found = verifyTrail(sha256, schoolId, rows.map(chainedEvent), [...anchors, ...counted]);
  if (found.ok) return;
  const { code, seq, from } = found.fault;
  notes.problem('event', from === undefined || from === seq ? `#${seq}` : `#${from}-${seq}`, code);
}

import { type ChainHead, dailyCommitment, LedgerError, leafHash, verifyTrail } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { chainedEvent, type StoredDay, storedDays, TRAIL_NAME } from '../../days/chains.ts';
import { leafOver } from '../../issue/core.ts';
import { sha256 } from '../../log/keys.ts';
import { hex, isGivenNow, type KnownLeaves } from '../log/logs.ts';
import type { AuditNotes, AuditProgress } from '../report.ts';
import { auditRows } from '../rows/rows.ts';
import { type ActAuditDeps, auditActs } from './acts.ts';
import { copyTrail } from './whole-trail.ts';

export interface ChainAuditDeps extends ActAuditDeps {
  /** Heads noted elsewhere than in a daily root, by chain: logged between two roots, or kept beside the database. */
  readonly noted: readonly (ReadonlyMap<string, ChainHead | readonly ChainHead[]> | undefined)[];
}

/**
 * Replays the acts of every class of a school and its audit trail against the heads that stand in the log, and holds every
 * cell against its acts, and every row that the trail notes against its note: what was changed behind the application, an act or an
 * event edited, moved or taken away is named.
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
  const days = await inSnapshot(deps.db, schoolId, (trx) => storedDays(trx, schoolId));
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
  const ofClasses = new Map(anchors);
  ofClasses.delete(TRAIL_NAME);
  await auditActs(deps, schoolId, ofClasses, notes, progress);
  await auditTrail(deps, schoolId, anchors.get(TRAIL_NAME) ?? [], notes);
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
    const leaf = leafOver(day.leaf, commitment);
    if (leaf?.kind !== 'dailyRoot') return 'leaf-differs';
    // By it the next anchor is due: one that is still to come would let none be made.
    if (leaf.time !== Math.floor(Number(day.madeAt) / 1000)) return 'made-at-differs';
  } catch (error) {
    if (error instanceof LedgerError) return 'leaf-differs';
    throw error;
  }
  const known = leaves.byHash.get(hash);
  // Behind a theft it stands in the log that goes on, which bears the year's name and a number.
  if (known !== undefined && baseOf(known.origin) !== baseOf(day.origin)) return 'leaf-in-other-log';
  const given = known !== undefined || leaves.pending.has(hash);
  return given || (await isGivenNow(db, day.leafHash)) ? null : 'not-in-log';
}

const baseOf = (origin: string): string => origin.replace(/\.\d+$/, '');

async function auditTrail(
  { db, copies }: Pick<ChainAuditDeps, 'db' | 'copies'>,
  schoolId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const { whole, noted, rows } = await copyTrail(copies, schoolId, anchors);
  auditRows(noted, rows, notes);
  if (whole === null) await nameFault(db, schoolId, anchors, notes);
  else notes.events += whole;
}

/** Looks at each event of a trail in which something does not hold, and says what. */
async function nameFault(
  db: Kysely<Database>,
  schoolId: string,
  anchors: readonly ChainHead[],
  notes: AuditNotes,
): Promise<void> {
  const { rows, last } = await inSnapshot(db, schoolId, async (trx) => ({
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
  if (found.ok) {
    // What the trail's row was moved past at no commit nobody but who turned the triggers off has written.
    const first = Number(last?.seq ?? 0) + 1;
    if (first <= found.head.seq) notes.problem('event', `#${first}`, 'not-counted');
    return;
  }
  const { code, seq, from } = found.fault;
  notes.problem('event', from === undefined || from === seq ? `#${seq}` : `#${from}-${seq}`, code);
}

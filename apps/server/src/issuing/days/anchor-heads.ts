import { formatHeads, parseHeads } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { schoolYearLogs } from '../log/ends.ts';
import type { Sequencer } from '../log/sequencer.ts';
import { addStatement, newestStatement } from '../log/statements.ts';
import { headsBefore, type NamedHead, storedDays, TRAIL_NAME } from './chains.ts';

export interface AnchorDeps {
  readonly db: Kysely<Database>;
  readonly sequencer: Pick<Sequencer, 'ensure' | 'wake'>;
  now(): Date;
}

/** With acts on cells since the last anchor, and with events of the audit trail alone. */
export const ANCHOR_MS = { acts: 15 * 60_000, trail: 60 * 60_000 } as const;

/**
 * Logs where the chains of a school year stand right now, between two daily roots, if they have moved: what was written before is
 * from then on out of reach for whoever owns the database, also on the same day.
 *
 * @returns whether a leaf was made
 * @throws Refusal `log-unavailable`
 */
export async function anchorHeads(
  deps: AnchorDeps,
  of: { readonly schoolId: string; readonly schoolYear: string; readonly origin: string },
): Promise<boolean> {
  const { schoolId, schoolYear, origin } = of;
  const at = deps.now();
  const last = await lastAnchor(deps.db, of);
  const due = (since: number): boolean => last === null || at.getTime() - last.at >= since;
  if (!due(ANCHOR_MS.acts)) return false;
  const look = (trx: Kysely<Database>) => headsBefore(trx, schoolId, schoolYear, at);
  const heads = await inSchool(deps.db, schoolId, look);
  const moved = heads.filter((head) => last?.seqOf.get(head.classId) !== head.seq);
  const acts = moved.some(({ classId }) => classId !== TRAIL_NAME);
  // Without any act of the year the trail is another year's to log.
  const trail = moved.length > 0 && heads.length > 1 && due(ANCHOR_MS.trail);
  if (!acts && !trail) return false;
  await deps.sequencer.ensure(origin);
  const document = formatHeads({
    school: schoolId,
    schoolYear,
    at: Math.floor(at.getTime() / 1000),
    heads,
  });
  await inSchool(deps.db, schoolId, (trx) => addStatement(trx, origin, document, at));
  deps.sequencer.wake();
  return true;
}

/** Anchors what has moved in every school year; may be asked every minute. */
export function headAnchorer(deps: AnchorDeps & { readonly logHost: string }): () => Promise<void> {
  return async () => {
    for (const one of await schoolYearLogs(deps.db, deps.logHost)) await anchorHeads(deps, one);
  };
}

interface Anchor {
  /** Milliseconds. */
  readonly at: number;
  readonly seqOf: ReadonlyMap<string, number>;
}

async function lastAnchor(
  db: Kysely<Database>,
  { schoolId, schoolYear, origin }: { schoolId: string; schoolYear: string; origin: string },
): Promise<Anchor | null> {
  const day = (await inSchool(db, schoolId, (trx) => storedDays(trx, schoolId))).findLast(
    (one) => one.schoolYear === schoolYear,
  );
  // One log may hold the heads of several schools and years.
  const logged = await newestStatement(db, origin, 'heads', `school ${schoolId}\nyear ${schoolYear}\n`);
  const seqOf = (heads: readonly NamedHead[]) => new Map(heads.map((head) => [head.classId, head.seq]));
  const found: Anchor[] = [];
  if (day !== undefined) found.push({ at: day.madeAt.getTime(), seqOf: seqOf(day.heads) });
  if (logged !== null)
    found.push({ at: logged.madeAt.getTime(), seqOf: seqOf(parseHeads(logged.document).heads) });
  return found.sort((a, b) => b.at - a.at)[0] ?? null;
}

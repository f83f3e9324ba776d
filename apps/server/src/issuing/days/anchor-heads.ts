import { formatHeads, parseHeads } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { schoolYearLogs } from '../log/ends.ts';
import { addStatement, statementsNewestFirst } from '../log/statements.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { headsBefore, type NamedHead, storedDays, TRAIL_NAME } from './chains.ts';

export interface AnchorDeps {
  readonly db: Kysely<Database>;
  readonly sequencer: Pick<Sequencer, 'ensure' | 'wake'>;
  now(): Date;
}

/**
 * With acts on cells since the last anchor, and with events of the audit trail alone. What an anchor costs is a leaf and a line for each
 * chain that moved (decision of 30 November).
 */
export const ANCHOR_MS = { acts: 5 * 60_000, trail: 60 * 60_000 } as const;

/** What was logged last of each school year, so that it need not be gathered anew every minute; another server's leaf is at worst made twice. */
export type KnownAnchors = Map<string, Anchor>;

interface Anchor {
  /** Milliseconds. */
  readonly at: number;
  readonly seqOf: ReadonlyMap<string, number>;
}

/**
 * Logs where those chains of a school year stand right now that have moved since the last anchor or daily root: what was written before
 * is from then on out of reach for whoever owns the database, also on the same day.
 *
 * @returns whether a leaf was made
 * @throws Refusal `log-unavailable`
 */
export async function anchorHeads(
  deps: AnchorDeps,
  of: { readonly schoolId: string; readonly schoolYear: string; readonly origin: string },
  known: KnownAnchors = new Map(),
): Promise<boolean> {
  const { schoolId, schoolYear, origin } = of;
  const at = deps.now();
  const key = `${schoolId} ${schoolYear} ${origin}`;
  const last = known.get(key) ?? (await lastAnchor(deps.db, of, at));
  if (last !== null) known.set(key, last);
  // One of a time to come was made under a clock that ran ahead.
  const due = (since: number): boolean =>
    last === null || at.getTime() < last.at || at.getTime() - last.at >= since;
  if (!due(ANCHOR_MS.acts)) return false;
  const heads = await inSchool(deps.db, schoolId, (trx) => headsBefore(trx, schoolId, schoolYear, at));
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
    heads: moved,
  });
  await inSchool(deps.db, schoolId, (trx) => addStatement(trx, origin, document, at));
  known.set(key, { at: at.getTime(), seqOf: joined([last?.seqOf ?? new Map(), seqs(moved)]) });
  deps.sequencer.wake();
  return true;
}

/** Anchors what has moved in every school year; may be asked every minute. */
export function headAnchorer(deps: AnchorDeps & { readonly logHost: string }): () => Promise<void> {
  const known: KnownAnchors = new Map();
  return async () => {
    for (const one of await schoolYearLogs(deps.db, deps.logHost)) await anchorHeads(deps, one, known);
  };
}

/** The newest daily root with all that was logged since. */
async function lastAnchor(
  db: Kysely<Database>,
  { schoolId, schoolYear, origin }: { schoolId: string; schoolYear: string; origin: string },
  at: Date,
): Promise<Anchor | null> {
  const day = (await inSchool(db, schoolId, (trx) => storedDays(trx, schoolId))).findLast(
    (one) => one.schoolYear === schoolYear,
  );
  // One log may hold the heads of several schools and years.
  const about = `school ${schoolId}\nyear ${schoolYear}\n`;
  const logged = await statementsNewestFirst(db, origin, 'heads', { about, since: day?.madeAt });
  const found = logged
    .reverse()
    .map(({ madeAt, document }) => ({ at: madeAt.getTime(), seqOf: seqs(parseHeads(document).heads) }));
  if (day !== undefined) found.unshift({ at: day.madeAt.getTime(), seqOf: seqs(day.heads) });
  const last = found.findLast((one) => one.at <= at.getTime()) ?? found.at(-1);
  return last === undefined ? null : { at: last.at, seqOf: joined(found.map(({ seqOf }) => seqOf)) };
}

const seqs = (heads: readonly NamedHead[]) => new Map(heads.map((head) => [head.classId, head.seq]));
/** The later ones stand. */
const joined = (all: readonly ReadonlyMap<string, number>[]) => new Map(all.flatMap((one) => [...one]));

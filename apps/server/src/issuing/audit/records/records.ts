import type { Kysely } from 'kysely';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { hex, isGivenNow, type KnownLeaves } from '../log/logs.ts';
import type { KeptResults } from '../log/resume.ts';
import type { Looked, Looker } from '../look/look.ts';
import type { AuditNotes, AuditProgress } from '../report.ts';
import { wrongActors } from '../rows/who-acted.ts';
import { auditRecalls } from './recalls.ts';

export interface RecordAuditDeps {
  readonly db: Kysely<Database>;
  readonly looker: Looker;
  /** What an audit that was cut off has left. */
  readonly kept?: KeptResults | undefined;
}

/** Records read at a time: at the most some 30 MB, and not so few that the queries weigh more than they. */
const PORTION = { most: 350, least: 64 };

/**
 * Re-verifies every record of a school from its bytes: frozen bytes with slots against the issued XML, each
 * signature, the core that the log has committed to, the leaf and what it says of an earlier record.
 *
 * @returns hashes of all leaves that the school's records and recalls account for, hex
 */
export async function auditSchool(
  deps: RecordAuditDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  leaves: KnownLeaves,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<ReadonlySet<string>> {
  const { schoolId } = school;
  const { ids, registry, actors, back } = await inSnapshot(deps.db, schoolId, async (trx) => ({
    // Class by class: what is remembered of one record serves the next.
    ids: await trx
      .selectFrom('record')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .orderBy('class_id')
      .orderBy('record_id')
      .execute(),
    registry: await trx
      .selectFrom('record_registry')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .orderBy('record_id')
      .execute(),
    actors: await wrongActors(trx, schoolId),
    back: await trx
      .selectFrom('taken_back')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .orderBy('record_id')
      .execute(),
  }));
  const accounted = new Set<string>();
  const current = new Map<string, string[]>();
  const recordIds = ids.map((row) => row.record_id);
  for await (const portion of portionsOf(deps, school, recordIds)) {
    for (const looked of portion) {
      const { recordId, result, inputs, leafHash, yearOf } = looked;
      notes.records++;
      if (leafHash !== null) accounted.add(leafHash);
      if (yearOf !== null) current.set(yearOf, [...(current.get(yearOf) ?? []), recordId]);
      if (inputs !== null) await deps.kept?.keep({ id: recordId, inputs, ...result });
      notes.issued += result.issued;
      notes.signatures += result.signatures;
      const code =
        result.code ??
        (leafHash === null ? null : await leafFault(deps.db, leafHash, looked, leaves)) ??
        actors.get(recordId) ??
        null;
      if (code !== null) notes.problem('record', recordId, code);
      progress('records', notes.records, ids.length);
    }
    await deps.kept?.settle();
  }
  // What was signed and logged holds; who froze and sealed it, and the acts that it was made of, nobody can tell any more.
  for (const { record_id } of back) notes.open.push({ what: 'record', id: record_id, code: 'taken-back' });
  // Each is genuine by itself: that there is another one, who sees only one of them cannot know.
  for (const recordId of [...current.values()].filter(({ length }) => length > 1).flat())
    notes.problem('record', recordId, 'second-of-year');
  await auditRecalls(deps.db, schoolId, leaves, notes, accounted);
  // Somebody took it away, with all that belongs to it.
  const present = new Set(ids.map((row) => row.record_id));
  for (const { record_id } of registry)
    if (!present.has(record_id)) notes.problem('record', record_id, 'record-missing');
  return accounted;
}

/** All of a school's records in order, while some portions behind are looked at already. */
async function* portionsOf(
  { looker, kept }: RecordAuditDeps,
  { schoolId, training }: { readonly schoolId: string; readonly training: boolean },
  recordIds: readonly string[],
): AsyncGenerator<readonly Looked[]> {
  // So many that nobody waits for who has the last one.
  const even = Math.ceil(recordIds.length / (2 * looker.ahead));
  const size = Math.min(PORTION.most, Math.max(PORTION.least, even));
  const coming: Promise<readonly Looked[]>[] = [];
  let at = 0;
  try {
    while (at < recordIds.length || coming.length > 0) {
      for (; coming.length < looker.ahead && at < recordIds.length; at += size) {
        const some = recordIds.slice(at, at + size);
        const known = kept === undefined ? null : some.flatMap((id) => kept.found(id) ?? []);
        const looking = looker.look({ schoolId, training, recordIds: some, kept: known });
        // Told when it is its turn.
        looking.catch(() => {});
        coming.push(looking);
      }
      yield (await coming.shift()) ?? [];
    }
  } finally {
    // Who gives up in the middle closes the database next.
    await Promise.allSettled(coming);
  }
}

async function leafFault(
  db: Kysely<Database>,
  leafHash: string,
  { replaces, replacedHash }: Looked,
  leaves: KnownLeaves,
): Promise<string | null> {
  const known = leaves.byHash.get(leafHash);
  if (known === undefined) {
    const given = leaves.pending.has(leafHash) || (await isGivenNow(db, Buffer.from(leafHash, 'hex')));
    return given ? null : 'not-in-log';
  }
  if (replaces === null) return known.leaf.kind === 'issue' ? null : 'leaf-kind-differs';
  if (known.leaf.kind !== 'replace' || known.leaf.previous === undefined) return 'leaf-kind-differs';
  const previous = hex(known.leaf.previous.leafHash);
  if (previous !== replacedHash) return 'replaced-leaf-differs';
  const earlier = leaves.byHash.get(previous);
  // Across logs, after a year was closed or a key was stolen, the hash alone tells.
  const elsewhere = earlier !== undefined && earlier.origin !== known.origin;
  return elsewhere || earlier?.index === Number(known.leaf.previous.index) ? null : 'replaced-leaf-differs';
}

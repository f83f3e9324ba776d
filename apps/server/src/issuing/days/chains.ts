import type { ChainedAct, Link, SchoolDay, TrailEvent } from '@hocba/ledger';
import type { Kysely, Selectable } from 'kysely';
import type { AuditEventTable, CellActTable, Database } from '../../store/tables.ts';

/** Name of the audit trail among the chains of a day; no class can have it. */
export const TRAIL_NAME = 'audit-trail';

export type NamedHead = SchoolDay['classes'][number];

/** Texts as the chain takes them: the database keeps what was sent, the hash is over NFC. */
function nfc(text: string): string {
  // Below U+0300 nothing composes; most of an act is identifiers.
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x300) return text.normalize('NFC');
  return text;
}
const nfcOrNull = (text: string | null): string | null => (text === null ? null : nfc(text));

/** A stored act with its hash, as `@hocba/ledger` reads it. */
export function chainedAct(row: Selectable<CellActTable>): ChainedAct {
  return {
    act: {
      seq: Number(row.seq),
      pupil: row.pupil_id,
      period: nfc(row.period),
      item: nfc(row.item),
      attempt: row.attempt,
      oldValue: nfcOrNull(row.old_value),
      newValue: nfcOrNull(row.new_value),
      version: row.version,
      source: nfc(row.source),
      device: nfc(row.device),
      batch: nfc(row.batch),
      n: row.n,
      setBy: row.set_by,
      // The database may say that it is endless, which is no time and no Date.
      setAt: Number(row.set_at),
    },
    hash: row.chain,
  };
}

/** A stored event of the audit trail with its hash. */
export function chainedEvent(row: Selectable<AuditEventTable>): Link<TrailEvent> {
  return {
    item: {
      seq: Number(row.seq),
      event: row.event_id,
      at: Number(row.at),
      account: row.account_id,
      role: nfcOrNull(row.role),
      act: nfc(row.act),
      object: nfcOrNull(row.object),
      outcome: nfc(row.outcome),
      address: nfcOrNull(row.address),
    },
    hash: row.chain,
  };
}

/** Where the chains of a school year's classes and the school's audit trail stood before a moment, in order of their names. */
export async function headsBefore(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
  before: Date,
): Promise<NamedHead[]> {
  // The newest of each class by its key: asked every few minutes, and the acts of a year are many.
  const classes = await trx
    .selectFrom('class as c')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('cell_act as a')
          .select(['a.seq', 'a.chain'])
          .whereRef('a.school_id', '=', 'c.school_id')
          .whereRef('a.class_id', '=', 'c.class_id')
          .where('a.set_at', '<', before)
          .orderBy('a.seq', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['c.class_id', 'last.seq', 'last.chain'])
    .where('c.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .execute();
  const trail = await trx
    .selectFrom('audit_event')
    .select(['seq', 'chain'])
    .where('school_id', '=', schoolId)
    .where('at', '<', before)
    .orderBy('seq', 'desc')
    .limit(1)
    .execute();
  return [
    ...classes.map((row) => ({ classId: row.class_id, seq: Number(row.seq), hash: row.chain })),
    ...trail.map((row) => ({ classId: TRAIL_NAME, seq: Number(row.seq), hash: row.chain })),
  ].sort((a, b) => (a.classId < b.classId ? -1 : 1));
}

/** A day that was closed, as stored. */
export interface StoredDay {
  readonly origin: string;
  readonly schoolYear: string;
  readonly day: string;
  readonly salt: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly madeAt: Date;
  readonly heads: readonly NamedHead[];
}

/** All days of a school, the earliest first. */
export async function storedDays(trx: Kysely<Database>, schoolId: string): Promise<StoredDay[]> {
  const days = await trx
    .selectFrom('school_day')
    .selectAll()
    .where('school_id', '=', schoolId)
    .orderBy('day')
    .orderBy('school_year')
    .execute();
  const heads = await trx
    .selectFrom('school_day_head')
    .selectAll()
    .where('school_id', '=', schoolId)
    .orderBy('chain_name')
    .execute();
  const headsOf = Map.groupBy(heads, (row) => `${row.school_year} ${row.day}`);
  return days.map((row) => ({
    origin: row.origin,
    schoolYear: row.school_year,
    day: row.day,
    salt: row.salt,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
    madeAt: row.made_at,
    heads: (headsOf.get(`${row.school_year} ${row.day}`) ?? [])
      .map((head) => ({ classId: head.chain_name, seq: Number(head.seq), hash: head.hash }))
      .sort((a, b) => (a.classId < b.classId ? -1 : 1)),
  }));
}

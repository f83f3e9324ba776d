import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Act, type ActOf, type Change, OFFICE } from '../../../access/approval/kinds.ts';
import { Changes, changesOf, decisionEntry, digestOf, isExact } from '../../../access/approval/request.ts';
import { ApprovalAct } from '../../../http/api/approvals.ts';
import { departures } from '../../../signing/freeze/as-agreed.ts';
import { issuedDocument } from '../../../signing/freeze/stated.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';
import { type DecisionLine, deciders } from './deciders.ts';

/** What one person asked for and another one agreed to, whole and in its time. */
interface Agreement<A extends Act = Act> {
  readonly act: A;
  readonly reason: string;
  readonly askedBy: string;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly changes: readonly Change[];
  /** Whether it was agreed that nothing else changes. */
  readonly exact: boolean;
  readonly openUntil: Date;
  /** Whether it counts for what was done then: since decisions stand in the trail, one that does not was never made. */
  holdsAt(time: Date): boolean;
}

/**
 * An issue and a move of the locks by one person may have been under way together: neither saw the other, and a few minutes
 * between them say nothing.
 */
const TOGETHER_MS = 10 * 60_000;

/**
 * Holds every recall, replacement, move of an issued year's locks, seal in force and fetched file against the agreement of
 * another person to exactly that, which the database asks of everybody but who may turn its triggers off. What was
 * done before it took two is listed since then.
 */
export async function auditAgreements(
  db: Kysely<Database>,
  schoolId: string,
  notes: AuditNotes,
): Promise<void> {
  await inSnapshot(db, schoolId, async (trx) => {
    const trail = await decisionsInTrail(trx, schoolId);
    const agreed = await agreements(trx, schoolId, trail);
    const listed = await trx
      .selectFrom('act_before_approvals')
      .select('act')
      .where('school_id', '=', schoolId)
      .execute();
    const acts = new Set(listed.map(({ act }) => act));
    // Nothing was added to that list since; what was done later is no older for standing on it.
    const isBefore: IsBefore = (act, at) => acts.has(act) && at < trail.since;
    await recalls(trx, schoolId, [...agreed.values()], isBefore, notes);
    await replacements(trx, schoolId, [...agreed.values()], notes);
    await locks(trx, schoolId, agreed, isBefore, notes);
    await seals(trx, schoolId, agreed, isBefore, notes);
    await fetched(trx, schoolId, agreed, notes);
  });
}

type Agreed = ReadonlyMap<string, Agreement>;
/** Whether an act was done before it took two. */
type IsBefore = (act: string, at: Date) => boolean;

/** By request; without those that do not hold. */
async function agreements(
  trx: Transaction<Database>,
  schoolId: string,
  trail: DecidedInTrail,
): Promise<Agreed> {
  const rows = await trx
    .selectFrom('approval_request as r')
    .innerJoin('approval_decision as d', (join) =>
      join.onRef('d.school_id', '=', 'r.school_id').onRef('d.request_id', '=', 'r.request_id'),
    )
    .innerJoin('staff as one', (join) =>
      join.onRef('one.school_id', '=', 'r.school_id').onRef('one.staff_id', '=', 'r.asked_by'),
    )
    .innerJoin('staff as other', (join) =>
      join.onRef('other.school_id', '=', 'd.school_id').onRef('other.staff_id', '=', 'd.decided_by'),
    )
    .selectAll('r')
    .select(['d.decided_by', 'd.decided_role', 'd.decided_at'])
    .where('r.school_id', '=', schoolId)
    .where('d.decision', '=', 'approved')
    .whereRef('one.personal_id', '<>', 'other.personal_id')
    .execute();
  const couldDecide = await deciders(trx, schoolId, rows);
  const found = new Map<string, Agreement>();
  for (const row of rows) {
    const said = readAgreed(row);
    if (said === null) continue;
    const { reason, asked_by: askedBy, decided_by: decidedBy, open_until: openUntil } = row;
    const line = trail.lines.get(decisionEntry(row).object ?? '');
    if (!couldDecide(row, line)) continue;
    const stands = line !== undefined;
    const holdsAt = (time: Date): boolean => stands || time < trail.since;
    if (holdsAt(row.decided_at))
      found.set(row.request_id, { reason, askedBy, decidedBy, openUntil, holdsAt, ...said });
  }
  return found;
}

interface DecidedInTrail {
  readonly lines: ReadonlyMap<string, DecisionLine>;
  readonly since: Date;
}

/** What was agreed to by the trail's own words, and since when it says so. */
async function decisionsInTrail(trx: Transaction<Database>, schoolId: string): Promise<DecidedInTrail> {
  const { act } = decisionEntry({ request_id: '', digest: new Uint8Array() });
  const rows = await trx
    .selectFrom('audit_event')
    .select(['object', 'outcome', 'at', 'account_id'])
    .where('school_id', '=', schoolId)
    .where('act', '=', act)
    .where('outcome', 'in', ['approved', 'refused'])
    .orderBy('seq')
    .execute();
  return {
    lines: new Map(
      rows
        .filter(({ outcome }) => outcome === 'approved')
        .map(({ object, at, account_id }) => [object ?? '', { at, accountId: account_id }]),
    ),
    since: rows[0]?.at ?? new Date(8.64e15),
  };
}

type AgreedRow = Selectable<Database['approval_request']> &
  Pick<Selectable<Database['approval_decision']>, 'decided_role' | 'decided_at'>;

/** What was agreed to by a request's own words; null for one that says nothing whole, whatever stands in it: it must end no audit. */
function readAgreed(row: AgreedRow): Pick<Agreement, 'act' | 'decidedAt' | 'changes' | 'exact'> | null {
  const act = readAct(row.act);
  if (act === null || act.kind !== row.kind) return null;
  const ofPrincipal = act.kind === 'recall' || act.kind === 'year-lock';
  const roles: readonly string[] = ofPrincipal ? ['principal'] : OFFICE;
  const times = [row.asked_at, row.open_until, row.decided_at];
  if (!times.every((time) => Number.isFinite(Number(time)))) return null;
  const inTime = row.decided_at >= row.asked_at && row.decided_at <= row.open_until;
  if (!inTime || !roles.includes(row.decided_role)) return null;
  if (!Buffer.from(row.digest).equals(digestOf(row))) return null;
  try {
    const changes = Changes.parse(changesOf(row));
    return { act, decidedAt: row.decided_at, changes, exact: isExact(row) };
  } catch {
    return null;
  }
}

function readAct(text: string): Act | null {
  try {
    return ApprovalAct.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isOf<K extends Act['kind']>(one: Agreement, kind: K): one is Agreement<ActOf<K>> {
  return one.act.kind === kind;
}

async function recalls(
  trx: Transaction<Database>,
  schoolId: string,
  agreed: readonly Agreement[],
  isBefore: IsBefore,
  notes: AuditNotes,
): Promise<void> {
  const its = Map.groupBy(
    agreed.filter((one) => isOf(one, 'recall')),
    ({ act }) => act.recordId,
  );
  const recalled = await trx
    .selectFrom('recalled_record')
    .select(['record_id', 'recalled_by', 'recalled_at'])
    .where('school_id', '=', schoolId)
    .orderBy('record_id')
    .execute();
  for (const row of recalled) {
    // Its reason is held by its leaf, and a changed one is named there.
    // When it was recalled its leaf says too, so that an agreement of an earlier date is no way around.
    const held = its
      .get(row.record_id)
      ?.some(({ decidedBy, holdsAt }) => decidedBy === row.recalled_by && holdsAt(row.recalled_at));
    if (!held && !isBefore(`recall:${row.record_id}`, row.recalled_at))
      notes.problem('recall', row.record_id, 'not-agreed');
  }
  const returned = await trx
    .selectFrom('record_act')
    .select(['record_id', 'reason', 'staff_id', 'acted_at'])
    .where('school_id', '=', schoolId)
    .where('act', '=', 'return')
    .orderBy('record_id')
    .execute();
  for (const row of returned) {
    const held = its
      .get(row.record_id)
      ?.some(
        ({ act, reason, decidedBy, holdsAt }) =>
          act.replace && reason === row.reason && decidedBy === row.staff_id && holdsAt(row.acted_at),
      );
    if (!held && !isBefore(`return:${row.record_id}`, row.acted_at))
      notes.problem('record', row.record_id, 'not-agreed');
  }
}

/** What replaces a record says what was agreed to last before it was issued. */
async function replacements(
  trx: Transaction<Database>,
  schoolId: string,
  agreed: readonly Agreement[],
  notes: AuditNotes,
): Promise<void> {
  const rows = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select(['r.record_id', 'r.replaces', 'i.issued_at'])
    .where('i.school_id', '=', schoolId)
    .where('r.replaces', 'is not', null)
    .orderBy('r.record_id')
    .execute();
  for (const { record_id, replaces, issued_at } of rows) {
    if (replaces === null) continue;
    const its = agreed
      .filter((one) => isOf(one, 'recall') && one.act.recordId === replaces && one.act.replace)
      .sort((one, other) => one.decidedAt.getTime() - other.decidedAt.getTime());
    // One that was agreed to while this was being issued may be what it was held to.
    const age = ({ decidedAt }: Agreement): number => Number(issued_at) - decidedAt.getTime();
    const last = its.filter((one) => age(one) >= 0).at(-1);
    const could = its.filter((one) => one === last || (age(one) < 0 && -age(one) <= TOGETHER_MS));
    if (could.length === 0 || !could.every(({ exact, holdsAt }) => exact && holdsAt(issued_at))) continue;
    const [before, after] = [
      await issuedDocument(trx, schoolId, replaces),
      await issuedDocument(trx, schoolId, record_id),
    ];
    // What cannot be read is named where the record itself is looked at.
    if (before === null || after === null) continue;
    if (could.every(({ changes }) => departures(before, after, changes).length > 0))
      notes.problem('record', record_id, 'not-as-agreed');
  }
}

type Move = Selectable<Database['year_lock_act']>;

async function locks(
  trx: Transaction<Database>,
  schoolId: string,
  agreed: Agreed,
  isBefore: IsBefore,
  notes: AuditNotes,
): Promise<void> {
  const moves = await trx
    .selectFrom('year_lock_act')
    .selectAll()
    .where('school_id', '=', schoolId)
    .orderBy('school_year')
    .orderBy('seq')
    .execute();
  if (moves.length === 0) return;
  const issued = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select(({ fn }) => ['r.school_year', fn.min('i.issued_at').as('first')])
    .where('i.school_id', '=', schoolId)
    .groupBy('r.school_year')
    .execute();
  const first = new Map(issued.map((row) => [row.school_year, Number(row.first)]));
  for (const move of moves) {
    const id = `year:${move.school_year}#${move.seq}`;
    if (isBefore(id, move.acted_at)) continue;
    const issuedAt = first.get(move.school_year) ?? Number.POSITIVE_INFINITY;
    const alone = move.request_id === null && Number(move.acted_at) - issuedAt <= TOGETHER_MS;
    if (!alone && !isAgreedMove(agreed.get(move.request_id ?? ''), move))
      notes.problem('approval', id, 'not-agreed');
  }
}

function isAgreedMove(one: Agreement | undefined, move: Move): boolean {
  return (
    one !== undefined &&
    isOf(one, 'year-lock') &&
    one.act.schoolYear === move.school_year &&
    one.act.mainLockOn === move.main_lock_on &&
    one.act.supplementaryLockOn === move.supplementary_lock_on &&
    one.decidedBy === move.acted_by &&
    one.holdsAt(move.acted_at)
  );
}

async function seals(
  trx: Transaction<Database>,
  schoolId: string,
  agreed: Agreed,
  isBefore: IsBefore,
  notes: AuditNotes,
): Promise<void> {
  const rows = await trx
    .selectFrom('seal_act')
    .select(['request_id', 'certificate_id', 'acted_at'])
    .where('school_id', '=', schoolId)
    .orderBy('acted_at')
    .execute();
  for (const { request_id, certificate_id, acted_at } of rows) {
    const id = `seal:${certificate_id}`;
    const one = agreed.get(request_id);
    const held =
      one !== undefined &&
      isOf(one, 'seal-key') &&
      one.act.certificateId === certificate_id &&
      one.holdsAt(acted_at);
    const old = request_id === certificate_id && isBefore(id, acted_at);
    if (!held && !old) notes.problem('approval', id, 'not-agreed');
  }
}

async function fetched(
  trx: Transaction<Database>,
  schoolId: string,
  agreed: Agreed,
  notes: AuditNotes,
): Promise<void> {
  const rows = await trx
    .selectFrom('approval_use')
    .selectAll()
    .where('school_id', '=', schoolId)
    .orderBy('used_at')
    .execute();
  for (const { request_id, used_by, used_at } of rows) {
    const one = agreed.get(request_id);
    const held =
      one?.act.kind.startsWith('export-') &&
      one.askedBy === used_by &&
      used_at <= one.openUntil &&
      one.holdsAt(used_at);
    if (!held) notes.problem('approval', `use:${request_id}`, 'not-agreed');
  }
}

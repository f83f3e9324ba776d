import { randomUUID } from 'node:crypto';
import {
  type FrozenRecord,
  freezeRecord,
  MOST_TABLE_LINES,
  type RecordDocument,
  RecordWriteError,
} from '@hocba/record';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { requireHomeroomTeacher } from '../../access/objects.ts';
import { problemsOfOffice, problemsOfPupil, suspendedNote } from '../../assessment/check/check.ts';
import { type SignersDeps, signersReady } from '../../assessment/check/signers-ready.ts';
import type { PupilYear, PupilYears } from '../../assessment/pupil-year/pupil-year.ts';
import { loadPupilYears } from '../../assessment/pupil-year/pupil-years.ts';
import type { freezeClass as freezeRoute } from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { appendActs, loadRecords, lockClass, type StoredRecord } from '../records/records.ts';
import { holdsPupilYear, statusOf } from '../records/state.ts';
import { departuresOf } from './as-agreed.ts';
import { buildDocument } from './document.ts';
import { makeTable, type NewTable, needsTable } from './freeze-table.ts';
import { vietnamDay } from './time.ts';

export interface FreezeDeps extends SignersDeps {
  readonly db: Kysely<Database>;
}

type Frozen = z.input<typeof freezeRoute.response>;

/**
 * Makes the record of every pupil of the class who has none that holds the year and nothing blocking against it:
 * bytes, once. Where the profile has no slot for subject teachers, those who are frozen together get the table that these
 * sign, one a grade, or several where the class is larger than a table may be. All of it in one transaction under the
 * class's lock, so that what was checked is what is frozen; asked again it freezes only those who were left out.
 *
 * @throws Refusal `not-found`, `not-allowed`; `nothing-to-freeze` for a class without pupils
 */
export async function freezeClass(deps: FreezeDeps, actor: Actor, classId: string): Promise<Frozen> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, classId);
    await lockClass(trx, actor.schoolId, classId);
    const years = await loadPupilYears(trx, actor.schoolId, classId);
    if (years.pupils.length === 0) throw new Refusal('nothing-to-freeze');
    const records = Map.groupBy(await loadRecords(trx, actor.schoolId, { classId }), (r) => r.pupilId);
    const outcome: Frozen = { frozen: [], tables: [], alreadyFrozen: 0, leftOut: [] };
    const drafts: Draft[] = [];
    // Whoever signs first is checked by whoever signs last: nobody begins what cannot be ended.
    const cannotSign = [
      ...problemsOfOffice(years),
      ...(await signersReady(deps, trx, actor.schoolId, years)),
    ].filter(({ severity }) => severity === 'blocking');
    for (const pupil of years.pupils) {
      const earlier = records.get(pupil.pupilId) ?? [];
      if (earlier.some((r) => holdsPupilYear(r.facts) && statusOf(r.facts) !== 'recalled')) {
        outcome.alreadyFrozen++;
        continue;
      }
      const left =
        pupil.suspendedOn !== null
          ? [suspendedNote(pupil.suspendedOn).message]
          : cannotSign.map(({ message }) => message);
      if (left.length > 0) {
        outcome.leftOut.push(leftOut(pupil, left));
        continue;
      }
      const draft = draftRecord(years, pupil, earlier, deps.now());
      const reasons =
        'reasons' in draft
          ? draft.reasons
          : await notAsAgreed(trx, actor.schoolId, draft.replaces, draft.doc);
      if (reasons.length > 0) outcome.leftOut.push(leftOut(pupil, reasons));
      else if ('doc' in draft) drafts.push(draft);
    }
    const { made, tables, without } = withTables(years, drafts);
    for (const { pupil, reasons } of without) outcome.leftOut.push(leftOut(pupil, reasons));
    for (const { frozen, pupil } of made) {
      const { pupilId, pupilCode } = pupil;
      outcome.frozen.push({ recordId: frozen.uuid, pupilId, pupilCode });
    }
    for (const { frozen, grade } of tables)
      outcome.tables.push({
        recordId: frozen.uuid,
        grade,
        pupils: made.filter(({ tableId }) => tableId === frozen.uuid).length,
      });
    await store(trx, actor, years, { made, tables }, deps.now());
    return outcome;
  });
}

function leftOut({ pupilId, pupilCode, fullName }: PupilYear, reasons: readonly string[]) {
  return { pupilId, pupilCode, fullName, reasons: [...reasons] };
}

/** A pupil's record that can be written as it is. */
interface Draft {
  readonly pupil: PupilYear;
  readonly doc: RecordDocument;
  readonly replaces: string | null;
}

interface NewRecord extends Draft {
  readonly frozen: FrozenRecord;
  readonly tableId: string | null;
}

function draftRecord(
  years: PupilYears,
  pupil: PupilYear,
  earlier: readonly StoredRecord[],
  now: Date,
): Draft | { readonly reasons: readonly string[] } {
  const replaced = earlier.filter((r) => statusOf(r.facts) === 'recalled');
  if (replaced.some((r) => holdsPupilYear(r.facts))) {
    return { reasons: ['Học bạ đã bị thu hồi mà không mở lại để thay thế.'] };
  }
  const blocking = problemsOfPupil(years, pupil).filter((p) => p.severity === 'blocking');
  if (blocking.length > 0) return { reasons: blocking.map((p) => p.message) };
  const built = buildDocument(years, pupil, { uuid: randomUUID(), on: vietnamDay(now) });
  if (!built.ok) return built;
  const { doc } = built;
  const reasons = unwritable(() => freezeRecord(doc));
  return reasons === null ? { pupil, doc, replaces: replaced.at(-1)?.recordId ?? null } : { reasons };
}

/** Whoever signs first signs nothing that could not be issued: a replacement says what two persons agreed to. */
async function notAsAgreed(
  trx: Transaction<Database>,
  schoolId: string,
  replaces: string | null,
  doc: RecordDocument,
): Promise<readonly string[]> {
  if (replaces === null) return [];
  const found = await departuresOf(trx, schoolId, replaces, doc);
  if (found.length === 0) return [];
  const empty = '(trống)';
  return [
    'Bản thay thế ghi khác nội dung mà hai người đã duyệt. Hãy sửa ô cho đúng, hoặc đề nghị lại nội dung thay thế ở trang Học bạ đã phát hành.',
    ...found.map(
      ({ what, agreed, now }) => `${what}: đã duyệt “${agreed || empty}”, đang ghi “${now || empty}”.`,
    ),
  ];
}

/** What the check lets through and the format does not take: named by its field, never by its value. */
function unwritable(write: () => unknown): string[] | null {
  try {
    write();
    return null;
  } catch (error) {
    if (!(error instanceof RecordWriteError)) throw error;
    return [`Dữ liệu chưa ghi được vào học bạ (${error.field ?? error.code}).`];
  }
}

interface Made {
  readonly made: readonly NewRecord[];
  readonly tables: readonly NewTable[];
}

/** The records, each naming the table of its grade where the profile wants one. */
function withTables(
  years: PupilYears,
  drafts: readonly Draft[],
): Made & {
  readonly without: readonly { readonly pupil: PupilYear; readonly reasons: readonly string[] }[];
} {
  if (!needsTable(years.school.profile)) {
    const made = drafts.map((draft) => ({ ...draft, frozen: freezeRecord(draft.doc), tableId: null }));
    return { made, tables: [], without: [] };
  }
  const made: NewRecord[] = [];
  const tables: NewTable[] = [];
  const without: { pupil: PupilYear; reasons: readonly string[] }[] = [];
  for (const part of partsOf(drafts)) {
    const docs = part.map(({ doc }) => doc);
    const reasons = unwritable(() => makeTable(years, docs));
    if (reasons !== null) {
      without.push(...part.map(({ pupil }) => ({ pupil, reasons })));
      continue;
    }
    const table = makeTable(years, docs);
    tables.push(table);
    for (const draft of part) {
      const doc = { ...draft.doc, classTable: table.reference };
      made.push({ ...draft, doc, frozen: freezeRecord(doc), tableId: table.reference.uuid });
    }
  }
  return { made, tables, without };
}

/** Who stands in one table: a grade, in even parts where it is larger than a table may be. */
function partsOf(drafts: readonly Draft[]): Draft[][] {
  return [...Map.groupBy(drafts, ({ doc }) => doc.grade).values()].flatMap((grade) => {
    const parts = Math.ceil(grade.length / MOST_TABLE_LINES);
    const lines = Math.ceil(grade.length / parts);
    return Array.from({ length: parts }, (_, n) => grade.slice(n * lines, (n + 1) * lines));
  });
}

async function store(
  trx: Transaction<Database>,
  actor: Actor,
  years: PupilYears,
  { made, tables }: Made,
  now: Date,
): Promise<void> {
  if (made.length === 0) return;
  const { schoolId, staffId } = actor;
  const ids = [...tables, ...made].map(({ frozen }) => frozen.uuid);
  await trx
    .insertInto('record_registry')
    .values(ids.map((id) => ({ record_id: id, school_id: schoolId })))
    .execute();
  const common = {
    school_id: schoolId,
    class_id: years.classId,
    school_year: years.schoolYear,
    rule_set: years.ruleSet.id,
    frozen_by: staffId,
    frozen_at: now,
  };
  // Tables first: the records name them.
  const rows = [
    ...tables.map(({ frozen }) => ({
      ...common,
      record_id: frozen.uuid,
      pupil_id: null,
      table_id: null,
      profile: frozen.format,
      frozen_xml: frozen.xml,
      annex: new Uint8Array(),
      slots: JSON.stringify(frozen.slots),
      replaces: null,
    })),
    ...made.map(({ frozen, pupil, replaces, tableId }) => ({
      ...common,
      record_id: frozen.uuid,
      pupil_id: pupil.pupilId,
      table_id: tableId,
      profile: frozen.profile,
      frozen_xml: frozen.xml,
      annex: frozen.annex,
      slots: JSON.stringify(frozen.slots),
      replaces,
    })),
  ];
  await trx.insertInto('record').values(rows).execute();
  await appendActs(
    trx,
    schoolId,
    ids.map((recordId) => ({
      recordId,
      after: 0,
      act: 'freeze',
      staffId,
      role: 'homeroomTeacher',
      at: now,
    })),
  );
}

import { randomUUID } from 'node:crypto';
import { type FrozenRecord, freezeRecord, RecordWriteError } from '@hocba/record';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { requireHomeroomTeacher } from '../access/objects.ts';
import { problemsOfPupil } from '../assessment/check.ts';
import type { PupilYear, PupilYears } from '../assessment/pupil-year.ts';
import { loadPupilYears } from '../assessment/pupil-years.ts';
import type { freezeClass as freezeRoute } from '../http/api/signing.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { buildDocument } from './document.ts';
import { appendActs, loadRecords, lockClass, type StoredRecord } from './records.ts';
import { holdsPupilYear, statusOf } from './state.ts';
import { vietnamDay } from './time.ts';

export interface FreezeDeps {
  readonly db: Kysely<Database>;
  now(): Date;
}

type Frozen = z.input<typeof freezeRoute.response>;

/**
 * Makes the record of every pupil of the class who has none that holds the year and nothing blocking against it:
 * bytes, once. All of it in one transaction under the class's lock, so that what was checked is what is frozen;
 * asked again it freezes only those who were left out.
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
    const outcome: Frozen = { frozen: [], alreadyFrozen: 0, leftOut: [] };
    const made: NewRecord[] = [];
    for (const pupil of years.pupils) {
      const earlier = records.get(pupil.pupilId) ?? [];
      if (earlier.some((r) => holdsPupilYear(r.facts) && statusOf(r.facts) !== 'recalled')) {
        outcome.alreadyFrozen++;
        continue;
      }
      const record = makeRecord(years, pupil, earlier, deps.now());
      if ('reasons' in record) {
        const { pupilId, pupilCode, fullName } = pupil;
        outcome.leftOut.push({ pupilId, pupilCode, fullName, reasons: [...record.reasons] });
        continue;
      }
      made.push(record);
      outcome.frozen.push({
        recordId: record.frozen.uuid,
        pupilId: pupil.pupilId,
        pupilCode: pupil.pupilCode,
      });
    }
    await store(trx, actor, years, made, deps.now());
    return outcome;
  });
}

interface NewRecord {
  readonly pupilId: string;
  readonly frozen: FrozenRecord;
  readonly replaces: string | null;
}

function makeRecord(
  years: PupilYears,
  pupil: PupilYear,
  earlier: readonly StoredRecord[],
  now: Date,
): NewRecord | { readonly reasons: readonly string[] } {
  const replaced = earlier.filter((r) => statusOf(r.facts) === 'recalled');
  if (replaced.some((r) => holdsPupilYear(r.facts))) {
    return { reasons: ['Học bạ đã bị thu hồi mà không mở lại để thay thế.'] };
  }
  const blocking = problemsOfPupil(years, pupil).filter((p) => p.severity === 'blocking');
  if (blocking.length > 0) return { reasons: blocking.map((p) => p.message) };
  const built = buildDocument(years, pupil, { uuid: randomUUID(), on: vietnamDay(now) });
  if (!built.ok) return built;
  try {
    return {
      pupilId: pupil.pupilId,
      frozen: freezeRecord(built.doc),
      replaces: replaced.at(-1)?.recordId ?? null,
    };
  } catch (error) {
    // What the check lets through and the format does not take: named by its field, never by its value.
    if (!(error instanceof RecordWriteError)) throw error;
    return { reasons: [`Dữ liệu chưa ghi được vào học bạ (${error.field ?? error.code}).`] };
  }
}

async function store(
  trx: Transaction<Database>,
  actor: Actor,
  years: PupilYears,
  made: readonly NewRecord[],
  now: Date,
): Promise<void> {
  if (made.length === 0) return;
  const { schoolId, staffId } = actor;
  await trx
    .insertInto('record_registry')
    .values(made.map(({ frozen }) => ({ record_id: frozen.uuid, school_id: schoolId })))
    .execute();
  await trx
    .insertInto('record')
    .values(
      made.map(({ frozen, pupilId, replaces }) => ({
        school_id: schoolId,
        record_id: frozen.uuid,
        class_id: years.classId,
        pupil_id: pupilId,
        school_year: years.schoolYear,
        profile: frozen.profile,
        rule_set: years.ruleSet.id,
        frozen_xml: frozen.xml,
        annex: frozen.annex,
        slots: JSON.stringify(frozen.slots),
        replaces,
        frozen_by: staffId,
        frozen_at: now,
      })),
    )
    .execute();
  await appendActs(
    trx,
    schoolId,
    made.map(({ frozen }) => ({
      recordId: frozen.uuid,
      after: 0,
      act: 'freeze',
      staffId,
      role: 'homeroomTeacher',
      at: now,
    })),
  );
}

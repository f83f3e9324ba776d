import type { FormInput, FormLook, Printer } from '@hocba/form';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { printNameOf } from '../../assessment/export/file-name.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { printFacts, type SheetDeps } from '../prints/issued-sheet.ts';
import { standingOfPupil, yearOf } from './issued-years.ts';

export interface PupilBookDeps extends SheetDeps {
  readonly printer: Pick<Printer, 'renderBook'>;
}

/**
 * A pupil's whole record book: every year whose record is issued and stands, at this school and at those from which the
 * pupil was taken over in turn, with XML and receipt of each inside. Made anew each time: receipts change.
 *
 * @param of whose book, and its look: the digital record's display form, or the paper booklet's
 * @param baseUrl where the public pages are found, such as `https://hocba.example.vn`
 * @throws Refusal `not-allowed`, `not-found`, `not-issued`, `log-unavailable`
 */
export async function pupilBook(
  deps: PupilBookDeps,
  actor: Actor,
  of: { readonly pupilId: string; readonly look: FormLook },
  baseUrl: string,
): Promise<FileBody> {
  requireRole(actor, 'principal', 'clerk');
  const { pupilId, look } = of;
  const pupilCode = await codeOf(deps.db, actor.schoolId, pupilId);
  const years: FormInput[] = [];
  for (const { schoolId, recordId } of await recordsOf(deps.db, actor.schoolId, pupilCode)) {
    const facts = await printFacts(deps, schoolId, recordId, baseUrl);
    years.push({ ...(await yearOf(deps, schoolId, recordId, facts)), look });
  }
  if (years.length === 0) throw new Refusal('not-issued');
  const bytes = await deps.printer.renderBook({ years });
  return {
    fileName: printNameOf(look === 'hbs' ? 'hoc-ba' : 'hoc-ba-mau-giay', pupilCode),
    bytes,
    inline: true,
  };
}

/**
 * The years that the pupil's book would hold, the earliest first.
 * @throws Refusal `not-allowed`, `not-found`
 */
export async function pupilBookYears(
  { db }: Pick<PupilBookDeps, 'db'>,
  actor: Actor,
  pupilId: string,
): Promise<{ schoolYears: string[] }> {
  requireRole(actor, 'principal', 'clerk');
  const records = await recordsOf(db, actor.schoolId, await codeOf(db, actor.schoolId, pupilId));
  return { schoolYears: records.map(({ schoolYear }) => schoolYear).sort() };
}

/** A pupil's code, by which schools know the same child. @throws Refusal `not-found` */
export async function codeOf(db: Kysely<Database>, schoolId: string, pupilId: string): Promise<string> {
  const pupil = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('pupil')
      .select('pupil_code')
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', pupilId)
      .executeTakeFirst(),
  );
  if (pupil === undefined) throw new Refusal('not-found');
  return pupil.pupil_code;
}

interface YearRecord {
  readonly schoolYear: string;
  readonly schoolId: string;
  readonly recordId: string;
}

/** One record a school year. Where two schools have issued one, the school that took the pupil over knows the year best. */
export async function recordsOf(
  db: Kysely<Database>,
  schoolId: string,
  pupilCode: string,
): Promise<YearRecord[]> {
  const years = new Map<string, YearRecord>();
  for (const of of await schoolsOf(db, schoolId, pupilCode)) {
    const records = await inSchool(db, of, async (trx) => {
      const pupil = await trx
        .selectFrom('pupil')
        .select('pupil_id')
        .where('school_id', '=', of)
        .where('pupil_code', '=', pupilCode)
        .executeTakeFirst();
      return pupil === undefined ? [] : standingOfPupil(trx, of, pupil.pupil_id);
    });
    for (const { schoolYear, recordId } of records) {
      if (!years.has(schoolYear)) years.set(schoolYear, { schoolYear, schoolId: of, recordId });
    }
  }
  return [...years.values()];
}

/**
 * The school, and those that let the pupil go to it, the latest first. A school's records are open to another one only by two
 * acts: the first recorded the pupil's leaving, the second took the pupil over with code and birth date.
 */
async function schoolsOf(db: Kysely<Database>, schoolId: string, pupilCode: string): Promise<string[]> {
  const taken = await db
    .selectFrom('transfer_offer')
    .select(['from_school_id', 'taken_by', 'taken_at'])
    .where('pupil_code', '=', pupilCode)
    .where('taken_by', 'is not', null)
    .orderBy('taken_at', 'desc')
    .execute();
  const reached = [schoolId];
  for (const of of reached) {
    for (const offer of taken) {
      if (offer.taken_by === of && !reached.includes(offer.from_school_id))
        reached.push(offer.from_school_id);
    }
  }
  return reached;
}

import { type Grade, type SignerRole, type SlotPlan, subjectNameIn, subjectOf } from '@hocba/record';
import { commonNameOf, isTrainingCertificate } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { signingTasks as tasksRoute } from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { ofItsYear } from '../../roster/of-its-year.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { recordsWithoutPrint } from '../portion/prints.ts';
import { DAMAGED_TEXT } from '../records/damaged.ts';
import { headsOf } from '../records/heads.ts';
import { isRecord, isUnreadable, loadSigned, type StoredSigned } from '../records/records.ts';
import { holdsPupilYear, type RecordStatus, ROLE_TEXT, statusOf } from '../records/state.ts';
import type { HeldSigner, SignerSource } from '../signers/signers.ts';
import { type BatchDeps, personalIdOf, readySlots, slotsOf } from './batch.ts';

type Answer = z.input<typeof tasksRoute.response>;

interface ClassRow {
  readonly classId: string;
  readonly name: string;
  readonly grade: Grade;
  readonly schoolYear: string;
}
interface PupilRow {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly fullName: string;
}

/** Records that can still take signatures, or have them all. */
const LIVE: readonly RecordStatus[] = [
  'frozen',
  'subjectsSigned',
  'homeroomSigned',
  'principalSigned',
  'issued',
];

/** What waits for this person's signature, class by class and role by role, and who is not among it and why. */
export async function signingTasks(
  deps: BatchDeps & { readonly signers: SignerSource; readonly signsPrints?: boolean },
  actor: Actor,
): Promise<Answer> {
  const { schoolId } = actor;
  const tasks = await inSchool(deps.db, schoolId, async (trx) => {
    const personalId = await personalIdOf(trx, actor);
    const roles = rolesOf(actor);
    const found: Answer['tasks'] = [];
    for (const klass of await classesOf(trx, actor)) {
      const { classId, name } = klass;
      const records = await loadSigned(trx, schoolId, { classId });
      if (records.length === 0) continue;
      const live = records.filter((r) => LIVE.includes(statusOf(r.facts)));
      const damaged = await damagedAmong(trx, schoolId, live);
      const without = (await pupilsWithout(trx, schoolId, classId, records)).map(
        ({ pupilCode, fullName }) => ({
          pupilCode,
          fullName,
          reason: 'Chưa có học bạ được chốt.',
        }),
      );
      for (const role of roles) {
        const mine = live.map((record) => ({ record, slots: slotsOf(record, role, personalId) }));
        const prints =
          role === 'schoolSeal' && deps.signsPrints
            ? (await recordsWithoutPrint(trx, schoolId, classId)).length
            : 0;
        const slots = mine.reduce((n, m) => n + m.slots.length, 0);
        if (slots === 0) continue;
        const signed = mine.reduce(
          (n, m) => n + m.slots.filter((s) => m.record.facts.signed.has(s.slotId)).length,
          0,
        );
        const readyOf = (some: typeof mine) =>
          some.reduce((n, m) => n + readySlots(m.record, role, personalId).length, 0);
        const ready = readyOf(mine);
        found.push({
          role,
          roleText: ROLE_TEXT[role],
          classId,
          className: name,
          subjects: subjectsOf(
            mine.flatMap((m) => m.slots),
            klass,
          ),
          ready,
          readyOnTables: readyOf(mine.filter(({ record }) => !isRecord(record))),
          signed,
          waiting: slots - signed - ready,
          prints,
          excluded: [...damaged, ...without],
        });
      }
    }
    return found;
  });
  const held = new Map<SignerRole, HeldSigner | null>();
  for (const { role } of tasks) if (!held.has(role)) held.set(role, await heldFor(deps, actor, role));
  const passwordFor = [...held].flatMap(([role, by]) => (by?.away?.kind === 'pkcs12' ? [role] : []));
  const [first] = held.values();
  const seal = held.get('schoolSeal');
  return {
    tasks,
    certificate: first ? shown(first) : null,
    passwordFor,
    sealConfirmations: deps.signsPrints && seal ? confirmationsOf(seal) : 1,
  };
}

function rolesOf(actor: Actor): SignerRole[] {
  const roles: SignerRole[] = ['subjectTeacher', 'homeroomTeacher'];
  if (actor.roles.includes('principal')) roles.push('principal');
  if (actor.roles.includes('clerk')) roles.push('schoolSeal');
  return roles;
}

/** Names of the subjects that these slots answer for, in the order of the form; none for who signs the whole record. */
function subjectsOf(slots: readonly SlotPlan[], { grade, schoolYear }: ClassRow): string[] {
  const codes = new Set(slots.flatMap(({ subjects }) => subjects ?? []));
  return [...codes].map((code) => subjectNameIn(code, grade, schoolYear) ?? subjectOf(code).name);
}

/** Those of which nobody can tell any more who was to sign them: they are in nobody's batch, and named beside it. */
async function damagedAmong(
  trx: Kysely<Database>,
  schoolId: string,
  records: readonly StoredSigned[],
): Promise<Answer['tasks'][number]['excluded']> {
  const ids = records.filter(isUnreadable).map((record) => record.recordId);
  return [...(await headsOf(trx, schoolId, ids)).values()].map(({ pupilCode, fullName }) => ({
    pupilCode,
    fullName,
    reason: `${DAMAGED_TEXT[0]?.toUpperCase()}${DAMAGED_TEXT.slice(1)}.`,
  }));
}

/** Classes that may hold a slot of this person. */
async function classesOf(trx: Kysely<Database>, actor: Actor): Promise<ClassRow[]> {
  const rows = await trx
    .selectFrom('class as c')
    .select(['c.class_id', 'c.name', 'c.grade', 'c.school_year'])
    .where('c.school_id', '=', actor.schoolId)
    .orderBy('c.school_year', 'desc')
    .orderBy('c.grade')
    .orderBy('c.name')
    .execute();
  const all = actor.roles.includes('principal') || actor.roles.includes('clerk');
  // A teacher who no longer teaches the class still owes the signatures fixed at its freeze.
  const owing = await trx
    .selectFrom('record')
    .select('class_id')
    .distinct()
    .where('school_id', '=', actor.schoolId)
    .execute();
  const withRecords = new Set(owing.map((row) => row.class_id));
  return rows
    .filter((row) => all || withRecords.has(row.class_id))
    .map((row) => ({
      classId: row.class_id,
      name: row.name,
      grade: row.grade as Grade,
      schoolYear: row.school_year,
    }));
}

async function pupilsWithout(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  records: readonly StoredSigned[],
): Promise<PupilRow[]> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['p.pupil_id', 'p.pupil_code', 'p.full_name'])
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .where(ofItsYear('e'))
    .orderBy('e.ordinal')
    .execute();
  const held = new Set(records.filter((r) => holdsPupilYear(r.facts)).map((r) => r.pupilId));
  return rows
    .filter((row) => !held.has(row.pupil_id))
    .map((row) => ({ pupilId: row.pupil_id, pupilCode: row.pupil_code, fullName: row.full_name }));
}

/** The signer that would be used in the role; null where there is none to use, which the batch itself will explain. */
async function heldFor(
  { signers }: { readonly signers: SignerSource },
  { schoolId, staffId }: Actor,
  role: SignerRole,
): Promise<HeldSigner | null> {
  try {
    return await signers.signerOf({ schoolId, staffId: role === 'schoolSeal' ? null : staffId });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** As the signer sees it before confirming. */
function shown({ certificate, away }: HeldSigner): NonNullable<Answer['certificate']> {
  return {
    subject: commonNameOf(certificate) ?? certificate.subject.text,
    issuer: certificate.issuer.attributes.at(-1)?.value ?? certificate.issuer.text,
    notAfter: certificate.notAfter.toISOString(),
    training: isTrainingCertificate(certificate),
    kindText: away === null ? 'khoá trên máy chủ' : WAY_TEXT[away.kind],
  };
}

const WAY_TEXT = { pkcs12: 'tệp khoá', agent: 'USB token qua máy ký', service: 'dịch vụ ký từ xa' } as const;

/**
 * How often its person confirms one batch of the seal with records and their prints: prints hold the records' proofs, so
 * they go out after them, and where each order is confirmed by itself that is once more.
 */
function confirmationsOf({ away }: HeldSigner): 1 | 2 {
  if (away === null || away.kind === 'pkcs12') return 1;
  return away.kind === 'service' && away.remote.goOn !== undefined ? 1 : 2;
}

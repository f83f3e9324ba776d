import { decodeLeaf } from '@hocba/ledger';
import { betweenSlots, freezeRecord, type SlotPlan } from '@hocba/record';
import { instantOf, signatureAsSigned } from '@hocba/signature';
import { sql, type Transaction } from 'kysely';
import { departuresOf } from '../../signing/freeze/as-agreed.ts';
import {
  appendActs,
  isRecord,
  loadParts,
  loadSigned,
  lockClass,
  type NewAct,
  type StoredSigned,
} from '../../signing/records/records.ts';
import { holdsPupilYear, refusalOf } from '../../signing/records/state.ts';
import { requireNamedTable, tableDigests } from '../../signing/slots/named-table.ts';
import { RecordUntrusted } from '../../signing/slots/verify-slots.ts';
import { APPLICATION_ROLE } from '../../store/application-role.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { beginArchive } from '../issue/archive.ts';
import type { StatusDeps } from '../status/status.ts';
import { type FamilyFiles, type JudgedRecord, judgeFamilyFiles, UNKNOWN_STAFF } from './judged.ts';
import { holdsToken, putPrint, putToken, tokenOn } from './paper.ts';
import { refuse } from './refused.ts';

export interface TakenBack {
  readonly recordId: string;
  readonly schoolYear: string;
  /** False where the store has it already. */
  readonly written: boolean;
  /** Whether the address on the family's print leads to the record again. */
  readonly addressKept: boolean;
}

/**
 * Puts an issued record back into a store that has lost it, out of the family's own file: its bytes, slots, leaf and public page, as they were issued. Only
 * what the verifier holds genuine, what the log's own leaf of that number commits to, and what is gone here; it signs nothing, and asked again it writes
 * nothing. Class, pupil, signers and their certificates must be there: no file makes them. What no file tells stays unknown, and is
 * said to be (`taken_back`): who froze and sealed it, when to the second, and the acts on cells that it was made of.
 *
 * @param deps.db of whoever may take on the application's role: what is written is noted as all that this role writes
 * @throws TakeBackError; then nothing was written
 */
export async function takeBack(deps: StatusDeps, files: FamilyFiles): Promise<TakenBack> {
  const judged = await judgeFamilyFiles(deps, files);
  const { schoolId } = judged.school;
  return inSchool(deps.db, schoolId, async (trx) => {
    await sql.raw(`set local role ${APPLICATION_ROLE}`).execute(trx);
    await requireOwnLeaf(trx, judged);
    const place = await placeOf(trx, judged);
    await lockClass(trx, schoolId, place.classId);
    const token = tokenOn(judged.print);
    if (await isThere(trx, judged))
      return done(judged, false, token !== null && (await holdsToken(trx, judged, token)));
    const replaced = await replacedBy(trx, judged, place.pupilId);
    await requireFreeYear(trx, judged, place.pupilId);
    const signers = await signersOf(trx, judged);
    await put(trx, deps.now(), { judged, place, signers, replaced });
    await putPrint(trx, judged);
    return done(judged, true, await putToken(trx, judged, token));
  });
}

const done = ({ read: { doc } }: JudgedRecord, written: boolean, addressKept: boolean): TakenBack => ({
  recordId: doc.uuid,
  schoolYear: doc.schoolYear,
  written,
  addressKept,
});

/** The log here has this very leaf under this number, and no later leaf speaks of it. */
async function requireOwnLeaf(trx: Transaction<Database>, judged: JudgedRecord): Promise<void> {
  const own = await trx
    .selectFrom('believed_leaf')
    .select('leaf_index')
    .where('leaf_hash', '=', judged.leafHash)
    .executeTakeFirst();
  if (own === undefined || Number(own.leaf_index) !== judged.index) refuse('not-in-this-log');
  const naming = await trx
    .selectFrom('log_leaf')
    .select('leaf')
    .where(sql<boolean>`position(${judged.leafHash}::bytea in leaf) > 0`)
    .execute();
  const follows = ({ leaf }: { readonly leaf: Uint8Array }): boolean => {
    const previous = decodeLeaf(leaf).previous;
    return previous !== undefined && Buffer.compare(previous.leafHash, judged.leafHash) === 0;
  };
  if (naming.some(follows)) refuse('ended');
}

/**
 * Of one that replaces another, that other one: recalled and opened again here, since why and by whom stand in no family's file, and what comes back says
 * what the two persons agreed to.
 */
async function replacedBy(
  trx: Transaction<Database>,
  { school: { schoolId }, decoded, read }: JudgedRecord,
  pupilId: string,
): Promise<StoredSigned | null> {
  if (decoded.kind !== 'replace' || decoded.previous === undefined) return null;
  const row = await trx
    .selectFrom('issued_record')
    .select('record_id')
    .where('school_id', '=', schoolId)
    .where('leaf_hash', '=', Buffer.from(decoded.previous.leafHash))
    .executeTakeFirst();
  const [replaced] = await loadSigned(trx, schoolId, { recordIds: row === undefined ? [] : [row.record_id] });
  const ofYear = replaced?.pupilId === pupilId && replaced.schoolYear === read.doc.schoolYear;
  if (replaced === undefined || !ofYear || refusalOf(replaced.facts, { act: 'replace' }) !== null)
    return refuse('replacement');
  const departing = await departuresOf(trx, schoolId, replaced.recordId, read.doc);
  return departing.length > 0 ? refuse('not-as-agreed') : replaced;
}

interface Place {
  readonly classId: string;
  readonly pupilId: string;
  readonly tableId: string | null;
}

async function placeOf(trx: Transaction<Database>, { school, read: { doc } }: JudgedRecord): Promise<Place> {
  const { schoolId } = school;
  const klass = await trx
    .selectFrom('class')
    .select('class_id')
    .where('school_id', '=', schoolId)
    .where('school_year', '=', doc.schoolYear)
    .where('name', '=', doc.className)
    .executeTakeFirst();
  if (klass === undefined) return refuse('class-missing');
  const pupil = await trx
    .selectFrom('pupil as p')
    .innerJoin('enrolment as e', (on) =>
      on.onRef('e.school_id', '=', 'p.school_id').onRef('e.pupil_id', '=', 'p.pupil_id'),
    )
    .select('p.pupil_id')
    .where('p.school_id', '=', schoolId)
    .where('p.pupil_code', '=', doc.pupil.pupilCode)
    .where('e.class_id', '=', klass.class_id)
    .executeTakeFirst();
  if (pupil === undefined) return refuse('pupil-missing');
  return { classId: klass.class_id, pupilId: pupil.pupil_id, tableId: doc.classTable?.uuid ?? null };
}

async function isThere(
  trx: Transaction<Database>,
  { school, read: { doc }, leafHash }: JudgedRecord,
): Promise<boolean> {
  const row = await trx
    .selectFrom('issued_record')
    .select('leaf_hash')
    .where('school_id', '=', school.schoolId)
    .where('record_id', '=', doc.uuid)
    .executeTakeFirst();
  if (row !== undefined && Buffer.compare(row.leaf_hash, leafHash) !== 0) refuse('differs-here');
  return row !== undefined;
}

/** Of a pupil's year one record holds: one that was frozen anew since the fire is given back for mending first, or was issued. */
async function requireFreeYear(
  trx: Transaction<Database>,
  { school, read: { doc } }: JudgedRecord,
  pupilId: string,
): Promise<void> {
  const rows = await trx
    .selectFrom('record')
    .select('record_id')
    .where('school_id', '=', school.schoolId)
    .where('pupil_id', '=', pupilId)
    .where('school_year', '=', doc.schoolYear)
    .where('record_id', '<>', doc.uuid)
    .execute();
  const others = await loadSigned(trx, school.schoolId, { recordIds: rows.map((row) => row.record_id) });
  if (others.some(({ facts }) => holdsPupilYear(facts))) refuse('year-held');
}

interface Signers {
  /** By slot id. */
  readonly staff: ReadonlyMap<string, string>;
  readonly certificates: ReadonlyMap<string, string>;
}

/** Who signed, by the numbers and certificates that the signatures themselves carry. */
async function signersOf(trx: Transaction<Database>, { school, verified }: JudgedRecord): Promise<Signers> {
  const { schoolId } = school;
  const people = await trx
    .selectFrom('staff')
    .select(['staff_id', 'personal_id'])
    .where('school_id', '=', schoolId)
    .where('personal_id', 'is not', null)
    .execute();
  const registered = await trx
    .selectFrom('signing_certificate')
    .select(['certificate_id', 'staff_id', 'chain'])
    .where('school_id', '=', schoolId)
    .execute();
  const staff = new Map<string, string>();
  const certificates = new Map<string, string>();
  for (const [i, { slotId, personalId }] of verified.file.read.slots.entries()) {
    const person = people.find((one) => one.personal_id === personalId)?.staff_id;
    if (personalId !== undefined && person === undefined) refuse('signer-missing');
    staff.set(slotId, personalId === undefined ? UNKNOWN_STAFF : (person ?? UNKNOWN_STAFF));
    const der = verified.signatures[i]?.certificate.der ?? new Uint8Array();
    const own = registered.find(
      ({ chain, staff_id }) =>
        Buffer.compare(chain[0] ?? new Uint8Array(), der) === 0 &&
        (staff_id ?? UNKNOWN_STAFF) === staff.get(slotId),
    );
    if (own === undefined) return refuse('certificate-missing');
    certificates.set(slotId, own.certificate_id);
  }
  return { staff, certificates };
}

interface Back {
  readonly judged: JudgedRecord;
  readonly place: Place;
  readonly signers: Signers;
  readonly replaced: StoredSigned | null;
}

async function put(trx: Transaction<Database>, now: Date, back: Back): Promise<void> {
  const { judged, signers, replaced } = back;
  const { school, read, verified } = judged;
  const { schoolId } = school;
  const recordId = read.doc.uuid;
  const [stored] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
  const homeroom = read.slots.find(({ role }) => role === 'homeroomTeacher');
  const frozenBy = signers.staff.get(homeroom?.slotId ?? '') ?? UNKNOWN_STAFF;
  const frozenAt = new Date(
    Math.min(...read.slots.map(({ signingTime }) => signedAt(signingTime).getTime())),
  );
  const issuedAt = new Date(judged.decoded.time * 1000);
  const plans = stored === undefined ? await freezeAgain(trx, { ...back, frozenBy, frozenAt }) : stored.plans;
  if (stored !== undefined) await requireSameFrozen(trx, back, stored);
  const acts: NewAct[] =
    stored === undefined
      ? [{ recordId, after: 0, act: 'freeze', staffId: frozenBy, role: 'homeroomTeacher', at: frozenAt }]
      : [];
  const next = () => (stored?.acts.length ?? 0) + acts.length;
  for (const slot of read.slots) {
    if (stored?.signed.some(({ slotId }) => slotId === slot.slotId) === true) continue;
    const { slotId, role, signingTime, personalId = null, signature } = slot;
    const [staffId, at] = [signers.staff.get(slotId) ?? UNKNOWN_STAFF, signedAt(signingTime)];
    await trx
      .insertInto('slot')
      .values({
        school_id: schoolId,
        record_id: recordId,
        slot_id: slotId,
        slot_order: plans.find((plan) => plan.slotId === slotId)?.order ?? 0,
        role,
        signing_time: signingTime,
        personal_id: personalId,
        signature: Buffer.concat(signatureAsSigned(read.xmlDocument, signature)),
        certificate_id: signers.certificates.get(slotId) ?? '',
        signed_by: staffId,
        signed_at: at,
      })
      .execute();
    acts.push({ recordId, after: next(), act: 'sign', staffId, role, at });
  }
  const sealedBy = await sealerOf(trx, schoolId, recordId);
  await trx
    .insertInto('issued_record')
    .values({
      school_id: schoolId,
      record_id: recordId,
      xml: read.xmlDocument.bytes,
      salt: judged.salt,
      core: judged.core,
      leaf: judged.leaf,
      leaf_hash: judged.leafHash,
      issued_at: issuedAt,
      issued_by: sealedBy,
    })
    .execute();
  await beginArchive(trx, { schoolId, recordId, at: issuedAt }, verified, 0);
  acts.push({ recordId, after: next(), act: 'issue', staffId: sealedBy, role: 'schoolSeal', at: issuedAt });
  if (replaced !== null) {
    const { recordId: before, acts: its } = replaced;
    acts.push({
      recordId: before,
      after: its.length,
      act: 'replace',
      staffId: sealedBy,
      role: 'schoolSeal',
      at: now,
    });
  }
  await appendActs(trx, schoolId, acts);
  await trx
    .insertInto('taken_back')
    .values({ school_id: schoolId, record_id: recordId, taken_at: now })
    .execute();
}

/** A signature's own time is to the second, and nothing here knows it better. */
const signedAt = (signingTime = ''): Date => instantOf(signingTime) ?? refuse('not-genuine');

/** The row that the freeze had made, out of what everybody has signed of it. @returns its plan */
async function freezeAgain(
  trx: Transaction<Database>,
  {
    judged,
    place,
    replaced,
    frozenBy,
    frozenAt,
  }: Back & { readonly frozenBy: string; readonly frozenAt: Date },
): Promise<readonly SlotPlan[]> {
  const { school, read } = judged;
  const frozen = freezeRecord(read.doc);
  if (Buffer.compare(frozen.xml, frozenIn(judged)) !== 0) refuse('differs-here');
  const { schoolId } = school;
  const table = { tableId: place.tableId };
  await trx
    .insertInto('record_registry')
    .values({ record_id: frozen.uuid, school_id: schoolId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  try {
    requireNamedTable(table, judged.verified.file, await tableDigests(trx, schoolId, [table]));
  } catch (error) {
    if (error instanceof RecordUntrusted) return refuse('table-missing');
    throw error;
  }
  await trx
    .insertInto('record')
    .values({
      school_id: schoolId,
      record_id: frozen.uuid,
      class_id: place.classId,
      pupil_id: place.pupilId,
      table_id: place.tableId,
      school_year: read.doc.schoolYear,
      profile: frozen.profile,
      rule_set: read.doc.ruleSet,
      frozen_xml: frozen.xml,
      annex: frozen.annex,
      slots: JSON.stringify(frozen.slots),
      replaces: replaced?.recordId ?? null,
      frozen_by: frozenBy,
      frozen_at: frozenAt,
    })
    .execute();
  return frozen.slots;
}

const frozenIn = ({ read }: JudgedRecord): Buffer =>
  Buffer.concat(betweenSlots(read.xmlDocument.bytes, read.slots));

/** A backup from between freeze and issue has the record as far as it was signed then: that must be this one's beginning. */
async function requireSameFrozen(
  trx: Transaction<Database>,
  { judged, place, replaced }: Back,
  stored: StoredSigned,
): Promise<void> {
  const { school, read } = judged;
  if (stored.facts.acts.includes('thaw')) refuse('thawed-here');
  const ofPlace = stored.pupilId === place.pupilId && stored.classId === place.classId;
  const same = isRecord(stored) && ofPlace && stored.replaces === (replaced?.recordId ?? null);
  const parts = (await loadParts(trx, school.schoolId, [stored.recordId])).get(stored.recordId);
  if (!same || parts === undefined || Buffer.compare(parts.frozenXml, frozenIn(judged)) !== 0)
    return refuse('differs-here');
  const slots = await trx
    .selectFrom('slot')
    .select(['slot_id', 'signing_time', 'signature'])
    .where('school_id', '=', school.schoolId)
    .where('record_id', '=', stored.recordId)
    .execute();
  // As far as it goes it is what was issued, signature by signature.
  for (const { slot_id, signing_time, signature } of slots) {
    const issued = read.slots.find(({ slotId }) => slotId === slot_id);
    if (issued === undefined || issued.signingTime !== signing_time) return refuse('differs-here');
    const own = Buffer.concat(signatureAsSigned(read.xmlDocument, issued.signature));
    if (Buffer.compare(own, signature) !== 0) refuse('differs-here');
  }
}

/** Who pressed for the seal, where the store still has that. */
async function sealerOf(trx: Transaction<Database>, schoolId: string, recordId: string): Promise<string> {
  const row = await trx
    .selectFrom('slot')
    .select('signed_by')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .where('role', '=', 'schoolSeal')
    .executeTakeFirst();
  return row?.signed_by ?? UNKNOWN_STAFF;
}

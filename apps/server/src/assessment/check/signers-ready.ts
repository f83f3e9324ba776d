import { type CheckedSigner, checkSigners, type Problem, SUBJECTS, type SubjectCode } from '@hocba/record';
import { type Certificate, parseCertificate, personalIdOf, taxCodeOf } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { Transaction } from 'kysely';
import { vietnamDay } from '../../access/running-year.ts';
import { laidBundle } from '../../store/laid-bundle.ts';
import type { Database } from '../../store/tables.ts';
import type { PupilYears, StaffFacts } from '../pupil-year/pupil-year.ts';

export interface SignersDeps {
  /** Folder of this installation's data; `trust/` in it holds the bundle that the level above has signed. */
  readonly dataDir: string;
  now(): Date;
}

/**
 * Whether everybody who must sign the class's records can: with the certificates that are chosen now, until after the
 * planned last day of signing (domain group 10). In a training school who has chosen none gets a training certificate when
 * he or she signs. Who is not assigned at all is `problemsOfClass`'s to say.
 */
export async function signersReady(
  deps: SignersDeps,
  trx: Transaction<Database>,
  schoolId: string,
  years: PupilYears,
): Promise<Problem[]> {
  const now = deps.now();
  const { chosen, sealWaits } = await chosenCertificates(trx, schoolId, now);
  const { training, name, taxCode, code } = years.school;
  const person = ({ staffId, fullName, personalId, title }: StaffFacts) => {
    const certificate = chosen.get(staffId);
    return {
      name: fullName,
      number: personalId,
      ...(title === undefined ? {} : { title }),
      ...(certificate ? { certificate: factsOf(certificate, personalIdOf(certificate)) } : {}),
    };
  };
  const signers: CheckedSigner[] = [
    ...[...byTeacher(years).values()].map(({ teacher, subjects }) => ({
      role: 'subjectTeacher' as const,
      subjects,
      ...person(teacher),
    })),
    ...(years.homeroomTeacher
      ? [{ role: 'homeroomTeacher' as const, ...person(years.homeroomTeacher) }]
      : []),
    ...(years.principal ? [{ role: 'principal' as const, ...person(years.principal) }] : []),
  ];
  const seal = sealWaits ? undefined : chosen.get(null);
  const approved = seal && (training ? true : await isRegistered(deps, code, seal));
  signers.push({
    role: 'schoolSeal',
    name,
    number: taxCode,
    ...(seal && approved !== undefined
      ? { certificate: { ...factsOf(seal, taxCodeOf(seal)), approved } }
      : { waitsForSecond: sealWaits }),
  });
  const last = new Date(`${lastDay(years, now)}T23:59:59+07:00`);
  const window = { from: now.toISOString(), until: last.toISOString() };
  const problems = checkSigners({ signers, window });
  return training ? problems.filter(({ code: found }) => found !== 'certificate-missing') : problems;
}

/** The planned day of issue, or today where that is over. */
function lastDay({ plannedIssueDate }: PupilYears, now: Date): string {
  const today = vietnamDay(now);
  return plannedIssueDate > today ? plannedIssueDate : today;
}

/** Teachers of subjects that somebody of the class is assessed in, in the order of the form. */
function byTeacher({ teachers, pupils }: PupilYears) {
  const found = new Map<string, { teacher: StaffFacts; subjects: SubjectCode[] }>();
  for (const { code: subject } of SUBJECTS) {
    const teacher = teachers.get(subject);
    if (teacher === undefined) continue;
    if (!pupils.some(({ assessment }) => assessment.levels[subject] !== undefined)) continue;
    const known = found.get(teacher.staffId);
    if (known) known.subjects.push(subject);
    else found.set(teacher.staffId, { teacher, subjects: [subject] });
  }
  return found;
}

function factsOf(certificate: Certificate, subjectNumber: string | undefined) {
  return {
    validFrom: certificate.notBefore.toISOString(),
    validUntil: certificate.notAfter.toISOString(),
    ...(subjectNumber === undefined ? {} : { subjectNumber }),
  };
}

/**
 * By holder: the newest that is valid now, else the newest of all, so that its end can be told. Of the seal, null, the last that
 * two of the office have put in force; and whether none of it is valid while one that is registered waits for that.
 */
async function chosenCertificates(
  trx: Transaction<Database>,
  schoolId: string,
  now: Date,
): Promise<{ chosen: ReadonlyMap<string | null, Certificate>; sealWaits: boolean }> {
  const rows = await trx
    .selectFrom('signing_certificate as c')
    .leftJoin('seal_act as a', (join) =>
      join.onRef('a.school_id', '=', 'c.school_id').onRef('a.certificate_id', '=', 'c.certificate_id'),
    )
    .select(['c.staff_id', 'c.chain', 'c.not_after', 'a.acted_at'])
    .where('c.school_id', '=', schoolId)
    // Training certificates are made anew by themselves when they end.
    .where('c.kind', '<>', 'training')
    .orderBy('a.acted_at')
    .orderBy('c.registered_at')
    .execute();
  const found = new Map<string | null, { certificate: Certificate; valid: boolean }>();
  let waiting = false;
  for (const { staff_id, chain, not_after, acted_at } of rows) {
    const [leaf] = chain;
    const valid = not_after > now;
    const isSeal = staff_id === null;
    if (isSeal && acted_at === null) waiting ||= valid;
    if (leaf === undefined || (isSeal ? acted_at === null : found.get(staff_id)?.valid && !valid)) continue;
    found.set(staff_id, { certificate: parseCertificate(leaf), valid });
  }
  return {
    chosen: new Map([...found].map(([holder, { certificate }]) => [holder, certificate])),
    sealWaits: waiting && found.get(null)?.valid !== true,
  };
}

/** Whether the level above has registered the seal, by the bundle that is believed here; `unknown` where there is none. */
async function isRegistered(
  { dataDir, now }: SignersDeps,
  code: string,
  seal: Certificate,
): Promise<boolean | 'unknown'> {
  const { accepted } = await laidBundle(dataDir, now);
  if (accepted === null) return 'unknown';
  const print = Buffer.from(nodeCrypto.sha256(seal.der)).toString('hex');
  const at = now().getTime() / 1000;
  const seals = accepted.bundle.schools.find((school) => school.code === code)?.seals ?? [];
  return seals.some(
    ({ certificate, from, until }) => certificate === print && from <= at && (until === null || at < until),
  );
}

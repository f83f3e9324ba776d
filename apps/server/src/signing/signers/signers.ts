import {
  type Certificate,
  isTrainingCertificate,
  parseCertificate,
  personalIdOf,
  type Signer,
  taxCodeOf,
} from '@hocba/signature';
import type { RemoteSigner } from '@hocba/signature/node';
import { type Kysely, sql, type Transaction } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database, SignerKind } from '../../store/tables.ts';

/** Who signs: a member of the staff, or with `staffId` null the school's seal. */
export interface Holder {
  readonly schoolId: string;
  readonly staffId: string | null;
}

/** Where a key is that this process does not hold: in a file under its owner's password, behind an agent, at a service. */
export type Away =
  | { readonly kind: 'pkcs12'; readonly keyReference: string }
  | { readonly kind: 'agent' }
  | { readonly kind: 'service'; readonly remote: RemoteSigner };

/** A signer that may be used now, with its row in the register. */
export interface HeldSigner {
  readonly certificateId: string;
  readonly certificate: Certificate;
  /** Chain and algorithm; it signs only where `away` is null. */
  readonly signer: Signer;
  readonly away: Away | null;
}

/** The certificate that a slot is prepared for. */
export type SlotCertificate = Pick<HeldSigner, 'certificateId' | 'certificate'> & {
  readonly signer: Pick<HeldSigner['signer'], 'chain' | 'algorithm'>;
};

/** Where signers come from: the certificate that a person or the school has chosen, and the way to its key. */
export interface SignerSource {
  /** @throws Refusal `certificate-unusable` */
  signerOf(holder: Holder): Promise<HeldSigner>;
  /** Roots that signatures are checked against here. */
  roots(): Promise<readonly Certificate[]>;
}

export interface RegisteredCertificate {
  readonly certificateId: string;
  readonly chain: readonly Uint8Array[];
  readonly keyReference: string;
  readonly kind: SignerKind;
}

/**
 * The holder's newest certificate that is still valid at `now`; of the seal's the one that two of the office have put in force
 * last, and never by itself one from before it; in a training school that has none in force its training certificate.
 */
export async function registeredCertificate(
  trx: Kysely<Database>,
  holder: Holder,
  now: Date,
): Promise<RegisteredCertificate | null> {
  const row = await trx
    .selectFrom('signing_certificate as c')
    .leftJoin('seal_act as a', (join) =>
      join.onRef('a.school_id', '=', 'c.school_id').onRef('a.certificate_id', '=', 'c.certificate_id'),
    )
    .select(['c.certificate_id', 'c.chain', 'c.key_reference', 'c.kind'])
    .where('c.school_id', '=', holder.schoolId)
    .where('c.staff_id', holder.staffId === null ? 'is' : '=', holder.staffId)
    .where('c.not_after', '>', now)
    .$if(holder.staffId === null, (q) => q.where(isLastInForce('c', 'a')))
    .orderBy('a.acted_at', (order) => order.desc().nullsLast())
    .orderBy('c.registered_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    certificateId: row.certificate_id,
    chain: row.chain,
    keyReference: row.key_reference,
    kind: row.kind,
  };
}

/** Of the seal's certificates: those that were put in force, and a training school's own. */
export function isInForce(certificate: string, act: string) {
  return sql<boolean>`(${sql.ref(`${certificate}.kind`)} = 'training' or ${sql.ref(`${act}.acted_at`)} is not null)`;
}

function isLastInForce(certificate: string, act: string) {
  return sql<boolean>`(${sql.ref(`${certificate}.kind`)} = 'training' or ${sql.ref(`${act}.acted_at`)} =
    (select max(last.acted_at) from seal_act as last where last.school_id = ${sql.ref(`${certificate}.school_id`)}))`;
}

/**
 * Enters a certificate into the register. A training school takes training certificates only and a real school
 * none of them: the mark in the policy decides, not who says so.
 *
 * @throws Refusal `certificate-unusable`
 */
export async function registerCertificate(
  trx: Transaction<Database>,
  holder: Holder,
  entry: RegisteredCertificate & { readonly algorithm: string; readonly now: Date },
): Promise<Certificate> {
  const [leaf] = entry.chain;
  if (leaf === undefined) throw new Refusal('certificate-unusable');
  const certificate = parseCertificate(leaf);
  requireFitting(certificate, await isTraining(trx, holder.schoolId));
  await trx
    .insertInto('signing_certificate')
    .values({
      school_id: holder.schoolId,
      certificate_id: entry.certificateId,
      staff_id: holder.staffId,
      algorithm: entry.algorithm,
      chain: entry.chain.map((der) => Buffer.from(der)),
      key_reference: entry.keyReference,
      kind: entry.kind,
      not_after: certificate.notAfter,
      registered_at: entry.now,
    })
    .execute();
  return certificate;
}

/** Whether the certificate names this person, or this school. */
export function belongsTo(certificate: Certificate, facts: HolderFacts): boolean {
  return facts.person === null
    ? taxCodeOf(certificate) === facts.taxCode
    : personalIdOf(certificate) === facts.person.personalId;
}

/** @throws Refusal `certificate-unusable` for a training certificate in a real school, or the reverse */
export function requireFitting(certificate: Certificate, training: boolean): void {
  if (isTrainingCertificate(certificate) === training) return;
  throw new Refusal('certificate-unusable', [
    training
      ? 'Trường tập huấn không nhận chứng thư thật.'
      : 'Chứng thư tập huấn không được dùng ở trường thật.',
  ]);
}

export async function isTraining(trx: Kysely<Database>, schoolId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('school')
    .select('training')
    .where('school_id', '=', schoolId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return row.training;
}

export interface HolderFacts {
  readonly training: boolean;
  readonly schoolName: string;
  readonly taxCode: string;
  /** Null for the seal. */
  readonly person: { readonly fullName: string; readonly personalId: string } | null;
}

export async function holderFacts(db: Kysely<Database>, holder: Holder): Promise<HolderFacts> {
  return inSchool(db, holder.schoolId, async (trx) => {
    const school = await trx
      .selectFrom('school')
      .select(['name', 'tax_code', 'training'])
      .where('school_id', '=', holder.schoolId)
      .executeTakeFirst();
    const person =
      holder.staffId === null
        ? null
        : await trx
            .selectFrom('staff')
            .select(['full_name', 'personal_id'])
            .where('school_id', '=', holder.schoolId)
            .where('staff_id', '=', holder.staffId)
            .executeTakeFirst();
    if (!school || person === undefined) throw new Refusal('not-found');
    return {
      training: school.training,
      schoolName: school.name,
      taxCode: school.tax_code,
      person: person === null ? null : { fullName: person.full_name, personalId: person.personal_id },
    };
  });
}

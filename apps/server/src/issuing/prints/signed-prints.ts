import { createHash } from 'node:crypto';
import { padesRenewBeforeOf } from '@hocba/signature';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** A version of a record's signed print: 0 is what was signed, each later one is that with a newer date behind it. */
export interface SignedPrint {
  readonly version: number;
  readonly pdf: Uint8Array;
  readonly certificateId: string;
  readonly signedBy: string;
}

/** The newest version, null for a record whose print nobody has signed. */
export async function signedPrint(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<SignedPrint | null> {
  const row = await trx
    .selectFrom('signed_print')
    .select(['version', 'pdf', 'certificate_id', 'signed_by'])
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    version: row.version,
    pdf: row.pdf,
    certificateId: row.certificate_id,
    signedBy: row.signed_by,
  };
}

/** Appends a version; its key makes a second one of the same number impossible. */
export async function appendSignedPrint(
  trx: Transaction<Database>,
  of: {
    readonly schoolId: string;
    readonly recordId: string;
    readonly timestamps: number;
    readonly at: Date;
  },
  print: SignedPrint,
): Promise<void> {
  await trx
    .insertInto('signed_print')
    .values({
      school_id: of.schoolId,
      record_id: of.recordId,
      version: print.version,
      pdf: Buffer.from(print.pdf),
      digest: createHash('sha256').update(print.pdf).digest(),
      certificate_id: print.certificateId,
      signed_by: print.signedBy,
      timestamps: of.timestamps,
      renew_before: padesRenewBeforeOf(print.pdf),
      stored_at: of.at,
    })
    .execute();
}

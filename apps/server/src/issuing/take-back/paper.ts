import { reprintInputs } from '@hocba/form/attachments';
import { unsignedPart } from '@hocba/signature/pades';
import type { Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { addressToken, newToken } from '../issue/token.ts';
import { printConfirmedBy } from '../prints/confirmed-by.ts';
import { appendSignedPrint } from '../prints/signed-prints.ts';
import type { FamilyFiles, GoodPrint, JudgedRecord } from './judged.ts';

/** What a print carries of its record; null for another PDF. */
export function filesInPrint(pdf: Uint8Array): FamilyFiles | null {
  const base = unsignedPart(pdf)?.base;
  const inputs = base === undefined ? null : reprintInputs(base);
  return inputs === null || inputs.proof === null
    ? null
    : { xml: inputs.xml, proof: inputs.proof, prints: [pdf] };
}

/** The token in the address that the school has signed into the print. */
export function tokenOn(print: GoodPrint | null): string | null {
  const base = print === null ? undefined : unsignedPart(print.pdf)?.base;
  const inputs = base === undefined ? null : reprintInputs(base);
  return (inputs === null ? undefined : addressToken(inputs.qrUrl)) ?? null;
}

/** Whether an address leads to the record already. */
export async function holdsToken(
  trx: Transaction<Database>,
  { school, read }: JudgedRecord,
  token: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('verification_token')
    .selectAll()
    .where('token', '=', token)
    .executeTakeFirst();
  return row?.school_id === school.schoolId && row.record_id === read.doc.uuid;
}

/** A page that is there already stays where it is. @returns whether the print's address leads there */
export async function putToken(
  trx: Transaction<Database>,
  judged: JudgedRecord,
  token: string | null,
): Promise<boolean> {
  const { school, read } = judged;
  const there = await trx
    .selectFrom('verification_token')
    .select('token')
    .where('school_id', '=', school.schoolId)
    .where('record_id', '=', read.doc.uuid)
    .executeTakeFirst();
  if (there !== undefined) return token === there.token;
  const taken =
    token !== null &&
    (await trx
      .selectFrom('verification_token')
      .select('token')
      .where('token', '=', token)
      .executeTakeFirst()) !== undefined;
  const own = token === null || taken ? newToken() : token;
  await trx
    .insertInto('verification_token')
    .values({ token: own, school_id: school.schoolId, record_id: read.doc.uuid })
    .execute();
  return own === token;
}

/**
 * The print that the school had signed, where the store still has the batch in which its person confirmed that: else nobody could say who did, and it is
 * signed anew when somebody wants one.
 */
export async function putPrint(
  trx: Transaction<Database>,
  { school: { schoolId }, read, print }: JudgedRecord,
): Promise<void> {
  if (print === null) return;
  const recordId = read.doc.uuid;
  const [confirmedBy] = await printConfirmedBy(trx, schoolId, recordId);
  const there = await trx
    .selectFrom('signed_print')
    .select('version')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  const seals = await trx
    .selectFrom('signing_certificate')
    .select(['certificate_id', 'chain'])
    .where('school_id', '=', schoolId)
    .where('staff_id', 'is', null)
    .execute();
  const seal = seals.find(
    ({ chain }) => Buffer.compare(chain[0] ?? new Uint8Array(), print.certificate) === 0,
  );
  if (confirmedBy === undefined || seal === undefined || there !== undefined) return;
  await appendSignedPrint(
    trx,
    { schoolId, recordId, timestamps: print.timestamps, at: print.datedAt },
    { version: 0, pdf: print.pdf, certificateId: seal.certificate_id, signedBy: confirmedBy },
  );
}

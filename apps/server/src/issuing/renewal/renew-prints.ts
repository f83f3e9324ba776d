import { type CryptoPort, extendPades, padesRenewBeforeOf, RENEWAL_MARGIN } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { type SigningLevels, translated } from '../../signing/levels/raise.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { RecordUntrusted } from '../../signing/slots/verify-slots.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { requireLevel } from '../prints/sign-prints.ts';
import { appendSignedPrint, signedPrint } from '../prints/signed-prints.ts';
import { type Renewed, renewEach } from './each-due.ts';

export interface PrintRenewalDeps {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly levels: SigningLevels;
  now(): Date;
}

/**
 * Dates signed prints anew whose authority's certificate ends within half a year: another timestamp behind the file, which
 * stays as it is to the last byte. Each print is a step of its own; stopped or killed, the next run goes on.
 */
export async function renewDuePrints(deps: PrintRenewalDeps, stopped: AbortSignal): Promise<Renewed> {
  const schools = await deps.db.selectFrom('school').select(['school_id', 'training']).execute();
  return renewEach(
    deps.levels,
    schools.map(({ school_id: schoolId, training }) => ({
      schoolId,
      training,
      due: async () => (await duePrints(deps, schoolId)).map((recordId) => ({ recordId })),
    })),
    (levels, school, { recordId }) => renewPrint({ ...deps, levels }, school, recordId),
    stopped,
  );
}

/** The newest version alone counts: one that was dated anew makes those before it none of anybody's concern. */
async function duePrints({ db, now }: PrintRenewalDeps, schoolId: string): Promise<string[]> {
  const until = new Date(now().getTime() + RENEWAL_MARGIN);
  const rows = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('signed_print')
      .select(({ fn }) => ['record_id', fn.max('renew_before').as('term')])
      .where('school_id', '=', schoolId)
      .groupBy('record_id')
      .having(({ fn }) => fn.max('renew_before'), '<=', until)
      .orderBy('term')
      .execute(),
  );
  return rows.map((row) => row.record_id);
}

async function renewPrint(
  deps: PrintRenewalDeps,
  { schoolId, training }: { readonly schoolId: string; readonly training: boolean },
  recordId: string,
): Promise<void> {
  const { crypto, db, levels, now } = deps;
  const before = await inSchool(db, schoolId, (trx) => signedPrint(trx, schoolId, recordId));
  if (before === null) return;
  await requireLevel(deps, training, before.pdf, 'LTA');
  const lasting = new Date(now().getTime() + RENEWAL_MARGIN);
  const services = await levels.authoritiesOf(training).services(lasting);
  const pdf = await extendPades(crypto, before.pdf, 'LTA', services).catch((error) => {
    throw translated(error);
  });
  await requireLevel(deps, training, pdf, 'LTA');
  if (Buffer.compare(pdf.subarray(0, before.pdf.length), before.pdf) !== 0)
    throw new RecordUntrusted('print-differs');
  const term = padesRenewBeforeOf(pdf);
  if (term === null || term <= lasting) throw new RecordUntrusted('authority-ends-too-soon');
  const next = { ...before, pdf, version: before.version + 1 };
  await inSchool(db, schoolId, (trx) =>
    appendSignedPrint(trx, { schoolId, recordId, timestamps: 1, at: now() }, next),
  );
}

import {
  type CryptoPort,
  RENEWAL_MARGIN,
  renew,
  renewBeforeOf,
  validSignatures,
  withoutUnsignedProperties,
} from '@hocba/signature';
import type { Kysely } from 'kysely';
import { type SigningLevels, translated } from '../../signing/levels/raise.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { RecordUntrusted, requireLevels, verifySigned } from '../../signing/slots/verify-slots.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { termOf } from '../issue/archive.ts';
import { type Renewed, renewEach } from './each-due.ts';

export interface RenewalDeps {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly levels: SigningLevels;
  now(): Date;
}

export interface RenewalOutcome extends Renewed {
  readonly timestamps: number;
}

interface Due {
  readonly schoolId: string;
  readonly recordId: string;
  readonly version: number;
}

/**
 * Dates records anew whose authority's certificate ends within half a year, the most urgent first. Each record is a step
 * of its own: stopped or killed, the next run goes on with those that are left. What was issued stays as it is.
 */
export async function renewDue(deps: RenewalDeps, stopped: AbortSignal): Promise<RenewalOutcome> {
  let timestamps = 0;
  const schools = await deps.db.selectFrom('school').select(['school_id', 'training']).execute();
  const outcome = await renewEach(
    deps.levels,
    schools.map(({ school_id: schoolId, training }) => ({
      schoolId,
      training,
      due: () => dueRecords(deps, schoolId),
    })),
    async (levels, { training }, due) => {
      timestamps += await renewOne({ ...deps, levels }, due, training);
    },
    stopped,
  );
  return { ...outcome, timestamps };
}

async function dueRecords({ db, now }: RenewalDeps, schoolId: string): Promise<Due[]> {
  const until = new Date(now().getTime() + RENEWAL_MARGIN);
  const rows = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('record_archive as a')
      .select(['a.record_id', 'a.version'])
      .where('a.school_id', '=', schoolId)
      .where('a.renew_before', '<=', until)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('record_archive as later')
              .select('later.version')
              .whereRef('later.school_id', '=', 'a.school_id')
              .whereRef('later.record_id', '=', 'a.record_id')
              .whereRef('later.version', '>', 'a.version'),
          ),
        ),
      )
      .orderBy('a.renew_before')
      .execute(),
  );
  return rows.map((row) => ({ schoolId, recordId: row.record_id, version: row.version }));
}

/** @returns timestamps that were obtained */
async function renewOne(deps: RenewalDeps, due: Due, training: boolean): Promise<number> {
  const { crypto, levels } = deps;
  const { schoolId, recordId, version } = due;
  const before = await bytesOf(deps.db, due);
  const trust = { crypto, roots: await deps.signers.roots(), training };
  const { read } = (await verifySigned({ ...trust, now: deps.now() }, before)).file;
  const until = deps.now().getTime() + RENEWAL_MARGIN;
  const services = await levels.authoritiesOf(training).services(new Date(until));
  const slotIds = read.slots.map(({ slotId }) => slotId);
  let xml = before;
  let timestamps = 0;
  for (const [n, slotId] of slotIds.entries()) {
    const end = renewBeforeOf(xml, slotId);
    if (end === null || end.getTime() > until) continue;
    const earlier = n === slotIds.length - 1 ? slotIds.slice(0, n) : [];
    const carries = await validSignatures(crypto, xml, earlier);
    xml = await renewed(() => renew(crypto, xml, slotId, { ...services, carries }));
    timestamps++;
  }
  const verified = await verifySigned({ ...trust, now: deps.now() }, xml);
  requireLevels(verified, levels.levels);
  if (Buffer.compare(withoutUnsignedProperties(xml), withoutUnsignedProperties(before)) !== 0)
    throw new RecordUntrusted('archive-differs');
  const term = termOf(verified);
  if (term === null || term.getTime() <= until) throw new RecordUntrusted('authority-ends-too-soon');
  await inSchool(deps.db, schoolId, (trx) =>
    trx
      .insertInto('record_archive')
      .values({
        school_id: schoolId,
        record_id: recordId,
        version: version + 1,
        xml: Buffer.from(xml),
        timestamps,
        renew_before: term,
        archived_at: deps.now(),
      })
      // Another process was first: its version is the one.
      .onConflict((oc) => oc.columns(['school_id', 'record_id', 'version']).doNothing())
      .execute(),
  );
  return timestamps;
}

async function renewed(make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await make();
  } catch (error) {
    throw translated(error);
  }
}

async function bytesOf(db: Kysely<Database>, { schoolId, recordId, version }: Due): Promise<Uint8Array> {
  const row = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('record_archive as a')
      .innerJoin('issued_record as i', (join) =>
        join.onRef('i.school_id', '=', 'a.school_id').onRef('i.record_id', '=', 'a.record_id'),
      )
      .select(['a.xml', 'i.xml as issued'])
      .where('a.school_id', '=', schoolId)
      .where('a.record_id', '=', recordId)
      .where('a.version', '=', version)
      .executeTakeFirstOrThrow(),
  );
  return row.xml ?? row.issued;
}

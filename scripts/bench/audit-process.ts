/** A process that audits a store again and again and tells what that costs it; `ledger-audit.ts` starts it. */
import { once } from 'node:events';
import { actsRoom } from '@hocba/ledger/node';
import { readSignedFile } from '@hocba/record';
import { certificatesFromPem } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { QueryResultRow } from 'pg';
import { type AuditReport, auditStore } from '../../apps/server/src/issuing/audit/audit.ts';
import { AT_ONCE } from '../../apps/server/src/issuing/audit/chains/acts.ts';
import { actsOfWholeClasses } from '../../apps/server/src/issuing/audit/chains/whole-class.ts';
import { done, loadPortion } from '../../apps/server/src/issuing/audit/look/portion.ts';
import { trainingRootPem } from '../../apps/server/src/signing/signers/training-pki.ts';
import { verifySigned } from '../../apps/server/src/signing/slots/verify-slots.ts';
import { openCopies } from '../../apps/server/src/store/copy-out.ts';
import { type Connection, openDatabase } from '../../apps/server/src/store/database.ts';
import { withClient } from '../../apps/server/src/store/open.ts';
import { bareCryptographyOf, digestBare, verifyBare } from './bare-cryptography.ts';

/** Records whose rows are asked for at a time, as the audit does. */
const PORTION = 350;

export interface AuditedStore {
  readonly connection: Connection;
  readonly dataFolder: string;
  /** Unix milliseconds. */
  readonly now: number;
  readonly schoolId: string;
  readonly classIds: readonly string[];
  readonly rounds: number;
}

interface StoredXml {
  readonly id: string;
  readonly xml: Uint8Array;
}

/** The least of some rounds: milliseconds of this process's CPU and on the clock. */
async function spend(rounds: number, work: () => unknown): Promise<{ cpu: number; ms: number }> {
  const least = { cpu: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    const [used, start] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(used);
    least.cpu = Math.min(least.cpu, (user + system) / 1000);
    least.ms = Math.min(least.ms, performance.now() - start);
  }
  return least;
}

/** The same work an audit does, part by part: milliseconds of CPU for all records. */
async function partsOf(of: AuditedStore, records: readonly StoredXml[]) {
  const { schoolId, classIds } = of;
  const pem = await trainingRootPem(of.dataFolder);
  const roots = pem === null ? [] : certificatesFromPem(pem);
  const trust = { crypto: nodeCrypto, roots, training: true, now: new Date(of.now) };
  const copies = await openCopies(of.connection);
  const db = openDatabase(of.connection, { connections: 2 });
  const room = actsRoom();
  try {
    const deps = { db, copies };
    const ids = records.map(({ id }) => id).sort();
    const rows = await spend(3, async () => {
      for (let at = 0; at < ids.length; at += PORTION)
        done(await loadPortion(deps, schoolId, ids.slice(at, at + PORTION)));
    });
    const reading = await spend(3, () => {
      for (const { xml } of records) readSignedFile(xml);
    });
    const verifying = await spend(3, async () => {
      for (const { xml } of records) await verifySigned(trust, xml);
    });
    const acts = await spend(3, async () => {
      for (let at = 0; at < classIds.length; at += AT_ONCE) {
        const some = classIds.slice(at, at + AT_ONCE).map((classId) => ({ classId, anchors: [] }));
        if ((await actsOfWholeClasses(copies, room, schoolId, some)).includes(null))
          throw new Error('acts do not hold');
      }
    });
    return { rows: rows.cpu, reading: reading.cpu, signatures: verifying.cpu - reading.cpu, acts: acts.cpu };
  } finally {
    await copies.close();
    await db.destroy();
  }
}

async function measured(of: AuditedStore) {
  const { connection, dataFolder } = of;
  const audit = () => auditStore({ connection, dataFolder, now: () => new Date(of.now) });
  let report: AuditReport | undefined;
  const first = await spend(1, async () => {
    report = await audit();
  });
  if (!report?.ok) throw new Error('audit failed');
  const records = await withClient(
    connection,
    async (client) =>
      (await client.query<StoredXml & QueryResultRow>('select record_id as id, xml from issued_record')).rows,
  );
  const bytes = records.reduce((sum, { xml }) => sum + xml.length, 0);
  const audited = await spend(of.rounds, audit);
  // Before any of its octets are held beside it.
  const parts = await partsOf(of, records);
  const bare = await bareCryptographyOf(audit);
  const floor = await spend(6, () => {
    verifyBare(bare);
    for (const { xml } of records) nodeCrypto.sha256(xml);
  });
  const cryptography = await spend(6, () => {
    verifyBare(bare);
    digestBare(bare);
  });
  const { issued, signatures, acts } = report;
  const { repeated, digested } = bare;
  const verifications = bare.verifications.length;
  const asked = { verifications, repeated, digests: bare.digests.length, digested };
  return { first, audited, floor, cryptography, parts, counts: { issued, signatures, acts, bytes }, asked };
}

export type Measured = Awaited<ReturnType<typeof measured>>;

const [of] = await once(process, 'message');
process.send?.(await measured(of as AuditedStore));
process.disconnect();

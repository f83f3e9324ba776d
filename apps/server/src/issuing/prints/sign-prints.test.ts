import { extractAttachments, reprintInputs } from '@hocba/form/attachments';
import { parseProofFile } from '@hocba/ledger';
import { type PadesFinding, verifyPades } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startSigning, stopSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { signingTasks } from '../../signing/batch/tasks.ts';
import { type WorkDeps, workThrough } from '../../signing/batch/work.ts';
import { AuthorityUnavailable } from '../../signing/items/unavailable.ts';
import type { WorkStep } from '../../signing/portion/portion-deps.ts';
import { inSchool } from '../../store/database.ts';
import { type DeliverDeps, recordPdf } from '../delivery/deliver.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { type PrintStep, printWork } from './sign-prints.ts';

const URL = 'https://hocba.example';
const never = new AbortController().signal;

let house: TestHouse;
const inHouse = <T>(work: Parameters<typeof inSchool<T>>[2]) =>
  inSchool(house.database.db, house.school.schoolId, work);
const prints = () =>
  inHouse((trx) =>
    trx.selectFrom('signed_print').selectAll().orderBy('record_id').orderBy('version').execute(),
  );

async function judged(pdf: Uint8Array, now = house.now()): Promise<PadesFinding> {
  const lookOf = () => new Uint8Array();
  return verifyPades(nodeCrypto, pdf, { roots: await house.signers.roots(), now, lookOf });
}

/** Everything up to the seal. */
async function readyForSeal(): Promise<string[]> {
  const ids = await house.freeze();
  await house.sign('subjectTeacher', house.school.music);
  await house.sign('subjectTeacher', house.school.homeroom);
  await house.sign('homeroomTeacher', house.school.homeroom);
  await house.sign('principal', house.school.principal);
  return ids;
}

const asking = () => ({ ...house.work, publicUrl: URL });
const sealed = async () => {
  const { school } = house;
  const { batchId } = await startSigning(asking(), school.clerk, {
    role: 'schoolSeal',
    classIds: [school.classId],
  });
  return { schoolId: school.schoolId, batchId };
};
const progressOf = (batchId: string, who: Actor = house.school.clerk) =>
  signingProgress(house.work, who, batchId);

const delivering = (): DeliverDeps => {
  const { work, sequencer, dataDir } = house;
  const none = () => Promise.reject(new Error('typeset'));
  return {
    db: work.db,
    dataDir,
    logHost: LOG_HOST,
    sequencer,
    claimOf: async () => null,
    printer: { renderYear: none, renderClassTable: none },
  };
};

describe('an issued record’s print', () => {
  let ids: string[];
  beforeAll(async () => {
    house = await makeHouse({ pupils: 2, publicUrl: URL });
    ids = await house.issueAll();
  });
  afterAll(() => house.close());

  test('is signed by the seal in its own batch, at the seal’s level, over pages, XML, proof and QR', async () => {
    const rows = await prints();
    expect(rows.map((row) => [row.record_id, row.version, row.timestamps])).toEqual(
      [...ids].sort().map((id) => [id, 0, 2]),
    );
    for (const { pdf, record_id, renew_before } of rows) {
      const found = await judged(pdf);
      expect([found.state, found.level, found.training]).toEqual(['valid', 'LTA', true]);
      const [signature, ...others] = found.signatures;
      expect(others).toEqual([]);
      const seal = await house.signers.signerOf({ schoolId: house.school.schoolId, staffId: null });
      expect(signature?.certificate.der).toEqual(seal.certificate.der);
      expect(signature?.visible).toBe(true);
      expect(renew_before).toEqual(found.renewBefore);
      const inputs = reprintInputs(pdf);
      const issued = await inHouse((trx) =>
        trx
          .selectFrom('issued_record')
          .selectAll()
          .where('record_id', '=', record_id)
          .executeTakeFirstOrThrow(),
      );
      expect(Buffer.compare(inputs?.xml ?? new Uint8Array(), issued.xml)).toBe(0);
      expect(new Date(inputs?.sealedAt ?? '')).toEqual(signature?.claimedAt);
      const proof = extractAttachments(pdf).find(({ name }) => name.endsWith('.tlog-proof'));
      expect(String(parseProofFile(proof?.bytes ?? new Uint8Array()).index)).toBe(inputs?.leafIndex);
      expect(inputs?.qrUrl).toMatch(/^https:\/\/hocba\.example\/x\/[0-9A-Za-z]{22}$/);
    }
  });

  test('of another pupil in its place, or no print at all, is handed to nobody', async () => {
    const [one = '', two = ''] = ids;
    const swapped = `update signed_print p set pdf = o.pdf, digest = o.digest from signed_print o
      where p.record_id = '${one}' and o.record_id = '${two}'`;
    for (const change of [
      swapped,
      `update signed_print set pdf = '', digest = sha256('') where record_id = '${one}'`,
    ]) {
      await house.database.asOwner(
        `create table kept_prints as select * from signed_print; set session_replication_role = replica; ${change}`,
      );
      await expect(recordPdf(delivering(), house.school.clerk, one, URL)).rejects.toMatchObject({
        code: 'record-damaged',
      });
      await house.database.asOwner(`set session_replication_role = replica; delete from signed_print;
        insert into signed_print select * from kept_prints; drop table kept_prints`);
    }
  });

  test('is what is delivered, and is not made again', async () => {
    const [id = ''] = ids;
    const { bytes, fileName } = await recordPdf(delivering(), house.school.clerk, id, URL);
    expect(Buffer.compare(bytes, (await prints()).find((p) => p.record_id === id)?.pdf ?? Buffer.of())).toBe(
      0,
    );
    expect(fileName).not.toContain('chua-ky');
  });

  test('stands for good: no update, no delete, no second one of the same number', async () => {
    const refused = [
      sql`update signed_print set pdf = '\\x00'`,
      sql`delete from signed_print`,
      sql`insert into signed_print select * from signed_print`,
      sql`insert into signed_print select school_id, record_id, 1, '\\x00', digest, certificate_id, signed_by, 0, null, now()
        from signed_print`,
    ];
    for (const statement of refused) await expect(inHouse((trx) => statement.execute(trx))).rejects.toThrow();
    expect(await prints()).toHaveLength(2);
  });

  test('of a recalled record still verifies, and is still delivered', async () => {
    const [id = ''] = ids;
    await house.recall(id, false);
    const { bytes } = await recordPdf(delivering(), house.school.clerk, id, URL);
    expect((await judged(bytes)).state).toBe('valid');
    // The seal revoked for another reason years later, its time proven: nothing changes.
    expect((await judged(bytes, new Date('2029-06-01T00:00:00Z'))).state).toBe('valid');
  });

  test('no byte of it may change', async () => {
    const [row] = await prints();
    const pdf = row?.pdf ?? new Uint8Array();
    const survivors: number[] = [];
    for (let at = 3; at < pdf.length; at += 4_001) {
      const changed = Uint8Array.from(pdf);
      changed[at] = (changed[at] ?? 0) ^ 1;
      if ((await judged(changed)).state === 'valid') survivors.push(at);
    }
    expect(survivors).toEqual([]);
  });
});

describe('the order of steps', () => {
  afterEach(() => house.close());

  test('killed at any step and resumed: each print signed and dated once', async () => {
    house = await makeHouse({ pupils: 2, publicUrl: URL });
    await readyForSeal();
    const job = await sealed();
    const steps: readonly (WorkStep | PrintStep)[] = [
      'prepared',
      'kept',
      'dated',
      'storing',
      'stored',
      'finishing',
    ];
    /** Seals come first: only what is met with every record issued is a step of the prints. */
    const left = new Set(steps);
    let printing = false;
    let kills = 0;
    let signatures = 0;
    let tokens = 0;
    const { work } = house;
    const killing = (step: WorkStep | PrintStep): void => {
      if (!printing || !left.delete(step)) return;
      kills++;
      throw new Error('killed');
    };
    const counted: WorkDeps = {
      ...work,
      signers: {
        roots: () => work.signers.roots(),
        async signerOf(holder) {
          const held = await work.signers.signerOf(holder);
          const sign = async (messages: readonly Uint8Array[]) => {
            signatures += messages.length;
            return held.signer.sign(messages);
          };
          return { ...held, signer: { ...held.signer, sign } };
        },
      },
      levels: {
        ...work.levels,
        authoritiesOf: (training) => {
          const authorities = work.levels.authoritiesOf(training);
          return {
            ...authorities,
            services: async () => {
              const services = await authorities.services();
              const timestamp: typeof services.timestamp = (request) => {
                tokens++;
                return services.timestamp(request);
              };
              return { ...services, timestamp };
            },
          };
        },
      },
      at: killing,
    };
    const again = printWork({
      db: work.db,
      crypto: nodeCrypto,
      dataDir: house.dataDir,
      logHost: LOG_HOST,
      signers: counted.signers,
      levels: counted.levels,
      sequencer: house.sequencer,
      printer: house.printer,
      claimOf: async () => null,
      now: house.now,
      at: killing,
    });
    const prepare: typeof again.prepare = (...args) => {
      if (!printing) {
        printing = true;
        signatures = 0;
        tokens = 0;
      }
      return again.prepare(...args);
    };
    for (;;) {
      try {
        await workThrough({ ...counted, prints: { prepare } }, job, never);
        break;
      } catch (error) {
        expect((error as Error).message).toBe('killed');
      }
    }
    expect([kills, [...left]]).toEqual([steps.length, []]);
    expect(await progressOf(job.batchId)).toMatchObject({
      signed: 2,
      issued: 2,
      prints: { total: 2, signed: 2 },
      refused: [],
      finished: true,
    });
    const rows = await prints();
    expect(rows.map(({ version }) => version)).toEqual([0, 0]);
    for (const { pdf } of rows) expect((await judged(pdf)).state).toBe('valid');
    // The last token of each goes into the store with its file: killed between the two, those of two at work are asked for again.
    expect(signatures).toBe(2);
    expect(tokens).toBeLessThanOrEqual(6);
  });

  test('an authority that is away: issue stands, a print that says so is delivered, and it goes on by itself', async () => {
    house = await makeHouse({ pupils: 1, publicUrl: URL });
    const [id = ''] = await readyForSeal();
    const job = await sealed();
    let away = false;
    const { work } = house;
    const gone: WorkDeps = {
      ...work,
      prints: {
        prepare: async (...args) => {
          away = true;
          const ready = await work.prints?.prepare(...args);
          return (ready ?? []).map((one) => ({
            ...one,
            finish: () => Promise.reject(new AuthorityUnavailable('unreachable')),
          }));
        },
      },
    };
    expect(await workThrough(gone, job, never)).toBeInstanceOf(Date);
    expect(away).toBe(true);
    expect(await progressOf(job.batchId)).toMatchObject({
      signed: 1,
      issued: 1,
      prints: { total: 1, signed: 0 },
      finished: false,
      paused: { code: 'authority-unreachable' },
    });
    const deps = { ...delivering(), printer: house.printer };
    const unsigned = await recordPdf(deps, house.school.clerk, id, URL);
    expect(unsigned.fileName).toContain('chua-ky-tep');
    expect(reprintInputs(unsigned.bytes)).toMatchObject({ sealedAt: null });
    expect((await judged(unsigned.bytes)).code).toBe('not-signed');

    expect(await workThrough(work, job, never)).toBeNull();
    expect(await progressOf(job.batchId)).toMatchObject({
      prints: { signed: 1 },
      finished: true,
      paused: null,
    });
    const signed = await recordPdf(deps, house.school.clerk, id, URL);
    expect((await judged(signed.bytes)).state).toBe('valid');
  });

  test('what was stopped or issued before is signed in a later batch; what was recalled is not', async () => {
    house = await makeHouse({ pupils: 3, publicUrl: URL });
    const ids = await readyForSeal();
    const job = await sealed();
    const { school, work } = house;
    const kill: WorkDeps = { ...work, prints: { prepare: () => Promise.reject(new Error('killed')) } };
    await expect(workThrough(kill, job, never)).rejects.toThrow('killed');
    await stopSigning(work, school.clerk, job.batchId);
    await workThrough(work, job, never);
    expect(await progressOf(job.batchId)).toMatchObject({ issued: 3, prints: { total: 3, signed: 0 } });
    expect(await prints()).toEqual([]);

    const tasks = () => signingTasks({ ...work, signsPrints: true }, school.clerk);
    expect((await tasks()).tasks.find((t) => t.role === 'schoolSeal')).toMatchObject({ ready: 0, prints: 3 });
    await house.sequencer.settle(house.origin);
    await house.recall(ids[0] ?? '', false);
    const later = await sealed();
    // Recalled while it waits.
    await house.recall(ids[1] ?? '', false);
    await workThrough(work, later, never);
    const progress = await progressOf(later.batchId);
    expect(progress).toMatchObject({ total: 0, prints: { total: 2, signed: 1 }, finished: true });
    expect(progress.refused.map(({ reason }) => reason)).toEqual(['Học bạ đã bị thu hồi.']);
    expect((await prints()).map((p) => p.record_id)).toEqual([ids[2]]);
    await expect(sealed()).rejects.toMatchObject({ code: 'not-ready-to-sign' });
  });

  test('changed behind the application: neither the record nor what waits gets the seal', async () => {
    house = await makeHouse({ pupils: 2, publicUrl: URL });
    const ids = await readyForSeal();
    const job = await sealed();
    const { work } = house;
    const at = (step: WorkStep) => {
      if (step === 'kept' && armed) throw new Error('killed');
    };
    let armed = false;
    const prepare: NonNullable<WorkDeps['prints']>['prepare'] = async (...args) => {
      armed = true;
      return (await work.prints?.prepare(...args)) ?? [];
    };
    await expect(workThrough({ ...work, at, prints: { prepare } }, job, never)).rejects.toThrow('killed');
    await inHouse((trx) =>
      sql`update signing_item set prepared = jsonb_set(prepared, '{print,qrUrl}', '"https://other.example/x/0000000000000000000000"')
        where record_id = ${ids[0]} and slot_id = 'print'`.execute(trx),
    );
    await house.database.asOwner(`set session_replication_role = replica;
      update issued_record set xml = set_byte(xml, 900, get_byte(xml, 900) # 1) where record_id = '${ids[1]}'`);
    await workThrough(work, job, never);
    const progress = await progressOf(job.batchId);
    expect(progress).toMatchObject({ prints: { total: 2, signed: 0 }, finished: true });
    expect(progress.refused).toHaveLength(2);
    expect(await prints()).toEqual([]);
  });
});

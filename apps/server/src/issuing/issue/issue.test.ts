import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { workThrough } from '../../signing/batch/work.ts';
import type { WorkStep } from '../../signing/portion/portion-deps.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { statusOf } from '../../signing/records/state.ts';
import { verifyRecord } from '../../signing/slots/verify-slots.ts';
import { setCells } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';

let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse();
});
afterEach(() => house.close());
const inHouse = <T>(work: Parameters<typeof inSchool<T>>[2]) =>
  inSchool(house.database.db, house.school.schoolId, work);
const all = () =>
  inHouse((trx) => loadRecords(trx, house.school.schoolId, { classId: house.school.classId }));
const statuses = async () => (await all()).map((r) => statusOf(r.facts));
const issued = () => inHouse((trx) => trx.selectFrom('issued_record').selectAll().execute());

/** Each record has each slot once, each act once, one leaf, one token; the log has no leaf besides. */
async function expectNothingTwiceNothingLost(): Promise<void> {
  const records = await all();
  const rows = await issued();
  expect(rows).toHaveLength(records.length);
  const roots = await house.signers.roots();
  for (const record of records) {
    expect(statusOf(record.facts)).toBe('issued');
    expect(record.signed).toHaveLength(record.plans.length);
    expect(record.acts.filter((a) => a.act === 'sign')).toHaveLength(record.plans.length);
    expect(record.acts.filter((a) => a.act === 'issue')).toHaveLength(1);
    const row = rows.find((r) => r.record_id === record.recordId);
    if (!row) throw new Error('not issued');
    const { read } = await verifyRecord({ crypto: house.work.crypto, roots, training: true }, row.xml);
    expect(read.missingSlots).toEqual([]);
    expect(await leafIndexOf(house.database.db, row.leaf_hash)).not.toBeNull();
  }
  const leaves = await house.database.db.selectFrom('log_leaf').selectAll().execute();
  expect(leaves).toHaveLength(records.length);
  const tokens = await house.database.db.selectFrom('verification_token').selectAll().execute();
  expect(tokens.map((t) => t.record_id).sort()).toEqual(records.map((r) => r.recordId).sort());
  for (const { token } of tokens) expect(token).toMatch(/^[0-9A-Za-z]{22}$/);
}

describe('the whole way of a class', () => {
  test('freeze, four roles in their order, issue, log', async () => {
    const { school } = house;
    await house.freeze();
    await expect(house.sign('homeroomTeacher', school.homeroom)).rejects.toMatchObject({
      code: 'not-ready-to-sign',
    });
    await house.sign('subjectTeacher', school.homeroom);
    expect(await statuses()).toEqual(['frozen', 'frozen', 'frozen']);
    await house.sign('subjectTeacher', school.music);
    expect(await statuses()).toEqual(['subjectsSigned', 'subjectsSigned', 'subjectsSigned']);
    await expect(house.sign('principal', school.principal)).rejects.toMatchObject({
      code: 'not-ready-to-sign',
    });
    await house.sign('homeroomTeacher', school.homeroom);
    await expect(house.sign('schoolSeal', school.clerk)).rejects.toMatchObject({ code: 'not-ready-to-sign' });
    await house.sign('principal', school.principal);
    expect(await issued()).toEqual([]);
    const batchId = await house.sign('schoolSeal', school.clerk);
    expect(await signingProgress(house.work, school.clerk, batchId)).toMatchObject({
      total: 3,
      signed: 3,
      issued: 3,
      refused: [],
      finished: true,
      stuck: false,
    });
    await house.sequencer.settle(house.origin);
    await expectNothingTwiceNothingLost();
    const rows = await inHouse((trx) => trx.selectFrom('signing_certificate').select('algorithm').execute());
    expect(new Set(rows.map((r) => r.algorithm))).toEqual(new Set(['ecdsa-p256-sha256', 'rsa-pkcs1-sha256']));
  });

  test.each([
    ['principal', 'homeroom'],
    ['schoolSeal', 'homeroom'],
    ['schoolSeal', 'principal'],
    ['principal', 'clerk'],
  ] as const)('nobody signs as %s who is only %s', async (role, who) => {
    await house.freeze();
    await expect(house.sign(role, house.school[who])).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('a teacher signs only the slots that name him', async () => {
    await house.freeze();
    await house.sign('subjectTeacher', house.school.music);
    const [record] = await all();
    expect(record?.signed.map((s) => s.slotId)).toEqual(['gvbm-2']);
    await expect(house.sign('subjectTeacher', house.school.music)).rejects.toMatchObject({
      code: 'not-ready-to-sign',
    });
  });

  test('a thaw during a batch lists the record with the reason and signs the others', async () => {
    const { school, database } = house;
    const [first] = await house.freeze();
    const { batchId } = await startSigning(house.work, school.music, {
      role: 'subjectTeacher',
      classIds: [school.classId],
    });
    await inHouse((trx) =>
      trx
        .insertInto('record_act')
        .values({
          school_id: school.schoolId,
          record_id: first ?? '',
          seq: 2,
          act: 'thaw',
          staff_id: school.homeroom.staffId,
          role: 'homeroomTeacher',
          reason: 'thử',
          acted_at: house.now(),
        })
        .execute(),
    );
    await workThrough(house.work, { schoolId: school.schoolId, batchId }, new AbortController().signal);
    const progress = await signingProgress(house.work, school.music, batchId);
    expect(progress).toMatchObject({ signed: 2, finished: true });
    expect(progress.refused.map((r) => r.reason)).toEqual(['Học bạ đã được trả lại để sửa.']);
    expect(database.name).toMatch(/^test_/);
  });
});

const STEPS: readonly WorkStep[] = ['begun', 'prepared', 'signed', 'storing', 'stored', 'finishing'];

describe('R-20: killed at any step, resumed', () => {
  test('nothing is signed twice, nothing is lost', async () => {
    const { school } = house;
    await house.freeze();
    const roles = [
      ['subjectTeacher', school.music],
      ['subjectTeacher', school.homeroom],
      ['homeroomTeacher', school.homeroom],
      ['principal', school.principal],
      ['schoolSeal', school.clerk],
    ] as const;
    let kills = 0;
    for (const [role, actor] of roles) {
      const { batchId } = await startSigning(house.work, actor, { role, classIds: [school.classId] });
      const job = { schoolId: school.schoolId, batchId };
      const left = new Set(STEPS);
      for (;;) {
        const at = (step: WorkStep) => {
          if (!left.delete(step)) return;
          kills++;
          throw new Error('killed');
        };
        try {
          await workThrough({ ...house.work, at }, job, new AbortController().signal);
          break;
        } catch (error) {
          expect((error as Error).message).toBe('killed');
        }
      }
      expect(left).toEqual(new Set());
      expect(await signingProgress(house.work, actor, batchId)).toMatchObject({ signed: 3, finished: true });
    }
    expect(kills).toBe(roles.length * STEPS.length);
    await house.sequencer.settle(house.origin);
    await expectNothingTwiceNothingLost();
  });

  test('a confirmation repeated after a lost answer names the batch that is at work, another person’s is not named', async () => {
    const { school } = house;
    await house.freeze();
    const classIds = [school.classId];
    const first = await startSigning(house.work, school.music, { role: 'subjectTeacher', classIds });
    expect(await startSigning(house.work, school.music, { role: 'subjectTeacher', classIds })).toEqual(first);
    await expect(
      startSigning(house.work, school.principal, { role: 'principal', classIds }),
    ).rejects.toMatchObject({ code: 'not-ready-to-sign' });
  });

  test('two workers on one batch at once', async () => {
    const { school } = house;
    await house.freeze();
    const { batchId } = await startSigning(house.work, school.music, {
      role: 'subjectTeacher',
      classIds: [school.classId],
    });
    const job = { schoolId: school.schoolId, batchId };
    const signal = new AbortController().signal;
    await Promise.all([workThrough(house.work, job, signal), workThrough(house.work, job, signal)]);
    for (const record of await all()) {
      expect(record.signed.map((s) => s.slotId)).toEqual(['gvbm-2']);
      expect(record.acts.map((a) => a.act)).toEqual(['freeze', 'sign']);
    }
  });
});

describe('R-21, R-48: what is signed is what is stored', () => {
  async function prepared() {
    const { school } = house;
    await house.freeze();
    const { batchId } = await startSigning(house.work, school.music, {
      role: 'subjectTeacher',
      classIds: [school.classId],
    });
    const job = { schoolId: school.schoolId, batchId };
    const at = (step: WorkStep) => {
      if (step === 'prepared') throw new Error('killed');
    };
    await expect(workThrough({ ...house.work, at }, job, new AbortController().signal)).rejects.toThrow(
      'killed',
    );
    return job;
  }

  test('bytes changed between the two steps are not signed', async () => {
    const job = await prepared();
    await inHouse((trx) =>
      sql`update signing_item set prepared = jsonb_set(prepared, '{prepared,toBeSigned}', '"AAAA"')`.execute(
        trx,
      ),
    );
    await workThrough(house.work, job, new AbortController().signal);
    expect(await signingProgress(house.work, house.school.music, job.batchId)).toMatchObject({
      signed: 0,
      finished: true,
    });
    expect((await all()).flatMap((r) => r.signed)).toEqual([]);
  });

  test('a record changed behind the application is not signed by the principal', async () => {
    const { school, database } = house;
    await house.freeze();
    await house.sign('subjectTeacher', school.music);
    await house.sign('subjectTeacher', school.homeroom);
    await house.sign('homeroomTeacher', school.homeroom);
    await database.asOwner(`set session_replication_role = replica;
      update record set frozen_xml = convert_to(replace(convert_from(frozen_xml, 'UTF8'),
        '<DIEM_KIEM_TRA_DINH_KY>10<', '<DIEM_KIEM_TRA_DINH_KY>9<'), 'UTF8')
      where record_id = (select min(record_id::text)::uuid from record)`);
    const batchId = await house.sign('principal', school.principal);
    const progress = await signingProgress(house.work, school.principal, batchId);
    expect(progress).toMatchObject({ signed: 2, finished: true });
    expect(progress.refused).toHaveLength(1);
  });

  test.each([
    [
      'another message',
      async (_: readonly Uint8Array[], other: (b: Uint8Array) => Promise<Uint8Array>) => [
        await other(new Uint8Array(8)),
      ],
    ],
    ['nothing', async () => [new Uint8Array()]],
    ['zeros', async () => [new Uint8Array(64)]],
  ] as const)('a signer that returns a signature of %s: refused, nothing stored', async (_, answer) => {
    const { school } = house;
    await house.freeze();
    const signers = {
      ...house.signers,
      signerOf: async (holder: { schoolId: string; staffId: string | null }) => {
        const held = await house.signers.signerOf(holder);
        const one = async (bytes: Uint8Array) => (await held.signer.sign([bytes]))[0] ?? new Uint8Array();
        const sign = async (messages: readonly Uint8Array[]) => {
          const values = await answer(messages, one);
          return messages.map(() => values[0] ?? new Uint8Array());
        };
        return { ...held, signer: { ...held.signer, sign } };
      },
    };
    const batchId = await house.sign('subjectTeacher', school.music, { ...house.work, signers });
    const progress = await signingProgress(house.work, school.music, batchId);
    expect(progress).toMatchObject({ signed: 0, finished: true });
    expect(progress.refused).toHaveLength(3);
    expect((await all()).flatMap((r) => r.signed)).toEqual([]);
  });

  test('the certificate of another person: refused, nothing stored', async () => {
    const { school } = house;
    await house.freeze();
    const signers = {
      ...house.signers,
      signerOf: () => house.signers.signerOf({ schoolId: school.schoolId, staffId: school.clerk.staffId }),
    };
    const batchId = await house.sign('subjectTeacher', school.music, { ...house.work, signers });
    expect(await signingProgress(house.work, school.music, batchId)).toMatchObject({ signed: 0 });
  });
});

describe('recall and replacement', () => {
  const mark = [{ item: 'TOAN.mark', value: '9' }];
  test('a recall alone keeps the cells shut; with replacement they open and the next record names this one', async () => {
    const { school } = house;
    const [first, second] = await house.issueAll();
    if (!first || !second) throw new Error('no record');
    expect(await house.recall(first, false)).toBe(3);
    expect(await house.recall(second, true, mark)).toBe(4);
    await expect(house.recall(second, true, mark)).rejects.toMatchObject({ code: 'already-recalled' });
    const records = await all();
    const pupilOf = (id: string) => records.find((r) => r.recordId === id)?.pupilId ?? '';
    const set = (pupilId: string) =>
      inHouse((trx) =>
        setCells(trx, { ...school, pupilId, staffId: school.homeroom.staffId }, [['TOAN.mark', '9']]),
      );
    await expect(set(pupilOf(first))).rejects.toMatchObject({ code: '42501' });
    await set(pupilOf(second));
    const [replacement, ...others] = await house.issueAll();
    expect(others).toEqual([]);
    const after = await all();
    expect(after.find((r) => r.recordId === replacement)).toMatchObject({ replaces: second });
    const status = (id: string) =>
      statusOf(
        after.find((r) => r.recordId === id)?.facts ?? {
          acts: [],
          slots: [],
          tableOpen: false,
          signed: new Set(),
        },
      );
    expect([first, second, replacement ?? ''].map(status)).toEqual(['recalled', 'replaced', 'issued']);
    expect(await house.recall(replacement ?? '', false)).toBe(6);
  });

  test('a recall without replacement can be opened later, once, and is recalled once', async () => {
    const { school } = house;
    const [first = ''] = await house.issueAll();
    const index = await house.recall(first, false);
    expect(await house.recall(first, true, mark)).toBe(index);
    const record = (await all()).find((r) => r.recordId === first);
    expect(record?.acts.map((a) => a.act).slice(-3)).toEqual(['issue', 'recall', 'return']);
    await expect(house.recall(first, true, mark)).rejects.toMatchObject({ code: 'already-recalled' });
    await expect(house.recall(first, false)).rejects.toMatchObject({ code: 'already-recalled' });
    expect(await inHouse((trx) => trx.selectFrom('recalled_record').selectAll().execute())).toHaveLength(1);
    await inHouse((trx) =>
      setCells(trx, { ...school, pupilId: record?.pupilId ?? '', staffId: school.homeroom.staffId }, [
        ['TOAN.mark', '9'],
      ]),
    );
    const [replacement = ''] = await house.issueAll();
    const after = await all();
    expect(after.find((r) => r.recordId === replacement)?.replaces).toBe(first);
    expect(after.find((r) => r.recordId === first)?.acts.at(-1)?.act).toBe('replace');
    await expect(house.recall(first, true)).rejects.toMatchObject({ code: 'already-recalled' });
  });

  test('opened by two at once: one return', async () => {
    const [first = ''] = await house.issueAll();
    await house.recall(first, false);
    const done = await Promise.allSettled([house.recall(first, true), house.recall(first, true)]);
    expect(done.map((d) => d.status).sort()).toEqual(['fulfilled', 'rejected']);
    const record = (await all()).find((r) => r.recordId === first);
    expect(record?.acts.filter((a) => a.act === 'return')).toHaveLength(1);
  });

  test('is the principal’s, and of issued records only', async () => {
    const [frozen] = await house.freeze();
    await expect(house.recall(frozen ?? '', false)).rejects.toMatchObject({ code: 'not-issued' });
    await expect(house.recall('6f1f6f0e-5a57-4c0e-9d1c-0a8a3b0a7f10', false)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('never changed, as the application', () => {
  test('update, delete and truncate of what is issued are refused', async () => {
    await house.issueAll();
    const tables = [
      'issued_record',
      'record',
      'record_act',
      'slot',
      'signing_certificate',
      'verification_token',
      'record_registry',
    ];
    for (const table of tables) {
      const column =
        table === 'verification_token'
          ? 'token = token'
          : table === 'record_registry'
            ? 'record_id = record_id'
            : 'school_id = school_id';
      for (const statement of [
        `update ${table} set ${column}`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(
          inHouse((trx) => sql.raw(statement).execute(trx)),
          statement,
        ).rejects.toMatchObject({
          code: '42501',
        });
      }
    }
  });
});

import { drawnSignature } from '@hocba/form/testing';
import { nodeEd25519 } from '@hocba/ledger/node';
import { readClassTable, readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { BUNDLE_FILE, BUNDLE_KEY_FILE, type FileVerdict, readTrust, verifyFile } from '@hocba/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signingProgress } from '../../signing/batch/progress.ts';
import { signingTasks } from '../../signing/batch/tasks.ts';
import { listRecords, recordDetail } from '../../signing/batch/views.ts';
import { freezeClass } from '../../signing/freeze/freeze.ts';
import { thawRecords } from '../../signing/freeze/thaw.ts';
import { loadSigned, type StoredSigned } from '../../signing/records/records.ts';
import { type RecordStatus, statusOf } from '../../signing/records/state.ts';
import { setPicture } from '../../signing/signers/pictures.ts';
import { setCells } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { issuedFacts, proofOf } from '../issue/issued.ts';
import { issuedRecords } from '../overview.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';
import { type DeliverDeps, recordPdf, recordXml } from './deliver.ts';

let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse({ pupils: 3, profile: 'moet-1.0' });
});
afterEach(() => house.close());

const deps = () => ({ db: house.database.db, now: house.now, dataDir: house.dataDir });
const freeze = () => freezeClass(deps(), house.school.homeroom, house.school.classId);
const all = (): Promise<StoredSigned[]> =>
  inSchool(house.database.db, house.school.schoolId, (trx) =>
    loadSigned(trx, house.school.schoolId, { classId: house.school.classId }),
  );
const thaw = (...recordIds: string[]) =>
  thawRecords(deps(), house.school.homeroom, house.school.classId, { recordIds, reason: 'Sửa điểm' });

/** Statuses of tables and of records, sorted. */
async function statuses(): Promise<{ tables: RecordStatus[]; records: RecordStatus[] }> {
  const found = await all();
  const of = (table: boolean) =>
    found
      .filter((r) => (r.pupilId === null) === table)
      .map((r) => statusOf(r.facts))
      .sort();
  return { tables: of(true), records: of(false) };
}

const AUTHORS = [
  ['subjectTeacher', 'music'],
  ['subjectTeacher', 'homeroom'],
] as const;
const HEADS = [
  ['homeroomTeacher', 'homeroom'],
  ['principal', 'principal'],
  ['schoolSeal', 'clerk'],
] as const;

async function sign(...steps: (typeof AUTHORS)[number][] | (typeof HEADS)[number][]): Promise<void> {
  for (const [role, who] of steps) {
    const batchId = await house.sign(role, house.school[who]);
    const progress = await signingProgress(deps(), house.school[who], batchId);
    expect([progress.finished, progress.refused]).toEqual([true, []]);
  }
}

async function verdictOf(id: string, ...tables: string[]): Promise<FileVerdict> {
  const made = await trustBundle({ db: house.database.db, dataDir: house.dataDir, now: house.now });
  const text = (of: string) => new TextEncoder().encode(of);
  const trust = await readTrust(
    { crypto: nodeCrypto, ed25519: nodeEd25519 },
    new Map([
      [BUNDLE_FILE, text(made.bundle)],
      [BUNDLE_KEY_FILE, text(`${made.vkey}\n`)],
      ...made.statuses.map((status, n): [string, Uint8Array] => [`status-${n}.txt`, text(status.text)]),
    ]),
  );
  const fileOf = async (recordId: string) => {
    const { issued, proof } = await proofOf(
      { db: house.database.db, dataDir: house.dataDir, logHost: LOG_HOST, sequencer: house.sequencer },
      house.school.schoolId,
      recordId,
    );
    return { name: 'a.xml', bytes: issued.xml, proof };
  };
  return verifyFile({ ...(await fileOf(id)), tables: await Promise.all(tables.map(fileOf)) }, trust, {
    crypto: nodeCrypto,
    ed25519: nodeEd25519,
    now: house.now,
  });
}

const told = (found: FileVerdict): string[] =>
  found.fragments.map(({ name, state, code }) => `${name} ${state} ${code}`);

describe('a class whose records have no slot for subject teachers', () => {
  test('the whole way: cells, table, seal, records, seal, verdict', async () => {
    const { school } = house;
    const outcome = await freeze();
    expect([outcome.frozen.length, outcome.tables.length, outcome.leftOut]).toEqual([3, 1, []]);
    const tableId = outcome.tables[0]?.recordId ?? '';
    expect(outcome.tables[0]).toEqual({ recordId: tableId, grade: 4, pupils: 3 });

    // Nobody but a subject teacher has anything to sign.
    for (const [role, who] of HEADS)
      await expect(house.sign(role, school[who])).rejects.toMatchObject({ code: 'not-ready-to-sign' });
    const tasks = await signingTasks({ ...deps(), signers: house.signers }, school.music);
    expect(tasks.tasks.map(({ role, ready, waiting }) => [role, ready, waiting])).toEqual([
      ['subjectTeacher', 2, 0],
    ]);
    await sign(...AUTHORS);
    expect(await statuses()).toEqual({ tables: ['subjectsSigned'], records: Array(3).fill('frozen') });

    // Homeroom teacher, principal and seal answer for the table first.
    await sign(...HEADS);
    expect(await statuses()).toEqual({ tables: ['issued'], records: Array(3).fill('subjectsSigned') });
    await sign(...HEADS);
    expect(await statuses()).toEqual({ tables: ['issued'], records: Array(3).fill('issued') });
    await house.sequencer.settle(house.origin);

    const table = await verdictOf(tableId);
    expect(table.verdict).toBe('training');
    expect(told(table)).toEqual([
      'document valid intact',
      'signatures valid all-valid',
      'certificates valid valid-when-signed',
      'time valid proven-for-long',
      'issuance valid logged',
      'witness not-checked none-required',
      'status valid current',
      'issuer valid registered',
    ]);
    expect(table.classTable?.rows.map((row) => row.fullName)).toEqual(
      school.pupils.map(({ fullName }) => fullName),
    );
    for (const { recordId } of outcome.frozen) {
      const record = await verdictOf(recordId, tableId);
      expect(record.verdict).toBe('training');
      expect(told(record)).toEqual([...told(table), 'table valid agrees']);
    }
    const alone = await verdictOf(outcome.frozen[0]?.recordId ?? '');
    expect(told(alone).at(-1)).toBe('table not-checked not-given');
  });

  test('a subject teacher opens the table that waits for the own signature, and no record of a pupil', async () => {
    const { tables, frozen } = await freeze();
    const files = { ...deps(), dataDir: house.dataDir } as never;
    const table = await recordXml(files, house.school.music, tables[0]?.recordId ?? '');
    expect(new TextDecoder().decode(table.bytes)).toContain('4A');
    await expect(recordXml(files, house.school.music, frozen[0]?.recordId ?? '')).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  test('audit and lists know the table; it has no public page and no print with a QR', async () => {
    const { school } = house;
    const { tables } = await freeze();
    const tableId = tables[0]?.recordId ?? '';
    await setPicture({ ...house.work, dataDir: house.dataDir, log: () => {} }, school.principal, {
      holder: 'person',
      file: Buffer.from(drawnSignature(240, 100)).toString('base64'),
    });
    await sign(...AUTHORS);
    await sign(...HEADS);
    const mid = await auditStore({
      connection: house.database.owner,
      dataFolder: house.dataDir,
      now: house.now,
    });
    expect(mid).toMatchObject({ ok: true, records: 4, issued: 1, signatures: 15, problems: [] });
    await sign(...HEADS);
    await house.sequencer.settle(house.origin);
    const report = await auditStore({
      connection: house.database.owner,
      dataFolder: house.dataDir,
      now: house.now,
    });
    expect(report).toMatchObject({ ok: true, records: 4, issued: 4, signatures: 24, leaves: 4, wrong: 0 });

    const listed = await listRecords(deps(), school.homeroom, school.classId);
    expect([listed.records.length, listed.tables.length]).toEqual([3, 1]);
    expect(listed.tables[0]).toMatchObject({
      recordId: tableId,
      pupilId: null,
      fullName: 'Bảng tổng hợp lớp 4A, khối 4 (3 học sinh)',
      status: 'issued',
    });
    const issued = await issuedRecords(
      { ...deps(), dataDir: house.dataDir } as never,
      school.clerk,
      school.classId,
    );
    expect([issued.records.length, issued.tables.length]).toEqual([3, 1]);
    const detail = await recordDetail(deps(), school.homeroom, tableId, issuedFacts, (token) => token);
    expect(detail.verifyUrl).toBeNull();
    expect(detail.signers.map(({ role }) => role).filter((role) => role === 'subjectTeacher')).toHaveLength(
      12,
    );
    let printed = 0;
    let pictured: string[] = [];
    const delivery: DeliverDeps = {
      db: house.database.db,
      dataDir: house.dataDir,
      logHost: LOG_HOST,
      sequencer: house.sequencer,
      claimOf: async () => null,
      printer: {
        renderYear: async () => new Uint8Array(),
        renderClassTable: async ({ rows, issued: on }) => {
          printed = rows.length + (on?.signatures.length ?? 0);
          pictured = (on?.signatures ?? []).filter((s) => s.image !== undefined).map((s) => s.role);
          return new Uint8Array([1]);
        },
      },
    };
    const xml = await recordXml(delivery, school.homeroom, tableId);
    expect(readClassTable(xml.bytes).missingSlots).toEqual([]);
    expect(xml.fileName).toMatch(/^bang-tong-hop-4A-[0-9a-f]{8}\.xml$/);
    await recordPdf(delivery, school.homeroom, tableId, 'https://hocba.example');
    expect(printed).toBe(3 + 15);
    expect(pictured).toEqual(['principal']);
    expect((await recordXml(delivery, school.music, tableId)).bytes).toEqual(xml.bytes);
  });

  test('a record names the table by what its subject teachers signed', async () => {
    const { frozen, tables } = await freeze();
    const rows = await inSchool(house.database.db, house.school.schoolId, (trx) =>
      trx.selectFrom('record').select(['record_id', 'frozen_xml', 'annex', 'table_id']).execute(),
    );
    for (const { recordId } of frozen) {
      const row = rows.find((r) => r.record_id === recordId);
      const { doc } = readRecord(row?.frozen_xml ?? new Uint8Array(), row?.annex);
      expect(doc.classTable?.uuid).toBe(tables[0]?.recordId);
      expect(row?.table_id).toBe(tables[0]?.recordId);
    }
  });
});

describe('mending', () => {
  const mark = (pupilId: string, value: string) =>
    inSchool(house.database.db, house.school.schoolId, (trx) =>
      setCells(trx, { ...house.school, pupilId, staffId: house.school.homeroom.staffId }, [
        ['TOAN.mark', value],
      ]),
    );

  test('before the table is sealed, one record takes the table and all that stand on it back', async () => {
    const { frozen } = await freeze();
    await sign(...AUTHORS);
    expect(await thaw(frozen[0]?.recordId ?? '')).toEqual({ thawed: 3, voidedSignatures: 12 });
    expect(await statuses()).toEqual({ tables: ['thawed'], records: Array(3).fill('thawed') });
    await mark(frozen[0]?.pupilId ?? '', '9');
    const again = await freeze();
    expect([again.frozen.length, again.tables.map((t) => t.pupils)]).toEqual([3, [3]]);
    await expect(house.sign('homeroomTeacher', house.school.homeroom)).rejects.toMatchObject({
      code: 'not-ready-to-sign',
    });
    await sign(...AUTHORS);
    expect((await statuses()).tables).toEqual(['subjectsSigned', 'thawed']);
  });

  test('the table itself is taken back the same way, and is not once it is sealed', async () => {
    const { tables } = await freeze();
    expect(await thaw(tables[0]?.recordId ?? '')).toEqual({ thawed: 3, voidedSignatures: 0 });
    const [again] = (await freeze()).tables;
    await sign(...AUTHORS);
    await sign(...HEADS);
    await expect(thaw(again?.recordId ?? '')).rejects.toMatchObject({
      code: 'already-issued',
      details: [expect.stringContaining('bảng bổ sung')],
    });
  });

  test('after it is sealed a record is taken back alone and gets a further table', async () => {
    const { frozen, tables } = await freeze();
    await sign(...AUTHORS);
    await sign(...HEADS);
    const [first] = frozen;
    expect(await thaw(first?.recordId ?? '')).toEqual({ thawed: 1, voidedSignatures: 0 });
    await mark(first?.pupilId ?? '', '9');
    const again = await freeze();
    expect([again.frozen.length, again.alreadyFrozen, again.tables.map((t) => t.pupils)]).toEqual([
      1,
      2,
      [1],
    ]);
    // The others go on; the mended one waits for its own table.
    expect(await statuses()).toEqual({
      tables: ['frozen', 'issued'],
      records: ['frozen', 'subjectsSigned', 'subjectsSigned', 'thawed'],
    });
    await sign(...AUTHORS);
    await sign(...HEADS);
    await sign(...HEADS);
    await house.sequencer.settle(house.origin);
    const [mended] = again.frozen;
    const own = await verdictOf(mended?.recordId ?? '', again.tables[0]?.recordId ?? '');
    expect(told(own).at(-1)).toBe('table valid agrees');
    const other = await verdictOf(mended?.recordId ?? '', tables[0]?.recordId ?? '');
    expect(told(other).at(-1)).toBe('table not-checked not-given');
  });

  test('an issued record is recalled and replaced on a table of its own; a table only when nothing stands on it', async () => {
    const { frozen, tables } = await freeze();
    const tableId = tables[0]?.recordId ?? '';
    await sign(...AUTHORS);
    await sign(...HEADS);
    await sign(...HEADS);
    await house.sequencer.settle(house.origin);
    await expect(house.recall(tableId, false)).rejects.toMatchObject({ code: 'table-in-use' });
    for (const { recordId } of frozen) await house.recall(recordId, true);
    await house.recall(tableId, true);
    expect(await statuses()).toEqual({ tables: ['recalled'], records: Array(3).fill('recalled') });
    expect((await verdictOf(tableId)).sentence).toContain('đã thu hồi');
    const again = await freeze();
    expect([again.frozen.length, again.tables.map((t) => t.pupils)]).toEqual([3, [3]]);
    await sign(...AUTHORS);
    await sign(...HEADS);
    await sign(...HEADS);
    await house.sequencer.settle(house.origin);
    expect(await statuses()).toEqual({
      tables: ['issued', 'recalled'],
      records: ['issued', 'issued', 'issued', 'replaced', 'replaced', 'replaced'],
    });
    const report = await auditStore({
      connection: house.database.owner,
      dataFolder: house.dataDir,
      now: house.now,
    });
    expect(report).toMatchObject({ ok: true, records: 8, issued: 8, recalled: 4, problems: [] });
  });

  test('nobody signs a record on a table that was changed in the store', async () => {
    const change = `set session_replication_role = replica;
      update record set frozen_xml = convert_to(replace(convert_from(frozen_xml, 'UTF8'),
        '<MUC_DAT_DUOC>T</MUC_DAT_DUOC>', '<MUC_DAT_DUOC>H</MUC_DAT_DUOC>'), 'UTF8') where pupil_id is null`;
    await freeze();
    await sign(...AUTHORS);
    await sign(...HEADS);
    await house.database.asOwner(change);
    // The records name other contents than stand there now, and nobody signs on it.
    const batchId = await house.sign('homeroomTeacher', house.school.homeroom);
    const { signed, refused } = await signingProgress(deps(), house.school.homeroom, batchId);
    expect([signed, refused.map(({ reason }) => reason)]).toEqual([
      0,
      Array(3).fill(expect.stringContaining('table-differs')),
    ]);
    expect((await statuses()).records).toEqual(Array(3).fill('subjectsSigned'));
  });

  test('nobody signs a table that was changed in the store before its first signature', async () => {
    await freeze();
    await house.database.asOwner(`set session_replication_role = replica;
      update record set frozen_xml = convert_to(replace(convert_from(frozen_xml, 'UTF8'),
        '<MUC_DAT_DUOC>T</MUC_DAT_DUOC>', '<MUC_DAT_DUOC>H</MUC_DAT_DUOC>'), 'UTF8') where pupil_id is null`);
    const batchId = await house.sign('subjectTeacher', house.school.music);
    const { signed, refused } = await signingProgress(deps(), house.school.music, batchId);
    expect(signed).toBe(0);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(
      new Set([expect.stringContaining('không còn như lúc chốt')]),
    );
  });

  test('a record is not issued on a table that was changed after its last signature but the seal', async () => {
    await freeze();
    await sign(...AUTHORS);
    await sign(...HEADS);
    await sign(HEADS[0], HEADS[1]);
    await house.database.asOwner(`set session_replication_role = replica;
      update record set frozen_xml = convert_to(replace(convert_from(frozen_xml, 'UTF8'),
        '<MUC_DAT_DUOC>T</MUC_DAT_DUOC>', '<MUC_DAT_DUOC>H</MUC_DAT_DUOC>'), 'UTF8') where pupil_id is null`);
    const batchId = await house.sign('schoolSeal', house.school.clerk);
    const progress = await signingProgress(deps(), house.school.clerk, batchId);
    expect([progress.issued, progress.refused.length]).toEqual([0, 3]);
  });
});

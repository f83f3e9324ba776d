import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf } from '../log/origin.ts';
import { publishStatus } from '../status/status.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { undone } from '../testing/superuser.ts';
import { auditStore } from './audit.ts';

let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = (await house.issueAll()).sort();
  await house.recall(ids[2] ?? '', true);
  ids.push(...(await house.issueAll()));
  await publishStatus({ db: house.database.db, dataDir: house.dataDir, now: house.now }, house.origin);
});
afterAll(() => house.close());

const audit = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });

/** What an audit says beside that a row is not as the trail notes it, which `audit/office-rows.test.ts` holds. */
const besideRows = async () => (await audit()).problems.filter(({ what }) => what !== 'row');

test('a whole store: everything counted, nothing wrong', async () => {
  const seen: string[] = [];
  const report = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
    progress: (stage, done, total) => void seen.push(`${stage} ${done}/${total}`),
  });
  expect(report).toEqual({
    ok: true,
    records: 4,
    issued: 4,
    recalled: 1,
    signatures: 20,
    logs: 1,
    leaves: 5,
    acts: expect.any(Number),
    // The decision of two, and a note of each row: of three pupils, their results and places in the class; of the school, its year and its
    // class; of four persons, their roles, accounts and certificates, and of who teaches what; of what the two agreed to; of each record's
    // freeze, issue and token, and of what was done to one since; of ten batches, that each was begun, and that it ended.
    events: 59 + 2 * 10,
    rows: 58 + 10,
    days: 0,
    manifests: 0,
    statements: 0,
    prints: 0,
    dated: 0,
    lodged: [],
    pending: 0,
    wrong: 0,
    problems: [],
    open: [],
  });
  expect(seen).toContain('log 5/5');
  expect(seen).toContain('records 4/4');
});

describe('a byte changed as superuser is found, and the record named', () => {
  const flip = (table: string, column: string, at: number, where: string) =>
    `update ${table} set ${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1) where ${where}`;

  test.each([
    ['issued XML', 'issued_record', 'xml', 700],
    ['issued XML, first byte', 'issued_record', 'xml', 0],
    ['frozen XML', 'record', 'frozen_xml', 700],
    ['annex', 'record', 'annex', 300],
    ['salt', 'issued_record', 'salt', 5],
    ['core', 'issued_record', 'core', 5],
    ['leaf', 'issued_record', 'leaf', 20],
    ['leaf hash', 'issued_record', 'leaf_hash', 3],
    ['signature', 'slot', 'signature', 900],
  ])('%s', async (_, table, column, at) => {
    const [, second = ''] = ids;
    const where = `record_id = '${second}'${table === 'slot' ? " and slot_id = 'gvcn'" : ''}`;
    const change = flip(table, column, at, where);
    await undone(house, change, change, async () => {
      const report = await audit();
      expect(report.ok).toBe(false);
      expect(report.problems).toContainEqual({ what: 'record', id: second, code: expect.any(String) });
      expect(report.problems.filter((p) => p.what === 'record').map((p) => p.id)).toEqual([second]);
      expect(report.records).toBe(4);
    });
  });

  test('a leaf of the log, in the store', async () => {
    const change = flip('log_leaf', 'leaf', 20, 'leaf_index = 1');
    await undone(house, change, change, async () => {
      expect((await audit()).problems).toContainEqual({
        what: 'leaf',
        id: `${house.origin}#1`,
        code: 'stored-leaf-differs',
      });
    });
  });

  test('a time that is none: of an issue, and of an act', async () => {
    const [, second = ''] = ids;
    const ofIssue = `issued_record set issued_at = %s where record_id = '${second}'`;
    const ofAct = 'cell_act set set_at = %s where seq = 2';
    for (const [what, named] of [
      [ofIssue, { what: 'record', id: second, code: 'issued-at-no-time' }],
      [ofAct, { what: 'act', id: `${house.school.classId}#2`, code: 'edited' }],
    ] as const) {
      const [table = '', column = ''] = what.split(/ set | = /);
      const [, where = ''] = what.split(' where ');
      await undone(
        house,
        `create table kept as select ${column} as at from ${table} where ${where}; update ${what.replace('%s', "'infinity'")}`,
        `update ${what.replace('%s', '(select at from kept)')}; drop table kept`,
        async () => expect(await besideRows()).toEqual([named]),
      );
    }
  });

  test('the reason of a recall', async () => {
    await undone(
      house,
      `update recalled_record set reason = reason || '.'`,
      `update recalled_record set reason = rtrim(reason, '.')`,
      async () => {
        expect(await besideRows()).toEqual([{ what: 'recall', id: ids[2], code: 'leaf-differs' }]);
      },
    );
  });
});

test('what one person did behind the application is named', async () => {
  const { schoolId, schoolYear, clerk, principal } = house.school;
  const [first = ''] = ids;
  const recalled = ids[2] ?? '';
  const lock = (at: string) =>
    `insert into year_lock_act (school_id, school_year, seq, main_lock_on, supplementary_lock_on, reason, acted_by, acted_at)
     values (${schoolId}, '${schoolYear}', 1, '2026-07-01', '2026-08-20', 'x', '${principal.staffId}', ${at})`;
  const noLock = 'delete from year_lock_act';
  for (const [change, undo, named] of [
    [
      `update approval_decision set decided_by = '${clerk.staffId}'`,
      `update approval_decision set decided_by = '${principal.staffId}'`,
      [
        ['recall', recalled],
        ['record', recalled],
      ],
    ],
    [
      `update approval_request set evidence = evidence || '.'`,
      `update approval_request set evidence = rtrim(evidence, '.')`,
      [
        ['recall', recalled],
        ['record', recalled],
      ],
    ],
    [
      `insert into record_act values (${schoolId}, '${first}', 99, 'return', '${principal.staffId}', 'principal', 'x', now())`,
      'delete from record_act where seq = 99',
      [['record', first]],
    ],
    [lock(`'2026-06-01'`), noLock, [['approval', `year:${schoolYear}#1`]]],
    [lock(`'2026-05-01'`), noLock, []],
    [
      `insert into approval_use select ${schoolId}, request_id, asked_by, asked_at from approval_request`,
      'delete from approval_use',
      [['approval', expect.stringMatching(/^use:/)]],
    ],
    [
      `insert into seal_act select ${schoolId}, request_id, certificate_id, now() from approval_request, signing_certificate where staff_id is null`,
      'delete from seal_act',
      [['approval', expect.stringMatching(/^seal:/)]],
    ],
  ] as const)
    await undone(house, change, undo, async () =>
      expect(
        (await audit()).problems
          .filter(({ code }) => code === 'not-agreed')
          .map(({ what, id }) => [what, id]),
        change,
      ).toEqual(named),
    );
});

describe('what was taken away', () => {
  test('an issued record: its leaf stays in the log and says so', async () => {
    const [first = ''] = ids;
    await undone(
      house,
      `create table kept as select * from issued_record where record_id = '${first}';
       delete from issued_record where record_id = '${first}'`,
      'insert into issued_record select * from kept; drop table kept',
      async () => {
        const { problems } = await audit();
        expect(problems).toContainEqual({ what: 'record', id: first, code: 'issued-bytes-missing' });
        expect(problems.map((p) => p.code)).toContain('leaf-without-record');
      },
    );
  });

  test('a whole record with all that belongs to it', async () => {
    const [first = ''] = ids;
    const tables = ['issued_record', 'slot', 'record_act', 'record', 'verification_token'];
    const where = `where record_id = '${first}'`;
    await undone(
      house,
      tables
        .map((t) => `create table kept_${t} as select * from ${t} ${where}; delete from ${t} ${where}`)
        .join(';'),
      tables.map((t) => `insert into ${t} select * from kept_${t}; drop table kept_${t}`).join(';'),
      async () => {
        const { problems } = await audit();
        expect(problems).toContainEqual({ what: 'record', id: first, code: 'record-missing' });
        expect(problems.map((p) => p.code)).toContain('leaf-without-record');
      },
    );
  });

  test('the act of an issue', async () => {
    const [first = ''] = ids;
    const where = `where record_id = '${first}' and act = 'issue'`;
    await undone(
      house,
      `create table kept as select * from record_act ${where}; delete from record_act ${where}`,
      'insert into record_act select * from kept; drop table kept',
      async () => {
        expect(await besideRows()).toEqual([{ what: 'record', id: first, code: 'issued-without-act' }]);
      },
    );
  });
});

describe('the log’s public files', () => {
  test.each(['checkpoint', 'status', 'tile/0/000.p/5', 'tile/entries/000.p/5'])('%s', async (path) => {
    const place = join(folderOf(house.dataDir, house.origin), ...path.split('/'));
    await chmod(place, 0o644);
    const whole = await readFile(place);
    const broken = Buffer.from(whole);
    const at = Math.floor(broken.length / 2);
    broken[at] = (broken[at] ?? 0) ^ 1;
    await writeFile(place, broken);
    try {
      const report = await audit();
      expect(report.ok).toBe(false);
      expect(report.problems.some((p) => p.what === 'log' || p.what === 'leaf')).toBe(true);
    } finally {
      await writeFile(place, whole);
    }
    expect((await audit()).ok).toBe(true);
  });
});

import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf } from '../../log/origin.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { type AuditReport, auditStore } from '../audit.ts';
import { digestOf } from './resume.ts';

const PUPILS = 5;
let house: TestHouse;
let ids: string[];
let folder: string;
let path: string;
/** The log's files when it had the first leaf only. */
let older: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-state-'));
  path = join(folder, 'state');
  older = join(folder, 'older');
  house = await makeHouse({ pupils: PUPILS });
  ids = (await house.issueAll()).sort();
  await cp(folderOf(house.dataDir, house.origin), older, { recursive: true });
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly report: AuditReport;
  readonly resumed: number;
}

/** @param dieAt record at which the audit is cut off */
async function audit(options: { dieAt?: number; now?: Date } = {}): Promise<Run> {
  let resumed = 0;
  const report = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: () => options.now ?? house.now(),
    state: path,
    resumed: (records) => {
      resumed = records;
    },
    progress: (stage, done) => {
      if (stage === 'records' && done === options.dieAt) throw new Error('killed');
    },
  });
  return { report, resumed };
}

const plain = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });

/** State of an audit that was cut off behind its third record. */
async function cutOff(): Promise<Buffer> {
  await rm(path, { force: true });
  await expect(audit({ dieAt: 3 })).rejects.toThrow('killed');
  return readFile(path);
}

describe('an audit that was cut off', () => {
  test('goes on from its state wherever the file was torn, and says the same; then the state is gone', async () => {
    const state = await cutOff();
    const whole = await plain();
    const head = state.indexOf('\n') + 1;
    for (const length of [head, head + 1, head + 60, state.length - 70, state.length - 1, state.length]) {
      const torn = state.subarray(0, length);
      await writeFile(path, torn);
      const { report, resumed } = await audit();
      expect(report).toEqual(whole);
      expect(resumed).toBe(torn.subarray(head).filter((byte) => byte === 10).length);
      expect(existsSync(path)).toBe(false);
    }
  });

  test('may be cut off again and again', async () => {
    await rm(path, { force: true });
    for (let dieAt = 1; dieAt <= PUPILS; dieAt++) {
      await expect(audit({ dieAt })).rejects.toThrow('killed');
      expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1 + dieAt);
    }
    const { report, resumed } = await audit();
    expect([report.ok, report.records, report.signatures, resumed]).toEqual([
      true,
      PUPILS,
      5 * PUPILS,
      PUPILS,
    ]);
  });

  test('does not look again at what is as it was', async () => {
    const text = (await cutOff()).toString();
    await writeFile(path, text.replace(',null,', ',"said-before",'));
    const { problems } = (await audit()).report;
    expect(problems).toEqual([{ what: 'record', id: ids[0], code: 'said-before' }]);
  });

  test.each([
    ['a byte of its XML', `update issued_record set xml = set_byte(xml, 700, get_byte(xml, 700) # 1)`, 1],
    ['a signature', `update slot set signature = set_byte(signature, 900, get_byte(signature, 900) # 1)`, 1],
    [
      'its leaf’s time in the store',
      `update issued_record set leaf = set_byte(leaf, 8, get_byte(leaf, 8) # 1)`,
      1,
    ],
  ])('looks again at a record of which %s has changed since', async (_, change) => {
    await cutOff();
    const statement = `${change} where record_id = '${ids[0]}'`;
    await asSuperuser(house, statement);
    try {
      const whole = await plain();
      expect(whole.problems).toContainEqual({ what: 'record', id: ids[0], code: expect.any(String) });
      expect((await audit()).report).toEqual(whole);
    } finally {
      await asSuperuser(house, statement);
    }
  });

  test('still names a leaf that went from the log’s store in the meantime', async () => {
    await cutOff();
    const where = `where leaf_index = 0`;
    await asSuperuser(
      house,
      `create table kept as select * from log_leaf ${where}; delete from log_leaf ${where}`,
    );
    try {
      const whole = await plain();
      expect(whole.ok).toBe(false);
      expect((await audit()).report).toEqual(whole);
    } finally {
      await asSuperuser(house, 'insert into log_leaf select * from kept; drop table kept');
    }
  });
});

describe('a state is not gone on from', () => {
  const vkey = /"vkey":"[^"]*"/;
  test.each([
    ['a file that is none', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 10, 1]), 'unreadable'],
    ['an empty one', () => Buffer.alloc(0), 'unreadable'],
    ['one of another form', (s: Buffer) => edit(s, 'state/1', 'state/2'), 'unreadable'],
    ['one with more in its head', (s: Buffer) => edit(s, '{"format"', '{"more":1,"format"'), 'unreadable'],
    ['a checkpoint that the log did not sign', (s: Buffer) => edit(s, '\\n5\\n', '\\n6\\n'), 'unreadable'],
    ['another key', (s: Buffer) => edit(s, vkey, '"vkey":"x+00000000+AQ=="'), 'unreadable'],
  ])('%s: refused, and left as it is', async (_, change, code) => {
    const bytes = change(await cutOff());
    await writeFile(path, bytes);
    await expect(audit()).rejects.toMatchObject({ name: 'AuditStateError', code });
    expect(await readFile(path)).toEqual(bytes);
  });

  test.each([
    ['older than a week', 8],
    ['dated ahead', -1],
  ])('%s', async (_, days) => {
    await cutOff();
    const now = new Date(house.now().getTime() + days * 24 * 3_600_000);
    await expect(audit({ now })).rejects.toMatchObject({ code: 'too-old' });
  });

  test('of another store', async () => {
    const other = await makeHouse({ pupils: 1 });
    try {
      await other.issueAll();
      await cutOff();
      const onOther = auditStore({
        connection: other.database.owner,
        dataFolder: other.dataDir,
        now: house.now,
        state: path,
      });
      await expect(onOther).rejects.toMatchObject({ code: 'of-another-store' });
    } finally {
      await other.close();
    }
  });

  test('newer than the log: what was cut off from the log is named', async () => {
    await house.recall(ids[0] ?? '', false);
    await cutOff();
    const place = folderOf(house.dataDir, house.origin);
    const present = join(folder, 'present');
    await cp(place, present, { recursive: true });
    await cp(older, place, { recursive: true, force: true });
    try {
      await expect(audit()).rejects.toMatchObject({ code: 'log-shrank', id: house.origin });
    } finally {
      await cp(present, place, { recursive: true, force: true });
    }
    expect((await audit()).report.ok).toBe(true);
  });
});

function edit(state: Buffer, from: string | RegExp, to: string): Buffer {
  const text = state.toString();
  const changed = text.replace(from, () => to);
  expect(changed).not.toBe(text);
  return Buffer.from(changed);
}

test('values that differ only by where one ends, by kind or by order have another digest', () => {
  const values: unknown[] = [
    [],
    [[]],
    ['ab', 'c'],
    ['a', 'bc'],
    [1],
    ['1'],
    [1n],
    [null],
    [undefined],
    [false],
    [new Uint8Array([97])],
    ['a'],
    [['a'], []],
    [[], ['a']],
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    new Map([['a', 1]]),
    [new Date(5)],
    [5],
  ];
  expect(new Set(values.map(digestOf)).size).toBe(values.length);
  expect(digestOf({ b: 2, a: 1 })).toBe(digestOf({ a: 1, b: 2 }));
});

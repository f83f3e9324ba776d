import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CopiedRow,
  type Copies,
  integerIn,
  millisIn,
  octetsIn,
  openCopies,
  quoted,
  textIn,
} from './copy-out.ts';
import { inSnapshot } from './database.ts';
import { withClient } from './open.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

let database: TestDatabase;
let copies: Copies;
beforeAll(async () => {
  database = await freshDatabase();
  copies = await openCopies(database.owner);
  await database.asOwner('create table kept (n int8 primary key, what bytea)');
});
afterAll(async () => {
  await copies.close();
  await database.drop();
});

/** What `take` makes of each row. */
async function rowsOf<T>(
  query: string,
  columns: number,
  take: (row: CopiedRow) => T,
  from: Copies = copies,
): Promise<T[]> {
  const found: T[] = [];
  await from.read('7', [{ query, columns, row: (row) => void found.push(take(row)) }]);
  return found;
}

const one = async <T>(value: string, take: (row: CopiedRow, column: number) => T): Promise<T | undefined> =>
  (await rowsOf(`select ${value}`, 1, (row) => take(row, 0)))[0];

const works = () => one('1::int8', integerIn);

describe('values', () => {
  test.each([
    [`'\\x00ff10'::bytea`, [0, 255, 16]],
    [`''::bytea`, []],
    ['null::bytea', []],
  ])('octets: %s', async (value, octets) => {
    expect(await one(value, octetsIn)).toEqual(Uint8Array.from(octets));
  });

  test.each([
    [`'Hoàn thành tốt'::text`, 'Hoàn thành tốt'],
    [`''::text`, ''],
    ['null::text', ''],
    [`E'a\\nb\\tc\\\\'::text`, 'a\nb\tc\\'],
    [`'3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001'::uuid::text`, '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001'],
  ])('a text: %s', async (value, text) => {
    expect(await one(value, textIn)).toBe(text);
  });

  test.each([
    ['0::int8', 0],
    ['-1::int8', -1],
    [`${Number.MAX_SAFE_INTEGER}::int8`, Number.MAX_SAFE_INTEGER],
    [`(${Number.MIN_SAFE_INTEGER})::int8`, Number.MIN_SAFE_INTEGER],
    ['4294967296::int8', 2 ** 32],
    [`${2 ** 53}::int8`, Number.NaN],
    ['9223372036854775807::int8', Number.NaN],
    ['null::int8', Number.NaN],
    ['1::int4', Number.NaN],
    [`'1'::text`, Number.NaN],
  ])('a number: %s', async (value, number) => {
    expect(await one(value, integerIn)).toBe(number);
  });

  test.each([
    [`'2026-05-20T03:04:05.678Z'::timestamptz`, Date.UTC(2026, 4, 20, 3, 4, 5, 678)],
    [`'2026-05-20T03:04:05.678999Z'::timestamptz`, Date.UTC(2026, 4, 20, 3, 4, 5, 678)],
    [`'1999-12-31T23:59:59.9995Z'::timestamptz`, Date.UTC(1999, 11, 31, 23, 59, 59, 999)],
    [`'infinity'::timestamptz`, Number.NaN],
    [`'-infinity'::timestamptz`, Number.NaN],
    ['null::timestamptz', Number.NaN],
  ])('a time: %s', async (value, millis) => {
    expect(await one(value, millisIn)).toBe(millis);
  });

  test('a row of all of them, nulls between', async () => {
    const take = (row: CopiedRow) => [textIn(row, 0), octetsIn(row, 1), integerIn(row, 2), row.lengths[3]];
    expect(await rowsOf(`select 'x'::text, '\\x01'::bytea, 5::int8, null::text`, 4, take)).toEqual([
      ['x', Uint8Array.of(1), 5, -1],
    ]);
  });

  test('that are large, between small ones: each is its own copy', async () => {
    const sizes = [3, 70_000, 0, 1_000_000, 262_144, 1, 5_000_000, 70_000];
    const values = sizes.map((size, n) => `(${n}::int8, repeat(chr(${97 + n}), ${size})::bytea)`).join(', ');
    const found = await rowsOf(`select * from (values ${values}) v(n, what) order by n`, 2, (row) => ({
      n: integerIn(row, 0),
      what: octetsIn(row, 1),
    }));
    expect(found.map(({ n }) => n)).toEqual(sizes.map((_, n) => n));
    for (const { n, what } of found) {
      expect(what.length).toBe(sizes[n]);
      expect(what.every((octet) => octet === 97 + n)).toBe(true);
    }
  });

  test('many rows, in their order', async () => {
    const found = await rowsOf('select n::int8 from generate_series(1, 50000) n order by n', 1, (row) =>
      integerIn(row, 0),
    );
    expect(found).toEqual(Array.from({ length: 50_000 }, (_, i) => i + 1));
  });

  test('identifiers are quoted', async () => {
    const values = [`it's`, '', 'a\\b'];
    expect(await rowsOf(`select unnest(array[${quoted(values)}])`, 1, (row) => textIn(row, 0))).toEqual(
      values,
    );
  });
});

describe('a journey', () => {
  const nothing = { columns: 1, row: () => {} };

  test('of several queries: each takes its own rows, also where there are none', async () => {
    const found: string[] = [];
    const query = (name: string, text: string) => ({
      query: text,
      columns: 1,
      row: (row: CopiedRow) => void found.push(`${name}${textIn(row, 0)}`),
    });
    await copies.read('7', [
      query('a', `values ('1'), ('2')`),
      query('b', `select 'x' where false`),
      query('c', `values ('3')`),
    ]);
    await copies.read('7', []);
    expect(found).toEqual(['a1', 'a2', 'c3']);
  });

  test.each(['', '0', '07', '7; drop table kept', `7'`, '-1', '1'.repeat(19)])(
    'is not begun for a school that is none: %j',
    (schoolId) => {
      expect(() => copies.read(schoolId, [])).toThrow(TypeError);
    },
  );

  test('writes nothing', async () => {
    const insert = { ...nothing, query: `insert into kept values (9) returning 'x'::text` };
    await expect(copies.read('7', [insert])).rejects.toMatchObject({ code: '25006' });
    expect(await database.asOwner('select 1 from kept')).toEqual([]);
  });

  test.each([
    ['is wrong', 'select nothing from nowhere', '42P01'],
    ['fails between two rows', 'select 1 / (3 - n) from generate_series(1, 5) n', '22012'],
  ])('of which a statement %s ends with its error, and the next one goes on', async (_, query, code) => {
    const seen: number[] = [];
    const reading = copies.read('7', [
      { query: 'select 1::int8', columns: 1, row: (row) => void seen.push(integerIn(row, 0)) },
      { ...nothing, query },
      { query: 'select 2::int8', columns: 1, row: (row) => void seen.push(integerIn(row, 0)) },
    ]);
    await expect(reading).rejects.toMatchObject({ code });
    expect(seen).toEqual([1]);
    expect(await works()).toBe(1);
  });

  test('with what is no query reads nothing', async () => {
    const seen: number[] = [];
    const row = (from: CopiedRow) => void seen.push(integerIn(from, 0));
    const queries = ['select 1::int8', ') to stdout; --'].map((query) => ({ query, columns: 1, row }));
    await expect(copies.read('7', queries)).rejects.toMatchObject({ code: '42601' });
    expect(seen).toEqual([]);
    expect(await works()).toBe(1);
  });

  test.each([
    ['fewer', 'select 1, 2', 1],
    ['more', 'select 1', 2],
  ])('with %s columns than were said ends with an error', async (_, query, columns) => {
    await expect(copies.read('7', [{ query, columns, row: () => {} }])).rejects.toThrow('number of columns');
    expect(await works()).toBe(1);
  });

  test('whose rows are not taken ends with what the taker threw, once', async () => {
    let calls = 0;
    const query = 'select n from generate_series(1, 1000) n';
    const row = () => {
      calls++;
      throw new RangeError('not mine');
    };
    await expect(copies.read('7', [{ query, columns: 1, row }])).rejects.toThrow(RangeError);
    expect(calls).toBe(1);
    expect(await works()).toBe(1);
  });

  test('that others wait for comes in its turn', async () => {
    const found = await Promise.all([1, 2, 3].map((n) => one(`${n}::int8`, integerIn)));
    expect(found).toEqual([1, 2, 3]);
  });

  test('sees the rows of its school alone', async () => {
    const application = await openCopies(database.application);
    try {
      await database.asOwner(
        `set session_replication_role = replica;
         insert into class_counter (school_id, class_id, seq) values (7, gen_random_uuid(), 70), (8, gen_random_uuid(), 80)`,
      );
      const counted = 'select seq from class_counter';
      expect(await rowsOf(counted, 1, (row) => integerIn(row, 0), application)).toEqual([70]);
      await application.read('8', [
        { query: counted, columns: 1, row: (row) => expect(integerIn(row, 0)).toBe(80) },
      ]);
    } finally {
      await application.close();
    }
  });
});

describe('one moment', () => {
  /** Somebody writes while the second of three queries waits for a lock that he holds. */
  async function besideWriter(read: (queries: readonly string[]) => Promise<number[]>): Promise<number[]> {
    await database.asOwner('truncate kept; insert into kept values (1)');
    return withClient(database.owner, async (writer) => {
      await writer.query(
        'begin; create table if not exists held (); lock table held in access exclusive mode',
      );
      const counted = 'select count(*)::int8 from kept';
      const reading = read([counted, `select count(*)::int8 from held`, counted]);
      const { pid } = (await writer.query('select pg_backend_pid() as pid')).rows[0];
      for (;;) {
        const { rowCount } = await writer.query(
          'select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
          [pid],
        );
        if (rowCount === 1) break;
      }
      await writer.query('insert into kept values (2); commit');
      return reading;
    });
  }

  const take = async (queries: readonly string[], snapshot?: string): Promise<number[]> => {
    const found: number[] = [];
    const row = (one: CopiedRow) => void found.push(integerIn(one, 0));
    await copies.read(
      '7',
      queries.map((query) => ({ query, columns: 1, row })),
      snapshot,
    );
    return found;
  };

  test('is what all queries of a journey see, whoever writes beside it', async () => {
    await database.asOwner('create table held ()');
    expect(await besideWriter((queries) => take(queries))).toEqual([1, 0, 1]);
    expect(await take(['select count(*)::int8 from kept'])).toEqual([2]);
  });

  test('can be that of another connection', async () => {
    await database.asOwner('truncate kept; insert into kept values (1)');
    const counted = 'select count(*)::int8 from kept';
    const seen = await inSnapshot(database.db, '7', async (_, snapshot) => {
      await database.asOwner('insert into kept values (2)');
      return [await take([counted], snapshot), await take([counted])];
    });
    expect(seen).toEqual([[1], [2]]);
    await expect(take([counted], `00000003-0000001B-1'; drop table kept`)).rejects.toThrow();
    expect(await take([counted])).toEqual([2]);
  });
});

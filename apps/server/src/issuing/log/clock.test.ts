import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntries, decodeLeaf, encodeLeaf, parseClockAhead, statementCommitment } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { orderClose } from '../writer/end-log.ts';
import { type Sequencer, startSequencer } from '../writer/sequencer.ts';
import { aheadUntil, stateClockAhead } from './clock.ts';
import { sha256 } from './keys.ts';
import { folderOf, originOf } from './origin.ts';
import { addPending } from './pending.ts';
import { publishedLog } from './published.ts';
import { newestStatement } from './statements.ts';

const [ORIGIN, LATER] = ['2026-2027', '2027-2028'].map((year) =>
  originOf({ code: '79000001', training: true }, year, 'unused.example'),
) as [string, string];
const TRUE = Date.parse('2026-11-30T08:00:00Z');
const AHEAD = Date.parse('2099-01-01T00:00:00Z');

let database: TestDatabase;
let dataDir: string;
let lines: string[];
let started: Sequencer[];
let clock: number;

beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-clock-'));
  [lines, started, clock] = [[], [], AHEAD];
});
afterEach(async () => {
  for (const sequencer of started) await sequencer.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(): Sequencer {
  const { db, application: connection } = database;
  const now = () => new Date(clock);
  const sequencer = startSequencer({ db, connection, dataDir, now, log: (line) => void lines.push(line) });
  started.push(sequencer);
  return sequencer;
}
async function add(origin = ORIGIN): Promise<void> {
  const commitment = new Uint8Array(randomBytes(32));
  const leaf = encodeLeaf({ kind: 'issue', time: Math.floor(clock / 1000), commitment });
  await database.db.transaction().execute((trx) => addPending(trx, origin, leaf));
}
const size = async (origin = ORIGIN) => (await publishedLog(dataDir, origin))?.checkpoint.size;
const state = (at = clock) => stateClockAhead(database.db, ORIGIN, new Date(at));

/** Signed in 2099; then the clock is put right, and another leaf waits. */
async function stoppedLog(): Promise<Sequencer> {
  const sequencer = start();
  await sequencer.ensure(ORIGIN);
  await add();
  await sequencer.settle(ORIGIN);
  clock = TRUE;
  await add();
  sequencer.wake();
  await expect
    .poll(() => lines.join('\n'))
    .toContain(`time-went-back; xem giờ của máy, rồi: hocba log clock ${ORIGIN}`);
  return sequencer;
}

describe('a log whose clock ran ahead', () => {
  test('stands still until it is stated; the statement is a leaf of it, and it goes on', async () => {
    const sequencer = await stoppedLog();
    expect(await size()).toBe(1);
    expect(await aheadUntil(database.db, ORIGIN, new Date(clock))).toEqual(new Date(AHEAD));
    expect(await state()).toEqual(new Date(AHEAD));
    expect(await aheadUntil(database.db, ORIGIN, new Date(clock))).toBeNull();
    await sequencer.settle(ORIGIN);
    expect(await size()).toBe(3);
    const statement = await newestStatement(database.db, ORIGIN, 'clock');
    if (statement === null) throw new Error('no statement');
    expect(parseClockAhead(statement.document)).toEqual({
      origin: ORIGIN,
      ahead: AHEAD / 1000,
      found: TRUE / 1000,
    });
    const bundle = await fileStorage(folderOf(dataDir, ORIGIN)).read('tile/entries/000.p/3');
    const [, , last = new Uint8Array()] = decodeEntries(bundle ?? new Uint8Array(), 3);
    expect(decodeLeaf(last)).toMatchObject({
      kind: 'statement',
      time: TRUE / 1000,
      commitment: statementCommitment(sha256, statement.document, statement.salt),
    });
    // Once it has signed again there is nothing to state.
    await expect(state()).rejects.toMatchObject({ code: 'clock-not-ahead' });
  });

  test('is stated once for each time that it ran ahead; an earlier statement says nothing of the next', async () => {
    const sequencer = await stoppedLog();
    await state();
    await sequencer.settle(ORIGIN);
    clock = AHEAD + 5000;
    await add();
    await sequencer.settle(ORIGIN);
    clock = TRUE + 5000;
    lines.length = 0;
    await add();
    sequencer.wake();
    await expect.poll(() => lines.join('\n')).toContain('time-went-back');
    await state();
    await sequencer.settle(ORIGIN);
    expect(await size()).toBe(6);
  });

  test('by an hour or less waits; one that was never ahead, or is none, has nothing to state', async () => {
    await stoppedLog();
    await expect(state(AHEAD - 3_600_000)).rejects.toMatchObject({ code: 'clock-soon-right' });
    await expect(state(AHEAD)).rejects.toMatchObject({ code: 'clock-not-ahead' });
    await expect(stateClockAhead(database.db, LATER, new Date(clock))).rejects.toMatchObject({
      code: 'unknown-log',
    });
    expect(await newestStatement(database.db, null, 'clock')).toBeNull();
  });

  test('a time that no clock says is somebody’s hand: nothing is stated', async () => {
    await stoppedLog();
    for (const time of ['9007199254740991', '253402300800000', '8640000000000001']) {
      await database.asOwner(`update log_state set lock =
        convert_to(regexp_replace(convert_from(lock, 'UTF8'), 'time [0-9]+', 'time ${time}'), 'UTF8')`);
      expect(await aheadUntil(database.db, ORIGIN, new Date(clock))).toBeInstanceOf(Date);
      await expect(state()).rejects.toMatchObject({ code: 'lock-wrong' });
    }
  });

  test('that has its order to close is closed, and the statement stands in the next year’s', async () => {
    const sequencer = await stoppedLog();
    await orderClose({ db: database.db, dataDir, now: () => new Date(clock) }, ORIGIN);
    await expect(state()).rejects.toMatchObject({ code: 'no-open-log' });
    await sequencer.ensure(LATER);
    await state();
    await sequencer.settle(LATER);
    expect(await size(LATER)).toBe(1);
    await expect.poll(async () => fileStorage(folderOf(dataDir, ORIGIN)).read('closed')).not.toBeNull();
    expect(await size()).toBe(2);
  });
});

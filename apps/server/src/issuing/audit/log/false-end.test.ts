import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSED_PATH, formatCheckpointText, formatNote, signNote } from '@hocba/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ed25519, noteSigner, sha256 } from '../../log/keys.ts';
import { folderOf, logKeyFile } from '../../log/origin.ts';
import { publishedLog } from '../../log/published.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** Whoever has log and database writes another history, and a row by which the log's key was stolen and nothing lodged counts any more. */
let house: TestHouse;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  await house.issueAll();
  // At work it would take the row for an order, and carry it out.
  await house.sequencer.stop();
});
afterAll(() => house.close());

/** What is said of the log itself. */
async function audit() {
  const { connection, dataFolder } = { connection: house.database.owner, dataFolder: house.dataDir };
  const { problems, open } = await auditStore({ connection, dataFolder, now: house.now });
  return { problems: problems.filter(({ what }) => what === 'log'), open };
}

/** A tree of this log that the level above has answered for, and that the log is not grown from. */
async function lodgedOtherwise(size: number): Promise<void> {
  const { dataDir, origin } = house;
  const signer = await noteSigner(logKeyFile(dataDir, origin), origin, false);
  const text = formatCheckpointText({ origin, size, root: new Uint8Array(32).fill(7) });
  const note = formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
  const folder = join(dataDir, 'lodged', origin.replaceAll('/', '_'));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${size}.checkpoint`), note);
  await writeFile(join(folder, `${size}.tlog-proof`), '');
}

test.each([`inception + interval '1 day'`, `'infinity'`])(
  'a log that began after its first leaf (%s) is named: what was sealed before would never have needed a proof',
  (set) =>
    undone(
      house,
      `create table kept_state as select * from log_state; update log_state set inception = ${set}`,
      'update log_state s set inception = k.inception from kept_state k where k.origin = s.origin; drop table kept_state',
      async () =>
        expect((await audit()).problems).toContainEqual({
          what: 'log',
          id: house.origin,
          code: 'inception-differs',
        }),
    ),
);

test('what was lodged up to the last believed tree still counts; what was lodged behind it is told', async () => {
  const { origin, dataDir } = house;
  const log = await publishedLog(dataDir, origin);
  const size = log?.checkpoint.size ?? 0;
  const note = Buffer.from(log?.note ?? []).toString('hex');
  const differs = { what: 'log', id: `${origin}/checkpoint`, code: 'known-checkpoint-differs' };
  const ahead = { ...differs, code: 'known-checkpoint-ahead' };
  const end = `insert into log_state (origin, inception) values ('${origin}.2', now());
    insert into log_end values ('${origin}', 'stolen', '${origin}.2', ${size}, '\\x${note}', now())`;
  const undo = `delete from log_end; delete from log_state where origin = '${origin}.2'`;
  await lodgedOtherwise(size + 1);
  expect(await audit()).toEqual({ problems: [ahead], open: [] });
  const behind = { what: 'log', id: origin, code: 'lodged-behind-last-tree' };
  const unordered = { what: 'log', id: origin, code: 'end-without-order' };
  await undone(house, end, undo, async () =>
    expect(await audit()).toEqual({ problems: [unordered], open: [behind] }),
  );
  await lodgedOtherwise(1);
  await undone(house, end, undo, async () =>
    expect(await audit()).toEqual({ problems: [differs, unordered], open: [behind] }),
  );
});

test('a log that its files call closed, and that nobody ordered to be, is named', async () => {
  const place = join(folderOf(house.dataDir, house.origin), CLOSED_PATH);
  await writeFile(place, 'x');
  const { problems } = await audit();
  await rm(place);
  expect(problems).toContainEqual({
    what: 'log',
    id: `${house.origin}/closed`,
    code: 'closed-without-order',
  });
});

test('leaves of a log that nobody made, and a cosigned tree that is none of the log’s, are named', async () => {
  const { origin } = house;
  const other = `insert into log_leaf select origin || 'x', leaf_index, leaf, leaf_hash from log_leaf;
    insert into log_cosigned values ('${origin}', 1, 'x', now())`;
  const undo = `delete from log_leaf where origin = '${origin}x'; delete from log_cosigned`;
  const before = (await audit()).problems;
  await undone(house, other, undo, async () =>
    expect((await audit()).problems).toEqual(
      expect.arrayContaining([
        ...before,
        { what: 'log', id: `${origin}x`, code: 'leaves-of-no-log' },
        { what: 'log', id: `${origin}/cosigned`, code: 'checkpoint-differs' },
      ]),
    ),
  );
});

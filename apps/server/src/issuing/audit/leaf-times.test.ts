import { encodeLeaf, type LeafKind, leafHash } from '@hocba/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../store/database.ts';
import { auditStore } from '../audit.ts';
import { sha256 } from '../log/keys.ts';
import { addPending } from '../log/pending.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { leafTimes } from './leaf-times.ts';

const DAY = 86_400;
const NOW = 1_780_000_000;

describe('leaves in their order', () => {
  const named = (leaves: readonly (readonly [LeafKind, number])[]): string[] => {
    const times = leafTimes(new Date(NOW * 1000));
    for (const [index, [kind, time]] of leaves.entries())
      times.look(index, { kind, time, commitment: new Uint8Array(32) }, new Uint8Array(32).fill(index));
    return times.found.map(({ index, code }) => `${index} ${code}`);
  };
  test.each<[string, [LeafKind, number][], string[]]>([
    ['none', [], []],
    [
      'that come one after the other',
      [
        ['issue', NOW - 5],
        ['recall', NOW - 5],
        ['replace', NOW],
      ],
      [],
    ],
    [
      'a little out of order',
      [
        ['issue', NOW],
        ['issue', NOW - DAY],
      ],
      [],
    ],
    [
      'one dated back',
      [
        ['issue', NOW],
        ['issue', NOW - DAY - 1],
        ['issue', NOW],
      ],
      ['1 leaf-dated-back'],
    ],
    [
      'a recall dated back',
      [
        ['issue', NOW],
        ['recall', NOW - 9 * DAY],
      ],
      ['1 leaf-dated-back'],
    ],
    [
      'one ahead, which makes none behind it late',
      [
        ['issue', NOW + DAY + 1],
        ['issue', NOW],
        ['issue', NOW - 1],
      ],
      ['0 leaf-of-later'],
    ],
    [
      'a key that holds since long',
      [
        ['issue', NOW],
        ['claimKey', NOW - 90 * DAY],
        ['issue', NOW],
      ],
      [],
    ],
    [
      'a key that holds from later',
      [
        ['claimKey', NOW + 90 * DAY],
        ['issue', NOW],
      ],
      [],
    ],
  ])('%s', (_, leaves, found) => {
    expect(named(leaves)).toEqual(found);
  });
});

describe('in a store', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await makeHouse({ pupils: 1 });
    await house.issueAll();
  });
  afterAll(() => house.close());

  test('a leaf that its log’s keeper dates back, or ahead, is named', async () => {
    const { db, owner } = house.database;
    const now = Math.floor(house.now().getTime() / 1000);
    for (const [time, code] of [
      [now - 30 * DAY, 'leaf-dated-back'],
      [now + 30 * DAY, 'leaf-of-later'],
    ] as const) {
      const leaf = encodeLeaf({
        kind: 'issue',
        time,
        commitment: sha256(new Uint8Array(1).fill(time % 256)),
      });
      await inTransaction(db, (trx) => addPending(trx, house.origin, leaf));
      await house.sequencer.settle(house.origin);
      const hash = Buffer.from(leafHash(sha256, leaf));
      const row = await db
        .selectFrom('log_leaf')
        .select('leaf_index')
        .where('leaf_hash', '=', hash)
        .executeTakeFirstOrThrow();
      const { problems } = await auditStore({ connection: owner, dataFolder: house.dataDir, now: house.now });
      expect(problems).toContainEqual({ what: 'leaf', id: `${house.origin}#${row.leaf_index}`, code });
    }
  });
});

import { encodeLeaf, leafHash } from '@hocba/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../../store/database.ts';
import { sha256 } from '../../log/keys.ts';
import { addPending } from '../../log/pending.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';

const DAY = 86_400;

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

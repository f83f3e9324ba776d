import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeLeaf,
  isLeafOfReceipt,
  LOGGED_STATUSES_PATH,
  leafHash,
  openStatus,
  parseLoggedStatuses,
  type StatusEntry,
  signStatus,
} from '@hocba/ledger';
import { nodeCrypto } from '@hocba/signature/node';
import type { Selectable } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../../access/approval/request.ts';
import { verifySigned } from '../../../signing/slots/verify-slots.ts';
import { inSchool } from '../../../store/database.ts';
import type { ApprovalRequestTable } from '../../../store/tables/approval.ts';
import { logStatus } from '../../days/log-status.ts';
import { lookAtHeads, SEEN_HEADS_FILE } from '../../days/seen-heads.ts';
import { coreOf } from '../../issue/core.ts';
import { ed25519, noteSigner, sha256 } from '../../log/keys.ts';
import { folderOf, statusKeyFile, statusKeyName } from '../../log/origin.ts';
import { publishStatus, STATUS_PATH, statusVkey } from '../../status/status.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

let house: TestHouse;
/** Of three pupils; the third's was recalled, and the fourth record replaces it. */
let ids: string[];
let early: Uint8Array;
beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = (await house.issueAll()).sort();
  early = (await publish()).bytes;
  await house.recall(ids[2] ?? '', true);
  ids.push(...(await house.issueAll()));
  await publish();
});
afterAll(() => house.close());

const publish = () =>
  publishStatus({ db: house.database.db, dataDir: house.dataDir, now: house.now }, house.origin);

const audit = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });

/** What an audit says beside that a row is not as the trail notes it, which `office-rows.test.ts` holds. */
const besideRows = async () => (await audit()).problems.filter(({ what }) => what !== 'row');

const keptOf = (tables: readonly string[], where = 'true'): [string, string] => [
  tables
    .map(
      (t) => `create table kept_${t} as select * from ${t} where ${where}; delete from ${t} where ${where}`,
    )
    .join(';'),
  tables
    .map(
      (t) =>
        `delete from ${t} where ${where}; insert into ${t} overriding system value select * from kept_${t}; drop table kept_${t}`,
    )
    .join(';'),
];

describe('what the tables say about a record beside its bytes', () => {
  const record = (n: number, code: string) => ({ what: 'record', id: ids[n], code });
  const recall = (n: number, code: string) => ({ what: 'recall', id: ids[n], code });
  const later = (what: string) => `${what} = ${what} + interval '30 days'`;
  const earlier = (what: string) => `${what} = ${what} - interval '30 days'`;

  test('two pupils’ records swapped by their rows', async () => {
    const [one, two] = ids;
    const swap = `update record r set pupil_id = o.pupil_id from record o
      where r.record_id in ('${one}', '${two}') and o.record_id in ('${one}', '${two}') and o.record_id <> r.record_id`;
    await undone(house, swap, swap, async () =>
      expect(await besideRows()).toEqual([
        record(0, 'row-differs-from-record'),
        record(1, 'row-differs-from-record'),
      ]),
    );
  });

  test.each([
    ['school_year', '2020-2021', '2025-2026'],
    ['profile', 'moet-1.0', 'moet-2025'],
  ])('another %s', async (column, wrong, right) => {
    const set = (value: string) => `update record set ${column} = '${value}' where record_id = '${ids[1]}'`;
    await undone(house, set(wrong), set(right), async () =>
      expect(await besideRows()).toEqual([record(1, 'row-differs-from-record')]),
    );
  });

  test.each([
    ['before', earlier, later],
    ['after', later, earlier],
  ])('a day of issue %s the true one', async (_, there, back) => {
    for (const [table, column, and] of [
      ['issued_record', 'issued_at', ''],
      ['record_act', 'acted_at', ` and act = 'issue'`],
    ] as const) {
      const of = (set: (what: string) => string) =>
        `update ${table} set ${set(column)} where record_id = '${ids[0]}'${and}`;
      await undone(house, of(there), of(back), async () =>
        expect(await besideRows()).toEqual([record(0, 'issued-at-differs')]),
      );
    }
  });

  test('a recall by somebody else, or on another day', async () => {
    const { principal, clerk } = house.school;
    const by = (staff: string) =>
      `update record_act set staff_id = '${staff}' where act = 'recall' and record_id = '${ids[2]}'`;
    await undone(house, by(clerk.staffId), by(principal.staffId), async () =>
      expect(await besideRows()).toEqual([recall(2, 'recalled-at-differs')]),
    );
    for (const table of ['recalled_record set recalled_at', 'record_act set acted_at']) {
      const of = (sign: string) =>
        `update ${table} = ${table.split(' ').at(-1)} ${sign} interval '1 hour' where record_id = '${ids[2]}'
         ${table.startsWith('record_act') ? `and act = 'recall'` : ''}`;
      await undone(house, of('+'), of('-'), async () =>
        expect(await besideRows()).toEqual([recall(2, 'recalled-at-differs')]),
      );
    }
  });

  test('the tokens of two pupils’ public pages swapped, without any print', async () => {
    const two = `('${ids[0]}', '${ids[1]}')`;
    const swap = `update verification_token t set record_id = o.record_id from verification_token o
      where t.record_id in ${two} and o.record_id in ${two} and o.token <> t.token`;
    const named = (n: number) => ({
      what: 'row',
      id: `${ids[n]} verification_token -`,
      code: 'changed-behind',
    });
    await undone(house, swap, swap, async () =>
      expect((await audit()).problems).toEqual([named(0), named(1)]),
    );
  });

  test.each([
    ['role', `role = 'homeroomTeacher'`],
    ['place', 'slot_order = slot_order + 40'],
  ])('the %s in which somebody signed', (_, set) => {
    const of = `record_id = '${ids[1]}' and slot_id = (select min(slot_id) from slot where role = 'subjectTeacher')`;
    return undone(
      house,
      `create table kept_slot as select * from slot where ${of}; update slot set ${set} where ${of}`,
      `delete from slot where record_id = '${ids[1]}' and slot_id = (select slot_id from kept_slot);
       insert into slot select * from kept_slot; drop table kept_slot`,
      async () => expect(await besideRows()).toEqual([record(1, 'slots-differ-from-plan')]),
    );
  });

  test('a replacement issued at no time', () =>
    undone(
      house,
      `create table kept_at as select record_id, issued_at from issued_record; update issued_record set issued_at = 'infinity'`,
      'update issued_record i set issued_at = k.issued_at from kept_at k where k.record_id = i.record_id; drop table kept_at',
      async () => expect(await besideRows()).toContainEqual(record(3, 'issued-at-no-time')),
    ));

  test.each([`'replace'`, `'replace', 'return'`])('the acts %s of what was replaced taken away', (acts) =>
    undone(house, ...keptOf(['record_act'], `act in (${acts})`), async () =>
      expect(await besideRows()).toEqual([recall(2, 'replaced-without-act')]),
    ),
  );

  test.each(['recall', 'replace'])('an act “%s” that no leaf stands for', async (act) => {
    const { schoolId, principal } = house.school;
    await undone(
      house,
      `insert into record_act select ${schoolId}, '${ids[0]}', max(seq) + 1, '${act}', '${principal.staffId}', 'principal', 'x', now()
       from record_act where record_id = '${ids[0]}'`,
      `delete from record_act where record_id = '${ids[0]}' and act = '${act}'`,
      async () =>
        expect(await besideRows()).toEqual([
          // Nothing is replaced that was not recalled.
          ...(act === 'replace' ? [record(0, 'acts-out-of-order')] : []),
          recall(0, 'act-without-leaf'),
        ]),
    );
  });
});

test('a record that never came into the log is named, also with a day of issue that is still to come', async () => {
  const [first = ''] = ids;
  const [row] = await house.database.asOwner<{ xml: Buffer; salt: Buffer }>(
    `select xml, salt from issued_record where record_id = '${first}'`,
  );
  if (row === undefined) throw new Error('no record');
  const roots = await house.signers.roots();
  const verified = await verifySigned(
    { crypto: nodeCrypto, roots, training: true, now: house.now() },
    row.xml,
  );
  const salt = new Uint8Array(32).fill(7);
  const at = new Date(Math.floor(house.now().getTime() / 1000) * 1000 + 30 * 86_400_000);
  const commitment = coreOf(verified, salt);
  const leaf = encodeLeaf({ kind: 'issue', time: at.getTime() / 1000, commitment });
  const hex = (bytes: Uint8Array) => `'\\x${Buffer.from(bytes).toString('hex')}'`;
  const [keep, back] = keptOf(['issued_record', 'record_act'], `record_id = '${first}'`);
  await undone(
    house,
    `${keep.replaceAll(/; delete from [^;]*/g, '')};
     update issued_record set salt = ${hex(salt)}, core = ${hex(commitment)}, leaf = ${hex(leaf)},
       leaf_hash = ${hex(leafHash(sha256, leaf))}, issued_at = '${at.toISOString()}' where record_id = '${first}';
     update record_act set acted_at = '${at.toISOString()}' where record_id = '${first}' and act = 'issue'`,
    back,
    async () => expect(await besideRows()).toContainEqual({ what: 'record', id: first, code: 'not-in-log' }),
  );
  expect((await audit()).problems).toEqual([]);
});

describe('an approval rewritten whole, with a digest that fits', () => {
  const notAgreed = [
    { what: 'recall', code: 'not-agreed' },
    { what: 'record', code: 'not-agreed' },
  ];
  const named = async () => (await besideRows()).map(({ what, code }) => ({ what, code }));
  const request = () =>
    inSchool(house.database.db, house.school.schoolId, (trx) =>
      trx.selectFrom('approval_request').selectAll().executeTakeFirstOrThrow(),
    );
  async function rewritten(change: Partial<Selectable<ApprovalRequestTable>>, and: string): Promise<void> {
    const before = await request();
    const after = { ...before, ...change };
    const set = (row: typeof before) =>
      `update approval_request set evidence = '${row.evidence}', asked_at = '${row.asked_at.toISOString()}',
         open_until = '${row.open_until.toISOString()}', digest = '\\x${Buffer.from(digestOf(row)).toString('hex')}'`;
    const [keep, back] = keptOf(['approval_decision', 'audit_event', 'audit_trail']);
    await undone(
      house,
      `${set(after)}; ${keep.replaceAll(/; delete from [^;]*/g, '')}; ${and}`,
      `${set(before)}; ${back}`,
      async () => expect(await named()).toEqual(notAgreed),
    );
  }

  test('is not what stands in the trail', () => rewritten({ evidence: 'Biên bản khác' }, ''));

  test('also one dated back to before decisions stood there: the recall’s leaf has its day', () => {
    const days = (n: number) => new Date(house.now().getTime() + n * 86_400_000);
    return rewritten(
      { asked_at: days(-40), open_until: days(-35) },
      `update approval_decision set decided_at = decided_at - interval '38 days'`,
    );
  });

  test('taken away, and the recall put on the list of those from before it took two', async () => {
    const [keep, back] = keptOf(['approval_decision']);
    const listed = (kind: string) => `select school_id, '${kind}:' || record_id from recalled_record`;
    await undone(
      house,
      `${keep}; insert into act_before_approvals ${listed('recall')} union ${listed('return')}`,
      `${back}; delete from act_before_approvals`,
      async () => expect(await named()).toEqual(notAgreed),
    );
  });

  test('as it was, holds', async () => expect((await audit()).problems).toEqual([]));
});

test('a pupil taken off the roll before the class is closed, with or without a record', async () => {
  const [row] = await house.database.asOwner<{ class_id: string; pupil_id: string }>(
    `select class_id, pupil_id from record where record_id = '${ids[0]}'`,
  );
  const [change, undo] = keptOf(['enrolment'], `pupil_id = '${row?.pupil_id}'`);
  const named = { what: 'cell', id: `${row?.class_id}/${row?.pupil_id}`, code: 'pupil-not-on-roll' };
  await undone(house, change, undo, async () => expect(await besideRows()).toEqual([named]));
  const [all, back] = keptOf(
    [
      'record',
      'slot',
      'record_act',
      'issued_record',
      'record_registry',
      'verification_token',
      'record_archive',
    ],
    `record_id = '${ids[0]}'`,
  );
  await undone(house, `${change}; ${all}`, `${back}; ${undo}`, async () =>
    expect(await besideRows()).toContainEqual(named),
  );
  expect((await audit()).problems).toEqual([]);
});

describe('the whole store emptied', () => {
  const ALL = [
    'issued_record',
    'recalled_record',
    'record_archive',
    'slot',
    'signing_item',
    'signing_batch',
    'record_act',
    'record',
    'verification_token',
    'record_registry',
    'approval_request',
    'approval_decision',
    'cell',
    'cell_act',
    'class_counter',
    'log_leaf',
    'log_staged',
    'log_pending',
    'log_state',
  ];

  test('a school with all its rows: where its chains stood was seen beside the database', async () => {
    await lookAtHeads({ db: house.database.db, dataDir: house.dataDir });
    const [change, undo] = keptOf(['school']);
    await undone(house, change, undo, async () =>
      expect(await besideRows()).toContainEqual({
        what: 'store',
        id: house.school.schoolId,
        code: 'school-missing',
      }),
    );
    await rm(join(house.dataDir, SEEN_HEADS_FILE));
  });

  test('the log’s own tables too: its files are still there and say so', async () => {
    const [change, undo] = keptOf(ALL);
    await undone(house, change, undo, async () => {
      expect(await besideRows()).toEqual([{ what: 'log', id: house.origin, code: 'log-missing-in-store' }]);
      // The trail has noted the tokens of what was issued.
      const gone = ids.map((id) => ({ what: 'row', id: `${id} verification_token -`, code: 'taken-away' }));
      expect((await audit()).problems).toEqual(expect.arrayContaining(gone));
    });
    expect((await audit()).problems).toEqual([]);
  });
});

describe('the published status', () => {
  const place = () => join(folderOf(house.dataDir, house.origin), STATUS_PATH);
  const code = (what: string) => ({ what: 'log', id: `${house.origin}/${STATUS_PATH}`, code: what });
  async function instead(bytes: Uint8Array | null, check: () => Promise<void>): Promise<void> {
    const whole = await readFile(place());
    await chmod(place(), 0o644);
    await (bytes === null ? rm(place()) : writeFile(place(), bytes));
    try {
      await check();
    } finally {
      await writeFile(place(), whole);
    }
  }

  test('that calls a record recalled which no leaf recalls', async () => {
    const status = await openStatus(
      sha256,
      ed25519,
      await statusVkey(house.dataDir, house.origin),
      house.origin,
      await readFile(place()),
    );
    const signer = await noteSigner(statusKeyFile(house.dataDir), statusKeyName(house.origin), false);
    const spoken = new Set(status.entries.map(({ index }) => index));
    const index = [0, 1, 2].find((n) => !spoken.has(n)) ?? 0;
    const invented = { index, by: 3, state: 'recalled', reason: 'other' } as const;
    const entries = [...status.entries, invented].sort((a, b) => a.index - b.index);
    const bytes = await signStatus(sha256, ed25519, signer, { ...status, entries });
    await instead(bytes, async () => expect(await besideRows()).toEqual([code('status-invents')]));
  });

  test('that calls a replaced record recalled only, or replaced by another leaf', async () => {
    const vkey = await statusVkey(house.dataDir, house.origin);
    const status = await openStatus(sha256, ed25519, vkey, house.origin, await readFile(place()));
    const signer = await noteSigner(statusKeyFile(house.dataDir), statusKeyName(house.origin), false);
    for (const change of [{ state: 'recalled', reason: 'other' }, { by: 3 }] as const) {
      const entries = status.entries.map((entry) => ({ ...entry, ...change }) as StatusEntry);
      const bytes = await signStatus(sha256, ed25519, signer, { ...status, entries });
      await instead(bytes, async () => expect(await besideRows()).toEqual([code('status-untrue')]));
    }
  });

  test('an older one put back is named once the newer one stands in the log', async () => {
    await logStatus(house.database.db, house.origin, await publish(), house.now());
    await house.sequencer.settle(house.origin);
    expect((await audit()).problems).toEqual([]);
    // Anybody with a copy of the log may see which leaf it is.
    await publish();
    const list = await readFile(join(folderOf(house.dataDir, house.origin), LOGGED_STATUSES_PATH));
    const [receipt] = parseLoggedStatuses(list);
    const row = await house.database.db
      .selectFrom('believed_leaf')
      .select('leaf')
      .where('leaf_index', '=', String(receipt?.index))
      .executeTakeFirstOrThrow();
    expect(receipt && isLeafOfReceipt(sha256, row.leaf, receipt)).toBe(true);
    await instead(early, async () => expect(await besideRows()).toEqual([code('status-replaced-by-older')]));
  });
});

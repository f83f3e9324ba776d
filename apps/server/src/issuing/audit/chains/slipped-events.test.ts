import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSchool } from '../../../store/database.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser, undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** Between the events of a school's trail and the row that says where it stands, which moves at the commit (0047_trail_head.sql). */
let house: TestHouse;
let last: number;
beforeAll(async () => {
  house = await makeHouse({ pupils: 1 });
  for (let n = 0; n < 3; n++) await note();
  const [row] = await house.database.asOwner<{ seq: string }>('select seq from audit_trail');
  last = Number(row?.seq);
});
afterAll(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;
const event = (seq: number, code: string) => ({ what: 'event', id: `#${seq}`, code });
const note = () =>
  inSchool(house.work.db, house.school.schoolId, (trx) =>
    trx
      .insertInto('audit_event')
      .values({
        school_id: house.school.schoolId,
        event_id: randomUUID(),
        at: house.now(),
        act: 'looked',
        outcome: 'ok',
      } as never)
      .execute(),
  );

test('an event that is chained rightly behind the row, past every trigger, is named', () =>
  undone(
    house,
    `insert into audit_event (school_id, event_id, at, act, outcome, seq, chain)
       select school_id, gen_random_uuid(), now(), 'slipped', 'ok', seq + 1, chain from audit_trail;
     update audit_event e set chain = trail_chain(t.chain, e) from audit_trail t where e.act = 'slipped'`,
    `delete from audit_event where act = 'slipped'`,
    async () => expect(await problems()).toEqual([event(last + 1, 'not-counted')]),
  ));

test('events behind a row that was taken away or put back are named from the first one on', async () => {
  const kept = 'create table kept_trail as select * from audit_trail';
  const back =
    'delete from audit_trail; insert into audit_trail select * from kept_trail; drop table kept_trail';
  await undone(house, `${kept}; delete from audit_trail`, back, async () =>
    expect(await problems()).toEqual([event(1, 'not-counted')]),
  );
  const earlier = `update audit_trail t set seq = e.seq, chain = e.chain from audit_event e where e.seq = t.seq - 2`;
  await undone(house, `${kept}; ${earlier}`, back, async () =>
    expect(await problems()).toEqual([event(last - 1, 'not-counted')]),
  );
});

test('what the application notes while somebody has turned off that the row moves is named', async () => {
  await house.database.asOwner('alter table audit_event disable trigger move_trail');
  await note();
  await house.database.asOwner('alter table audit_event enable trigger move_trail');
  expect(await problems()).toEqual([event(last + 1, 'not-counted')]);
  // The next one goes on from it, and counts both.
  await note();
  last += 2;
  expect(await problems()).toEqual([]);
});

test('the last event taken away, or there twice, is named', async () => {
  const kept = 'create table kept_events as select * from audit_event';
  const back =
    'delete from audit_event; insert into audit_event select * from kept_events; drop table kept_events';
  await undone(house, `${kept}; delete from audit_event where seq = ${last}`, back, async () =>
    expect(await problems()).toEqual([event(last, 'truncated')]),
  );
  await asSuperuser(house, kept);
  const again = `insert into audit_event (school_id, event_id, at, act, outcome, seq, chain)
    select school_id, gen_random_uuid(), at, act, outcome, seq + 1, chain from kept_events where seq = ${last}`;
  await undone(house, again, back, async () => expect(await problems()).toEqual([event(last + 1, 'edited')]));
});

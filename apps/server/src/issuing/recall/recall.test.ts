import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, StaffRole } from '../../access/actor.ts';
import { askApproval, OPEN_MS } from '../../access/approval/ask.ts';
import { decideApproval, withdrawApproval } from '../../access/approval/decide.ts';
import type { ApprovalDeps, ApprovalKind } from '../../access/approval/kinds.ts';
import { listApprovals } from '../../access/approval/list.ts';
import { moveLocks, yearLockKind } from '../../roster/move-locks.ts';
import { inSchool } from '../../store/database.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';

/** nobody alone recalls what was issued, nor opens its year again. */
let house: TestHouse;
let ids: string[];
let deps: ApprovalDeps;
const people: Record<string, Actor> = {};
beforeAll(async () => {
  house = await makeHouse({ pupils: 10 });
  ids = await house.issueAll();
  const { school } = house;
  deps = { ...house.approving, kinds: { ...house.approving.kinds, 'year-lock': yearLockKind(house) } };
  Object.assign(people, school);
  people.admin = await hire('admin', '000000000001');
});
afterAll(() => house?.close());

/** A further person of the office, or a further account of the person with this number. */
async function hire(role: StaffRole, personalId: string): Promise<Actor> {
  const { schoolId } = house.school;
  const staffId = randomUUID();
  const accountId = randomUUID();
  await house.database.asOwner(
    `insert into staff (school_id, staff_id, staff_code, full_name, personal_id, title)
     values (${schoolId}, '${staffId}', '${staffId.slice(0, 8)}', 'Bùi Mẫu Khác', '${personalId}', 'Cán bộ');
     insert into staff_role values (${schoolId}, '${staffId}', '${role}');
     insert into account (account_id, school_id, staff_id, username, password_hash)
     values ('${accountId}', ${schoolId}, '${staffId}', '${accountId}', 'none')`,
  );
  return { schoolId, accountId, staffId, roles: [role], address: '127.0.0.1' };
}

const who = (name: string): Actor => people[name] as Actor;
const code = (of: Promise<unknown>): Promise<string> =>
  of.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );
const ask = (recordId: string, asker = 'clerk', over: Partial<Record<'evidence' | 'reason', string>> = {}) =>
  askApproval(deps, who(asker), {
    act: { kind: 'recall', recordId, reasonCode: 'data-entry-error', replace: false },
    reason: 'Ghi nhầm điểm',
    evidence: 'Biên bản số 1',
    ...over,
  });
type Asked = Awaited<ReturnType<typeof ask>>;
const decide = (asked: Asked, by = 'principal', approve = true, with_ = deps) =>
  decideApproval(with_, who(by), asked.requestId, { approve, digest: asked.digest, note: '' });
const stateOf = async (asked: Asked, at = deps) =>
  (await listApprovals(at, who('clerk'))).requests.find((one) => one.requestId === asked.requestId)?.state;
const recalled = async (recordId: string) => {
  const rows = await house.database.asOwner<{ n: string }>(
    `select count(*) as n from recalled_record where record_id = '${recordId}'`,
  );
  return Number(rows[0]?.n);
};
const record = (n: number): string => ids[n] ?? '';

describe('who', () => {
  test('one principal alone cannot ask: nobody is there to agree', async () => {
    expect(await code(ask(record(0), 'principal'))).toBe('approval-nobody');
    expect((await listApprovals(deps, who('principal'))).askable).toEqual([]);
  });

  test('may ask, and may agree to what another one asked for', async () => {
    people.deputy = await hire('principal', '000000000002');
    // The clerk's own second account, with the role that agrees.
    people.twin = await hire('principal', '079080000004');
    expect(await code(ask(record(0), 'music'))).toBe('not-allowed');
    expect(await code(ask(record(0), 'clerk', { evidence: ' ' }))).toBe('evidence-missing');
    for (const [n, asker, approver, expected] of [
      [0, 'clerk', 'clerk', 'approval-own'],
      [0, 'clerk', 'twin', 'approval-own'],
      [0, 'clerk', 'admin', 'not-allowed'],
      [0, 'clerk', 'homeroom', 'not-allowed'],
      [0, 'clerk', 'principal', 'ok'],
      [1, 'principal', 'principal', 'approval-own'],
      [1, 'principal', 'clerk', 'not-allowed'],
      [1, 'principal', 'deputy', 'ok'],
      [2, 'homeroom', 'homeroom', 'approval-own'],
      [2, 'homeroom', 'clerk', 'not-allowed'],
      [2, 'homeroom', 'deputy', 'ok'],
      [8, 'admin', 'admin', 'approval-own'],
      [8, 'admin', 'deputy', 'ok'],
    ] as const) {
      const asked = await ask(record(n), asker);
      expect(await code(decide(asked, approver)), `${asker}, ${approver}`).toBe(expected);
      expect(await recalled(record(n))).toBe(expected === 'ok' ? 1 : 0);
    }
  });
});

describe('what is agreed to', () => {
  test('is asked for once: again is the same request, another one waits; a refusal changes nothing', async () => {
    const asked = await ask(record(3));
    expect(await ask(record(3))).toEqual(asked);
    expect(await code(ask(record(3), 'admin'))).toBe('approval-waiting');
    expect(await code(ask(record(3), 'clerk', { reason: 'Lý do khác' }))).toBe('approval-waiting');
    const seen = (await listApprovals(deps, who('deputy'))).requests.filter((one) => one.mayDecide);
    expect(seen).toMatchObject([{ requestId: asked.requestId, reason: 'Ghi nhầm điểm', state: 'open' }]);
    expect(await decide(asked, 'deputy', false)).toEqual({ state: 'refused' });
    expect([await stateOf(asked), await recalled(record(3))]).toEqual(['refused', 0]);
    expect(await code(decide(asked))).toBe('approval-closed');
  });

  test('is what was read, and what still stands', async () => {
    const asked = await ask(record(3));
    expect(await code(decide({ ...asked, digest: '0'.repeat(64) }))).toBe('approval-outdated');
    const recall = deps.kinds.recall as ApprovalKind<'recall'>;
    const moved: ApprovalKind<'recall'> = {
      ...recall,
      plan: async (...of) => ({ ...(await recall.plan(...of)), basis: 'another one' }),
    };
    const at = { ...deps, kinds: { recall: moved } };
    expect(await code(decide(asked, 'principal', true, at))).toBe('approval-outdated');
    expect([await stateOf(asked), await recalled(record(3))]).toEqual(['open', 0]);
    // It leaves the approver's list by itself, and keeps nobody else from asking anew.
    const seen = (await listApprovals(at, who('principal'))).requests;
    expect(seen.filter((one) => one.mayDecide)).toEqual([]);
    expect(await stateOf(asked, at)).toBe('outdated');
    const anew = { kind: 'recall', recordId: record(3), reasonCode: 'other', replace: false } as const;
    const again = await askApproval(at, who('admin'), { act: anew, reason: 'Như trên', evidence: 'Số 1' });
    await withdrawApproval(at, who('admin'), again.requestId);
  });

  test('is good for seven days', async () => {
    const asked = await ask(record(3));
    const later = { ...deps, now: () => new Date(house.now().getTime() + OPEN_MS + 1000) };
    expect(await code(decide(asked, 'principal', true, later))).toBe('approval-closed');
    expect([await stateOf(asked, later), await recalled(record(3))]).toEqual(['expired', 0]);
  });

  test('is withdrawn by who asked', async () => {
    const asked = await ask(record(3));
    expect(await code(withdrawApproval(deps, who('admin'), asked.requestId))).toBe('not-found');
    await withdrawApproval(deps, who('clerk'), asked.requestId);
    expect([await code(decide(asked)), await stateOf(asked)]).toEqual(['approval-closed', 'withdrawn']);
  });
});

describe('is done once', () => {
  test('under two who agree at once, and one who withdraws', async () => {
    const asked = await ask(record(4));
    const done = await Promise.all([
      code(decide(asked, 'principal')),
      code(decide(asked, 'deputy')),
      code(withdrawApproval(deps, who('clerk'), asked.requestId)),
    ]);
    expect(done.filter((one) => one === 'approval-closed')).toHaveLength(2);
    expect(await recalled(record(4))).toBe((await stateOf(asked)) === 'approved' ? 1 : 0);
  });

  test('killed in the middle: neither the agreement nor the act; afterwards both', async () => {
    const asked = await ask(record(5));
    const recall = deps.kinds.recall as ApprovalKind<'recall'>;
    const killed: ApprovalKind<'recall'> = {
      ...recall,
      async perform(trx, ...of) {
        await recall.perform?.(trx, ...of);
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
        return null;
      },
    };
    expect(await code(decide(asked, 'principal', true, { ...deps, kinds: { recall: killed } }))).not.toBe(
      'ok',
    );
    expect([await stateOf(asked), await recalled(record(5))]).toEqual(['open', 0]);
    expect(await decide(asked)).toEqual({ state: 'approved' });
    expect([await stateOf(asked), await recalled(record(5))]).toEqual(['approved', 1]);
  });
});

test('the locks of a year of which something is issued move by two', async () => {
  const { schoolYear } = house.school;
  const days = { schoolYear, mainLockOn: '2026-07-10', supplementaryLockOn: '2026-08-20' };
  expect(await code(moveLocks(house.work as never, who('principal'), { ...days, reason: 'Sở cho' }))).toBe(
    'approval-needed',
  );
  const asking = (mainLockOn: string) =>
    askApproval(deps, who('admin'), {
      act: { kind: 'year-lock', ...days, mainLockOn },
      reason: 'Sở cho phép',
      evidence: '',
    });
  expect(await code(asking('2026-05-01'))).toBe('invalid-input');
  const asked = await asking('2026-07-10');
  expect(await code(decide(asked, 'clerk'))).toBe('not-allowed');
  await decide(asked);
  const [act] = await house.database.asOwner<{ day: string; request_id: string }>(
    'select main_lock_on::text as day, request_id from year_lock_act',
  );
  expect(act).toEqual({ day: '2026-07-10', request_id: asked.requestId });
});

describe('the database', () => {
  const as = (statement: string) =>
    code(inSchool(house.work.db, house.school.schoolId, (trx) => sql.raw(statement).execute(trx)));
  const decision = (asked: Asked, by: string, role: string, at = 'now()') =>
    `insert into approval_decision values (${house.school.schoolId}, '${asked.requestId}', 'approved', '',
       '${who(by).staffId}', '${role}', ${at})`;

  test('takes no decision of one person, of a role that may not, or out of time', async () => {
    const asked = await ask(record(6));
    const inTime = `timestamptz '${house.now().toISOString()}'`;
    for (const [by, role, at] of [
      ['clerk', 'principal', inTime],
      ['twin', 'principal', inTime],
      ['admin', 'admin', inTime],
      ['homeroom', 'principal', inTime],
      ['principal', 'principal', "timestamptz '2027-01-01'"],
    ] as const)
      expect(await as(decision(asked, by, role, at)), by).toBe('42501');
  });

  test('takes no recall, no lock and no use that nobody agreed to', async () => {
    const { schoolId, schoolYear } = house.school;
    const { staffId } = who('principal');
    expect(
      await as(`insert into recalled_record (school_id, record_id, reason_code, reason, salt, leaf, leaf_hash, recalled_at, recalled_by)
        values (${schoolId}, '${record(7)}', 'other', 'x', sha256('x'), sha256('x'), sha256('x'), now(), '${staffId}')`),
    ).toBe('42501');
    expect(
      await as(`insert into year_lock_act (school_id, school_year, seq, main_lock_on, supplementary_lock_on, reason, acted_by, acted_at)
        values (${schoolId}, '${schoolYear}', 9, '2026-07-11', '2026-08-21', 'x', '${staffId}', now())`),
    ).toBe('42501');
    const asked = await ask(record(7));
    const use = `insert into approval_use values (${schoolId}, '${asked.requestId}', '${staffId}', '2026-05-28')`;
    expect(await as(use)).toBe('42501');
    await decide(asked);
    expect(await as(use), 'a recall is no file').toBe('42501');
    expect(
      await as(`insert into record_act (school_id, record_id, seq, act, staff_id, role, acted_at)
        values (${schoolId}, '${record(7)}', 99, 'return', '${staffId}', 'principal', now())`),
      'a recall without a replacement',
    ).toBe('42501');
  });

  test('changes nothing of it', async () => {
    for (const table of [
      'approval_request',
      'approval_decision',
      'approval_use',
      'seal_act',
      'act_before_approvals',
    ]) {
      for (const statement of [
        `update ${table} set school_id = school_id`,
        `delete from ${table}`,
        `truncate ${table}`,
      ])
        expect(await as(statement), statement).toBe('42501');
    }
    expect(await code(house.database.asOwner("update approval_request set reason = 'x'"))).toBe('42501');
  });
});

test('who asks for what another is just agreeing to has nothing more to ask for', async () => {
  const { database } = house;
  await decide(await ask(record(9)));
  const opened = (reason: string) =>
    askApproval(deps, who('clerk'), {
      act: { kind: 'recall', recordId: record(9), reasonCode: 'data-entry-error', replace: true },
      reason,
      evidence: 'Biên bản số 1',
    });
  const first = await opened('Ghi nhầm điểm');
  const held = new pg.Client(database.owner);
  await held.connect();
  await held.query('begin; select 1 from class_counter for update');
  const waiting = async (): Promise<number> =>
    (
      await database.asOwner(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).length;
  const decided = decide(first);
  await expect.poll(waiting).toBe(1);
  const second = code(opened('Ghi sai điểm'));
  await expect.poll(waiting).toBe(2);
  await held.end();
  expect(await second).toBe('already-recalled');
  expect(await decided).toEqual({ state: 'approved' });
});

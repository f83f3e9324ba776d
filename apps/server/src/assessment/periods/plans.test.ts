import { randomUUID } from 'node:crypto';
import { requiredComments, requiredItems, ruleSetFor } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  makeWorld,
  type Role,
  type School,
  type World,
  YEAR,
} from '../../http/testing/world.ts';

let world: World;
let school: School;
const clients = {} as Record<Role, Client>;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  for (const role of ['homeroom', 'music', 'outsider', 'principal', 'clerk', 'admin'] as const) {
    clients[role] = await world.signIn(`${role}-1`);
  }
});
afterAll(() => world.close());

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
const RULES = ruleSetFor(YEAR);

/** Everything that the year needs, but what a plan lifts here: Âm nhạc, the test of Toán, the competence Thể chất. */
async function fill(extra: Readonly<Record<string, string>> = {}): Promise<void> {
  const values = {
    ...Object.fromEntries(requiredItems(RULES, 4, 'CN').map((i) => [i, i.endsWith('.mark') ? '9' : 'T'])),
    ...Object.fromEntries(requiredComments(RULES, 'CN').map((i) => [i, 'Đọc to, rõ bài đã học.'])),
    'HEIGHT.number': '130',
    'WEIGHT.number': '27',
    'ABSENT_EXCUSED.count': '0',
    'ABSENT_UNEXCUSED.count': '0',
    ...extra,
  };
  const ops = Object.entries(values)
    .filter(([item]) => !['AN.level', 'TOAN.mark', 'THE_CHAT.level'].includes(item) || item in extra)
    .map(([item, value], n) => ({
      n,
      pupilId: pupil(0),
      period: 'CN',
      item,
      base: 0,
      value,
      source: 'key',
    }));
  await clients.homeroom('POST', url('ops'), { device: 'd', batch: randomUUID(), ops });
}

interface Sheet {
  pupils: { pupilId: string; exempt: string[] }[];
}
const exempt = async (client: Client) =>
  (await client<Sheet>('GET', url('sheet?period=CN'))).body.pupils.find((p) => p.pupilId === pupil(0))
    ?.exempt;
const result = async () => {
  const { body } = await clients.homeroom<{
    pupils: { proposed: string | null; missing: { item: string }[] }[];
  }>('GET', url('results'));
  return body.pupils[0];
};
const plan = { pupilId: '', kind: 'individual', subjects: ['AN'], tests: ['TOAN'], traits: ['THE_CHAT'] };
const LIFTED = ['TOAN.mark', 'AN.level', 'AN.mark', 'THE_CHAT.level'];

describe('an individual education plan (Điều 8)', () => {
  test('lifts nothing before the principal has confirmed it', async () => {
    await fill();
    const set = await clients.homeroom('POST', url('plans'), { ...plan, pupilId: pupil(0) });
    expect(set.status).toBe(200);
    expect(await exempt(clients.homeroom)).toEqual([]);
    expect(await result()).toMatchObject({
      proposed: null,
      missing: [{ item: 'TOAN.mark' }, { item: 'AN.level' }, { item: 'THE_CHAT.level' }],
    });
  });

  test('confirmed, what it lifts is neither missing nor a reason for a lower result', async () => {
    const confirm = await clients.principal('POST', url('plans/decision'), {
      pupilId: pupil(0),
      act: 'confirm',
    });
    expect(confirm.status).toBe(200);
    expect(await result()).toMatchObject({ proposed: 'HTXS', missing: [] });
    // Filled all the same, a mark that is lifted does not lower anything: never a reason for CHT.
    await fill({ 'TOAN.mark': '1', 'THE_CHAT.level': 'C' });
    expect(await result()).toMatchObject({ proposed: 'HTXS' });
    const check = await clients.homeroom<{ pupils: { problems: { code: string; item?: string }[] }[] }>(
      'GET',
      url('check'),
    );
    const lacks = check.body.pupils[0]?.problems.filter((p) => p.code === 'missing') ?? [];
    expect(lacks.map((p) => p.item ?? '')).not.toEqual(expect.arrayContaining(['AN.level']));
  });

  test.each([
    ['homeroom', 200, LIFTED],
    ['principal', 200, LIFTED],
    // A subject teacher sees which of his own cells is lifted, and nothing else.
    ['music', 403, ['AN.level']],
    ['clerk', 403, []],
    ['outsider', 403, undefined],
    ['admin', 200, undefined],
  ] as const)('%s: who may see it', async (role, status, cells) => {
    const answer = await clients[role]('GET', url('plans'));
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.text).not.toContain('individual');
    const seen = await clients[role]<Sheet>('GET', url('sheet?period=CN'));
    if (cells === undefined) return expect(seen.status).toBe(403);
    const found = seen.body.pupils.find((p) => p.pupilId === pupil(0))?.exempt ?? [];
    expect(found.filter((item) => item !== 'AN.mark')).toEqual(cells.filter((item) => item !== 'AN.mark'));
  });

  test('leaves no trace in the trail of who did what, nor in a line for the operator', async () => {
    const events = await world.database.asOwner<{ act: string; object: string | null }>(
      'select act, object, outcome from audit_event',
    );
    expect(events.map(({ act }) => act)).toContain('assessment.setPlan');
    expect(JSON.stringify(events.filter(({ act }) => act !== 'row'))).not.toContain(pupil(0));
    // Of a plan's row the trail notes the class and no child; that there is such a child it notes with the child's own row.
    const ofPlans = events.filter(({ object }) => object?.includes('plan'));
    expect(ofPlans).toHaveLength(2);
    expect(JSON.stringify(ofPlans)).not.toContain(pupil(0));
    expect(world.lines.join('\n')).not.toMatch(/individual|THE_CHAT/);
  });

  test.each([
    ['by the principal', 'principal', {}, 403],
    ['by a subject teacher', 'music', {}, 403],
    ['by another class’s teacher', 'outsider', {}, 403],
    ['with a subject of no such grade', 'homeroom', { subjects: ['TNXH'] }, 400],
    ['with a test that there is none of', 'homeroom', { tests: ['DD'] }, 400],
    ['with a list that its kind has not', 'homeroom', { kind: 'adjusted' }, 400],
    ['with an unknown field', 'homeroom', { diagnosis: 'x' }, 400],
    ['of a stranger', 'homeroom', { pupilId: randomUUID() }, 400],
  ] as const)('set %s: refused, nothing written', async (_, role, over, status) => {
    const before = await world.database.asOwner('select 1 from education_plan');
    const answer = await clients[role]('POST', url('plans'), { ...plan, pupilId: pupil(0), ...over });
    expect(answer.status).toBe(status);
    expect(await world.database.asOwner('select 1 from education_plan')).toEqual(before);
  });

  test('withdrawn by the principal, every cell is needed again; the acts stay', async () => {
    await clients.principal('POST', url('plans/decision'), { pupilId: pupil(0), act: 'withdraw' });
    expect(await exempt(clients.homeroom)).toEqual([]);
    expect((await result())?.proposed).not.toBe('HTXS');
    const acts = await world.database.asOwner('select act from education_plan order by seq');
    expect(acts).toEqual([{ act: 'set' }, { act: 'confirm' }, { act: 'withdraw' }]);
    const nothing = await clients.principal('POST', url('plans/decision'), {
      pupilId: pupil(0),
      act: 'confirm',
    });
    expect(nothing.status).toBe(400);
  });
});

describe('electives', () => {
  const decide = (client: Client, electivesLower: boolean) =>
    client('POST', '/api/assessment-settings', { electivesLower });

  test('are recorded and do not lower the result, until the principal decides otherwise', async () => {
    await world.database.asOwner(
      `insert into assignment (school_id, class_id, subject, staff_id) values (1, $1, 'TDT', $2)`,
      [school.classId, school.staff.homeroom],
    );
    await clients.music('POST', url('ops'), {
      device: 'd',
      batch: randomUUID(),
      ops: [{ n: 0, pupilId: pupil(0), period: 'CN', item: 'AN.level', base: 0, value: 'T', source: 'key' }],
    });
    const set = (item: string, base: number, value: string) =>
      clients.homeroom('POST', url('ops'), {
        device: 'd',
        batch: randomUUID(),
        ops: [{ n: 0, pupilId: pupil(0), period: 'CN', item, base, value, source: 'key' }],
      });
    await set('TOAN.mark', 1, '9');
    await set('THE_CHAT.level', 1, 'T');
    await set('TDT.level', 0, 'C');
    expect((await clients.homeroom('GET', '/api/assessment-settings')).body).toEqual({
      electivesLower: null,
    });
    expect(await result()).toMatchObject({ proposed: 'HTXS' });
    for (const role of ['homeroom', 'clerk', 'admin'] as const) {
      expect((await decide(clients[role], true)).status).toBe(403);
    }
    expect((await decide(clients.principal, true)).body).toEqual({ electivesLower: true });
    expect(await result()).toMatchObject({ proposed: 'CHT' });
    await decide(clients.principal, false);
    expect(await result()).toMatchObject({ proposed: 'HTXS' });
  });
});

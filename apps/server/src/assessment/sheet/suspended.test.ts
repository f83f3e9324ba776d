import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';

let world: World;
let school: School;
let homeroom: Client;
let clerk: Client;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  clerk = await world.signIn('clerk-1');
});
afterAll(() => world.close());

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const paused = () => school.pupils[0]?.pupilId ?? '';
const setStatus = (status: string, onDate: string) =>
  clerk('POST', `/api/pupils/${paused()}/status`, { status, onDate, reason: 'Theo đơn của gia đình' });

interface Seen {
  /** Sentences on the pupil out of the refusal to close the period. */
  lacking: number;
  check: { ready: number; blocked: number; codes: string[] };
  sheet: string | null;
  missing: number;
  work: string;
}
async function seen(): Promise<Seen> {
  const name = school.pupils[0]?.fullName ?? '';
  const close = await homeroom<{ details?: string[] }>('POST', url('periods/close'), { period: 'CHK1' });
  const check = await homeroom<{
    ready: number;
    blocked: number;
    pupils: { pupilId: string; problems: { code: string }[] }[];
  }>('GET', url('check'));
  const sheet = await homeroom<{ pupils: { pupilId: string; suspendedOn: string | null }[] }>(
    'GET',
    url('sheet'),
  );
  const results = await homeroom<{ pupils: { pupilId: string; missing: unknown[] }[] }>(
    'GET',
    url('results'),
  );
  const work = await homeroom<{ groups: { tasks: { title: string; detail: string }[] }[] }>(
    'GET',
    '/api/work',
  );
  const of = <T extends { pupilId: string }>(list: readonly T[]) => list.find((p) => p.pupilId === paused());
  return {
    lacking: (close.body.details ?? []).filter((line) => line.includes(name)).length,
    check: {
      ready: check.body.ready,
      blocked: check.body.blocked,
      codes: [...new Set(of(check.body.pupils)?.problems.map((p) => p.code) ?? [])],
    },
    sheet: of(sheet.body.pupils)?.suspendedOn ?? null,
    missing: of(results.body.pupils)?.missing.length ?? -1,
    work:
      work.body.groups
        .flatMap((g) => g.tasks)
        .find((t) => t.title.includes('Toán'))
        ?.detail.split(',')[0] ?? '',
  };
}

test('a pupil who pauses is missing nowhere, blocks nobody, and is due again once back', async () => {
  const before = await seen();
  expect(before).toMatchObject({ check: { ready: 0, blocked: 3 }, sheet: null, work: '0/3 mức' });
  expect(before.lacking).toBeGreaterThan(0);
  expect(before.missing).toBeGreaterThan(10);

  expect((await setStatus('suspended', '2026-03-02')).status).toBe(200);
  expect(await seen()).toEqual({
    lacking: 0,
    check: { ready: 0, blocked: 2, codes: ['suspended'] },
    sheet: '2026-03-02',
    missing: 0,
    work: '0/2 mức',
  });

  expect((await setStatus('returned', '2026-05-04')).status).toBe(200);
  expect(await seen()).toEqual(before);
});

test('a pause of the next school year changes nothing of this one', async () => {
  world.clock.now = new Date('2026-10-05T02:00:00Z');
  homeroom = await world.signIn('homeroom-1');
  clerk = await world.signIn('clerk-1');
  expect((await setStatus('suspended', '2026-10-01')).status).toBe(200);
  const { body } = await homeroom<{ pupils: { suspendedOn: string | null }[] }>(
    'GET',
    url('sheet?period=CN'),
  );
  expect(body.pupils.map((p) => p.suspendedOn)).toEqual([null, null, null]);
});

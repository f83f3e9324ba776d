import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { SecretBox } from '../../store/sealed-secret.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { makeSmallSchool, type SmallSchool } from '../testing/small-school.ts';
import { agentActor, newPairingCode, pairAgent } from './agents.ts';

let database: TestDatabase;
let school: SmallSchool;
let dataDir: string;
let at = new Date('2026-05-28T01:00:00Z');
const deps = () => ({ db: database.db, now: () => at, dataDir, log: () => {} });
beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-agents-'));
  school = await makeSmallSchool(database.db, { pupils: 0 });
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

let calls = 0;
const request = (baseUrl = 'https://truong.example') => ({
  address: `10.0.0.${++calls}`,
  baseUrl,
  actedAs: (_: Actor) => {},
});
const later = (ms: number) => {
  at = new Date(at.getTime() + ms);
};

test('a code pairs one agent of its account, once, however it is typed', async () => {
  const { code } = await newPairingCode(deps(), school.principal);
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  const typed = code.toLowerCase().replace('-', ' ');
  const { token, actor } = await pairAgent(deps(), { code: typed, name: 'máy 1' }, request());
  expect(actor.staffId).toBe(school.principal.staffId);
  expect((await agentActor(deps(), token, request())).staffId).toBe(school.principal.staffId);
  await expect(pairAgent(deps(), { code, name: 'máy 2' }, request())).rejects.toMatchObject({
    code: 'pairing-refused',
  });
});

test('a code that is five minutes old pairs nothing', async () => {
  const { code } = await newPairingCode(deps(), school.clerk);
  later(5 * 60_000);
  await expect(pairAgent(deps(), { code, name: 'm' }, request())).rejects.toMatchObject({
    code: 'pairing-refused',
  });
});

test('the token holds at its own address, for twelve hours, until another agent is paired', async () => {
  const pair = async () => {
    const { code } = await newPairingCode(deps(), school.music);
    return (await pairAgent(deps(), { code, name: 'm' }, request())).token;
  };
  const refused = { code: 'agent-unpaired' };
  const first = await pair();
  await expect(agentActor(deps(), first, request('https://khac.example'))).rejects.toMatchObject(refused);
  await expect(agentActor(deps(), `${first.slice(0, -1)}_`, request())).rejects.toMatchObject(refused);
  const second = await pair();
  await expect(agentActor(deps(), first, request())).rejects.toMatchObject(refused);
  later(12 * 3_600_000 - 1);
  await agentActor(deps(), second, request());
  later(2);
  await expect(agentActor(deps(), second, request())).rejects.toMatchObject(refused);
});

test('guessing codes from one network is stopped', async () => {
  const same = { ...request(), address: '10.9.9.9' };
  for (let n = 0; n < 10; n++)
    await expect(pairAgent(deps(), { code: `0000000${n}`, name: 'm' }, same)).rejects.toMatchObject({
      code: 'pairing-refused',
    });
  const { code } = await newPairingCode(deps(), school.homeroom);
  await expect(pairAgent(deps(), { code, name: 'm' }, same)).rejects.toMatchObject({
    code: 'too-many-tries',
  });
});

test('a sealed secret opens with its own binding and in no changed form', () => {
  const box = new SecretBox(dataDir);
  const sealed = box.seal('a', 'bí mật');
  expect(new SecretBox(dataDir).open('a', sealed)).toBe('bí mật');
  expect(box.open('b', sealed)).toBeNull();
  for (let i = 0; i < sealed.length; i++) {
    const changed = sealed.slice();
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(box.open('a', changed)).toBeNull();
  }
});

import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import type { SignerRole } from '@hocba/record';
import { levelOfSignature } from '@hocba/signature';
import { nodeCrypto, type RegisterEntry } from '@hocba/signature/node';
import { openBundle, trustOf, verifyFile } from '@hocba/verify';
import { afterEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { type WorkDeps, workThrough } from '../../signing/batch/work.ts';
import { onlyTraining, openAuthorities } from '../../signing/levels/authorities.ts';
import { authorityCaller } from '../../signing/levels/authority-call.ts';
import { storedEnds } from '../../signing/levels/authority-ends.ts';
import { type OpenLevels, openLevels } from '../../signing/levels/open-levels.ts';
import { DEFAULT_SETTINGS, type LevelSettings } from '../../signing/levels/settings.ts';
import { openTrainingAuthorities, TRAINING_PLACES } from '../../signing/levels/training-authorities.ts';
import type { WorkStep } from '../../signing/portion/portion-deps.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { proofOf } from '../issue/issued.ts';
import { renewDue } from '../renewal/renew-records.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';

/** Signatures and their levels where authorities fail, revoke, or are years older; real TSA and responder of training. */
const never = new AbortController().signal;
let house: TestHouse;
const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
  await house.close();
});

async function begin(role: SignerRole, actor: Actor) {
  const { batchId } = await startSigning(house.work, actor, { role, classIds: [house.school.classId] });
  return { schoolId: house.school.schoolId, batchId };
}
async function upTo(last: 'principal' | 'schoolSeal'): Promise<string[]> {
  const { school } = house;
  const ids = await house.freeze();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  if (last === 'schoolSeal') await house.sign('principal', school.principal);
  return ids;
}
const progressOf = (actor: Actor, batchId: string) => signingProgress(house.work, actor, batchId);
const rows = async <T>(query: string): Promise<T[]> =>
  house.database.asOwner<T & object>(query) as Promise<T[]>;

/** Authorities of another start of the server. */
async function otherLevels(settings: LevelSettings = DEFAULT_SETTINGS): Promise<OpenLevels> {
  const { signers, dataDir, now, work } = house;
  const levels = await openLevels({
    db: work.db,
    crypto: nodeCrypto,
    dataDir,
    signers,
    settings,
    training: true,
    now,
  });
  opened.push(levels);
  return levels;
}

/** Work whose authorities' clock is so many milliseconds ahead of this machine's. */
async function withClockAhead(ms: number): Promise<WorkDeps> {
  const { signers, dataDir, work } = house;
  // Both stand still: what a call takes is no part of what they are apart.
  const here = house.now();
  const now = () => here;
  const door = await openTrainingAuthorities({ dataDir, now: () => new Date(here.getTime() + ms) });
  opened.push(door);
  const authorities = openAuthorities({
    crypto: nodeCrypto,
    cache: { get: async () => undefined, put: async () => {} },
    ends: storedEnds(work.db, now),
    now,
    roots: async () => onlyTraining(await signers.roots(), true),
    call: door.lead(authorityCaller(new Set(['127.0.0.1']))),
    timestampAuthorities: [door.tsa],
    elsewhere: TRAINING_PLACES,
  });
  return { ...work, levels: { levels: DEFAULT_SETTINGS.levels, authoritiesOf: () => authorities } };
}

/** Counts the messages that a key signs. */
function counting(signers: SignerSource): { signers: SignerSource; signed(): number } {
  let signed = 0;
  return {
    signed: () => signed,
    signers: {
      roots: () => signers.roots(),
      async signerOf(holder) {
        const held = await signers.signerOf(holder);
        const sign = (messages: readonly Uint8Array[]) => {
          signed += messages.length;
          return held.signer.sign(messages);
        };
        return { ...held, signer: { ...held.signer, sign } };
      },
    },
  };
}

describe('R-20: killed while a seal gets its level', () => {
  test.each([['kept'], ['raised'], ['kept', 'raised', 'storing']] as WorkStep[][])(
    'at %s %s %s: the key is asked once, each timestamp is paid once, and it goes on by itself',
    async (...steps) => {
      house = await makeHouse({ pupils: 2 });
      await upTo('schoolSeal');
      const { clerk } = house.school;
      const job = await begin('schoolSeal', clerk);
      const { signers, signed } = counting(house.signers);
      const left = new Set(steps);
      const at = (step: WorkStep) => {
        if (left.delete(step)) throw new Error('killed');
      };
      for (let kills = 0; kills < steps.length; kills++)
        await expect(workThrough({ ...house.work, signers, at }, job, never)).rejects.toThrow('killed');
      // Another process, which knows nothing but the store.
      const levels = await otherLevels();
      expect(await workThrough({ ...house.work, signers, levels, at }, job, never)).toBeNull();
      expect(signed()).toBe(2);
      expect(await progressOf(clerk, job.batchId)).toMatchObject({ signed: 2, issued: 2, finished: true });
      const [twice] = await rows<{ n: string }>(
        `select count(*) as n from (select record_id, slot_id from slot group by 1, 2 having count(*) > 1) x`,
      );
      expect(twice?.n).toBe('0');
      const archives = await rows<{ timestamps: number }>('select timestamps from record_archive');
      // Principal and seal, a signature's and an archive's each.
      expect(archives.map(({ timestamps }) => timestamps)).toEqual([4, 4]);
      expect(await rows('select 1 from raised_slot')).toEqual([]);
    },
  );
});

describe('an authority that is away', () => {
  test('before anything is signed: nothing is, the batch says why, and goes on when it is back', async () => {
    house = await makeHouse({ pupils: 2 });
    await house.freeze();
    const { music } = house.school;
    const away = await otherLevels();
    await away.stop();
    const job = await begin('subjectTeacher', music);
    const { signers, signed } = counting(house.signers);
    const again = await workThrough({ ...house.work, signers, levels: away }, job, never);
    expect(again).toBeInstanceOf(Date);
    expect(signed()).toBe(0);
    expect(await progressOf(music, job.batchId)).toMatchObject({
      signed: 0,
      finished: false,
      stuck: false,
      paused: { code: 'authority-unreachable' },
    });
    expect(await workThrough({ ...house.work, signers }, job, never)).toBeNull();
    expect(await progressOf(music, job.batchId)).toMatchObject({ signed: 2, finished: true, paused: null });
    expect(signed()).toBe(2);
  });

  test('between the seal’s value and its timestamp: the value waits in the store and is the one that is issued', async () => {
    house = await makeHouse({ pupils: 1 });
    await upTo('schoolSeal');
    const { clerk } = house.school;
    const job = await begin('schoolSeal', clerk);
    const { signers, signed } = counting(house.signers);
    const levels = await otherLevels();
    let stopped: Promise<void> | undefined;
    const at = (step: WorkStep) => {
      if (step === 'kept') stopped = levels.stop();
    };
    expect(await workThrough({ ...house.work, signers, levels, at }, job, never)).toBeInstanceOf(Date);
    await stopped;
    const waiting = `select encode(value, 'base64') as value from signing_item where batch_id = '${job.batchId}'`;
    const [kept] = await rows<{ value: string }>(waiting);
    expect(kept?.value).toMatch(/^[A-Za-z0-9+/\n]{80,}/);
    expect(await rows('select 1 from issued_record')).toEqual([]);
    expect(await workThrough({ ...house.work, signers }, job, never)).toBeNull();
    expect(signed()).toBe(1);
    const [issued] = await rows<{ xml: Uint8Array }>('select xml from issued_record');
    const text = new TextDecoder().decode(issued?.xml).replaceAll(/\s/g, '');
    expect(text).toContain(kept?.value.replaceAll(/\s/g, '') ?? 'no value was kept');
  });
});

describe('clocks', () => {
  test.each([61_000, -61_000, 86_400_000])(
    '%d ms apart: nothing is signed, and it is said',
    async (ahead) => {
      house = await makeHouse({ pupils: 1 });
      await house.freeze();
      const { music } = house.school;
      const job = await begin('subjectTeacher', music);
      const { signers, signed } = counting(house.signers);
      await workThrough({ ...(await withClockAhead(ahead)), signers }, job, never);
      expect(signed()).toBe(0);
      expect(await progressOf(music, job.batchId)).toMatchObject({
        signed: 0,
        paused: { code: 'authority-clock-differs' },
      });
    },
  );
  test.each([60_000, -59_000])('%d ms apart: signed', async (ahead) => {
    house = await makeHouse({ pupils: 1 });
    await house.freeze();
    const job = await begin('subjectTeacher', house.school.music);
    expect(await workThrough(await withClockAhead(ahead), job, never)).toBeNull();
    expect(await progressOf(house.school.music, job.batchId)).toMatchObject({ signed: 1, finished: true });
  });
});

/** The record as a verifier judges it at a day, by the trust that the server gives out. */
async function judged(recordId: string, day: string) {
  const { database, dataDir, now, sequencer, school } = house;
  const { db } = database;
  const given = await trustBundle({ db, dataDir, now });
  const text = (of: string) => new TextEncoder().encode(of);
  const bundle = await openBundle(nodeSha256, nodeEd25519, [given.vkey], text(given.bundle));
  const trust = trustOf(
    bundle,
    given.statuses.map((status) => text(status.text)),
  );
  const deps = { db, dataDir, logHost: LOG_HOST, sequencer };
  const { proof, issued } = await proofOf(deps, school.schoolId, recordId);
  const found = await verifyFile({ name: 'hoc-ba.xml', bytes: issued.xml, proof }, trust, {
    crypto: nodeCrypto,
    ed25519: nodeEd25519,
    now: () => new Date(`${day}T02:00:00Z`),
  });
  const codeOf = (name: string) => {
    const one = found.fragments.find((fragment) => fragment.name === name);
    return `${one?.state}:${one?.code}`;
  };
  return {
    verdict: found.verdict,
    time: codeOf('time'),
    certificates: codeOf('certificates'),
    xml: issued.xml,
  };
}

const registerOf = async (actor: Actor): Promise<string> =>
  (await house.signers.signerOf({ schoolId: actor.schoolId, staffId: actor.staffId })).certificate.serial;
const REVOKED = (at: string): RegisterEntry => ({ revokedAt: new Date(at), reason: 'keyCompromise' });

describe('revocation', () => {
  test('before signing: nothing is signed, and the reason says what to do', async () => {
    const register = new Map<string, RegisterEntry>();
    house = await makeHouse({ pupils: 2, register });
    await house.freeze();
    const { music } = house.school;
    register.set(await registerOf(music), REVOKED('2026-05-27T00:00:00Z'));
    const batchId = await house.sign('subjectTeacher', music);
    const progress = await progressOf(music, batchId);
    expect(progress).toMatchObject({ signed: 0, finished: true });
    for (const { reason } of progress.refused) expect(reason).toContain('thu hồi');
    expect(progress.refused).toHaveLength(2);
  });

  test('of a teacher before the seal: the record is not issued', async () => {
    const register = new Map<string, RegisterEntry>();
    house = await makeHouse({ pupils: 1, register });
    await upTo('schoolSeal');
    register.set(await registerOf(house.school.music), REVOKED('2026-05-27T00:00:00Z'));
    // What was heard of the teacher at signing is a day old by then.
    await house.database.asOwner('delete from validation_answer');
    const batchId = await house.sign('schoolSeal', house.school.clerk);
    const progress = await progressOf(house.school.clerk, batchId);
    expect(progress).toMatchObject({ signed: 0, issued: 0, finished: true });
    expect(progress.refused[0]?.reason).toContain('thu hồi');
    expect(await rows('select 1 from issued_record')).toEqual([]);
  });

  test('of a teacher a year later, and the years: good when signed, until the authority ends, and on if dated anew', async () => {
    const register = new Map<string, RegisterEntry>();
    house = await makeHouse({ pupils: 1, register });
    const [id = ''] = await house.issueAll();
    register.set(await registerOf(house.school.music), REVOKED('2027-05-01T00:00:00Z'));
    const good = {
      verdict: 'training',
      time: 'valid:proven-for-long',
      certificates: 'valid:valid-when-signed',
    };
    expect(await judged(id, '2026-06-15')).toMatchObject(good);
    expect(await judged(id, '2027-06-15')).toMatchObject(good);
    expect(await judged(id, '2032-06-15')).toMatchObject({ time: 'not-checked:authority-expired' });
    const now = () => new Date('2030-12-15T02:00:00Z');
    const { db } = house.database;
    const levels = await openLevels({
      db,
      crypto: nodeCrypto,
      dataDir: house.dataDir,
      signers: house.signers,
      settings: DEFAULT_SETTINGS,
      training: true,
      now,
    });
    opened.push(levels);
    expect(
      await renewDue({ db, crypto: nodeCrypto, signers: house.signers, levels, now }, never),
    ).toMatchObject({
      renewed: 1,
    });
    expect(await judged(id, '2032-06-15')).toMatchObject(good);
  });
});

describe('levels by setting', () => {
  test('teachers at T and LT have them before the principal signs over them, and the record verifies', async () => {
    const levels = { ...DEFAULT_SETTINGS.levels, subjectTeacher: 'T', homeroomTeacher: 'LT' } as const;
    house = await makeHouse({ pupils: 1, settings: { ...DEFAULT_SETTINGS, levels } });
    const [id = ''] = await upTo('principal');
    const raised = async () =>
      (await rows<{ slot_id: string }>('select slot_id from raised_slot order by slot_id')).map(
        (r) => r.slot_id,
      );
    const before = await raised();
    // Raised by the homeroom teacher's step, which signs over the subjects' slots.
    const job = await begin('principal', house.school.principal);
    const at = (step: WorkStep) => {
      if (step === 'prepared') throw new Error('killed');
    };
    await expect(workThrough({ ...house.work, at }, job, never)).rejects.toThrow('killed');
    const teachers = await raised();
    expect(teachers.length).toBeGreaterThanOrEqual(before.length);
    expect(teachers).toEqual(expect.arrayContaining(['gvbm-1', 'gvbm-2', 'gvcn']));
    expect(await workThrough(house.work, job, never)).toBeNull();
    const seal = await house.sign('schoolSeal', house.school.clerk);
    expect(await progressOf(house.school.clerk, seal)).toMatchObject({
      refused: [],
      issued: 1,
      finished: true,
    });
    await house.sequencer.settle(house.origin);
    const { xml, ...found } = await judged(id, '2026-06-15');
    expect(found).toEqual({
      verdict: 'training',
      time: 'valid:proven-for-long',
      certificates: 'valid:valid-when-signed',
    });
    expect(
      ['gvbm-1', 'gvbm-2', 'gvcn', 'cbql', 'ky-phat-hanh'].map((slot) => levelOfSignature(xml, slot)),
    ).toEqual(['T', 'T', 'LT', 'LTA', 'LTA']);
  });
});

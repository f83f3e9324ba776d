import { parseCertificate, parseTimestampToken, readTimestampResponse } from '@hocba/signature';
import { nodeCrypto, type RegisterEntry } from '@hocba/signature/node';
import { afterEach, expect, test } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { startSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { type WorkDeps, workThrough } from '../../signing/batch/work.ts';
import { AuthorityUnavailable } from '../../signing/items/unavailable.ts';
import { openLevels } from '../../signing/levels/open-levels.ts';
import type { SigningLevels } from '../../signing/levels/raise.ts';
import { DEFAULT_SETTINGS } from '../../signing/levels/settings.ts';
import { auditStore } from '../audit/audit.ts';
import { type HouseOptions, makeHouse, type TestHouse } from '../testing/house.ts';

/** Seals that are made and cannot be issued yet: they wait, nobody is blamed, and nothing is signed twice. */
const HOUR = 3_600_000;
const never = new AbortController().signal;
let house: TestHouse;
afterEach(() => house.close());

/** A batch of seals over one record that everybody else has signed. */
async function sealing(options: HouseOptions = {}) {
  house = await makeHouse({ pupils: 1, ...options });
  const { school } = house;
  await house.freeze();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  await house.sign('principal', school.principal);
  const asking = {
    ...house.work,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
  };
  const { batchId } = await startSigning(asking, school.clerk, {
    role: 'schoolSeal',
    classIds: [school.classId],
  });
  return { schoolId: school.schoolId, batchId };
}
const progressOf = (batchId: string) => signingProgress(house.work, house.school.clerk, batchId);

/** The house's authority, which gives one timestamp and is then away. @returns serial numbers of those who gave */
function awayAfterOne(): { readonly levels: SigningLevels; readonly given: string[] } {
  const { levels } = house.work;
  const given: string[] = [];
  const once: SigningLevels = {
    ...levels,
    authoritiesOf: (training) => {
      const authorities = levels.authoritiesOf(training);
      return {
        ...authorities,
        services: async () => {
          const services = await authorities.services();
          const timestamp: typeof services.timestamp = async (request) => {
            if (given.length > 0) throw new AuthorityUnavailable('unreachable');
            const body = await services.timestamp(request);
            const answer = readTimestampResponse(body);
            if (!answer.granted) throw new Error('refused');
            const [own] = parseTimestampToken(answer.token).cms.certificates.map(parseCertificate);
            given.push(own?.serial ?? '');
            return body;
          };
          return { ...services, timestamp };
        },
      };
    },
  };
  return { levels: once, given };
}

test('a sealed record waits for its log as for an authority, says so, and goes on without being sealed again', async () => {
  const job = await sealing();
  let signed = 0;
  const signers: WorkDeps['signers'] = {
    ...house.signers,
    async signerOf(holder) {
      const held = await house.signers.signerOf(holder);
      const sign: typeof held.signer.sign = (messages) => {
        signed += messages.length;
        return held.signer.sign(messages);
      };
      return { ...held, signer: { ...held.signer, sign } };
    },
  };
  let takes = false;
  const work: WorkDeps = {
    ...house.work,
    signers,
    issueSealed: async (trx, sealed) => {
      if (!takes) throw new Refusal('log-unavailable');
      await house.work.issueSealed(trx, sealed);
    },
  };
  for (let tries = 0; tries < 10; tries++) expect(await workThrough(work, job, never)).toBeInstanceOf(Date);
  expect(await progressOf(job.batchId)).toMatchObject({
    signed: 0,
    refused: [],
    stuck: false,
    paused: { code: 'authority-log-unavailable', text: expect.stringContaining('Nhật ký công khai') },
  });
  takes = true;
  expect(await workThrough(work, job, never)).toBeNull();
  expect(await progressOf(job.batchId)).toMatchObject({ issued: 1, finished: true, refused: [] });
  expect(signed).toBe(1);
});

test('a seal that a revoked authority has dated: nobody is blamed, the batch waits, and it is dated from the beginning', async () => {
  const register = new Map<string, RegisterEntry>();
  const job = await sealing({ register });
  const { levels, given } = awayAfterOne();
  expect(await workThrough({ ...house.work, levels }, job, never)).toBeInstanceOf(Date);
  expect(given).toHaveLength(1);
  const [serial = ''] = given;
  register.set(serial, { revokedAt: new Date('2026-05-27T00:00:00Z'), reason: 'keyCompromise' });
  await house.database.asOwner('delete from validation_answer');
  for (let tries = 0; tries < 2; tries++) {
    expect(await workThrough(house.work, job, never)).toBeInstanceOf(Date);
    expect(await progressOf(job.batchId)).toMatchObject({
      refused: [],
      finished: false,
      paused: { code: 'authority-revoked', text: expect.stringContaining('nơi cấp dấu thời gian') },
    });
  }
  register.delete(serial);
  // Another start of the server, with another authority.
  const { signers, dataDir, now, work } = house;
  const later = await openLevels({
    db: work.db,
    crypto: nodeCrypto,
    dataDir,
    signers,
    settings: DEFAULT_SETTINGS,
    training: true,
    now,
  });
  expect(await workThrough({ ...house.work, levels: later }, job, never)).toBeNull();
  expect(await progressOf(job.batchId)).toMatchObject({ issued: 1, finished: true, refused: [] });
  // One that proved nothing, and the four of an issued record.
  expect(await house.database.asOwner('select timestamps from record_archive')).toEqual([{ timestamps: 5 }]);
  await later.stop();
});

test('a teacher whose server was a day ahead: no timestamp of the seal contradicts the signature, it waits for its time and goes on', async () => {
  const clock = { ahead: 0 };
  house = await makeHouse({ pupils: 1, clock });
  const { school } = house;
  await house.freeze();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  clock.ahead = 24 * HOUR;
  await house.sign('homeroomTeacher', school.homeroom);
  clock.ahead = 0;
  await house.sign('principal', school.principal);
  const batchId = await house.sign('schoolSeal', school.clerk);
  expect(await progressOf(batchId)).toMatchObject({
    refused: [],
    finished: false,
    paused: { code: 'authority-signed-ahead' },
  });
  expect(await house.database.asOwner('select slot_id from raised_slot')).toEqual([{ slot_id: 'cbql' }]);
  clock.ahead = 24 * HOUR;
  expect(await workThrough(house.work, { schoolId: school.schoolId, batchId }, never)).toBeNull();
  expect(await progressOf(batchId)).toMatchObject({ issued: 1, finished: true, refused: [] });
});

test('a clock that is set back an hour between two tokens, before a record is stored and while its print is dated: all of it waits, and goes on', async () => {
  const clock = { ahead: 0 };
  const publicUrl = 'https://hocba.example';
  const job = await sealing({ clock, publicUrl });
  const { levels } = house.work;
  let tokens = 0;
  const setBack = new Set(['token 3', 'storing', 'token 5']);
  const reached = (step: string) => {
    if (setBack.delete(step)) clock.ahead -= HOUR;
  };
  const work = { ...house.work, at: reached };
  const { authoritiesOf } = levels;
  Object.assign(levels, {
    authoritiesOf: (training: boolean) => {
      const authorities = authoritiesOf(training);
      const services = async () => {
        const { timestamp, ...others } = await authorities.services();
        const counted: typeof timestamp = async (request) => {
          const body = await timestamp(request);
          reached(`token ${++tokens}`);
          return body;
        };
        return { ...others, timestamp: counted };
      };
      return { ...authorities, services };
    },
  });
  for (const [n, left] of [2, 1, 0].entries()) {
    // The print asks for the record's proof, which the log has some moments later.
    await expect
      .poll(async () => {
        expect(await workThrough(work, job, never)).toBeInstanceOf(Date);
        expect((await progressOf(job.batchId)).refused).toEqual([]);
        return setBack.size;
      })
      .toBe(left);
    expect(await workThrough(work, job, never)).toBeInstanceOf(Date);
    expect(await progressOf(job.batchId)).toMatchObject({
      issued: n < 2 ? 0 : 1,
      refused: [],
      paused: { code: 'authority-signed-ahead', text: expect.stringContaining('đồng hồ') },
    });
    clock.ahead += HOUR;
  }
  expect(await workThrough(work, job, never)).toBeNull();
  expect(await progressOf(job.batchId)).toMatchObject({ issued: 1, finished: true, refused: [] });
  const { problems } = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
  });
  expect(problems).toEqual([]);
});

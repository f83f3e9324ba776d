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
import { makeHouse, type TestHouse } from '../testing/house.ts';

/** Seals that are made and cannot be issued yet: they wait, nobody is blamed, and nothing is signed twice. */
const never = new AbortController().signal;
let house: TestHouse;
afterEach(() => house.close());

/** A batch of seals over one record that everybody else has signed. */
async function sealing(register = new Map<string, RegisterEntry>()) {
  house = await makeHouse({ pupils: 1, register });
  const { school } = house;
  await house.freeze();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  await house.sign('principal', school.principal);
  const { batchId } = await startSigning(house.work, school.clerk, {
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
  const job = await sealing(register);
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

test('a principal whose server was a day ahead: no timestamp contradicts the signature, it waits for its time and goes on', async () => {
  house = await makeHouse({ pupils: 1 });
  const { school, signers, dataDir } = house;
  await house.freeze();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  const { db } = house.work;
  const now = () => new Date(house.now().getTime() + 86_400_000);
  const opened = {
    db,
    crypto: nodeCrypto,
    dataDir,
    signers,
    settings: DEFAULT_SETTINGS,
    training: true,
    now,
  };
  const levels = await openLevels(opened);
  const aDayLater: WorkDeps = { ...house.work, levels, now };
  await house.sign('principal', school.principal, aDayLater);
  // What was heard of certificates then is of a day to come, too.
  await house.database.asOwner('delete from validation_answer');
  const batchId = await house.sign('schoolSeal', school.clerk);
  expect(await progressOf(batchId)).toMatchObject({
    refused: [],
    finished: false,
    paused: { code: 'authority-signed-ahead' },
  });
  expect(await house.database.asOwner('select 1 from raised_slot')).toEqual([]);
  expect(await workThrough(aDayLater, { schoolId: school.schoolId, batchId }, never)).toBeNull();
  expect(await progressOf(batchId)).toMatchObject({ issued: 1, finished: true, refused: [] });
  await levels.stop();
});

import { evidencePath } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { ALGORITHM_POLICY, type AlgorithmRule, evidenceHash } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLevels } from '../../signing/levels/open-levels.ts';
import { DEFAULT_SETTINGS } from '../../signing/levels/settings.ts';
import { auditStore } from '../audit/audit.ts';
import { closeDay } from '../days/close-days.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { undone } from '../testing/superuser.ts';
import { trustStanding } from '../trust/standing.ts';
import { type DatedCheckpoint, dateLogs, newestEvidence } from './evidence.ts';
import { folderOf } from './origin.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  await house.issueAll();
});
afterAll(() => house.close());

/** The server's dating as of a day, with the authorities that it has then. @returns timestamps obtained */
async function datedOn(day: string, algorithms?: readonly AlgorithmRule[]): Promise<number> {
  const now = () => new Date(`${day}T02:00:00Z`);
  const { db } = house.database;
  const shared = { db, dataDir: house.dataDir, crypto: nodeCrypto, now };
  const levels = await openLevels({
    ...shared,
    signers: house.signers,
    settings: DEFAULT_SETTINGS,
    training: true,
  });
  try {
    return await dateLogs({ ...shared, levels, ...(algorithms === undefined ? {} : { algorithms }) });
  } finally {
    await levels.stop();
  }
}
const evidence = (): Promise<DatedCheckpoint[]> => newestEvidence(house.database.db, house.origin);
const sizes = async () => (await evidence()).map(({ size, version }) => `${size}/${version}`);
const audited = (day: string) =>
  auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: () => new Date(`${day}T03:00:00Z`),
  });
const ofEvidence = async (day: string) => {
  const { dated, problems } = await audited(day);
  return { dated, problems: problems.filter(({ id }) => id.includes('evidence')) };
};

test('a log is dated once a day, if it has grown; the evidence is a file beside its tiles; where nobody dates it for long, page and audit say so', async () => {
  const undated = { what: 'log', id: house.origin, code: 'undated' };
  expect((await audited('2026-06-03')).open).toEqual([]);
  expect((await audited('2026-06-06')).open).toEqual([undated]);
  const { dataDir, now, school } = house;
  const since = async () => {
    const { list } = await trustStanding({ db: house.database.db, dataDir, now }, school.clerk);
    return list?.logs[0]?.here?.undatedSince;
  };
  expect(await since()).toMatch(/^2026-05-28/);
  expect(await datedOn('2026-06-01')).toBe(1);
  expect(await since()).toBe(null);
  expect((await audited('2026-06-09')).open).toEqual([]);
  expect(await datedOn('2026-06-01')).toBe(0);
  expect(await datedOn('2026-06-03')).toBe(0);
  expect(await sizes()).toEqual(['2/0']);
  const [one] = await evidence();
  const file = await fileStorage(folderOf(house.dataDir, house.origin)).read(evidencePath(2));
  expect(Buffer.compare(file ?? Buffer.alloc(0), one?.evidence ?? Buffer.alloc(1))).toBe(0);
  expect(await ofEvidence('2026-06-03')).toEqual({ dated: 1, problems: [] });
});

test.each([
  ['are gone', 'delete from log_evidence', 0, 'evidence-not-in-store'],
  [
    'say that it is due later',
    `update log_evidence set renew_before = '2099-01-01'`,
    1,
    'evidence-term-differs',
  ],
  [
    'say that it is never due',
    `update log_evidence set renew_before = 'infinity'`,
    1,
    'evidence-term-differs',
  ],
  ['are of a day to come', `update log_evidence set made_at = '2099-01-01'`, 1, 'evidence-made-at-differs'],
])('a dating whose rows %s is named', (_, change, dated, code) =>
  undone(
    house,
    `create table kept_evidence as select * from log_evidence; ${change}`,
    'delete from log_evidence; insert into log_evidence select * from kept_evidence; drop table kept_evidence',
    async () => {
      const named = { what: 'log', id: `${house.origin}/evidence/2`, code };
      expect(await ofEvidence('2026-06-03')).toEqual({ dated, problems: [named] });
    },
  ),
);

test('half a year before the authority ends one token dates the newest tree and all that was dated before', async () => {
  const { schoolId, schoolYear } = house.school;
  const deps = { db: house.database.db, sequencer: house.sequencer, logHost: LOG_HOST, now: house.now };
  await closeDay(deps, { schoolId, schoolYear, origin: house.origin }, '2026-05-27');
  await house.sequencer.settle(house.origin);
  expect(await datedOn('2026-06-05')).toBe(1);
  expect(await datedOn('2030-12-15')).toBe(1);
  expect(await sizes()).toEqual(['2/1', '3/1']);
  expect(await datedOn('2030-12-16')).toBe(0);
  expect(await ofEvidence('2032-01-01')).toEqual({ dated: 2, problems: [] });
});

test('before SHA-256 is refused all of it is hashed anew', async () => {
  const fallen = ALGORITHM_POLICY.map((rule) =>
    rule.algorithm === 'sha256' ? { ...rule, refusedFrom: '2031-06-01' } : rule,
  );
  expect(await datedOn('2031-01-15', fallen)).toBe(1);
  expect((await evidence()).map((one) => evidenceHash(one.evidence))).toEqual(['sha512', 'sha512']);
  expect(await datedOn('2031-01-16', fallen)).toBe(0);
});

test.each([
  ['one byte changed', 'evidence = set_byte(evidence, 300, get_byte(evidence, 300) # 1)'],
  ['of another tree', `note = set_byte(note, 40, get_byte(note, 40) # 1)`],
])('evidence that was changed is named: %s', async (_, change) => {
  await house.database.asOwner(
    `set session_replication_role = replica; create table kept as select * from log_evidence; update log_evidence set ${change} where size = 2`,
  );
  const { problems } = await ofEvidence('2031-02-01');
  expect(problems).toMatchObject([{ what: 'log', id: `${house.origin}/evidence/2` }]);
  await house.database.asOwner(
    'set session_replication_role = replica; delete from log_evidence; insert into log_evidence select * from kept; drop table kept',
  );
  expect((await ofEvidence('2031-02-01')).problems).toEqual([]);
});

test('of an authority that is about to end one timestamp is bought, not one at every look', async () => {
  let asked = 0;
  const { levels } = house.work;
  const counted: typeof levels = {
    ...levels,
    authoritiesOf(training) {
      const authorities = levels.authoritiesOf(training);
      return {
        ...authorities,
        async services(lasting) {
          const services = await authorities.services(lasting);
          return {
            ...services,
            timestamp: async (request) => {
              const answer = await services.timestamp(request);
              asked++;
              return answer;
            },
          };
        },
      };
    },
  };
  const { schoolId, schoolYear } = house.school;
  const days = { db: house.database.db, sequencer: house.sequencer, logHost: LOG_HOST, now: house.now };
  await house.database.asOwner(
    'set session_replication_role = replica; delete from log_evidence; delete from school_day_head; delete from school_day',
  );
  await closeDay(days, { schoolId, schoolYear, origin: house.origin }, '2026-05-26');
  // The house's own authority is of 2026; its certificate ends within half a year of that day.
  const now = () => new Date('2030-12-15T02:00:00Z');
  const deps = { db: house.database.db, dataDir: house.dataDir, crypto: nodeCrypto, now, levels: counted };
  expect(await dateLogs(deps)).toBe(1);
  for (let look = 0; look < 3; look++)
    await expect(dateLogs(deps)).rejects.toMatchObject({ code: 'ends-too-soon' });
  expect(asked).toBe(1);
  expect(await trustStanding({ ...deps, now }, house.school.clerk)).toMatchObject({
    timestampAuthorities: [{ host: 'tap-huan.hocba.invalid', tooSoon: true }],
  });
});

import { withoutUnsignedProperties } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLevels } from '../../signing/levels/open-levels.ts';
import { DEFAULT_SETTINGS } from '../../signing/levels/settings.ts';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { issuedRecord } from '../issue/issued.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { undone } from '../testing/superuser.ts';
import { type RenewalOutcome, renewDue } from './renew-records.ts';

const never = new AbortController().signal;
let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  ids = await house.issueAll();
});
afterAll(() => house.close());

/** The server's renewal as of a day, with the authorities that it has then. */
async function renewedOn(day: string, stopped: AbortSignal = never): Promise<RenewalOutcome> {
  const now = () => new Date(`${day}T02:00:00Z`);
  const { db } = house.database;
  const shared = { db, crypto: nodeCrypto, signers: house.signers, now };
  const levels = await openLevels({
    ...shared,
    dataDir: house.dataDir,
    settings: DEFAULT_SETTINGS,
    training: true,
  });
  try {
    return await renewDue({ ...shared, levels }, stopped);
  } finally {
    await levels.stop();
  }
}

const newest = async (recordId: string) => {
  const { schoolId } = house.school;
  const record = await inSchool(house.database.db, schoolId, (trx) =>
    issuedRecord(trx, schoolId, recordId, LOG_HOST),
  );
  return { xml: record?.xml ?? new Uint8Array(), leafIndex: record?.leafIndex };
};

test('a record is not dated anew years before its authority ends', async () => {
  expect(await renewedOn('2028-06-01')).toEqual({ renewed: 0, timestamps: 0, failed: [], left: 0 });
});

test.each([
  ['put off', `update record_archive set renew_before = '2099-01-01'`],
  ['said to be never due', 'update record_archive set renew_before = null'],
  ['put off without end', `update record_archive set renew_before = 'infinity'`],
  ['forgotten', 'delete from record_archive'],
])('one whose renewal somebody has %s is named: nobody would date it again in time', (_, change) =>
  undone(
    house,
    `create table kept_archive as select * from record_archive; ${change} where record_id = '${ids[0]}'`,
    'delete from record_archive; insert into record_archive select * from kept_archive; drop table kept_archive',
    async () => {
      const { database, dataDir, now } = house;
      const { problems } = await auditStore({ connection: database.owner, dataFolder: dataDir, now });
      expect(problems).toEqual([{ what: 'record', id: ids[0], code: 'archive-term-differs' }]);
    },
  ),
);

test('a run that is stopped before its first record changes nothing', async () => {
  expect(await renewedOn('2030-12-15', AbortSignal.abort())).toMatchObject({ renewed: 0 });
});

/** The house's own authority of 2026, whose certificate ends within half a year of that day; counts what it is asked for. */
function oldAuthority() {
  const { levels } = house.work;
  const asked = { tokens: 0 };
  const counted: typeof levels = {
    ...levels,
    authoritiesOf: (training) => {
      const authorities = levels.authoritiesOf(training);
      return {
        ...authorities,
        services: async () => {
          const services = await authorities.services();
          const timestamp: typeof services.timestamp = (request) => {
            asked.tokens++;
            return services.timestamp(request);
          };
          return { ...services, timestamp };
        },
      };
    },
  };
  return { levels: counted, asked };
}

test('an authority that ends too soon itself is asked for one record a run, not for every one', async () => {
  const { levels, asked } = oldAuthority();
  const now = () => new Date('2030-12-15T02:00:00Z');
  const { signers, database } = house;
  const outcome = await renewDue({ db: database.db, crypto: nodeCrypto, signers, levels, now }, never);
  expect(outcome).toMatchObject({ renewed: 0, failed: [{ code: 'authority-ends-too-soon' }], left: 1 });
  expect(asked.tokens).toBeLessThanOrEqual(2);
});

test('half a year before, each is dated anew once: what was signed and its leaf stay, and the audit agrees', async () => {
  const before = await Promise.all(ids.map(newest));
  const outcome = await renewedOn('2030-12-15');
  expect(outcome).toMatchObject({ renewed: 2, failed: [], left: 0 });
  expect(outcome.timestamps).toBeGreaterThanOrEqual(2);
  const after = await Promise.all(ids.map(newest));
  for (const [n, one] of after.entries()) {
    const earlier = before[n];
    expect(one.leafIndex).toBe(earlier?.leafIndex);
    expect(one.xml.length).toBeGreaterThan(earlier?.xml.length ?? 0);
    expect(
      Buffer.compare(
        withoutUnsignedProperties(one.xml),
        withoutUnsignedProperties(earlier?.xml ?? new Uint8Array()),
      ),
    ).toBe(0);
  }
  expect(await renewedOn('2030-12-16')).toEqual({ renewed: 0, timestamps: 0, failed: [], left: 0 });
  const now = () => new Date('2030-12-16T02:00:00Z');
  const report = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now,
  });
  expect(report.problems.filter(({ what }) => what === 'record' || what === 'leaf')).toEqual([]);
});

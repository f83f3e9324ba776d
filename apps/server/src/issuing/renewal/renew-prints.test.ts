import { verifyPades } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLevels } from '../../signing/levels/open-levels.ts';
import { DEFAULT_SETTINGS } from '../../signing/levels/settings.ts';
import { inSchool } from '../../store/database.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { renewDuePrints } from './renew-prints.ts';

const never = new AbortController().signal;
let house: TestHouse;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2, publicUrl: 'https://hocba.example' });
  await house.issueAll();
});
afterAll(() => house.close());

async function renewedOn(day: string, stopped = new AbortController().signal) {
  const now = () => new Date(`${day}T02:00:00Z`);
  const shared = { db: house.database.db, crypto: nodeCrypto, signers: house.signers, now };
  const settings = DEFAULT_SETTINGS;
  const levels = await openLevels({ ...shared, dataDir: house.dataDir, settings, training: true });
  try {
    return await renewDuePrints({ ...shared, levels }, stopped);
  } finally {
    await levels.stop();
  }
}
const prints = () =>
  inSchool(house.database.db, house.school.schoolId, (trx) =>
    trx.selectFrom('signed_print').selectAll().orderBy('record_id').orderBy('version').execute(),
  );
async function stateAt(pdf: Uint8Array, day: string): Promise<string> {
  const roots = await house.signers.roots();
  const lookOf = () => new Uint8Array();
  const { state, code } = await verifyPades(nodeCrypto, pdf, { roots, now: new Date(day), lookOf });
  return `${state} ${code}`;
}

test.each([
  ['years before its authority ends', '2028-06-01', undefined],
  ['by a run that is stopped before its first', '2030-12-15', AbortSignal.abort()],
])('no print is dated anew %s', async (_, day, stopped) => {
  expect(await renewedOn(day, stopped)).toEqual({ renewed: 0, failed: [], left: 0 });
  expect((await prints()).map(({ version }) => version)).toEqual([0, 0]);
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

test('an authority that ends too soon itself is asked once a run, not for every print', async () => {
  const { levels, asked } = oldAuthority();
  const now = () => new Date('2030-12-15T02:00:00Z');
  const { signers, database } = house;
  const outcome = await renewDuePrints({ db: database.db, crypto: nodeCrypto, signers, levels, now }, never);
  expect(outcome).toMatchObject({ renewed: 0, failed: [{ code: 'authority-ends-too-soon' }] });
  expect(asked.tokens).toBe(1);
  expect((await prints()).map(({ version }) => version)).toEqual([0, 0]);
});

test('half a year before, each is dated anew once: the file before it stays, and the new one outlives its authority', async () => {
  expect(await renewedOn('2030-12-15')).toEqual({ renewed: 2, failed: [], left: 0 });
  expect(await renewedOn('2030-12-16')).toEqual({ renewed: 0, failed: [], left: 0 });
  const rows = await prints();
  expect(rows.map(({ version, timestamps }) => [version, timestamps])).toEqual([
    [0, 2],
    [1, 1],
    [0, 2],
    [1, 1],
  ]);
  const [first, renewed] = rows;
  if (first === undefined || renewed === undefined) throw new Error('no print');
  expect(Buffer.compare(renewed.pdf.subarray(0, first.pdf.length), first.pdf)).toBe(0);
  const after = '2032-01-01T00:00:00Z';
  expect(await stateAt(first.pdf, after)).toBe('indeterminate authority-expired');
  expect(await stateAt(renewed.pdf, after)).toBe('valid valid');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { type DeliverDeps, recordPdf, recordProof, recordXml } from './deliver.ts';

let house: TestHouse;
let deps: DeliverDeps;
let recordId: string;
let printed = 0;

beforeAll(async () => {
  house = await makeHouse({ pupils: 1 });
  [recordId = ''] = await house.issueAll();
  deps = {
    db: house.database.db,
    dataDir: house.dataDir,
    logHost: LOG_HOST,
    sequencer: house.sequencer,
    claimOf: async () => null,
    printer: {
      renderYear: async () => {
        printed++;
        return new Uint8Array([1]);
      },
      renderClassTable: async () => new Uint8Array(),
    },
  };
});
afterAll(() => house.close());

const FILES = {
  xml: (who: 'homeroom' | 'music' | 'principal' | 'clerk') => recordXml(deps, house.school[who], recordId),
  proof: (who: 'homeroom' | 'music' | 'principal' | 'clerk') =>
    recordProof(deps, house.school[who], recordId),
  pdf: (who: 'homeroom' | 'music' | 'principal' | 'clerk') =>
    recordPdf(deps, house.school[who], recordId, 'https://hocba.example'),
} as const;

test.each(Object.keys(FILES) as (keyof typeof FILES)[])(
  'R-15: the whole record as %s is for who answers for the whole class, not for a teacher of one subject',
  async (file) => {
    const before = printed;
    await expect(FILES[file]('music')).rejects.toMatchObject({ code: 'not-allowed' });
    expect(printed).toBe(before);
    for (const who of ['homeroom', 'principal', 'clerk'] as const) {
      expect((await FILES[file](who)).bytes.length).toBeGreaterThan(0);
    }
  },
);

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSmallSchool } from '../../signing/testing/small-school.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { newestOpenLog } from './ends.ts';
import { compareOrigins } from './origin.ts';

const IN_ORDER = [
  'hocba.training/TH-A/2024-2025',
  'hocba.training/TH-A/2024-2025.2',
  'hocba.training/TH-A/2024-2025.10',
  'hocba.training/TH-A/2025-2026',
  'hocba.training/TH-B/2025-2026',
  'hocba.training/TH-A/2025-2026.2',
  'hocba.training/TH-A/2025-2026.9',
  'hocba.training/TH-A/2025-2026.10',
  'hocba.training/TH-A/2025-2026.11',
  'hocba.training/TH-A/2026-2027',
];

test('logs come by year, then by their number, then by school; each only before those after it', () => {
  for (const [i, a] of IN_ORDER.entries())
    for (const [j, b] of IN_ORDER.entries()) expect(Math.sign(compareOrigins(a, b))).toBe(Math.sign(i - j));
  expect([...IN_ORDER].sort().sort(compareOrigins)).toEqual(IN_ORDER);
});

describe('the log that a late act of a closed year goes to', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    for (const [n, code] of ['TH-A', 'TH-B'].entries())
      await makeSmallSchool(database.db, { schoolId: String(n + 1), pupils: 1, code });
    for (const origin of IN_ORDER)
      await database.db.insertInto('log_state').values({ origin, inception: new Date() }).execute();
  });
  afterAll(() => database.drop());

  const end = (origin: string) =>
    database.db.insertInto('log_end').values({ origin, how: 'closed', ordered_at: new Date() }).execute();

  test('is the tenth of a year, not the second; none of another school, and none that is earlier', async () => {
    const [, , , year = '', , second = '', , tenth = '', eleventh = '', next = ''] = IN_ORDER;
    expect(await newestOpenLog(database.db, year)).toBe(next);
    await end(next);
    await end(eleventh);
    expect(await newestOpenLog(database.db, second)).toBe(tenth);
    expect(await newestOpenLog(database.db, tenth)).toBeNull();
    expect(await newestOpenLog(database.db, eleventh)).toBeNull();
  });
});

import { randomUUID } from 'node:crypto';
import {
  type CellItem,
  type Grade,
  PERIODS,
  type Period,
  parseCell,
  requiredItems,
  ruleSetFor,
} from '@hocba/record';
import { type ResultsSheet, readResults, readWorkbook, writeResults } from '@hocba/sheet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, cookieOf, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { newClass, sendResults } from './testing/import-world.ts';

let world: World;
let school: School;
const people: Record<string, Client> = {};
const as = (who: string): Client => people[who] as Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  for (const who of ['homeroom', 'music', 'outsider', 'clerk', 'admin', 'principal'])
    people[who] = await world.signIn(`${who}-1`);
});
afterAll(() => world.close());

let code = 0;
const GOOD = (item: CellItem) => (item.endsWith('.mark') ? '9' : 'T');

/** A class as a file holds it: every required cell a good pupil's, but for those given. */
function results(
  name: string,
  period: Period = 'CN',
  values: Readonly<Partial<Record<CellItem, string>>> = {},
  codes: readonly string[] = [],
): ResultsSheet {
  const grade = Number(name[0]) as Grade;
  const items = requiredItems(ruleSetFor(YEAR), grade, period);
  const pupil = (at: number) => {
    code += 1;
    return {
      code: codes[at] ?? `0079${String(code).padStart(6, '0')}`,
      name: `Đặng Mẫu ${'ABCDEFGH'[at]}`,
      birthDate: `${2019 - grade}-05-0${at + 1}`,
      values: new Map<CellItem, string>([
        ...items.map((item) => [item, GOOD(item)] as const),
        ...(Object.entries(values) as [CellItem, string][]),
      ]),
      ...(period === 'CN' ? { result: 'HTXS' as const, completed: true, promoted: true } : {}),
    };
  };
  return { period, schoolYear: YEAR, classes: [{ name, grade, pupils: [pupil(0), pupil(1)] }] };
}
const file = (...sheets: ResultsSheet[]) => writeResults(sheets, { comments: true });
const codesOf = (sheet: ResultsSheet) => sheet.classes[0]?.pupils.map((p) => p.code) ?? [];

const apply = (client: Client, importId: string, groups: { group: number; rows: number[] }[]) =>
  client<{ imported: number; cells: number; error?: string }>('POST', `/api/imports/results/${importId}`, {
    groups,
  });
const undo = (client: Client, importId: string) =>
  client<{ cells: number; pupils: number; kept: string[]; error?: string }>(
    'POST',
    `/api/imports/results/${importId}/undo`,
    {},
  );
const all = (seen: { groups: { group: number; rows: { row: number }[] }[] }) =>
  seen.groups.map(({ group, rows }) => ({ group, rows: rows.map((r) => r.row) }));
const cells = (classId: string) =>
  world.database.asOwner<{ period: string; item: string; value: string | null }>(
    'select period, item, value from cell where class_id = $1 order by pupil_id, period, item',
    [classId],
  );

describe('a file with many classes', () => {
  test('is shown class by class, and applied in every period', async () => {
    const [one, two] = [await newClass(as('admin'), school), await newClass(as('admin'), school, 2)];
    const first = results(one.name);
    const later = PERIODS.slice(0, 3).map((period) => results(one.name, period, {}, codesOf(first)));
    const seen = await sendResults(as('homeroom'), await file(...later, first, results(two.name)));
    expect(seen.body.groups.map((g) => [g.className, g.period, g.rows.length, g.refused.length])).toEqual([
      [one.name, 'GHK1', 2, 0],
      [one.name, 'CHK1', 2, 0],
      [one.name, 'GHK2', 2, 0],
      [one.name, 'CN', 2, 0],
      [two.name, 'CN', 2, 0],
    ]);
    expect(await cells(one.classId)).toEqual([]);
    const done = await apply(as('homeroom'), seen.body.importId, all(seen.body));
    expect(done.body.imported).toBe(10);
    const written = await cells(one.classId);
    expect(new Set(written.map((c) => c.period))).toEqual(new Set(PERIODS));
    expect((await apply(as('homeroom'), seen.body.importId, all(seen.body))).body.error).toBe(
      'import-already-applied',
    );
  });

  test('of others is left out by name; nobody but who made a preview applies it', async () => {
    const own = await newClass(as('admin'), school);
    const bytes = await file(results(own.name), results('4B'), results('4Z'));
    const seen = await sendResults(as('homeroom'), bytes);
    expect(seen.body.groups.map((g) => g.className)).toEqual([own.name]);
    expect(seen.body.remarks.join('\n')).toMatch(
      /Lớp 4B: thầy\/cô không dạy lớp này[\s\S]*Lớp 4Z: trường không có lớp này/,
    );
    expect((await apply(as('clerk'), seen.body.importId, all(seen.body))).status).toBe(404);
    const nothing = await sendResults(as('homeroom'), await file(results('4Z')));
    expect([nothing.status, nothing.body.error]).toEqual([400, 'invalid-input']);
    expect((await sendResults(as('principal'), bytes)).status).toBe(400);
    expect((await sendResults(as('admin'), bytes)).status).toBe(403);
  });

  test('a subject teacher’s file writes the own columns only and enrols nobody', async () => {
    const own = await newClass(as('admin'), school);
    const sheet = results(own.name);
    const stranger = await sendResults(as('music'), await file(sheet));
    expect(stranger.body.groups[0]?.refused.map((r) => r.reasons.join())).toEqual([
      expect.stringContaining('không có trong danh sách lớp'),
      expect.stringContaining('không có trong danh sách lớp'),
    ]);
    const whole = await sendResults(as('clerk'), await file({ ...sheet, classes: sheet.classes }));
    await apply(as('clerk'), whole.body.importId, all(whole.body));
    const again = await sendResults(
      as('music'),
      await file(
        results(
          own.name,
          'CN',
          { 'AN.level': 'H', 'AN.comment': '=hát hay', 'TOAN.mark': '2' },
          codesOf(sheet),
        ),
      ),
    );
    expect(again.body.groups[0]?.rows.map((r) => r.cells)).toEqual([2, 2]);
    await apply(as('music'), again.body.importId, all(again.body));
    const now = (await cells(own.classId)).filter((c) =>
      ['AN.level', 'AN.comment', 'TOAN.mark'].includes(c.item),
    );
    expect(now.slice(0, 3).map((c) => c.value)).toEqual(['=hát hay', 'H', '9']);
  });

  test.each([
    [[{ group: 7, rows: [3] }]],
    [[{ group: 0, rows: [99] }]],
    [
      [
        { group: 0, rows: [3] },
        { group: 0, rows: [4] },
      ],
    ],
    [[{ group: -1, rows: [] }]],
  ])('rows that the preview does not hold, %j, change nothing', async (groups) => {
    const own = await newClass(as('admin'), school);
    const seen = await sendResults(as('homeroom'), await file(results(own.name)));
    expect((await apply(as('homeroom'), seen.body.importId, groups)).status).toBe(400);
    expect(await cells(own.classId)).toEqual([]);
  });
});

describe('undo', () => {
  test('brings back every value, statement and the list; only once', async () => {
    const own = await newClass(as('admin'), school);
    const sheet = results(own.name, 'CN', { 'TOAN.mark': '8' });
    const first = await sendResults(as('homeroom'), await file(sheet));
    await apply(as('homeroom'), first.body.importId, all(first.body));
    const before = await cells(own.classId);
    const second = await sendResults(
      as('homeroom'),
      await file(results(own.name, 'CN', { 'TOAN.mark': '3', 'TV.level': 'C' }, codesOf(sheet))),
    );
    await apply(as('homeroom'), second.body.importId, all(second.body));
    expect(await cells(own.classId)).not.toEqual(before);
    expect((await undo(as('homeroom'), second.body.importId)).body).toEqual({
      cells: 4,
      pupils: 0,
      kept: [],
    });
    expect(await cells(own.classId)).toEqual(before);
    expect((await undo(as('homeroom'), second.body.importId)).body.error).toBe('import-already-undone');

    const gone = await undo(as('homeroom'), first.body.importId);
    expect(gone.body).toMatchObject({ pupils: 2, kept: [] });
    expect((await cells(own.classId)).every((c) => c.value === null)).toBe(true);
    const results4 = await as('homeroom')<{ pupils: unknown[] }>(
      'GET',
      `/api/classes/${own.classId}/results`,
    );
    expect(results4.body.pupils).toEqual([]);
    // The same file again: the pupils are back, in the same rows.
    const third = await sendResults(as('homeroom'), await file(sheet));
    expect((await apply(as('homeroom'), third.body.importId, all(third.body))).body.imported).toBe(2);
    expect((await cells(own.classId)).map((c) => c.value)).toEqual(before.map((c) => c.value));
    const list = await as('homeroom')<{ imports: { importId: string; undoneAt: string | null }[] }>(
      'GET',
      '/api/imports',
    );
    expect(list.body.imports.filter((i) => i.importId === first.body.importId)[0]?.undoneAt).not.toBe(null);
  });

  test('keeps what somebody has changed since, and names it', async () => {
    const own = await newClass(as('admin'), school);
    const seen = await sendResults(as('homeroom'), await file(results(own.name)));
    await apply(as('homeroom'), seen.body.importId, all(seen.body));
    const sheet = await as('homeroom')<{ pupils: { pupilId: string }[] }>(
      'GET',
      `/api/classes/${own.classId}/sheet`,
    );
    await as('homeroom')('POST', `/api/classes/${own.classId}/ops`, {
      device: 'd',
      batch: randomUUID(),
      ops: [
        {
          n: 0,
          pupilId: sheet.body.pupils[0]?.pupilId,
          period: 'CN',
          item: 'TOAN.mark',
          base: 1,
          value: '5',
          source: 'key',
        },
      ],
    });
    const undone = await undo(as('homeroom'), seen.body.importId);
    expect(undone.body.kept).toEqual([
      expect.stringMatching(/Đặng Mẫu A, Điểm kiểm tra môn Toán.*giữ nguyên/),
    ]);
    expect(undone.body.pupils).toBe(1);
    const left = (await cells(own.classId)).filter((c) => c.value !== null);
    expect(left).toEqual([{ period: 'CN', item: 'TOAN.mark', value: '5' }]);
  });

  test('is for who applied it, and for what was applied', async () => {
    const own = await newClass(as('admin'), school);
    const seen = await sendResults(as('homeroom'), await file(results(own.name)));
    expect((await undo(as('homeroom'), seen.body.importId)).status).toBe(400);
    await apply(as('homeroom'), seen.body.importId, all(seen.body));
    for (const who of ['music', 'clerk', 'principal'])
      expect((await undo(as(who), seen.body.importId)).status).toBe(404);
    expect((await undo(as('homeroom'), randomUUID())).status).toBe(404);
  });
});

describe('export', () => {
  const get = (client: Client, url: string) => client('GET', url);

  test('of a class is what an import of it would read, in every cell', async () => {
    const own = await newClass(as('admin'), school);
    const sheet = results(own.name, 'CN', {
      'TOAN.comment': '=1+1',
      'HOMEROOM.comment': 'Em ngoan.\nCó tiến bộ.',
      'HEIGHT.number': '130.5',
    });
    const seen = await sendResults(as('homeroom'), await file(sheet));
    await apply(as('homeroom'), seen.body.importId, all(seen.body));
    const answer = await world.app.inject({
      method: 'GET',
      url: `/api/classes/${own.classId}/export/results?period=CN&comments=yes`,
      headers: { host: 'localhost', cookie: await cookieOf(world.app, 'homeroom-1') },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toContain(`ket-qua-${own.name}-CN.xlsx`);
    const read = readResults(await readWorkbook(new Uint8Array(answer.rawPayload), 'x.xlsx'), {
      fileName: 'x.xlsx',
      schoolYear: YEAR,
    });
    const stored = await world.database.asOwner<{ pupil_code: string; item: CellItem; value: string }>(
      'select p.pupil_code, c.item, c.value from cell c join pupil p using (school_id, pupil_id) where c.class_id = $1',
      [own.classId],
    );
    const rows = read.classes[0]?.rows ?? [];
    const found = rows.flatMap((row) =>
      [...row.cells].map(([item, cell]) => `${row.code} ${item} ${cell.value}`),
    );
    // Beside the cells the title that follows from the result, which nobody has typed.
    const titles = rows.map((row) => `${row.code} AWARD.text Đạt danh hiệu Học sinh Xuất sắc`);
    const typed = stored.map((c) => `${c.pupil_code} ${c.item} ${c.value}`);
    expect(found.sort()).toEqual([...typed, ...titles].sort());
    expect(stored.every((c) => parseCell(c.item, c.value).ok)).toBe(true);
    expect(rows.map((row) => row.stated)).toEqual(
      rows.map(() => ({ result: 'HTXS', resultText: 'HTXS', completed: true, promoted: true })),
    );
    const again = await sendResults(as('homeroom'), new Uint8Array(answer.rawPayload));
    const nothing = await apply(as('homeroom'), again.body.importId, all(again.body));
    expect(nothing.body.imported).toBe(2);
    const acts = await world.database.asOwner(
      `select 1 from cell_act where class_id = $1 and (version > 1 or item = 'AWARD.text')`,
      [own.classId],
    );
    expect(acts).toEqual([]);
  });

  test('of a class table, of a school; a subject teacher gets the own columns, others nothing', async () => {
    for (const period of PERIODS) {
      const url = `/api/classes/${school.classId}/export/class-table?period=${period}`;
      expect((await get(as('homeroom'), url)).status).toBe(200);
      expect((await get(as('music'), url)).status).toBe(403);
      expect((await get(as('outsider'), url)).status).toBe(403);
    }
    expect((await get(as('music'), `/api/classes/${school.classId}/export/results?period=CN`)).status).toBe(
      200,
    );
    expect(
      (await get(as('outsider'), `/api/classes/${school.classId}/export/results?period=CN`)).status,
    ).toBe(403);
    expect((await get(as('clerk'), `/api/export/results?schoolYear=${YEAR}&period=CN`)).status).toBe(200);
    expect((await get(as('clerk'), '/api/export/results?schoolYear=2001-2002&period=CN')).status).toBe(404);
    expect((await get(as('homeroom'), `/api/export/results?schoolYear=${YEAR}&period=CN`)).status).toBe(403);
    expect(
      (await get(as('homeroom'), `/api/classes/${school.classId}/export/results?period=HK3`)).status,
    ).toBe(400);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../apps/cli/src/main.ts';
import { classFile, type FilePupil } from '../apps/server/src/assessment/import/testing/class-file.ts';
import { makeWorld, PASSWORD, type School, type World } from '../apps/server/src/http/testing/world.ts';

/** `hocba import` and `hocba export` against a real server, with the rights of who signs in. */
let world: World;
let school: School;
let server: string;
const folder = mkdtempSync(join(tmpdir(), 'hocba-files-'));
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  server = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  process.env.HOCBA_PASSWORD = PASSWORD;
});

async function hocba(...args: string[]) {
  const said = { out: '', err: '' };
  const status = await run(args, {
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
  });
  return { status, ...said };
}
const by = (user = 'homeroom-1') => ['--server', server, '--user', user];
function file(name: string, pupils: readonly FilePupil[]): string {
  const path = join(folder, name);
  writeFileSync(path, classFile(pupils));
  return path;
}
const ofClass = (n: number, over: Partial<FilePupil> = {}): FilePupil => ({
  code: school.pupils[n]?.pupilCode ?? '',
  name: school.pupils[n]?.fullName ?? '',
  ...over,
});
const marks = () =>
  world.database.asOwner<{ value: string; source: string }>(
    `select c.value, a.source from cell c join cell_act a using (school_id, class_id, seq)
     where c.item = 'TOAN.mark' and c.period = 'CN' and c.value is not null order by 1`,
  );

test('a preview writes nothing, --apply writes the sure rows as one types them, --undo takes them back', async () => {
  const path = file('4a.xlsx', [ofClass(0), ofClass(1, { cells: { 'TOAN.mark': '8,5' } })]);
  const seen = await hocba('import', path, ...by());
  expect([seen.status, seen.err]).toEqual([1, '']);
  expect(seen.out).toContain('Lớp 4A · Cuối năm học: 1 chắc chắn, 0 cần xem, 1 không nhập được');
  expect(seen.out).toMatch(/dòng 5, MAU1002 .*Toán/);
  expect(seen.out).toContain('Xem trước, chưa ghi gì. Thêm --apply để ghi 1 dòng chắc chắn.');
  expect(await marks()).toEqual([]);

  const done = await hocba('import', path, ...by(), '--apply', '--json');
  const { applied, importId } = JSON.parse(done.out) as { applied: { imported: number }; importId: string };
  expect([done.status, applied.imported]).toEqual([1, 1]);
  expect(await marks()).toEqual([{ value: '10', source: 'excel' }]);

  const undone = await hocba('import', '--undo', importId, ...by());
  expect([undone.status, undone.err]).toEqual([0, '']);
  expect(await marks()).toEqual([]);
  expect((await hocba('import', '--undo', importId, ...by())).status).toBe(65);
});

test('a list of more than 200 pupils is fetched once, after another one of the office has agreed', async () => {
  const out = (name: string) => ['--out', join(folder, name), ...by('clerk-1')];
  await world.database.asOwner(`
    insert into pupil (school_id, pupil_id, pupil_code, full_name)
      select 1, ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, 'NHIEU' || n, 'Nguyễn Mẫu Đông'
      from generate_series(1, 198) n;
    insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
      select 1, '${school.classId}', ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, n + 100, 4, '2025-09-05'
      from generate_series(1, 198) n`);
  const alone = await hocba('export', 'pupils', ...out('nhieu.xlsx'));
  expect([alone.status, alone.err.includes('cần hai người')]).toEqual([65, true]);
  const asked = await hocba('export', 'pupils', '--ask', 'Nộp báo cáo cho Phường', ...by('clerk-1'));
  const id = /--approval (\S+)/.exec(asked.out)?.[1] ?? '';
  expect([asked.status, asked.out.includes('Bùi Mẫu Trị')]).toEqual([0, true]);
  const fetchBy = (name: string, user: string, kind = 'pupils') =>
    hocba('export', kind, '--approval', id, '--out', join(folder, name), ...by(user));
  expect((await fetchBy('som.xlsx', 'clerk-1')).status).toBe(65);
  const admin = await world.signIn('admin-1');
  const { requests } = (
    await admin<{ requests: { requestId: string; digest: string }[] }>('GET', '/api/approvals')
  ).body;
  const digest = requests.find((one) => one.requestId === id)?.digest;
  const body = { approve: true, digest, note: '' };
  expect((await admin('POST', `/api/approvals/${id}/decision`, body)).status).toBe(200);
  // Somebody else's, another file's, then its own: once.
  expect((await fetchBy('cua-nguoi-khac.xlsx', 'admin-1')).status).toBe(77);
  expect((await fetchBy('tep-khac.xlsx', 'clerk-1', 'results')).status).toBe(65);
  expect((await fetchBy('dung.xlsx', 'clerk-1')).status).toBe(0);
  expect((await fetchBy('lan-hai.xlsx', 'clerk-1')).status).toBe(65);
  // One class is asked for by its name, and nothing else is fetched by that.
  const one = ['results', '--class', '4A'];
  expect((await hocba('export', ...one, ...out('lop-som.xlsx'))).status).toBe(65);
  const oneAsked = await hocba('export', ...one, '--ask', 'Họp phụ huynh', ...by('clerk-1'));
  const oneId = /--approval (\S+)/.exec(oneAsked.out)?.[1] ?? '';
  const oneDigest = (
    await admin<{ requests: { requestId: string; digest: string }[] }>('GET', '/api/approvals')
  ).body.requests.find((request) => request.requestId === oneId)?.digest;
  await admin('POST', `/api/approvals/${oneId}/decision`, { approve: true, digest: oneDigest, note: '' });
  const late = await hocba('export', ...one, '--comments', '--approval', oneId, ...out('khac.xlsx'));
  expect([late.status, late.err.includes('đã đổi sau khi đề nghị')]).toEqual([65, true]);
  expect((await hocba('export', ...one, '--approval', oneId, ...out('lop.xlsx'))).status).toBe(0);
  await world.database.asOwner(`delete from enrolment where ordinal > 100`);
});

test('what is exported is read again without a row that is not sure', async () => {
  const out = join(folder, 'ra.xlsx');
  const got = await hocba('export', 'results', '--class', '4A', '--out', out, ...by());
  expect([got.status, got.err]).toEqual([0, '']);
  expect(readFileSync(out).subarray(0, 2).toString()).toBe('PK');
  const again = await hocba('import', out, ...by(), '--json');
  expect([again.status, again.err]).toEqual([0, '']);
  // Never over a file that is there.
  const before = readFileSync(out);
  expect((await hocba('export', 'results', '--class', '4A', '--out', out, ...by())).status).toBe(73);
  expect(readFileSync(out).equals(before)).toBe(true);
  const list = await hocba('export', 'pupils', '--out', join(folder, 'hs.xlsx'), ...by('clerk-1'));
  expect([list.status, list.err]).toEqual([0, '']);
  const people = await hocba('import', join(folder, 'hs.xlsx'), '--kind', 'pupils', ...by('clerk-1'));
  expect([people.status, people.err]).toEqual([0, '']);
});

describe('the server’s own rules hold', () => {
  test('a wrong password, another’s class, an unknown class', async () => {
    const path = file('x.xlsx', [ofClass(0)]);
    process.env.HOCBA_PASSWORD = 'sai';
    const wrong = await hocba('import', path, ...by());
    expect([wrong.status, wrong.out]).toEqual([77, '']);
    expect(wrong.err).not.toContain('sai');
    process.env.HOCBA_PASSWORD = PASSWORD;
    const out = join(folder, 'khong.xlsx');
    expect((await hocba('export', 'results', '--out', out, ...by())).status).toBe(77);
    expect((await hocba('export', 'results', '--class', '9Z', '--out', out, ...by())).status).toBe(77);
    expect((await hocba('export', 'staff', '--out', out, ...by())).status).toBe(77);
    expect(() => readFileSync(out)).toThrow();
  });

  test('a file that is no workbook, and a server that is not there', async () => {
    const path = join(folder, 'van-ban.xlsx');
    writeFileSync(path, 'STT\tHọ tên');
    const refused = await hocba('import', path, ...by());
    expect([refused.status, refused.out]).toEqual([65, '']);
    expect(refused.err).toContain('van-ban.xlsx');
    expect((await hocba('import', join(folder, 'không có.xlsx'), ...by())).status).toBe(65);
    const away = ['--server', 'http://127.0.0.1:9', '--user', 'x'];
    expect((await hocba('import', path, ...away)).status).toBe(69);
  });

  test.each([
    [['import']],
    [['import', 'a.xlsx', '--server', 'http://truong.example', '--user', 'x']],
    [['import', 'a.xlsx', '--server', 'https://u:p@truong.example', '--user', 'x']],
    [['import', 'a.xlsx', '--server', 'https://truong.example']],
    [['import', 'a.xlsx', '--server', 'https://truong.example', '--user', 'x', '--kind', 'all']],
    [['import', 'a.xlsx', '--server', 'https://truong.example', '--user', 'x', '--password', 'y']],
    [['import', 'a.xlsx', 'b.xlsx', '--server', 'https://truong.example', '--user', 'x']],
    [['import', '--undo', 'x', '--server', 'https://truong.example', '--user', 'x']],
    [['export', 'results', '--server', 'https://truong.example', '--user', 'x']],
    [['export', '--server', 'https://truong.example', '--user', 'x', '--out', 'a.xlsx']],
    [
      [
        'export',
        'pupils',
        '--class',
        '4A',
        '--server',
        'https://truong.example',
        '--user',
        'x',
        '--out',
        'a',
      ],
    ],
    [
      [
        'export',
        'results',
        '--period',
        'X',
        '--server',
        'https://truong.example',
        '--user',
        'x',
        '--out',
        'a',
      ],
    ],
  ])('%j is not understood', async (args) => {
    expect(await hocba(...args)).toMatchObject({ status: 64, out: '' });
  });
});

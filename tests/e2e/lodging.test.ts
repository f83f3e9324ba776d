import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAddCheckpoint, formatCheckpointText, formatNote, signNote } from '@hocba/ledger';
import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { ed25519, noteSigner, sha256 } from '../../apps/server/src/issuing/log/keys.ts';
import { logKeyFile } from '../../apps/server/src/issuing/log/origin.ts';
import { vkeyOf } from '../../apps/server/src/issuing/log/public-key.ts';
import { publishedLog } from '../../apps/server/src/issuing/log/published.ts';
import { copyPrepared } from '../../scripts/example/prepared-data.ts';
import { type ServerProcess, startServerProcess } from '../../scripts/example/server-process.ts';
import { lookAt } from './look-at.ts';
import { picture } from './verification-page.ts';
import { PHONE, useBrowser, type Visitor, visit } from './visit.ts';

/**
 * A school's server and the one that it lodges at, as they really are; somebody with a copy of the school's key has lodged a
 * history of another's making before the school did.
 */
useBrowser();
const HERE = 'hocba.training/00000001/2025-2026';
const ABOVE = 'hocba.training/SO-79/2025-2026';
const QUIET = 'hocba.training/79000009/2025-2026';
const until = (holds: () => Promise<boolean>) => vi.waitUntil(holds, { timeout: 60_000, interval: 100 });
const folders = { school: '', province: '' };
const running: ServerProcess[] = [];
let school: ServerProcess;
let province: ServerProcess;

async function start(folder: string): Promise<ServerProcess> {
  const server = await startServerProcess(folder, 0);
  running.push(server);
  return server;
}
const hasLog = (folder: string, origin: string, leaves: number) =>
  until(async () => ((await publishedLog(folder, origin))?.checkpoint.size ?? 0) >= leaves);
const known = (...keys: string[]) => `${keys.map((key) => `log ${key}`).join('\n')}\nquorum none\n`;

/** A tree of one leaf that the school never made, under its own key. */
async function lodgeAnother(): Promise<number> {
  const signer = await noteSigner(logKeyFile(folders.school, HERE), HERE, false);
  const root = crypto.getRandomValues(new Uint8Array(32));
  const text = formatCheckpointText({ origin: HERE, size: 1, root });
  const checkpoint = formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
  const request = new TextDecoder().decode(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
  const answer = await fetch(`${province.url}/api/lodged`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request }),
  });
  return answer.status;
}

beforeAll(async () => {
  for (const name of ['school', 'province'] as const)
    folders[name] = await mkdtemp(join(tmpdir(), `hocba-lodging-${name}-`));
  await copyPrepared(inject('preparedSchool'), folders.school);
  await writeFile(
    join(folders.province, 'log.json'),
    JSON.stringify({ host: 'so.example', shared: 'SO-79' }),
  );
  [school, province] = await Promise.all([start(folders.school), start(folders.province)]);
  await Promise.all([hasLog(folders.school, HERE, 2), hasLog(folders.province, ABOVE, 1)]);
  await school.stop();
  const quiet = ed25519Signer(QUIET, generateLogKey()).vkey;
  await writeFile(join(folders.province, 'school-logs'), known(await vkeyOf(folders.school, HERE), quiet));
  await writeFile(join(folders.school, 'province-policy'), known(await vkeyOf(folders.province, ABOVE)));
  await writeFile(join(folders.school, 'log.json'), JSON.stringify({ lodgeAt: province.url }));
});
afterAll(async () => {
  for (const server of running) await server.stop();
  for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true });
});

const LODGING = '/nhat-ky-gui-len';
async function open(who: Visitor, path: string): Promise<void> {
  await who.open(path);
  await who.page.locator('main').filter({ hasNotText: 'Đang mở…' }).waitFor();
}
const alarms = async (who: Visitor): Promise<{ own: string[]; others: unknown[] }> =>
  (await who.context.request.get('/api/log-alarms')).json();

describe('who runs the shared log', () => {
  test('sees which schools lodge there and who has not yet, in both widths', async () => {
    const keeper = await visit('quantri', undefined, province.url);
    await open(keeper, '/can-cu');
    await keeper.page.getByRole('link', { name: 'Nhật ký các trường gửi lên' }).click();
    await keeper.page.getByRole('row', { name: /79000009.*Chưa gửi lần nào/ }).waitFor();
    expect(await lookAt(keeper.page)).toEqual([]);
    await picture(keeper.page, 'lodging');
  });

  test('is told in red of two histories, with evidence that can be fetched and what to do', async () => {
    expect(await lodgeAnother()).toBe(200);
    school = await start(folders.school);
    const keeper = await visit('quantri', undefined, province.url);
    await until(async () => (await alarms(keeper)).others.length > 0);
    await open(keeper, '/viec');
    const told = keeper.page.getByRole('alert');
    await told.getByRole('heading', { name: 'Một trường gửi lên hai lịch sử dưới cùng một khoá' }).waitFor();
    await told.getByText('Mã trường 00000001, năm học 2025–2026').waitFor();
    expect(await lookAt(keeper.page, true)).toEqual([]);
    await picture(keeper.page, 'alarm-above');

    await told.getByRole('link', { name: 'Xem bằng chứng và việc phải làm' }).click();
    await keeper.page.getByRole('heading', { name: 'Bằng chứng hai lịch sử' }).waitFor();
    await keeper.page.getByRole('row', { name: /00000001.*Hai lịch sử/ }).waitFor();
    expect(await lookAt(keeper.page)).toEqual([]);
    await picture(keeper.page, 'lodging-forked');
    for (const name of ['Bản đang giữ', 'Bản đưa ra sau', 'Bằng chứng không nối tiếp']) {
      const [file] = await Promise.all([
        keeper.page.waitForEvent('download'),
        keeper.page.getByRole('link', { name }).first().click(),
      ]);
      expect(await file.failure(), name).toBeNull();
    }
  });

  test('and nobody else there: the page is refused in a sentence', async () => {
    const teacher = await visit('gvcn4a', undefined, province.url);
    await teacher.open(LODGING);
    await teacher.page.getByText('Tài khoản này không được giao việc đó').waitFor();
  });
});

describe('the school itself', () => {
  test('is told in red at its work page and where it reads what it is checked by', async () => {
    const clerk = await visit('vanthu', undefined, school.url);
    await until(async () => (await alarms(clerk)).own.length > 0);
    await open(clerk, '/viec');
    const told = clerk.page.getByRole('alert');
    await told.getByRole('heading', { name: 'Nhật ký năm học 2025–2026 có hai lịch sử' }).waitFor();
    expect(await lookAt(clerk.page, true)).toEqual([]);
    await picture(clerk.page, 'alarm-here');
    await told.getByRole('link', { name: 'Xem căn cứ kiểm tra' }).click();
    await clerk.page.getByRole('heading', { level: 1, name: 'Căn cứ kiểm tra' }).waitFor();
    await clerk.page.getByRole('heading', { name: /hai lịch sử/ }).waitFor();
    expect(await lookAt(clerk.page, true)).toEqual([]);
    await picture(clerk.page, 'trust-forked');
  });

  test('on a phone the notice comes before the work', async () => {
    const { page, open: visitPage } = await visit('vanthu', PHONE, school.url);
    await visitPage('/viec');
    const [alarm, work] = [page.getByRole('alert').first(), page.locator('.task-list').first()];
    await alarm.waitFor();
    await work.waitFor();
    expect((await alarm.boundingBox())?.y ?? Infinity).toBeLessThan((await work.boundingBox())?.y ?? 0);
  });

  test('teachers are not alarmed by what only the office can act on', async () => {
    const teacher = await visit('gvcn4a', undefined, school.url);
    await open(teacher, '/viec');
    expect(await teacher.page.getByRole('alert').count()).toBe(0);
  });
});

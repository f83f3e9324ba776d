import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueTrainingSeal } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTrainingPki } from '../../apps/server/src/signing/signers/training-pki.ts';
import { keyFileFrom } from '../../apps/server/src/signing/testing/key-file.ts';
import { copyPrepared } from '../../scripts/example/prepared-data.ts';
import { type ServerProcess, startServerProcess } from '../../scripts/example/server-process.ts';
import { lookAt } from './look-at.ts';
import { picture } from './verification-page.ts';
import { useBrowser, visit } from './visit.ts';

/** A server of its own: once a registered seal is in force, nobody seals there without its key. */
useBrowser();
const SECRET = 'Mật khẩu con dấu 12';
let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = await copyPrepared(inject('preparedSchool'), await mkdtemp(join(tmpdir(), 'hocba-seal-')));
  server = await startServerProcess(folder, 0);
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function sealFile(): Promise<Buffer> {
  const pki = await openTrainingPki(folder, new Date());
  const seal = { organisationName: 'Trường Tiểu học Mẫu', taxCode: '0000000001', key: 'p256' as const };
  return keyFileFrom(pki, await issueTrainingSeal(pki, seal, new Date()), SECRET);
}

test('the clerk registers a seal and asks, and it is in force once another person has read it and agreed', async () => {
  const clerk = await visit('vanthu', undefined, server.url);
  const { page } = clerk;
  await clerk.open('/ky/cach-ky');
  const seal = page.locator('section').filter({ has: page.getByRole('heading', { name: /Con dấu/ }) });
  await seal.getByText('Đăng ký tệp khoá').click();
  await seal.locator('input[type=file]').setInputFiles({
    name: 'con-dau.p12',
    mimeType: 'application/x-pkcs12',
    buffer: await sealFile(),
  });
  await seal.getByLabel(/Mật khẩu/).fill(SECRET);
  await seal.getByRole('button', { name: 'Mở thử và đăng ký' }).click();
  const use = seal.getByRole('button', { name: 'Đề nghị dùng con dấu này' });
  await use.waitFor();
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'seal-registered');

  // Registered, it seals nothing yet: what is in use is what was.
  const inUse = () => seal.locator('.card > p').first().innerText();
  const before = await inUse();
  await use.click();
  await page.getByRole('status').getByText('Chưa có gì bị thay đổi cho đến khi').waitFor();
  await clerk.open('/viec');
  await page.getByText('Đang chờ duyệt').waitFor();
  expect(await page.getByRole('button', { name: /Xem và duyệt/ }).count()).toBe(0);

  const principal = await visit('hieutruong', undefined, server.url);
  await principal.open('/viec');
  await principal.page.getByRole('button', { name: /Xem và duyệt: Dùng con dấu số/ }).click();
  const dialog = principal.page.getByRole('dialog');
  const number = dialog
    .getByRole('row', { name: /^Chứng thư số/ })
    .getByRole('cell')
    .last();
  expect(await number.innerText()).toMatch(/^[0-9a-f:]{8,}$/i);
  expect(await lookAt(principal.page)).toEqual([]);
  await picture(principal.page, 'seal-decide');
  await dialog.getByRole('button', { name: 'Duyệt và thực hiện' }).click();
  await principal.page.getByRole('status').getByText('Đã duyệt: Dùng con dấu số').waitFor();

  await clerk.open('/ky/cach-ky');
  await expect.poll(inUse).not.toBe(before);
  expect(await inUse()).toContain('Trường Tiểu học Mẫu');
  expect(await use.count()).toBe(0);
  await clerk.open('/viec');
  await page.getByText('Đã duyệt và thực hiện').waitFor();
});

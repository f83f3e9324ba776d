import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type RunningServer, startServer } from '../../apps/server/src/server.ts';
import { copyPrepared } from '../../scripts/example/prepared-data.ts';
import { findings } from './findings.ts';
import { PASSWORD, PHONE, useBrowser, type Visitor, visit } from './visit.ts';

/** A school of its own, whose clock is the test's: everybody of the office gets a second factor here. */
useBrowser();
let server: RunningServer;
let folder: string;
let ahead = 0;
beforeAll(async () => {
  folder = await copyPrepared(inject('preparedSchool'), await mkdtemp(join(tmpdir(), 'hocba-factor-')));
  server = await startServer({ dataFolder: folder, port: 0, now: () => new Date(Date.now() + ahead) });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Passkeys belong to a name, never to a number: the machine's own name is `localhost`. */
async function browser(viewport?: typeof PHONE): Promise<Visitor> {
  const visitor = await visit(null, viewport, `http://localhost:${server.port}`);
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return visitor;
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await heading(page, 'Đăng nhập');
}

async function signIn(page: Page, username: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto('/');
  await page.getByLabel('Tên đăng nhập').fill(username);
  await page.getByLabel('Mật khẩu').fill(PASSWORD);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const code = (key: string): string =>
  new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) }).generate({
    timestamp: Date.now() + ahead,
  });

/** Adds a code generator with the password. @returns its key as the page shows it */
async function addGenerator(
  page: Page,
  password: string | null,
  label = 'Mật khẩu của thầy/cô',
): Promise<string> {
  const card = page.locator('section.card', {
    has: page.getByRole('heading', { name: 'Thêm ứng dụng tạo mã' }),
  });
  if (password !== null) await card.getByLabel(label).fill(password);
  await card.getByRole('button', { name: 'Hiện mã QR' }).click();
  const key = await card.locator('code').innerText();
  await card.getByRole('img', { name: 'Mã QR' }).waitFor();
  await card.getByLabel('Mã 6 chữ số trong ứng dụng').fill(code(key));
  await card.getByRole('button', { name: 'Xong' }).click();
  return key;
}

test('an office with a second factor: passkey, code, confirming over the page, and a loss mended by two', async () => {
  const principal = await browser();
  const { page } = principal;
  await signIn(page, 'hieutruong');
  await heading(page, 'Việc của tôi');
  await page.getByText('xác thực hai lớp đang tắt').waitFor();
  await principal.open('/xac-thuc');
  await page.getByRole('button', { name: 'Bật xác thực hai lớp' }).click();

  // From now on a password alone opens nothing but this page.
  await heading(page, 'Xác thực hai lớp');
  await page.getByText('phải dùng xác thực hai lớp').waitFor();
  expect(await findings(page)).toEqual([]);
  const card = page.locator('section.card', {
    has: page.getByRole('heading', { name: 'Thêm khoá đăng nhập' }),
  });
  await card.getByLabel('Mật khẩu của thầy/cô').fill(PASSWORD);
  await card.getByRole('button', { name: 'Thêm khoá đăng nhập' }).click();
  await page.getByRole('link', { name: 'Việc của tôi' }).waitFor();
  await principal.open('/xac-thuc');
  await page.getByText('Máy này').waitFor();
  expect(await findings(page)).toEqual([]);

  // Signing in again asks for the passkey.
  await signOut(page);
  await signIn(page, 'hieutruong');
  await heading(page, 'Xác nhận bằng xác thực hai lớp');
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Dùng khoá đăng nhập' }).click();
  await page.getByRole('link', { name: 'Toàn trường' }).waitFor();

  // After more than five minutes a great act asks over the page, and goes on by itself.
  ahead += 6 * 60_000;
  await principal.open('/xac-thuc');
  await page.getByRole('button', { name: 'Lấy 10 mã mới' }).click();
  const dialog = page.getByRole('dialog', { name: 'Xác nhận bằng xác thực hai lớp' });
  await dialog.waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Dùng khoá đăng nhập' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('.paper-codes li').nth(9).waitFor();
  expect(await page.locator('.paper-codes li').count()).toBe(10);

  const clerk = await browser(PHONE);
  await signIn(clerk.page, 'vanthu');
  await heading(clerk.page, 'Xác thực hai lớp');
  const key = await addGenerator(clerk.page, PASSWORD);
  await clerk.page.getByText('Đăng xuất').waitFor();
  const admin = await browser();
  await signIn(admin.page, 'quantri');
  await heading(admin.page, 'Xác thực hai lớp');
  await addGenerator(admin.page, PASSWORD);
  await admin.page.getByText('Đăng xuất').waitFor();

  // The principal loses it: the clerk asks, the administrator agrees and hands over the slip.
  await clerk.open('/xac-thuc');
  const name = await principal.page.locator('.top .who').innerText();
  await clerk.page.getByLabel('Người cần đặt lại').selectOption({ label: name.split(' · ')[0] ?? '' });
  await clerk.page.getByLabel('Lý do').fill('Máy đã hỏng');
  await clerk.page.getByRole('button', { name: 'Đề nghị đặt lại' }).click();
  await clerk.page.getByText('Máy đã hỏng').waitFor();
  expect(await clerk.page.getByRole('button', { name: /Đồng ý đặt lại/ }).count()).toBe(0);
  expect(await findings(clerk.page)).toEqual([]);
  await admin.open('/xac-thuc');
  await admin.page.getByRole('button', { name: /^Đồng ý đặt lại/ }).click();
  const slip = await admin.page.locator('.notice .key-text').innerText();

  await page.goto('/');
  await heading(page, 'Đăng nhập');
  await signIn(page, 'hieutruong');
  await heading(page, 'Xác thực hai lớp');
  await addGenerator(page, slip, 'Mã trên phiếu');
  await page.getByRole('link', { name: 'Toàn trường' }).waitFor();

  // A code of the generator opens the clerk's next session, once.
  ahead += 60_000;
  await signOut(clerk.page);
  await signIn(clerk.page, 'vanthu');
  await clerk.page.getByLabel('Mã 6 chữ số').fill(code(key));
  await clerk.page.getByRole('button', { name: 'Xác nhận' }).click();
  await clerk.page.getByRole('link', { name: 'Toàn trường' }).waitFor();
});

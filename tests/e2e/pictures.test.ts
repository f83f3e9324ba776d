import { expect, test } from 'vitest';
import { drawnSeal, drawnSignature } from '../../packages/form/src/testing/drawn-png.ts';
import { findings } from './findings.ts';
import { PHONE, useBrowser, visit } from './visit.ts';

useBrowser();

const chosen = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(bytes),
});

test('the clerk looks at signature and seal as they will be printed, sets them, and removes one', async () => {
  const { page, open } = await visit('vanthu');
  // As the guide leads there, whether or not anything waits to be signed.
  await open('/ky');
  await page.getByRole('link', { name: 'Cách ký' }).click();
  // What comes on demand may not come: that is a sentence with a way on, and no blank page.
  const script = '**/on-demand/pictures-*.js';
  await page.route(script, (route) => route.abort());
  await page.getByRole('link', { name: 'Hình chữ ký và con dấu của tôi' }).click();
  await page.getByRole('alert').getByText('Hãy kiểm tra đường truyền rồi tải lại trang.').waitFor();
  await page.unroute(script);
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Hình chữ ký và con dấu' }).waitFor();
  const [own, seal] = [page.locator('section').nth(0), page.locator('section').nth(1)];
  await own.getByText('Chưa có hình.').waitFor();

  await own.locator('input[type=file]').setInputFiles(chosen('a.png', Buffer.from('<html>')));
  await own.getByText('Trình duyệt không mở được tệp này').waitFor();

  // Larger than the server takes: the page makes it smaller.
  await own.locator('input[type=file]').setInputFiles(chosen('a.png', drawnSignature(1600, 700)));
  await own.getByText('Chưa lưu.').waitFor();
  expect(await findings(page)).toEqual([]);
  await own.getByRole('button', { name: 'Dùng hình này từ nay' }).click();
  await own.getByText('Đã lưu.').waitFor();

  await seal.locator('input[type=file]').setInputFiles(chosen('b.png', drawnSeal(300)));
  await seal.getByText('Chưa lưu.').waitFor();
  await seal.getByRole('button', { name: 'Không dùng' }).click();
  await seal.getByText('Chưa có hình.').waitFor();
  await seal.locator('input[type=file]').setInputFiles(chosen('b.png', drawnSeal(300)));
  await seal.getByRole('button', { name: 'Dùng hình này từ nay' }).click();
  await seal.getByText('Đã lưu.').waitFor();

  await page.reload();
  await own.getByRole('img').waitFor();
  await seal.getByRole('img').waitFor();
  expect(await findings(page)).toEqual([]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/desk.png`, fullPage: true });
  await page.setViewportSize(PHONE);
  const sideways = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await sideways()).toBe(0);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/phone.png`, fullPage: true });

  for (const one of [own, seal]) {
    await one.getByRole('button', { name: 'Bỏ hình cho các bản in sau này' }).click();
    await one.getByText('Đã bỏ.').waitFor();
    await one.getByText('Chưa có hình.').waitFor();
  }
});

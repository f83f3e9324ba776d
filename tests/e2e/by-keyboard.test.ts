import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findings } from './findings.ts';
import { allSaved, cell, classId, PASSWORD, PHONE, useBrowser, visit } from './visit.ts';

useBrowser();

/** Presses a key until the focus stands where it is wanted; a page that keeps the focus away fails. */
async function press(page: Page, key: 'Tab' | 'Shift+Tab', wanted: string): Promise<void> {
  for (let n = 0; n < 60; n++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`no ${key} leads to ${wanted}`);
}

describe('without a mouse', () => {
  test('from signing in through a cell to the check page', async () => {
    const { page, open } = await visit(null);
    await open('/');
    await press(page, 'Tab', '#sign-in-username');
    await page.keyboard.type('gvcn4b');
    await press(page, 'Tab', '#sign-in-password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Việc của tôi' }).waitFor();
    await press(page, 'Tab', 'a[href$="/mon/TOAN"]:not(.button)');
    await page.keyboard.press('Enter');
    await cell(page, 0, 0).waitFor();
    await press(page, 'Tab', 'table.sheet input');
    await page.keyboard.press('h');
    await page.keyboard.press('t');
    expect([await cell(page, 0, 0).inputValue(), await cell(page, 1, 0).inputValue()]).toEqual(['H', 'T']);
    await allSaved(page);
    // One stop: Tab leaves the sheet again instead of going through its cells.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('table') === null)).toBe(true);
    await press(page, 'Shift+Tab', 'a.primary');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Kiểm tra trước khi chốt · lớp 4B/ }).waitFor();
  });
  test('no header and no name ever covers the cell in focus', async () => {
    const visitor = await visit('gvcn4b');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '4B')}/bang`);
    await cell(page, 0, 0).focus();
    const hidden = (): Promise<string | null> =>
      page.evaluate(() => {
        const td = document.activeElement?.closest('td');
        const box = td?.getBoundingClientRect();
        if (!td || !box) return 'no cell in focus';
        const corners = [
          [box.left + 4, box.top + 4],
          [box.right - 5, box.top + 4],
          [box.left + 4, box.bottom - 5],
        ] as const;
        const over = corners.map(([x, y]) => document.elementFromPoint(x, y)).find((at) => !td.contains(at));
        return over ? `${over.tagName} ${over.textContent?.slice(0, 30)}` : null;
      });
    const keys = ['Control+End', ...Array.from({ length: 8 }, () => 'ArrowUp'), 'Home', 'PageUp', 'PageUp'];
    for (const key of [...keys, ...Array.from({ length: 12 }, () => 'ArrowRight'), 'Control+Home']) {
      await page.keyboard.press(key);
      expect([key, await hidden()]).toEqual([key, null]);
    }
  });
  test('a link of the check page leads to the very cell', async () => {
    const visitor = await visit('gvcn4b');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '4B')}/kiem-tra`);
    const link = page.locator('.problems a[href*="#"]:visible').first();
    const wanted = new URL((await link.getAttribute('href')) ?? '', page.url()).hash.slice(1);
    const name = (await link.innerText()).replace(/^\d+\. /, '');
    await link.click();
    await page.locator('table.sheet').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''))
      .toContain(name);
    expect(wanted).toContain('.');
  });
});

test('results of another school’s paper: typed by keyboard, seen before they are written, taken back', async () => {
  const { page, open } = await visit('vanthu');
  await open('/tiep-nhan');
  await page.getByText('Trường ngoài hệ thống').click();
  const field = (id: string) => page.locator(`#${id}`);
  await page.locator('input[type=file]').setInputFiles({
    name: 'hoc-ba.xml',
    mimeType: 'text/xml',
    buffer: Buffer.from('<HOC_BA><DU_LIEU_HOC_BA/></HOC_BA>'),
  });
  await page.getByText('Không nhận tệp này').waitFor();
  for (const [id, text] of [
    ['in-code', 'XA990001'],
    ['in-name', 'Ngô Mẫu Giấy'],
    ['in-born', '04/04/2018'],
    ['in-school', 'Trường Tiểu học Mẫu Xa'],
    ['papers-day', '02/02/2026'],
    ['papers-reason', 'Theo gia đình'],
  ] as const)
    await field(id).fill(text);
  // Nobody is a girl or a boy until somebody says so.
  expect(await field('in-sex').inputValue()).toBe('');
  await field('in-sex').selectOption({ label: 'Nam' });
  await field('papers-class').selectOption({ label: '2B · Năm học 2025–2026' });
  await field('in-document').fill('Phiếu xác nhận kết quả số 12');
  const levels = page.locator('[data-column=level]');
  await levels.first().focus();
  for (const key of ['t', 'Enter', 'h', 'Enter']) await page.keyboard.press(key);
  await page.keyboard.type('x');
  await page.getByText('không thuộc thang đánh giá').waitFor();
  await page.keyboard.press('Backspace');
  await page.locator('[data-column=mark]').first().fill('8');
  const sideways = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const shot = async (name: string) => {
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  };
  await page.getByRole('button', { name: 'Xem trước' }).click();
  await page.getByText('Xem trước, chưa ghi gì: 3 ô').waitFor();
  expect(await findings(page)).toEqual([]);
  await shot('arrival-1280');
  await page.setViewportSize(PHONE);
  expect(await sideways()).toBe(0);
  await shot('arrival-360');
  await page.getByRole('button', { name: 'Tiếp nhận', exact: true }).click();
  await page.getByRole('link', { name: 'Đã tiếp nhận' }).click();
  await page.getByRole('button', { name: 'Bỏ các kết quả này' }).click();
  await page.getByText('Đã bỏ 3 ô.').waitFor();
  await shot('taken-back-360');
});

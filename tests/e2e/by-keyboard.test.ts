import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allSaved, cell, classId, PASSWORD, useBrowser, visit } from './visit.ts';

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
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), {
        timeout: 10_000,
      })
      .toContain(name);
    expect(wanted).toContain('.');
  });
});

import { expect, test } from 'vitest';
import { classId, PASSWORD, useBrowser, visit } from './visit.ts';

useBrowser();

const SHEET = 'table.sheet [data-row]';

test('a class sheet is asked for once, and not after the scripts', async () => {
  const visitor = await visit('gvcn5b');
  const { page } = visitor;
  const id = await classId(visitor, '5B');
  for (const address of [`/lop/${id}/bang`, `/lop/${id}/mon/TOAN/GHK1`]) {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(address);
    await page.locator(SHEET).first().waitFor();
    await page.waitForLoadState('networkidle');
    const sheet = `/api/classes/${id}/sheet`;
    expect(asked.filter((path) => path === sheet)).toEqual([sheet]);
    expect(asked.filter((path) => path === '/api/session')).toHaveLength(1);
    expect(asked.indexOf(sheet)).toBeLessThan(asked.findIndex((path) => path.startsWith('/assets/')));
    page.removeAllListeners('request');
  }
});

test('what is typed stands when the page is opened again at once', async () => {
  const visitor = await visit('gvcn5b');
  const { page } = visitor;
  const id = await classId(visitor, '5B');
  await page.goto(`/lop/${id}/mon/TOAN/GHK1`);
  const field = page.locator('table.sheet [data-row="0"][data-column="0"]');
  for (const value of ['T', 'H', 'C']) {
    await field.focus();
    await page.keyboard.press(value);
    await page.locator('.save-state', { hasText: 'Đã lưu trên máy chủ' }).waitFor();
    await page.reload();
    await field.waitFor();
    expect(await field.inputValue()).toBe(value);
  }
});

test('who signs in on the address of a sheet sees it: the refusal from before is not taken for an answer', async () => {
  const known = await visit('gvcn5b');
  const id = await classId(known, '5B');
  const { page, context } = await visit(null);
  // A session that ended leaves its cookie behind: the browser is told to ask ahead.
  const ended = (await known.context.cookies()).map((cookie) => ({ ...cookie, value: 'x'.repeat(43) }));
  await context.addCookies(ended);
  await page.goto(`/lop/${id}/bang`);
  await page.locator('input[autocomplete="username"]').fill('gvcn5b');
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator(SHEET).first().waitFor();
  expect(await page.locator('[role="alert"]').count()).toBe(0);
});

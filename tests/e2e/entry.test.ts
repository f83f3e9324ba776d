import { describe, expect, test } from 'vitest';
import { allSaved, cell, classId, columnTexts, PASSWORD, pasteInto, useBrowser, visit } from './visit.ts';

useBrowser();

describe('signing in', () => {
  test('by user name and password; Back and a reload keep one’s place', async () => {
    const { page, open } = await visit(null);
    await open('/');
    await page.getByLabel('Tên đăng nhập').fill('amnhac');
    await page.getByLabel('Mật khẩu').fill(PASSWORD);
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    await page.getByRole('heading', { name: 'Việc của tôi' }).waitFor();
    await page.getByRole('link', { name: '3A · Âm nhạc' }).click();
    await page.getByRole('heading', { name: /3A · .*Âm nhạc/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /3A · .*Âm nhạc/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Việc của tôi' }).waitFor();
  });
  test('a wrong password is refused in words, and nothing of it is told apart', async () => {
    const { page, open } = await visit(null);
    await open('/');
    await page.getByLabel('Tên đăng nhập').fill('khong-co');
    await page.getByLabel('Mật khẩu').fill('sai');
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    await page.getByRole('alert').getByText('Tên đăng nhập hoặc mật khẩu không đúng').waitFor();
  });
  test('two quick clicks on a button act once', async () => {
    const { page, open } = await visit(null);
    await open('/');
    let calls = 0;
    await page.route('**/api/session', async (route) => {
      if (route.request().method() === 'POST') calls++;
      await route.continue();
    });
    await page.getByRole('button', { name: /Vào thử: Giáo viên Âm nhạc/ }).dblclick();
    await page.getByRole('heading', { name: 'Việc của tôi' }).waitFor();
    expect(calls).toBe(1);
  });
  test('a page of somebody else’s class says so and leads home', async () => {
    const principal = await visit('hieutruong');
    const id = await classId(principal, '1A');
    const { page } = await visit('gvcn5b');
    await page.goto(`/lop/${id}/bang`);
    await page.getByRole('alert').getByText('không được giao việc đó').waitFor();
    await page.getByRole('alert').getByRole('link', { name: 'Việc của tôi' }).click();
    await page.getByRole('heading', { name: 'Việc của tôi' }).waitFor();
  });
});

describe('typing', () => {
  test('35 levels take 35 keys, go down by themselves and are on the server', async () => {
    const visitor = await visit('amnhac');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '1B')}/mon/AN`);
    const levels = Array.from({ length: 35 }, (_, n) => 'thc'[n % 3] ?? '');
    await cell(page, 0, 0).focus();
    for (const key of levels) await page.keyboard.press(key);
    await allSaved(page);
    await page.reload();
    await cell(page, 34, 0).waitFor();
    expect(await columnTexts(page, 0)).toEqual(levels.map((level) => level.toUpperCase()));
  });
  test('a value out of scale stays visible in words and is never sent', async () => {
    const visitor = await visit('tienganh2');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '4B')}/mon/NN1`);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (!request.url().endsWith('/ops')) return;
      const { ops } = request.postDataJSON() as { ops: { value: string | null }[] };
      sent.push(...ops.map((op) => op.value ?? ''));
    });
    await cell(page, 1, 1).focus();
    for (const raw of ['85', '8,5', 'giỏi']) {
      await cell(page, 1, 1).fill(raw);
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText(`“${raw}”`).waitFor();
      expect(await cell(page, 1, 1).inputValue()).toBe(raw);
      expect(await cell(page, 1, 1).getAttribute('aria-invalid')).toBe('true');
    }
    // What stands beside is stored as usual.
    await cell(page, 2, 1).fill('9');
    await page.keyboard.press('Enter');
    await allSaved(page);
    expect(sent).toEqual(['9']);
    await cell(page, 1, 1).focus();
    await page.keyboard.press('Escape');
    expect(await cell(page, 1, 1).getAttribute('aria-invalid')).toBeNull();
  });
  test('the range follows Excel’s keys: fill down, clear, undo, redo', async () => {
    const visitor = await visit('amnhac');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '2B')}/mon/AN`);
    const before = await columnTexts(page, 0);
    await cell(page, 0, 0).focus();
    await page.keyboard.press('c');
    await cell(page, 0, 0).focus();
    for (let n = 0; n < 4; n++) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+d');
    expect((await columnTexts(page, 0)).slice(0, 5)).toEqual(['C', 'C', 'C', 'C', 'C']);
    await page.keyboard.press('Delete');
    expect((await columnTexts(page, 0)).slice(0, 5)).toEqual(['', '', '', '', '']);
    await page.keyboard.press('Control+z');
    expect((await columnTexts(page, 0)).slice(0, 5)).toEqual(['C', 'C', 'C', 'C', 'C']);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect(await columnTexts(page, 0)).toEqual(before);
    await page.keyboard.press('Control+y');
    expect((await columnTexts(page, 0))[0]).toBe('C');
    await allSaved(page);
  });
  test('sentences: Ctrl+Space, then one digit a pupil; blanks are filled by one act', async () => {
    const visitor = await visit('amnhac');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '5B')}/mon/AN`);
    await cell(page, 0, 1).focus();
    await page.keyboard.press('Control+Space');
    await page.getByText('phím 1–9 chèn và xuống dòng').waitFor();
    const first = await page.locator('.bank li button').first().innerText();
    await page.keyboard.press('1');
    expect(await cell(page, 0, 1).inputValue()).toBe(first.replace(/^1\s*/, ''));
    expect(await cell(page, 1, 1).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press('2');
    const blanks = (await columnTexts(page, 1)).filter((text) => text === '').length;
    const filled = await page.locator('table.sheet tbody tr').count();
    expect(blanks).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Điền mọi ô trống' }).click();
    const texts = await columnTexts(page, 1);
    // A pupil without a level has no sentences yet: only those stay empty.
    const levels = await columnTexts(page, 0);
    expect(texts.filter((text, row) => text === '' && levels[row] !== '')).toEqual([]);
    expect(texts).toHaveLength(filled);
    await allSaved(page);
  });
});

describe('paste', () => {
  test('35 × 3 from Excel in one act, undone in one step, and stored', async () => {
    const visitor = await visit('tienganh2');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '4B')}/mon/NN1`);
    const before = await columnTexts(page, 1);
    const rows = Array.from({ length: 35 }, (_, n) => [
      n % 2 ? 'Hoàn thành' : 'HTT',
      String(5 + (n % 6)),
      `"Đọc to, rõ;\nnên ""luyện nghe"" thêm ${n + 1}"`,
    ]);
    await cell(page, 0, 0).focus();
    await pasteInto(page, `${rows.map((row) => row.join('\t')).join('\r\n')}\r\n`);
    const pasted = [await columnTexts(page, 0), await columnTexts(page, 1), await columnTexts(page, 2)];
    expect(pasted[0]?.slice(0, 3)).toEqual(['T', 'H', 'T']);
    expect(pasted[1]?.slice(0, 3)).toEqual(['5', '6', '7']);
    expect(pasted[2]?.[34]).toBe('Đọc to, rõ;\nnên "luyện nghe" thêm 35');
    await page.keyboard.press('Control+z');
    expect(await columnTexts(page, 1)).toEqual(before);
    await page.keyboard.press('Control+y');
    await allSaved(page);
    await page.reload();
    await cell(page, 34, 2).waitFor();
    expect([await columnTexts(page, 0), await columnTexts(page, 1), await columnTexts(page, 2)]).toEqual(
      pasted,
    );
  });
});

import { describe, expect, test } from 'vitest';
import { allSaved, cell, classId, columnTexts, PASSWORD, useBrowser, visit } from './visit.ts';

useBrowser();

describe('two at one sheet', () => {
  test('another’s value is never overwritten unseen: it is shown, and one of the two is chosen', async () => {
    const first = await visit('gvcn3a');
    const second = await visit('gvcn3a');
    const path = `/lop/${await classId(first, '3A')}/mon/TOAN`;
    await first.open(path);
    await second.open(path);
    for (const [row, mine] of [
      [0, true],
      [1, false],
    ] as const) {
      await cell(first.page, row, 1).fill('5');
      await first.page.keyboard.press('Enter');
      await cell(first.page, row + 1, 1).focus();
      await expectStored(first, row, '5');
      await cell(second.page, row, 1).fill('6');
      await second.page.keyboard.press('Enter');
      const alert = second.page.getByRole('alert');
      await alert.getByText('đã ghi “5”; của thầy/cô: “6”').waitFor();
      expect(await cell(second.page, row, 1).inputValue()).toBe('5');
      await alert.getByRole('button', { name: mine ? 'Dùng “6”' : 'Giữ “5”' }).click();
      await alert.waitFor({ state: 'detached' });
      await expectStored(second, row, mine ? '6' : '5');
    }
    // The same value twice is no conflict.
    for (const { page } of [first, second]) {
      await cell(page, 4, 1).fill('7');
      await page.keyboard.press('Enter');
      await allSaved(page);
    }
    expect(await second.page.getByRole('alert').count()).toBe(0);
  });
});

describe('without a network, without a session', () => {
  test('offline says so, keeps the cells, and sends them when the network is back', async () => {
    const visitor = await visit('gvcn3b');
    const { page, context, open } = visitor;
    await open(`/lop/${await classId(visitor, '3B')}/mon/TV`);
    await cell(page, 0, 0).focus();
    await context.setOffline(true);
    await page.getByText('Mất mạng. Thầy/cô vẫn nhập được').waitFor();
    for (const key of 'thcth') await page.keyboard.press(key);
    await page.getByText(/\d ô vừa nhập còn trên trang này/).waitFor();
    // Leaving would lose them, so it is asked first; “no” stays.
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Việc của tôi' }).click();
    expect(asked.join()).toContain('chưa gửi được tới máy chủ');
    expect((await columnTexts(page, 0)).slice(0, 5)).toEqual(['T', 'H', 'C', 'T', 'H']);
    await context.setOffline(false);
    await allSaved(page);
    await page.reload();
    await cell(page, 0, 0).waitFor();
    expect((await columnTexts(page, 0)).slice(0, 5)).toEqual(['T', 'H', 'C', 'T', 'H']);
  });
  test('a lost answer is asked for again and writes nothing twice', async () => {
    const visitor = await visit('gvcn3b');
    const { page, open } = visitor;
    await open(`/lop/${await classId(visitor, '3B')}/mon/TV`);
    const batches: string[] = [];
    let lose = true;
    await page.route('**/ops', async (route) => {
      batches.push((route.request().postDataJSON() as { batch: string }).batch);
      if (!lose) return route.continue();
      lose = false;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await cell(page, 6, 1).fill('9');
    await page.keyboard.press('Enter');
    await allSaved(page);
    expect(batches).toHaveLength(2);
    expect(new Set(batches).size).toBe(1);
    expect(await page.getByRole('alert').count()).toBe(0);
    await expectStored(visitor, 6, '9');
  });
  test('a session that ends in the middle of work: sign in over the page and go on, only as oneself', async () => {
    const visitor = await visit('gvcn3b');
    const { page, context, open } = visitor;
    await open(`/lop/${await classId(visitor, '3B')}/mon/TV`);
    await context.clearCookies();
    await cell(page, 8, 1).fill('8');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Phiên làm việc đã hết' });
    await dialog.waitFor();
    const enter = async (username: string): Promise<void> => {
      await dialog.getByLabel('Tên đăng nhập').fill(username);
      await dialog.getByLabel('Mật khẩu').fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Đăng nhập' }).click();
    };
    await enter('gvcn1a');
    await dialog.getByText('Trang này đang giữ việc của').waitFor();
    await enter('gvcn3b');
    await dialog.waitFor({ state: 'hidden' });
    await allSaved(page);
    await expectStored(visitor, 8, '8');
  });
});

/** What the server says the marks' column holds in this row, whatever the page shows. */
async function expectStored(visitor: Awaited<ReturnType<typeof visit>>, row: number, value: string) {
  const { page, context } = visitor;
  const [, , id, , subject] = new URL(page.url()).pathname.split('/');
  await expect
    .poll(async () => {
      const answer = await context.request.get(`/api/classes/${id}/sheet?subject=${subject}`);
      const sheet = (await answer.json()) as {
        pupils: { pupilId: string }[];
        cells: { pupilId: string; item: string; value: string | null }[];
      };
      const pupil = sheet.pupils[row]?.pupilId;
      return sheet.cells.find((one) => one.pupilId === pupil && one.item === `${subject}.mark`)?.value;
    })
    .toBe(value);
}

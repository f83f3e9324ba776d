import { expect, test } from 'vitest';
import { lookAt } from './look-at.ts';
import { picture } from './verification-page.ts';
import { classId, useBrowser, visit } from './visit.ts';

useBrowser();

/** The clerk finds one pupil by what the family brings, records where the pupil goes, and hands over the results so far. */
test('a pupil goes to another school in six clicks, with the results so far in hand', async () => {
  const clerk = await visit('vanthu');
  const { page, open, context } = clerk;
  const answer = await context.request.post('/api/pupils/search', {
    data: { text: '', classId: await classId(clerk, '5A') },
  });
  const { pupils } = (await answer.json()) as { pupils: { pupilCode: string; fullName: string }[] };
  const pupil = pupils.at(-1);
  if (pupil === undefined) throw new Error('a class without pupils');
  await open('/viec');
  let clicks = 0;
  const click = async (what: ReturnType<typeof page.locator>): Promise<void> => {
    await what.click();
    clicks++;
  };
  await click(page.getByRole('navigation').getByRole('link', { name: 'Sổ của trường' }));
  await click(page.getByRole('main').getByRole('link', { name: 'Học sinh', exact: true }));
  await click(page.getByLabel('Tìm theo họ tên (không cần dấu) hoặc mã học sinh'));
  // One pupil is found, and is there.
  await page.keyboard.type(`${pupil.pupilCode}\n`);
  await page.getByRole('heading', { level: 1, name: pupil.fullName }).waitFor();
  // Nothing of this pupil is issued: what would be refused is not offered.
  await page.getByText('nên chưa in trọn học bạ được').waitFor();
  expect(await page.getByRole('link', { name: /^In trọn|^In theo/ }).count()).toBe(0);
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'pupil');
  await click(page.locator('summary', { hasText: 'Ghi chuyển đi' }));
  await page.keyboard.press('Tab');
  await page.keyboard.type('Trường Tiểu học Mẫu Hai');
  await page.getByLabel('Ngày chuyển').first().fill('20/05/2026');
  await page.getByLabel('Lý do').first().fill('Gia đình chuyển nơi ở');
  await click(page.getByRole('button', { name: 'Ghi chuyển đi' }));
  await page.getByText('Chuyển đi: Trường Tiểu học Mẫu Hai').waitFor();
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'pupil-gone');
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  await click(page.getByRole('button', { name: 'In xác nhận' }));
  await page.locator('body[data-printed]').waitFor();
  expect(clicks).toBe(6);
});

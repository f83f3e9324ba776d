import { expect, test } from 'vitest';
import { lookAt } from './look-at.ts';
import { picture } from './verification-page.ts';
import { useBrowser, visit } from './visit.ts';

useBrowser();

/** who has taken along what one person may is asked for a reason, where the next print would have opened. */
test('beyond 200 pupils of a day the page of a class’s table offers to ask for its print', async () => {
  const { page, open, context } = await visit('vanthu');
  const answer = await context.request.get('/api/classes');
  const { classes } = (await answer.json()) as { classes: { classId: string; name: string }[] };
  const [last, ...before] = classes.slice(0, 6).reverse();
  await open(`/lop/${last?.classId}/bang-tong-hop/CN`);
  const print = page.getByRole('link', { name: 'Bản in (PDF)' });
  expect(await print.getAttribute('target')).toBe('_blank');
  for (const { classId } of before) {
    const file = await context.request.get(`/api/classes/${classId}/export/class-table?period=CN`);
    expect(file.status()).toBe(200);
  }
  await page.reload();
  await print.click();
  const dialog = page.getByRole('dialog', {
    name: 'Đề nghị tải: bản in bảng tổng hợp lớp 3B, Cuối năm (PDF)',
  });
  await dialog.getByText('vượt 200 học sinh').waitFor();
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'beyond-200-table', false);
  await dialog.getByLabel('Tải để làm gì').fill('Hiệu trưởng ký trên giấy');
  await dialog.getByRole('button', { name: 'Gửi đề nghị tải' }).click();
  await dialog.getByRole('status').waitFor();
  await open('/viec');
  await page.getByText(/In bảng tổng hợp/).waitFor();
  await page.getByRole('button', { name: /Rút đề nghị: In bảng tổng hợp/ }).click();
  await page.getByText('Đã rút').first().waitFor();
});

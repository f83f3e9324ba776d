import { makeWorld, sampleDocument } from '@hocba/verify/testing/issued';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { lookAt } from './look-at.ts';
import { picture } from './verification-page.ts';
import { classId, useBrowser, visit } from './visit.ts';

useBrowser();

/** The years of one invented pupil of another school, as its office hands them out. */
async function packageOf(...years: [schoolYear: string, className: string][]): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [schoolYear, className] of years) {
    const { pupil } = sampleDocument();
    const doc = sampleDocument({ schoolYear, className, pupil: { ...pupil, pupilCode: 'DEN-TU-XA' } });
    const { xml, proof } = await makeWorld({ doc });
    files[`${schoolYear}.xml`] = xml;
    files[`${schoolYear}.tlog-proof`] = proof;
  }
  return Buffer.from(zipSync(files));
}

test('a pupil comes with a package of all years: one drop, what was found of each year, and taken in', async () => {
  const clerk = await visit('vanthu');
  const { page, open } = clerk;
  const toClassId = await classId(clerk, '4A');
  const buffer = await packageOf(['2023-2024', '4B'], ['2024-2025', '4C']);
  const choose = (name: string, bytes: Buffer) =>
    page.locator('input[type=file]').setInputFiles([{ name, mimeType: 'application/zip', buffer: bytes }]);
  await open('/tiep-nhan');
  await page.locator('summary', { hasText: 'Trường ngoài hệ thống' }).click();

  await choose('goi.zip', buffer.subarray(0, -40));
  await page.getByRole('alert').getByText('thiếu phần cuối').waitFor();
  expect(await lookAt(page, true)).toEqual([]);
  await picture(page, 'arrival-broken');

  await choose('goi.zip', buffer);
  const found = page.getByRole('status').filter({ hasText: 'goi.zip' });
  await found.getByText('2023–2024, lớp 4B').waitFor();
  await found.getByText('2024–2025, lớp 4C').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.getByLabel('Mã học sinh', { exact: true }).inputValue()).toBe('DEN-TU-XA');
  await page.getByLabel('Lớp mới').last().selectOption(toClassId);
  await page.getByLabel('Ngày chuyển').last().fill('20/05/2026');
  await page.getByLabel('Lý do').last().fill('Theo gia đình');
  await page.getByRole('button', { name: 'Xem trước' }).click();
  await page.getByText('0 ô kết quả của năm học này, 2 năm học trước').waitFor();
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'arrival-package');
  await page.getByRole('button', { name: 'Tiếp nhận', exact: true }).click();
  await page.getByRole('link', { name: 'Mở hồ sơ của em' }).click();
  await page.locator('summary', { hasText: 'Xác nhận kết quả đến ngày' }).click();
  await page.getByText('Theo tệp goi.zip: 2023–2024: Bản tập huấn').waitFor();
  // Of a school of the very name of this one: its years are no less years elsewhere.
  for (const year of ['2023–2024', '2024–2025'])
    await page.getByRole('row').filter({ hasText: year }).waitFor();
  expect(await lookAt(page)).toEqual([]);
  await picture(page, 'arrival-taken');
});

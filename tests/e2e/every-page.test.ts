import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { pageSizes, SCRIPT_BUDGET, SCRIPT_FILES } from '../../scripts/check/page-budgets.ts';
import { findings } from './findings.ts';
import { lookAt } from './look-at.ts';
import { allSaved, classId, PHONE, useBrowser, type Visitor, visit } from './visit.ts';

useBrowser();

/** `{4A}` stands for that class's identifier, `{pupil}` for that of a pupil whom the visitor may look up. */
const PAGES: readonly [username: string | null, paths: readonly string[]][] = [
  [null, ['/', '/kiem-tra-hoc-ba']],
  [
    'gvcn4a',
    [
      '/viec',
      '/lop/{4A}/mon/TOAN',
      '/lop/{4A}/bang',
      '/lop/{4A}/bang/CHK1',
      '/lop/{4A}/bang-tong-hop/CN',
      '/lop/{4A}/ke-hoach',
      '/lop/{4A}/ket-qua',
      '/lop/{4A}/he',
      '/lop/{4A}/kiem-tra',
      '/lop/{4A}/nhap',
      '/nhap',
      '/lop/{4A}/hoc-ba',
      '/lop/{4A}/khep-nam',
      '/lop/{4A}/doi-chieu',
      '/ngan-hang-nhan-xet',
      '/ky',
      '/ky/cach-ky',
      '/ky/hinh-chu-ky',
      '/xac-thuc',
      '/ban-giao',
      '/lop/{4A}/ban-giao',
      '/khong-co',
    ],
  ],
  [
    'hieutruong',
    [
      '/viec',
      '/lop/{4A}/ket-qua',
      '/lop/{4A}/he',
      '/lop/{4A}/doi-chieu',
      '/truong',
      '/ky',
      '/phat-hanh',
      '/so',
      '/hoc-sinh',
      '/hoc-sinh/{pupil}',
      '/hoc-sinh/{pupil}/ly-lich',
      '/tiep-nhan',
      '/ban-giao',
      '/xac-thuc',
      '/tra-hoc-ba',
      '/phan-cong',
      '/thong-tin-truong',
      '/can-cu',
      '/nam-hoc',
      '/nam-hoc/2025-2026/ket-chuyen',
    ],
  ],
  ['vanthu', ['/viec', '/truong', '/khep-nam', '/phat-hanh', '/so', '/ky', '/ky/hinh-chu-ky']],
  [
    'quantri',
    [
      '/viec',
      '/so',
      '/giao-vien',
      '/phan-cong',
      '/lop/{4A}/ke-hoach',
      '/thong-tin-truong',
      '/nhap',
      '/can-cu',
      '/nhat-ky-gui-len',
    ],
  ],
];

/** What nobody finds, and what is for who runs a log that others lodge in (lodging.test.ts): the refusal is the page. */
const REFUSED: readonly string[] = ['/khong-co', '/nhat-ky-gui-len'];

async function addressOf(visitor: Visitor, path: string): Promise<string> {
  if (path.includes('{4A}')) return path.replace('{4A}', await classId(visitor, '4A'));
  if (!path.includes('{pupil}')) return path;
  await visitor.open('/hoc-sinh');
  const first = await visitor.page.locator('tbody a[href^="/hoc-sinh/"]').first().getAttribute('href');
  return path.replace('/hoc-sinh/{pupil}', first ?? '');
}

describe('one heading, its title, at most one primary button, nothing serious for axe, nothing sideways', () => {
  test.each(PAGES)('pages of %s', async (username, paths) => {
    const visitor = await visit(username);
    const found: string[] = [];
    for (const path of paths) {
      await visitor.open(await addressOf(visitor, path));
      // A page may load several things at once.
      await visitor.page.locator('main').filter({ hasNotText: 'Đang mở…' }).waitFor();
      for (const wrong of await lookAt(visitor.page, REFUSED.includes(path))) found.push(`${path}: ${wrong}`);
    }
    expect(found).toEqual([]);
  });
});

describe('on a phone', () => {
  test('pupils come one by one: level, mark and comment of each, nothing serious for axe', async () => {
    const visitor = await visit('gvcn5b', PHONE);
    await visitor.open(`/lop/${await classId(visitor, '5B')}/mon/TOAN`);
    const { page } = visitor;
    // Who is written about stands above what is done once a period.
    const top = async (of: Locator): Promise<number> => (await of.boundingBox())?.y ?? Number.NaN;
    expect(await top(page.getByRole('heading', { name: /^1\/35/ }))).toBeLessThan(
      await top(page.getByRole('link', { name: 'Tải kết quả (Excel)' })),
    );
    await page.getByRole('radio', { name: /^T Hoàn thành tốt/ }).check({ force: true });
    await page.getByLabel('Điểm', { exact: true }).fill('10');
    await page.getByLabel('Nhận xét', { exact: true }).fill('Tính nhanh, trình bày rõ.');
    await page.getByRole('button', { name: 'Em tiếp theo' }).click();
    await page.getByRole('heading', { name: /^2\/35/ }).waitFor();
    await page.getByLabel('Điểm', { exact: true }).fill('11');
    await page.getByLabel('Nhận xét', { exact: true }).focus();
    await page.getByText('nằm ngoài thang điểm').first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Em trước' }).click();
    expect(await page.getByLabel('Điểm', { exact: true }).inputValue()).toBe('10');
    await allSaved(page);
    await page.reload();
    expect(await page.getByLabel('Nhận xét', { exact: true }).inputValue()).toBe('Tính nhanh, trình bày rõ.');
    expect(await page.getByRole('radio', { name: /^T Hoàn thành tốt/ }).isChecked()).toBe(true);
  });
});

test('each page’s JavaScript stays within its budget, in few files', () => {
  const dist = fileURLToPath(new URL('../../apps/web/dist', import.meta.url));
  const sizes = pageSizes(dist);
  expect(sizes.map(({ page }) => page).sort()).toEqual(['index.html', 'kiem-tra-hoc-ba.html']);
  expect(sizes.filter(({ scripts, files }) => scripts > SCRIPT_BUDGET || files > SCRIPT_FILES)).toEqual([]);
});

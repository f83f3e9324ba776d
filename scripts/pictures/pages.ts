import type { Page } from 'playwright-core';
import type { IssuedClass } from './issued-class.ts';

/** One picture of a guide: whose page, how it is brought there, how large. */
export interface Picture {
  readonly name: string;
  /** null: somebody who is not signed in. */
  readonly user: string | null;
  readonly size: { readonly width: number; readonly height: number };
  bring(page: Page, of: Scene): Promise<void>;
}

export interface Scene {
  readonly issued: IssuedClass;
  /** Of the class that is still entered. */
  readonly openClassId: string;
  /** Path of an issued record's public page. */
  readonly publicPath: string;
  /** That record's print. */
  readonly print: Uint8Array;
}

const DESK = { width: 1000, height: 640 };
const PHONE = { width: 360, height: 740 };

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  await allThere(page);
}

/** A page may load several things, also after something was chosen in it. */
async function allThere(page: Page): Promise<void> {
  await page.locator('main').filter({ hasNotText: 'Đang mở…' }).waitFor();
}

/** At most two a guide (docs/huong-dan); the sheet is also README's. */
export const PICTURES: readonly Picture[] = [
  {
    name: 'sheet',
    user: 'gvcn4a',
    size: { width: 1200, height: 820 },
    async bring(page, { openClassId }) {
      await open(page, `/lop/${openClassId}/mon/TOAN`);
      await page.locator('table.sheet [data-row="3"][data-column="2"]').focus();
      await allThere(page);
    },
  },
  {
    name: 'giao-vien-de-nghi',
    user: 'gvcn2a',
    size: { width: 760, height: 960 },
    async bring(page, { issued }) {
      await open(page, `/lop/${issued.classId}/hoc-ba`);
      await page.locator('.record-list button').nth(1).click();
      await page.getByRole('button', { name: 'Đề nghị thu hồi' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Loại lý do').selectOption('data-entry-error');
      await dialog.getByLabel('Nói rõ lý do').fill('Vào nhầm dòng của bạn bên cạnh.');
      await dialog.getByLabel(/Minh chứng/).fill('Biên bản số 3, lưu ở văn thư');
      await dialog.getByLabel('Chỗ sửa 1', { exact: true }).selectOption('TOAN.mark');
      await dialog.getByLabel('Giá trị mới của chỗ sửa 1').fill('9');
    },
  },
  {
    name: 'hieu-truong-duyet',
    user: 'hieutruong',
    size: { width: 1000, height: 860 },
    async bring(page) {
      await open(page, '/viec');
      await page.getByRole('button', { name: /Xem và duyệt/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'hieu-truong-toan-truong',
    user: 'hieutruong',
    size: DESK,
    bring: (page) => open(page, '/truong'),
  },
  {
    name: 'van-thu-phat-hanh',
    user: 'vanthu',
    size: DESK,
    async bring(page, { issued }) {
      await open(page, '/phat-hanh');
      await page.getByLabel('Lớp', { exact: true }).selectOption(issued.classId);
      await page
        .locator('tbody tr')
        .nth(issued.records.length - 1)
        .waitFor();
    },
  },
  {
    name: 'van-thu-tiep-nhan',
    user: 'vanthu',
    size: DESK,
    bring: (page) => open(page, '/tiep-nhan'),
  },
  {
    name: 'quan-tri-can-cu',
    user: 'quantri',
    size: DESK,
    bring: (page) => open(page, '/can-cu'),
  },
  {
    name: 'phu-huynh-ma-qr',
    user: null,
    size: PHONE,
    async bring(page, { publicPath }) {
      await page.goto(publicPath);
      await page.locator('h1').first().waitFor();
    },
  },
  {
    name: 'phu-huynh-kiem-tra',
    user: null,
    size: PHONE,
    async bring(page, { print }) {
      await open(page, '/kiem-tra-hoc-ba');
      await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
      const file = { name: 'hoc-ba.pdf', mimeType: 'application/pdf', buffer: Buffer.from(print) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.locator('.verdict h2').scrollIntoViewIfNeeded();
      await page.locator('.verdict').evaluate((card) => card.scrollIntoView({ block: 'start' }));
    },
  },
];

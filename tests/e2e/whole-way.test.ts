import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findings } from './findings.ts';
import { picture } from './verification-page.ts';
import { cell, classId, useBrowser, type Visitor, visit } from './visit.ts';

useBrowser();

/** Everybody who signs a record of class 2A, in an order in which their turns come. */
const SIGNERS = ['gvcn2a', 'amnhac', 'mithuat', 'theduc1', 'gvcn2a', 'hieutruong', 'vanthu'] as const;

async function recordsOf(visitor: Visitor): Promise<{ recordId: string; pupilCode: string }[]> {
  const id = await classId(visitor, '2A');
  const answer = await visitor.context.request.get(`/api/classes/${id}/records`);
  return ((await answer.json()) as { records: { recordId: string; pupilCode: string }[] }).records;
}

async function fileOf(visitor: Visitor, recordId: string, kind: 'xml' | 'pdf' | 'proof'): Promise<Buffer> {
  const answer = await visitor.context.request.get(`/api/records/${recordId}/${kind}`);
  expect(answer.status()).toBe(200);
  return answer.body();
}

describe('one class from results to verification', () => {
  test('a changed level asks for a new confirmation, the principal decides, the class is frozen', async () => {
    const teacher = await visit('gvcn2a');
    const { page, open } = teacher;
    const id = await classId(teacher, '2A');
    const results = await teacher.context.request.get(`/api/classes/${id}/results`);
    const { pupils } = (await results.json()) as { pupils: { stated: string | null }[] };
    const best = pupils.findIndex((pupil) => pupil.stated === 'HTXS');
    await open(`/lop/${id}/mon/TOAN`);
    await cell(page, best, 0).focus();
    await page.keyboard.press('h');
    await page.getByRole('link', { name: 'Kiểm tra trước khi chốt' }).click();
    await page
      .getByRole('link', { name: /Kết quả cuối năm/ })
      .first()
      .click();
    await page.getByText('Đã ghi khác: Hoàn thành xuất sắc').waitFor();
    await page.getByRole('button', { name: 'Xác nhận kết quả của 1 em' }).click();
    await page.getByText('Đã xác nhận mọi em đủ dữ liệu').waitFor();

    const principal = await visit('hieutruong');
    await principal.open('/truong');
    await principal.page.getByRole('link', { name: /^2A: \d+ em chưa hoàn thành, chờ hiệu trưởng/ }).click();
    await principal.page.getByRole('heading', { name: 'Kết quả cuối năm · lớp 2A' }).waitFor();
    const open2 = principal.page.locator('summary', { hasText: 'Quyết định của hiệu trưởng' });
    for (let left = await open2.count(); left > 0; left--) {
      const row = principal.page.locator('tr', { has: open2 }).first();
      await row.locator('summary', { hasText: 'Quyết định' }).click();
      await row.getByLabel('Lý do').fill('Cần rèn luyện thêm trong hè.');
      await row.getByRole('button', { name: 'Chưa được lên lớp' }).click();
      await expect.poll(() => open2.count()).toBe(left - 1);
    }
    await page.getByRole('link', { name: 'Sang bước kiểm tra' }).click();
    await page.getByRole('button', { name: 'Chốt dữ liệu và tạo 35 học bạ' }).click();
    await page.getByText('Đã tạo 35 học bạ').waitFor();
    await page.getByRole('link', { name: 'Xem học bạ của lớp' }).last().click();
    await page.getByRole('heading', { name: 'Học bạ lớp 2A' }).waitFor();
    await page.getByText('đã xem 1/35').waitFor();
    await page.locator('.record-list button').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('đã xem 2/35').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test.each(SIGNERS)('%s signs the class with two clicks and one confirmation', async (username) => {
    const { page, open } = await visit(username);
    await open('/viec');
    let clicks = 0;
    await page.getByRole('navigation').getByRole('link', { name: 'Ký', exact: true }).click();
    clicks++;
    await page.locator('main button.primary', { hasText: '35 học bạ' }).first().click();
    clicks++;
    await page.locator('dialog[open] button.primary').click();
    expect(clicks).toBeLessThanOrEqual(3);
    // The seal's batch also makes 35 prints: a long act, which shows its progress.
    await page.getByRole('heading', { name: 'Đã ký xong' }).waitFor();
    await page.getByText('Đã ký 35/35').waitFor();
  });

  test('issued records are listed, and their public page says what it may, without JavaScript, in 20 kB', async () => {
    const principal = await visit('hieutruong');
    const { page, open } = principal;
    await open('/truong');
    await page.getByRole('row', { name: /2A.*35\/35.*35\/35.*35\/35.*35\/35.*35\/35/ }).waitFor();
    await open('/phat-hanh');
    // Of ten classes the one that has something is shown.
    const chosen = page.getByLabel('Lớp', { exact: true }).locator('option:checked');
    await expect.poll(() => chosen.innerText()).toBe('2A · Năm học 2025–2026 · 35 học bạ');
    await page.locator('tbody tr').nth(34).waitFor();
    expect(await findings(page)).toEqual([]);

    const [record] = await recordsOf(principal);
    const detail = await principal.context.request.get(`/api/records/${record?.recordId}`);
    const { verifyUrl } = (await detail.json()) as { verifyUrl: string };
    const stranger = await visit(null);
    const answer = await stranger.context.request.get(new URL(verifyUrl).pathname);
    const html = await answer.text();
    expect(html).not.toMatch(/<script|<link/);
    expect(gzipSync(html).length).toBeLessThanOrEqual(20_000);
    await stranger.open(new URL(verifyUrl).pathname);
    await stranger.page.getByText('Bản tập huấn, không có giá trị pháp lý').first().waitFor();
    expect(await findings(stranger.page)).toEqual([]);
  });

  test('a dropped file is judged in the page, with the network off', async () => {
    const teacher = await visit('gvcn2a');
    const [record, other] = await recordsOf(teacher);
    if (!record || !other) throw new Error('no records');
    const xml = await fileOf(teacher, record.recordId, 'xml');
    const pdf = await fileOf(teacher, record.recordId, 'pdf');
    const proof = await fileOf(teacher, record.recordId, 'proof');
    const otherProof = await fileOf(teacher, other.recordId, 'proof');
    const tampered = Buffer.from(xml.toString().replace('Mẫu', 'Mẩu'));
    expect(tampered.equals(xml)).toBe(false);

    const { page, context, open } = await visit(null);
    await open('/kiem-tra-hoc-ba');
    // Nothing is taken before it is known what to believe.
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    // Whatever the page asks for on demand is kept by then.
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await context.setOffline(true);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const judge = async (files: Record<string, Buffer>): Promise<string> => {
      await page.locator('input[type=file]').setInputFiles(
        Object.entries(files).map(([name, buffer]) => ({
          name,
          mimeType: 'application/octet-stream',
          buffer,
        })),
      );
      const card = page.locator('.checked', { hasText: Object.keys(files)[0] ?? '' });
      await card.waitFor();
      return card.innerText();
    };
    const genuine = await judge({ 'a.xml': xml, 'a.tlog-proof': proof });
    expect(genuine).toContain('Bản tập huấn, không có giá trị pháp lý');
    expect(genuine).toContain('có trong nhật ký phát hành');
    expect(genuine).not.toContain('Sai');
    expect(await findings(page)).toEqual([]);
    const print = await judge({ 'b.pdf': pdf });
    expect(print).toContain('Bản tập huấn, không có giá trị pháp lý');
    expect(print).toContain('có trong nhật ký phát hành');
    expect(await judge({ 'c.xml': tampered, 'c.tlog-proof': proof })).toMatch(/^Không thật/);
    expect(await judge({ 'd.xml': xml, 'd.tlog-proof': otherProof })).toMatch(/^Không thật/);
    expect(await judge({ 'e.xml': xml })).toContain('thiếu tệp bằng chứng phát hành');
    expect(await judge({ 'f.pdf': Buffer.from('no record at all') })).not.toContain('Thật, còn hiệu lực');
    // Parts of the page itself, which its worker has kept; nothing else, and nothing sent.
    expect(asked.filter((one) => !/^GET \/assets\/[\w/.-]+\.js$/.test(one))).toEqual([]);
  });

  test('the homeroom teacher is led to the list that closes the year, the clerk reads and seals it', async () => {
    const teacher = await visit('gvcn2a');
    await teacher.open('/viec');
    await teacher.page.getByRole('link', { name: 'Làm tiếp: 2A · Khép năm học' }).click();
    await teacher.page.getByText('35 em có học bạ đã phát hành').waitFor();
    await teacher.page.getByRole('button', { name: 'Ký danh sách này' }).click();
    await teacher.page.getByText('đang chờ nhà trường đóng dấu').waitFor();

    const clerk = await visit('vanthu');
    await clerk.open('/viec');
    await clerk.page
      .getByRole('listitem')
      .filter({ hasText: 'Khép năm học các lớp' })
      .getByText('1 lớp chờ đóng dấu')
      .waitFor();
    await clerk.page.getByRole('link', { name: 'Khép năm học các lớp', exact: true }).click();
    await clerk.page.getByText('35 em có học bạ đã phát hành').waitFor();
    expect(await findings(clerk.page)).toEqual([]);
    await picture(clerk.page, 'lists-to-seal', false);
    await clerk.page.getByRole('button', { name: 'Đóng dấu 1 danh sách' }).click();
    await clerk.page.getByText('Đã đóng dấu 1 danh sách.').waitFor();
    await clerk.page.getByRole('row', { name: /^2A .*Đã khép/ }).waitFor();

    // What the pupil takes along says so too, and of nobody else.
    const id = await classId(clerk, '2A');
    const issued = await clerk.context.request.get(`/api/issued?classId=${id}`);
    const { records } = (await issued.json()) as { records: { pupilId: string }[] };
    await clerk.open(`/hoc-sinh/${records[0]?.pupilId}`);
    const coming = clerk.page.waitForEvent('download');
    await clerk.page.getByRole('link', { name: 'Tải gói tệp học bạ (.zip)' }).click();
    const file = await (await coming).path();
    await picture(clerk.page, 'pupil-package', false);
    const family = await visit(null);
    await family.open('/kiem-tra-hoc-ba');
    await family.page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    const zip = { name: 'goi.zip', mimeType: 'application/zip', buffer: await readFile(file) };
    await family.page.locator('input[type=file]').setInputFiles(zip);
    await family.page.getByText('Bản tập huấn, không có giá trị pháp lý').first().waitFor();
    await family.page.locator('summary').first().click();
    await family.page.getByText('Danh sách khép năm học: danh sách mà lớp đã ký').first().waitFor();
    expect(await findings(family.page)).toEqual([]);
    await picture(family.page, 'package-judged', false);
  });

  test('the clerk asks for a recall, the principal agrees, and it says so ever after', async () => {
    const clerk = await visit('vanthu');
    await clerk.open('/phat-hanh');
    await clerk.page.locator('tbody tr').nth(34).waitFor();
    const row = clerk.page.locator('tbody tr').nth(34);
    let clicks = 0;
    await row.getByRole('button', { name: /Đề nghị thu hồi/ }).click();
    clicks++;
    const dialog = clerk.page.getByRole('dialog');
    await dialog.waitFor();
    await picture(clerk.page, 'recall-begun', false);
    // Whoever types is where the wrong cell is found, and has said with it of which kind the reason is.
    await clerk.page.keyboard.type('nhan xet chu nhiem');
    expect(await dialog.getByLabel('Chỗ sửa 1', { exact: true }).locator('option:checked').innerText()).toBe(
      'Nhận xét của giáo viên chủ nhiệm',
    );
    expect(await dialog.getByLabel('Loại lý do').inputValue()).toBe('data-entry-error');
    await dialog.getByLabel('Giá trị mới của chỗ sửa 1').fill('Em chăm học, cần đọc to hơn.');
    await dialog.getByLabel('Nói rõ lý do').fill('Ghi sai mức môn Toán.');
    await dialog.getByLabel(/Minh chứng/).fill('Biên bản số 3, lưu ở văn thư');
    expect(await findings(clerk.page)).toEqual([]);
    await picture(clerk.page, 'recall-asked', false);
    await dialog.getByRole('button', { name: 'Gửi đề nghị thu hồi' }).click();
    clicks++;
    await clerk.page.getByRole('status').getByText('Chưa có gì bị thay đổi cho đến khi').waitFor();
    await row.getByText('Chờ duyệt thu hồi').waitFor();
    expect(await row.innerText()).toContain('Đã phát hành');
    await clerk.open('/viec');
    await clerk.page.getByText('Đang chờ duyệt').waitFor();
    expect(await clerk.page.getByRole('button', { name: /Xem và duyệt/ }).count()).toBe(0);

    const principal = await visit('hieutruong');
    await principal.open('/viec');
    await principal.page.getByText('Ghi sai mức môn Toán.').waitFor();
    expect(await findings(principal.page)).toEqual([]);
    await principal.page.getByRole('button', { name: /Xem và duyệt: Thu hồi học bạ của em/ }).click();
    clicks++;
    await principal.page.getByRole('dialog').getByText('Biên bản số 3').waitFor();
    const change = principal.page.getByRole('dialog').getByRole('row', { name: /^Nhận xét của giáo viên/ });
    expect(await change.getByRole('cell').last().innerText()).toBe('Em chăm học, cần đọc to hơn.');
    // Whoever comes by keyboard begins where there is something to read.
    expect(await principal.page.evaluate(() => document.activeElement?.id)).toBe('approval-title');
    // Put off by key or by button, it gives the focus back to where it was opened, and changes nothing.
    for (const putOff of ['Escape', 'Để sau']) {
      if (putOff === 'Escape') await principal.page.keyboard.press(putOff);
      else await principal.page.getByRole('button', { name: putOff }).press('Enter');
      // A dialog that is closed is hidden first and gone a task later: pressed in between, its button opens nothing.
      await principal.page.locator('dialog:has(#approval-title)').waitFor({ state: 'detached' });
      const focused = () => principal.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      expect(await focused()).toMatch(/^Xem và duyệt: Thu hồi học bạ của em/);
      await principal.page.keyboard.press('Enter');
      await principal.page.getByRole('dialog').waitFor();
    }
    expect(await findings(principal.page)).toEqual([]);
    await principal.page.getByRole('button', { name: 'Duyệt và thực hiện' }).click();
    clicks++;
    await principal.page.getByRole('status').getByText('Đã duyệt: Thu hồi').waitFor();
    // Two to ask, two to agree; what is typed and the second factor come on top of them.
    expect(clicks).toBe(4);

    await clerk.open('/viec');
    await clerk.page.getByText('Đã duyệt và thực hiện').waitFor();
    await clerk.open('/phat-hanh');
    await clerk.page.locator('tbody tr').nth(34).waitFor();
    await expect.poll(() => row.innerText()).toMatch(/thu hồi|thay thế/i);
    // Recalled once; what is to replace it may still be agreed to anew.
    const left = row.getByRole('button');
    const offered = () => left.evaluateAll((all) => all.map((one) => one.textContent));
    await expect.poll(offered).toEqual(['Đề nghị nội dung thay thế']);
    await left.click();
    await clerk.page.getByRole('dialog', { name: /Đề nghị nội dung thay thế học bạ của em/ }).waitFor();
    await dialog.getByLabel('Loại lý do').selectOption('data-entry-error');
    await dialog.getByLabel('Nói rõ lý do').fill('Nêu thiếu một chỗ.');
    await dialog.getByLabel(/Minh chứng/).fill('Biên bản số 5, lưu ở văn thư');
    await dialog
      .getByLabel('Chỗ sửa 1', { exact: true })
      .selectOption({ label: 'Nhận xét của giáo viên chủ nhiệm' });
    await dialog.getByLabel('Giá trị mới của chỗ sửa 1').fill('Em chăm học, đọc to, rõ.');
    expect(await findings(clerk.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Gửi đề nghị', exact: true }).click();
    await row.getByText('Chờ duyệt nội dung thay thế').waitFor();
    await clerk.open('/viec');
    await clerk.page.getByRole('button', { name: /^Rút đề nghị: Đổi nội dung thay thế/ }).click();
    await clerk.page.getByText('Đã rút').waitFor();
  });

  test('the homeroom teacher asks for the recall of a record of the own class, and takes it back', async () => {
    const { page, open, context } = await visit('gvcn2a');
    const id = await classId({ page, open, context }, '2A');
    await open(`/lop/${id}/hoc-ba`);
    await page.locator('.record-list button').nth(1).click();
    await page.getByRole('button', { name: 'Đề nghị thu hồi' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Loại lý do').selectOption('issued-in-error');
    await dialog.getByLabel('Nói rõ lý do').fill('Phát hành trước khi họp hội đồng.');
    await dialog.getByLabel(/Minh chứng/).fill('Biên bản số 4, lưu ở văn thư');
    await dialog.getByRole('button', { name: 'Gửi đề nghị thu hồi' }).click();
    await page.getByRole('status').getByText('Chưa có gì bị thay đổi cho đến khi').waitFor();
    await open('/viec');
    await page.getByText('Đang chờ duyệt').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: /Rút đề nghị/ }).click();
    await page.getByText('Đã rút').waitFor();
  });
});

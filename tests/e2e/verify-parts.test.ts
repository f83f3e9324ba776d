import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderYear, signaturesOf } from '@hocba/form';
import { packPdf } from '@hocba/form/testing/packed';
import { formatNote, signNote } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { renew } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { makeRealWorld, REAL_NOW, type RealWorld, realDocument } from '@hocba/verify/testing';
import { zipSync } from 'fflate';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { foreignPeople, foreignRecord } from '../../packages/verify/src/testing/foreign.ts';
import { referenceTo, tableOfRecord } from '../../packages/verify/src/testing/issued-table.ts';
import { findings } from './findings.ts';
import { GENUINE, openThenCut, PAGE, picture, trustAnswer } from './verification-page.ts';
import { useBrowser, visit } from './visit.ts';

useBrowser();

const ABSENT = 'Một phần của trang chưa tải được nên việc này chưa làm xong; tệp vẫn nguyên trên máy.';
/** The ministry's first format: who teaches a subject signs in the class's table that the record names. */
const plain = realDocument({ profile: 'moet-1.0' });
const classTable = tableOfRecord(plain);

type Given = Record<string, Uint8Array>;
let world: RealWorld;
/** What the page reads by parts of itself that come on demand, by what a visitor calls it. */
const given: Record<string, Given> = {};

beforeAll(async () => {
  world = await makeRealWorld({
    tables: [classTable],
    docs: [realDocument(), { ...plain, classTable: referenceTo(classTable) }],
  });
  const [record, named] = world.records;
  const [table] = world.tables;
  if (record === undefined || named === undefined || table === undefined) throw new Error('a world');
  const { doc, slots } = readRecord(record.xml);
  const issued = {
    qrUrl: 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe',
    leafIndex: record.index,
    signatures: signaturesOf(doc, slots),
  };
  world.pki.setNow(new Date('2026-05-29T00:00:00Z'));
  const renewed = await renew(nodeCrypto, record.xml, 'ky-phat-hanh', world.pki.services(4_000));
  const text = new TextEncoder();
  Object.assign(given, {
    record: { 'a.xml': record.xml, 'a.tlog-proof': record.proof },
    renewed: { 'a.xml': renewed, 'a.tlog-proof': record.proof },
    print: { 'a.pdf': await renderYear({ doc, xml: record.xml, proof: record.proof, issued }) },
    table: { 'bang.xml': table.xml, 'bang.tlog-proof': table.proof },
    both: {
      'a.xml': named.xml,
      'a.tlog-proof': named.proof,
      'bang.xml': table.xml,
      'bang.tlog-proof': table.proof,
    },
    archive: { 'lop.zip': zipSync({ 'a.xml': record.xml, 'a.tlog-proof': record.proof }) },
    foreign: { 'khac.xml': text.encode(foreignRecord(foreignPeople(world.pki), {})) },
  });
});

/** @returns the sentence of each card, in their order */
async function choose(page: Page, files: Given = {}): Promise<string[]> {
  await page.locator('input[type=file]').setInputFiles(
    Object.entries(files).map(([name, bytes]) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );
  const heads = page.locator('.verdict h2');
  await heads.first().waitFor();
  return heads.allInnerTexts();
}

describe('without a network after one visit, what comes on demand is there', () => {
  test.each<[string, string[], string]>([
    ['renewed', [GENUINE], 'kèm dữ liệu để kiểm tra lâu dài'],
    ['print', ['Chưa kiểm tra được đủ'], 'ở đây chưa in lại được để so'],
    ['table', [GENUINE], `Bảng tổng hợp lớp ${classTable.className}`],
    ['both', [GENUINE, GENUINE], 'giáo viên môn học đã ký đúng các mức và điểm này trong bảng'],
    ['archive', [`${GENUINE} (cả 1 tệp)`], 'a.xml'],
    ['foreign', ['Chưa kiểm tra được đủ (học bạ của phần mềm khác)'], 'Các chữ ký trong tệp'],
  ])('%s', async (name, sentences, shown) => {
    const { page } = await openThenCut(world);
    expect(await choose(page, given[name])).toEqual(sentences);
    await page.locator('.checked', { hasText: shown }).first().waitFor();
    expect(await page.getByText(ABSENT).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await picture(page, `parts-${name}`);
  });
});

async function dropAt(page: Page, context: BrowserContext, place: string, path: string): Promise<void> {
  const browser = await context.newCDPSession(page);
  const box = await page.locator(place).boundingBox();
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', {
      type,
      x: (box?.x ?? 0) + 20,
      y: (box?.y ?? 0) + 20,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
}

describe('a stack of files', () => {
  test('few: each in its order with its own card, whatever became of the others', async () => {
    const { page } = await openThenCut(world);
    const proof = given.record?.['a.tlog-proof'] ?? new Uint8Array();
    const xml = given.record?.['a.xml'] ?? new Uint8Array();
    const text = new TextEncoder().encode('ghi chú');
    const stack = { 'b.tlog-proof': proof, 'ghi-chu.txt': text, 'a.xml': xml, 'a (1).tlog-proof': proof };
    expect(await choose(page, stack)).toEqual(['Chưa kiểm tra được đủ', 'Chưa kiểm tra được đủ', GENUINE]);
    expect(await page.getByText('tệp bằng chứng không có tệp học bạ').count()).toBe(1);
    const readOut = page.locator('main > [role=status].visually-hidden');
    expect(await readOut.innerText()).toBe(
      `b.tlog-proof: Chưa kiểm tra được đủ. ghi-chu.txt: Chưa kiểm tra được đủ. a.xml: ${GENUINE}.`,
    );
    // Nothing that one was about to press has moved away under the finger.
    const shifts = `new Promise((resolve) => new PerformanceObserver((list) => {
      resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0));
    }).observe({ type: 'layout-shift', buffered: true }))`;
    expect(await page.evaluate<number>(shifts)).toBeLessThan(0.05);
    // What opens and closes stands in no region that is read out anew each time.
    expect(await page.locator('[aria-live] details, [role=status] details').count()).toBe(0);
  });

  test('dropped beside the field: it is checked, and the browser does not open it in place of the page', async () => {
    const { page, context } = await openThenCut(world);
    const folder = await mkdtemp(join(tmpdir(), 'hocba-beside-'));
    const file = join(folder, 'ghi-chu.txt');
    await writeFile(file, 'ghi chú');
    await dropAt(page, context, 'h1', file);
    expect(await page.locator('.verdict h2').innerText()).toBe('Chưa kiểm tra được đủ');
    expect(new URL(page.url()).pathname).toBe(PAGE);
    await rm(folder, { recursive: true });
  });

  test('a print saved again, one cut short, and one packed under its name: each is told what it is and what to do', async () => {
    const { page } = await openThenCut(world);
    const pdf = given.print?.['a.pdf'] ?? new Uint8Array();
    const record = given.record ?? {};
    const stack = {
      'luu-lai.pdf': packPdf(pdf),
      'tai-do.pdf': pdf.subarray(0, pdf.length - 300),
      'goi.pdf': zipSync(record),
    };
    expect(await choose(page, stack)).toEqual([
      'Không thật (tệp PDF đã đổi từ khi phát hành)',
      'Chưa kiểm tra được đủ',
      'Chưa kiểm tra được đủ',
    ]);
    for (const said of ['quét mã QR trên bản in', 'tệp thiếu phần cuối', 'hãy đổi đuôi thành .zip'])
      await page.getByText(said).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await picture(page, 'saved-again');
  });

  test('a folder of a class: counted in one sentence, the grave ones first', async () => {
    const { page, context } = await openThenCut(world);
    const folder = await mkdtemp(join(tmpdir(), 'hocba-stack-'));
    const inner = join(folder, 'Lớp 4A'.normalize('NFD'));
    await mkdir(inner);
    const xml = given.record?.['a.xml'] ?? new Uint8Array();
    const proof = given.record?.['a.tlog-proof'] ?? new Uint8Array();
    for (let n = 0; n < 120; n++) {
      const name = join(inner, `Hồng ${n}`.normalize('NFD'));
      const bad = n === 60 ? new TextEncoder().encode('<HOC_BA/>') : xml;
      await writeFile(`${name}.xml`, bad);
      await writeFile(`${name}.tlog-proof`, proof);
    }
    await writeFile(
      join(folder, 'lop.zip'),
      zipSync({ 'trong-goi.xml': xml, 'trong-goi.tlog-proof': proof }),
    );
    await writeFile(join(folder, 'anh.jpg'), 'no record, and nobody asked');
    await dropAt(page, context, '.drop', folder);
    const heads = page.locator('.verdict h2');
    await heads.first().waitFor();
    expect(await heads.allInnerTexts()).toEqual(['Không thật (1 trong 121 tệp)']);
    const parts = page.locator('.checked > .parts > li');
    await page.getByText('Không xem 1 tệp khác trong thư mục').waitFor();
    expect(await parts.count()).toBe(121);
    expect(await parts.first().innerText()).toContain('Hồng 60.xml');
    expect(await parts.locator('> details > summary strong', { hasText: GENUINE }).count()).toBe(120);
    // Of an archive among them each of its own files.
    await parts.locator('summary', { hasText: 'lop.zip' }).click();
    expect(await parts.locator('.parts summary:visible').innerText()).toBe(`${GENUINE} trong-goi.xml`);
    expect(await page.locator('.verdict').innerText()).toContain('danh sách tin cậy ngày');
    expect(await findings(page)).toEqual([]);
    await picture(page, 'stack', false);
    await rm(folder, { recursive: true });
  });
});

const NEEDS_A_PART = ['print', 'table', 'both', 'archive', 'foreign'];

/** What a browser short of room does: neither what the page's worker kept is there, nor what it has itself. */
async function throwAway(page: Page, context: BrowserContext): Promise<void> {
  const browser = await context.newCDPSession(page);
  await browser.send('Network.clearBrowserCache');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (new URL(request.url).pathname.startsWith('/assets/')) await cache.delete(request);
    }
  });
}

describe('a part that does not come is said, with a way out, and makes nothing green', () => {
  test('where the browser has thrown away what it kept, and there is no network', async () => {
    const { page, context } = await openThenCut(world);
    await throwAway(page, context);
    const again = page.getByRole('button', { name: 'Tải lại trang' });
    for (const name of NEEDS_A_PART) {
      const sentences = await choose(page, given[name]);
      await page.getByText(ABSENT).first().waitFor();
      expect(await again.first().isEnabled()).toBe(true);
      expect([name, sentences.includes(GENUINE), await page.locator('.verdict.good').count()]).toEqual([
        name,
        false,
        0,
      ]);
      await picture(page, `absent-${name}`);
    }
    expect(await findings(page)).toEqual([]);
    // Who has a pupil's record alone needs none of them.
    expect(await choose(page, given.record)).toEqual([GENUINE]);
    expect(await page.getByText(ABSENT).count()).toBe(0);
  });

  test('nor what reads a QR', async () => {
    const { page, context } = await openThenCut(world);
    await throwAway(page, context);
    await page.getByLabel('Dán nội dung mã QR trên bản in').fill('https://truong.example/x/1');
    await page.getByRole('button', { name: 'Đối chiếu' }).click();
    await page.getByText(ABSENT).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Quét mã QR' }).click();
    await page.getByText(ABSENT).waitFor();
    expect(await page.locator('video').count()).toBe(0);
    await picture(page, 'absent-qr');
  });

  test('where a newer version has taken its place: loading the page again brings it', async () => {
    const { page, open } = await visit(null);
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'serviceWorker', { value: undefined });
    });
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer(world);
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await page.route('**/assets/on-demand/**', (route) => route.fulfill({ status: 404, body: '' }));
    await open(PAGE);
    const chosen = page.locator('input[type=file]:enabled');
    await chosen.waitFor({ state: 'attached' });
    expect(await choose(page, given.archive)).toEqual(['Chưa kiểm tra được đủ']);
    await page.getByText(ABSENT).waitFor();
    await page.unroute('**/assets/on-demand/**');
    await page.getByRole('button', { name: 'Tải lại trang' }).click();
    await page.getByText(ABSENT).waitFor({ state: 'detached' });
    await chosen.waitFor({ state: 'attached' });
    expect(await choose(page, given.archive)).toEqual([`${GENUINE} (cả 1 tệp)`]);
  });

  test('where the list is newer than the page: no older one that was kept takes its place', async () => {
    const { page, open } = await visit(null);
    await page.clock.setFixedTime(REAL_NOW);
    let body = await trustAnswer(world);
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    const chosen = page.locator('input[type=file]:enabled');
    await open(PAGE);
    await chosen.waitFor({ state: 'attached' });
    expect(await choose(page, given.record)).toEqual([GENUINE]);
    const signer = ed25519Signer('so-gddt.example/trust', generateLogKey());
    const text = 'hocba.vn/trust/v2\n{}\n';
    const note = formatNote({ text, signatures: [await signNote(nodeSha256, nodeEd25519, signer, text)] });
    body = JSON.stringify({ bundle: new TextDecoder().decode(note), vkey: signer.vkey, statuses: [] });
    await open(PAGE);
    await page.getByText('có điều mà trang này chưa biết').waitFor();
    await chosen.waitFor({ state: 'attached' });
    expect(await choose(page, given.record)).toEqual(['Chưa kiểm tra được đủ']);
    expect(await findings(page)).toEqual([]);
    await picture(page, 'outdated');
    const ill = text.replace('v2', 'v1');
    const wrong = formatNote({
      text: ill,
      signatures: [await signNote(nodeSha256, nodeEd25519, signer, ill)],
    });
    body = JSON.stringify({ bundle: new TextDecoder().decode(wrong), vkey: signer.vkey, statuses: [] });
    await open(PAGE);
    await page.getByText('được ký đúng nhưng sai mẫu').waitFor();
    expect(await page.getByText('Đồng hồ của máy này').count()).toBe(0);
    await chosen.waitFor({ state: 'attached' });
    expect(await choose(page, given.record)).toEqual(['Chưa kiểm tra được đủ']);
    // A device that has lost its date: by it any status is old, whatever is loaded anew.
    await page.unroute('**/api/trust');
    const date = new Date(REAL_NOW.getTime() - 366 * 86_400_000).toUTCString();
    body = await trustAnswer(world);
    await page.route('**/api/trust', (route) =>
      route.fulfill({ contentType: 'application/json', body, headers: { date } }),
    );
    await open(PAGE);
    await page.getByText('Đồng hồ của máy này lệch với máy chủ khoảng 366 ngày').waitFor();
    expect(await findings(page)).toEqual([]);
    await picture(page, 'clock-off');
  });

  test('where the page’s own scripts do not come, its HTML says so, and leads on', async () => {
    const { page, open } = await visit(null);
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'serviceWorker', { value: undefined });
    });
    await page.route('**/assets/verifier-*.js', (route) => route.abort());
    await open(PAGE);
    await page.getByText('Đang tải trang kiểm tra…').waitFor();
    const late = page.getByText('Trang chưa tải xong nên chưa kiểm tra gì');
    const passed = (ms: number) =>
      page.evaluate((at) => {
        for (const animation of document.getAnimations()) {
          // Held still: on a busy machine it would run on between this and the look at it.
          animation.pause();
          animation.currentTime = at;
        }
      }, ms);
    await passed(14_900);
    expect(await late.isVisible()).toBe(false);
    await passed(15_000);
    await late.waitFor();
    await picture(page, 'arriving');
    expect(await findings(page)).toEqual([]);
    await page.unroute('**/assets/verifier-*.js');
    await page.getByRole('link', { name: 'tải lại trang' }).click();
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await page.getByText('Đang tải trang kiểm tra…').count()).toBe(0);
  });
});

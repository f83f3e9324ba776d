import { createHash } from 'node:crypto';
import { obtainTimestamp, parseCertificate } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { otherPdf } from '@hocba/signature/testing/other-software';
import { signedWith, stored } from '@hocba/signature/testing/other-validation';
import {
  DATED_AT,
  fingerprint,
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  type TrustChange,
} from '@hocba/verify/testing';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { foreignPeople, foreignRecord } from '../../packages/verify/src/testing/foreign.ts';
import { makeWorld, sampleDocument } from '../../packages/verify/src/testing/issued.ts';
import { findings } from './findings.ts';
import {
  CUT_OFF,
  drop,
  type Files,
  GENUINE,
  genuine,
  openThenCut,
  PAGE,
  picture,
  trustAnswer,
} from './verification-page.ts';
import { useBrowser, visit } from './visit.ts';

useBrowser();

let world: RealWorld;
beforeAll(async () => {
  const other = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
  world = await makeRealWorld({ docs: [realDocument(), other] });
});

function tampered(): Files {
  const text = new TextDecoder().decode(genuine(world).xml);
  const changed = text.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
  expect(changed).not.toBe(text);
  return { ...genuine(world), xml: new TextEncoder().encode(changed) };
}

/** By other software; of a school that this trust says nothing of, unless it is named. */
function foreign(schoolCode?: string): Files {
  const xml = foreignRecord(foreignPeople(world.pki), schoolCode === undefined ? {} : { schoolCode });
  return { xml: new TextEncoder().encode(xml), proof: null };
}

const suspected: TrustChange = {
  bundle: (bundle) => ({
    ...bundle,
    suspicions: [
      {
        certificate: fingerprint(world.seal),
        from: LOGGED_AT,
        to: null,
        decision: '12/QĐ-SGDĐT ngày 02/06/2026',
        reattested: [],
      },
    ],
  }),
};

describe('with the network off, each record gets its own sentence and axe finds nothing', () => {
  test.each<[string, () => Files | Promise<Files>, string, TrustChange?]>([
    ['genuine', () => genuine(world), GENUINE],
    [
      'replaced',
      () => genuine(world),
      'Thật, đã được thay thế',
      { entries: [{ index: 0, state: 'replaced', by: 1 }] },
    ],
    [
      'recalled',
      () => genuine(world),
      'Thật, đã thu hồi',
      { entries: [{ index: 0, state: 'recalled', by: 1, reason: 'data-entry-error' }] },
    ],
    ['one level changed', tampered, 'Không thật'],
    ['proof stripped', () => ({ ...genuine(world), proof: null }), 'Không thật (chưa từng phát hành)'],
    ['seal suspected', () => genuine(world), 'Cần xác nhận lại', suspected],
    ['of other software', () => foreign(), 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)'],
    [
      'of other software, beside the log of its school',
      () => foreign('00000001'),
      'Không thật (chưa từng phát hành)',
    ],
    ['training', () => makeWorld({ doc: sampleDocument() }), 'Bản tập huấn, không có giá trị pháp lý'],
  ])('%s', async (name, files, sentence, change) => {
    const { page } = await openThenCut(world, change);
    expect(await drop(page, await files())).toBe(sentence);
    expect(await page.locator('.verdict').innerText()).toContain('danh sách tin cậy ngày 31/05/2026');
    if (name === 'recalled')
      expect(await page.locator('.verdict').innerText()).toContain('Lý do thu hồi: ghi sai dữ liệu');
    expect(await findings(page)).toEqual([]);
    await picture(page, name.replaceAll(/[^a-z]+/g, '-'));
  });
});

test('a PDF that other software signed: its signer by the answers packed in it, and the list that is past its day', async () => {
  const { pki } = world;
  pki.setNow(DATED_AT);
  const person = pki.person('Trần Thị Mẫu', '000183000009');
  const [leaf, issuing] = person.chain.map(parseCertificate);
  if (leaf === undefined || issuing === undefined) throw new Error('a chain');
  const { timestamp: port, nonce, roots, revocation } = pki.services(1_000);
  const token = async (message: Uint8Array) =>
    (await obtainTimestamp(nodeCrypto, message, { port, nonce: nonce(), roots })).token;
  const answers = [await revocation(leaf, issuing), await revocation(issuing, pki.root)];
  const data = { ocsp: answers.flatMap(({ ocsp }) => ocsp), crls: [] };
  const pdf = stored(await signedWith(otherPdf('Hoan thanh tot'), person, { token }), data, { packed: true });
  const { page } = await openThenCut(world, {
    bundle: (bundle) => ({ ...bundle, nextUpdate: bundle.asOf + 3_600 }),
  });
  await page
    .locator('input[type=file]')
    .setInputFiles([{ name: 'tep.pdf', mimeType: 'application/pdf', buffer: Buffer.from(pdf) }]);
  const card = page.locator('.checked', { has: page.locator('.verdict') });
  await card.waitFor();
  const said = await card.innerText();
  expect(said).toContain('Chưa kiểm tra được đủ (tệp do phần mềm khác ký, có phần thêm vào sau khi ký)');
  expect(said).toContain('còn hiệu lực và chưa bị thu hồi vào lúc ấy');
  expect(said).toContain('31/05/2026; danh sách ấy đã quá hạn dùng từ ngày 31/05/2026');
  expect(await findings(page)).toEqual([]);
  await picture(page, 'other-pdf');
});

describe('after one visit the page opens without a network', () => {
  test('and judges by what the server said last; nothing but the page is kept', async () => {
    const visitor = await visit(null);
    const { page, context, open } = visitor;
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer(world);
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await open(PAGE);
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)).toMatch(`${PAGE}`);
    await page.unroute('**/api/trust');
    await context.setOffline(true);
    const [worker] = context.serviceWorkers();
    await expect.poll(() => worker?.evaluate(CUT_OFF)).toBe('cut off');
    await page.reload();
    // A heading stands there before the page's scripts do.
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await drop(page, genuine(world))).toBe(GENUINE);
    expect(await drop(page, tampered())).toBe('Không thật');
    expect(await drop(page, foreign())).toBe('Chưa kiểm tra được đủ (học bạ của phần mềm khác)');
    expect(await findings(page)).toEqual([]);
    const kept = await page.evaluate(async () => {
      const requests = await Promise.all(
        (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
      );
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    const others = kept.filter((path) => !path.startsWith('/assets/'));
    expect(others.sort()).toEqual(['/api/trust', '/favicon.svg', PAGE]);
  });

  test.each([
    ['is ill', 503, 'x'],
    ['is hidden behind a hotel’s door', 200, '<html>Wi-Fi</html>'],
    ['answers what nobody signed', 200, '{"bundle":"x","vkey":"y","statuses":[]}'],
  ])('or while the server %s', async (_, status, answer) => {
    const { page, open } = await visit(null);
    await page.clock.setFixedTime(REAL_NOW);
    let [code, body] = [200, await trustAnswer(world)];
    await page.route('**/api/trust', (route) =>
      route.fulfill({ status: code, contentType: 'application/json', body }),
    );
    await open(PAGE);
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    [code, body] = [status, answer];
    await page.reload();
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await drop(page, genuine(world))).toBe(GENUINE);
  });
});

test('the kept page opens where the server answers that it is ill', async () => {
  const { page, context, open } = await visit(null);
  await open(PAGE);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const [worker] = context.serviceWorkers();
  await worker?.evaluate(() => {
    Object.assign(self, { fetch: async () => new Response('<h1>502</h1>', { status: 502 }) });
  });
  await page.reload();
  await page.locator('input[type=file]').waitFor({ state: 'attached' });
});

test('a browser that keeps nothing for a page has the page, and English too', async () => {
  const { page, open } = await visit(null);
  await page.addInitScript(() => {
    const refused = () => new DOMException('kept from pages', 'SecurityError');
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw refused();
      },
    });
    CacheStorage.prototype.open = () => Promise.reject(refused());
    ServiceWorkerContainer.prototype.register = () => Promise.reject(refused());
  });
  await page.clock.setFixedTime(REAL_NOW);
  const body = await trustAnswer(world);
  await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
  await open(PAGE);
  await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Verify a record', level: 1 }).waitFor();
  await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
  expect(await drop(page, genuine(world))).toBe('Genuine and in force');
});

test('in English after one press, the verdict too, also without a network', async () => {
  const { page } = await openThenCut(world);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Verify a record', level: 1 }).waitFor();
  expect(await page.title()).toBe('Verify a record');
  expect(await drop(page, genuine(world))).toBe('Genuine and in force');
  expect(await findings(page)).toEqual([]);
  await picture(page, 'english');
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.getByRole('heading', { name: 'Kiểm tra học bạ', level: 1 }).waitFor();
});

test('what was found can be kept: printed whole and without the fields, and copied as text', async () => {
  const { page, context } = await openThenCut(world);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // Who chose it by keyboard is where he was: a field that closes while it works throws the focus away.
  const field = page.locator('input[type=file]');
  await field.focus();
  await drop(page, genuine(world));
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  const digest = createHash('sha256').update(genuine(world).xml).digest('hex');
  const evidence = [`Kiểm tra lúc 07:00 01/06/2026 tại ${page.url()}`, digest, `${world.origin}, mục 0`];
  await page.getByRole('button', { name: 'Chép kết luận thành chữ' }).click();
  await page.getByText('Đã chép').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const { fullName } = realDocument().pupil;
  for (const part of [GENUINE, 'hoc-ba.xml', fullName, 'có trong nhật ký phát hành', ...evidence])
    expect(copied).toContain(part);
  const folded = page.locator('.verdict details');
  expect(await folded.locator('table').isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const printed = await page.locator('body').innerText();
  for (const part of [
    GENUINE,
    fullName,
    'Tiếng Việt',
    'Con dấu của trường',
    ...evidence,
    'không tự chứng minh',
  ])
    expect(printed).toContain(part);
  for (const part of ['thả tệp vào đây', 'Chỉ có bản in?', 'Chép kết luận', 'English'])
    expect(printed).not.toContain(part);
  await picture(page, 'printed');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect(await folded.getAttribute('open')).toBe(null);
});

describe('a class’s archive, without a network', () => {
  test('each file in its own sentence, the worst above them', async () => {
    const { page } = await openThenCut(world);
    const [a, b] = world.records;
    if (a === undefined || b === undefined) throw new Error('two records');
    const zip = zipSync({
      '4A/a.xml': a.xml,
      '4A/a.tlog-proof': a.proof,
      '4A/b.xml': tampered().xml,
      '4A/b.tlog-proof': a.proof,
    });
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'lop-4a.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) }]);
    expect(await page.locator('.verdict h2').innerText()).toBe('Không thật (1 trong 2 tệp)');
    const parts = page.locator('.parts > li > details > summary');
    expect(await parts.allInnerTexts()).toEqual(['Không thật 4A/b.xml', `${GENUINE} 4A/a.xml`]);
    await parts.last().click();
    expect(await page.locator('.parts > li').last().innerText()).toContain(a.doc.pupil.fullName);
    expect(await findings(page)).toEqual([]);
    await picture(page, 'zip');
  });
});

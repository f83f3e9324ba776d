import { generateKeyPairSync, sign } from 'node:crypto';
import { claimContentOf, signClaim } from '@hocba/form/claim';
import {
  claimKeyCommitment,
  claimKeyId,
  createLog,
  encodeLeaf,
  formatClaimKey,
  formatReceipt,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parseVkey,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import {
  fingerprint,
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  type TrustChange,
} from '@hocba/verify/testing';
import { zipSync } from 'fflate';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { sheetOf } from '../../packages/form/src/print-job.ts';
import { sampleInput } from '../../packages/form/src/testing/sample-record.ts';
import { startTypesetter } from '../../packages/form/src/typeset.ts';
import { foreignPeople, foreignRecord } from '../../packages/verify/src/testing/foreign.ts';
import { makeWorld, sampleDocument } from '../../packages/verify/src/testing/issued.ts';
import { findings } from './findings.ts';
import { useBrowser, type Visitor, visit } from './visit.ts';

useBrowser();

const PAGE = '/kiem-tra-hoc-ba';
const GENUINE = 'Thật, còn hiệu lực';
/** Asked in the page or in its worker: is the network really off? */
const CUT_OFF = `fetch('/api/trust').then(() => 'answered', () => 'cut off')`;
let world: RealWorld;
beforeAll(async () => {
  const other = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
  world = await makeRealWorld({ docs: [realDocument(), other] });
});

interface Files {
  readonly xml: Uint8Array;
  /** Null: stripped. */
  readonly proof: Uint8Array | null;
}

function genuine(): Files {
  const [record] = world.records;
  if (record === undefined) throw new Error('no record');
  return record;
}

/** The trust folder as the school's server answers it. */
async function trustAnswer(change?: TrustChange): Promise<string> {
  const texts = [...(await world.files(change))].map(([name, bytes]): [string, string] => [
    name,
    new TextDecoder().decode(bytes),
  ]);
  const [[, bundle] = [], [, vkey] = [], ...statuses] = texts;
  return JSON.stringify({ bundle, vkey, statuses: statuses.map(([name, text]) => ({ name, text })) });
}

/** Opens the page under a world's trust, with the clock at the day on which it is looked at; then the network goes. */
async function openThenCut(change?: TrustChange): Promise<Visitor> {
  const visitor = await visit(null);
  const { page, context, open } = visitor;
  await page.clock.setFixedTime(REAL_NOW);
  const body = await trustAnswer(change);
  await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
  await open(PAGE);
  await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
  // Whatever the page asks for on demand is kept by then.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.unroute('**/api/trust');
  await context.setOffline(true);
  expect(await page.evaluate(CUT_OFF)).toBe('cut off');
  return visitor;
}

/** @returns the one sentence of the verdict */
async function drop(page: Page, { xml, proof }: Files): Promise<string> {
  const file = (name: string, bytes: Uint8Array) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  await page
    .locator('input[type=file]')
    .setInputFiles([file('hoc-ba.xml', xml), ...(proof ? [file('hoc-ba.tlog-proof', proof)] : [])]);
  return page.locator('.verdict h2').innerText();
}

function tampered(): Files {
  const text = new TextDecoder().decode(genuine().xml);
  const changed = text.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
  expect(changed).not.toBe(text);
  return { ...genuine(), xml: new TextEncoder().encode(changed) };
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
    ['genuine', genuine, GENUINE],
    ['replaced', genuine, 'Thật, đã được thay thế', { entries: [{ index: 0, state: 'replaced', by: 1 }] }],
    [
      'recalled',
      genuine,
      'Thật, đã thu hồi',
      { entries: [{ index: 0, state: 'recalled', by: 1, reason: 'data-entry-error' }] },
    ],
    ['one level changed', tampered, 'Không thật'],
    ['proof stripped', () => ({ ...genuine(), proof: null }), 'Không thật (chưa từng phát hành)'],
    ['seal suspected', genuine, 'Cần xác nhận lại', suspected],
    ['of other software', () => foreign(), 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)'],
    [
      'of other software, beside the log of its school',
      () => foreign('00000001'),
      'Không thật (chưa từng phát hành)',
    ],
    ['training', () => makeWorld({ doc: sampleDocument() }), 'Bản tập huấn, không có giá trị pháp lý'],
  ])('%s', async (_, files, sentence, change) => {
    const { page } = await openThenCut(change);
    expect(await drop(page, await files())).toBe(sentence);
    expect(await findings(page)).toEqual([]);
  });
});

describe('after one visit the page opens without a network', () => {
  test('and judges by what the server said last; nothing but the page is kept', async () => {
    const visitor = await visit(null);
    const { page, context, open } = visitor;
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer();
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await open(PAGE);
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)).toMatch(`${PAGE}`);
    await page.unroute('**/api/trust');
    await context.setOffline(true);
    const [worker] = context.serviceWorkers();
    expect(await worker?.evaluate(CUT_OFF)).toBe('cut off');
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await drop(page, genuine())).toBe(GENUINE);
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
});

/** A log of the school that certifies one claim key, the claim which that key signed, and the trust that knows both. */
async function claimed(): Promise<{ text: string; trust: TrustChange }> {
  const origin = 'hocba.example/00000001/2026-2027';
  const signer = ed25519Signer(origin, generateLogKey());
  const log = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
  };
  const ports = { ...log, signer, now: () => LOGGED_AT * 1000 };
  const pair = generateKeyPairSync('ed25519');
  const publicKey = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const key = { origin, publicKey, from: LOGGED_AT, until: LOGGED_AT + 365 * 86_400 };
  const salt = new Uint8Array(32).fill(9);
  const leaf = encodeLeaf({
    kind: 'claimKey',
    time: LOGGED_AT,
    commitment: claimKeyCommitment(nodeSha256, key, salt),
  });
  await createLog(ports);
  const opened = await openLog(ports);
  await opened.append(0, [{ bytes: leaf, leafHash: leafHash(nodeSha256, leaf) }]);
  const proof = await opened.proofFor(0, formatReceipt({ salt, leaf }));
  const body = {
    content: claimContentOf(realDocument()),
    keyId: claimKeyId(nodeSha256, publicKey),
    leafIndex: 0,
    leafHash: new Uint8Array(16),
  };
  const text = await signClaim(body, async (bytes) => new Uint8Array(sign(null, bytes, pair.privateKey)));
  const bundle: TrustChange['bundle'] = (from) => ({
    ...from,
    policy: { ...from.policy, logs: [...from.policy.logs, { key: parseVkey(nodeSha256, signer.vkey) }] },
    schools: from.schools.map((one) => ({ ...one, logs: [...one.logs, { origin, from: LOGGED_AT }] })),
    claimKeys: [{ document: formatClaimKey(key), proof }],
  });
  return { text, trust: { bundle } };
}

describe('who has only a print', () => {
  test('pastes what its QR says, without a network, and compares by eye', async () => {
    const { text, trust } = await claimed();
    const { page } = await openThenCut(trust);
    const field = page.getByLabel('Dán nội dung mã QR trên bản in');
    const check = page.getByRole('button', { name: 'Đối chiếu' });
    await field.fill(`https://truong.example/x/${'A'.repeat(22)}#${text}`);
    await check.click();
    const doc = realDocument();
    const day = doc.issueDate.split('-').reverse().join('/');
    const verdict = page.locator('.verdict');
    expect(await verdict.locator('h2').innerText()).toBe(
      `Chữ in khớp bản phát hành ngày ${day}; chưa kiểm tra thu hồi`,
    );
    const shown = await verdict.innerText();
    expect(shown).toContain(doc.pupil.fullName);
    expect(shown).toContain(doc.pupil.birthDate.split('-').reverse().join('/'));
    const rows = doc.subjects.length + Object.keys(doc.traits).length;
    expect(await verdict.locator('tbody tr').count()).toBe(rows);
    expect(await findings(page)).toEqual([]);
    await field.fill(text.slice(0, -30) + 'B'.repeat(8) + text.slice(-22));
    expect(await verdict.count()).toBe(0);
    await check.click();
    expect(await verdict.locator('h2').innerText()).toMatch(/^Không thật/);
  });

  test('comes with the claim in the address: checked at once, and the address reaches no server', async () => {
    const { text, trust } = await claimed();
    const { page, open } = await visit(null);
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer(trust);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await open(`${PAGE}#${text}`);
    expect(await page.locator('.verdict h2').innerText()).toMatch(/^Chữ in khớp bản phát hành ngày /);
    expect(await page.locator('.verdict').innerText()).toContain(realDocument().pupil.fullName);
    expect(asked.filter((url) => url.includes(text.slice(0, 20)) && !url.includes('#'))).toEqual([]);
    expect(await findings(page)).toEqual([]);
  });
});

/** A print with this in its QR, its pages below one another, as a phone sees it: aslant, on a table, 150 dots an inch. */
async function photographed(context: BrowserContext, text: string): Promise<Buffer> {
  const input = sampleInput();
  if (input.issued === null) throw new Error('an issued record');
  const qrUrl = `https://truong.example/x/${'A'.repeat(22)}#${text}`;
  const job = { kind: 'year' as const, input: { ...input, issued: { ...input.issued, qrUrl } } };
  const svg = await startTypesetter().draw(sheetOf(job));
  const page = await context.newPage();
  const style = 'body { background: #876; margin: 60px } svg { width: 1240px; height: auto; rotate: 1deg }';
  await page.setContent(`<style>${style}</style>${svg}`);
  const [, , width = 0, total = 0] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? '').split(' ').map(Number);
  const height = Math.round((1240 * total) / width / 5);
  const clip = { x: 0, y: 60 + 4 * height, width: 1360, height };
  const photo = await page.screenshot({ fullPage: true, clip });
  await page.close();
  return photo;
}

describe('who has only a print and a camera', () => {
  const sentence = /^Chữ in khớp bản phát hành ngày /;
  const choose = async (page: Page, buffer: Buffer): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Chọn ảnh bản in' }).click();
    await (await chooser).setFiles({ name: 'anh.png', mimeType: 'image/png', buffer });
  };

  test.each([
    ['no reader of the browser’s own', ''],
    [
      'one that only fails',
      `globalThis.BarcodeDetector = class {
        static async getSupportedFormats() { return ['qr_code']; }
        async detect() { throw new DOMException('no service', 'NotSupportedError'); }
      }`,
    ],
  ])('chooses a photo of it, without a network: %s', async (_, script) => {
    const { text, trust } = await claimed();
    const { page, context } = await openThenCut(trust);
    await page.evaluate(script);
    await choose(page, await photographed(context, text));
    const verdict = page.locator('.verdict');
    expect(await verdict.locator('h2').innerText()).toMatch(sentence);
    expect(await verdict.innerText()).toContain(realDocument().pupil.fullName);
    expect(await findings(page)).toEqual([]);
    await picture(page, 'scan');
    await choose(page, await page.locator('h1').screenshot());
    await page.getByText('Không thấy mã QR trong ảnh.').waitFor();
    expect(await verdict.count()).toBe(0);
    await choose(page, Buffer.from('no picture'));
    await page.getByText('Không mở được ảnh này').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  /** A real stream into a real video; only the device is a drawing, which is told when it is let go. */
  const film = (photo: Buffer | null): string => `
    globalThis.tracks = [];
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 1360; canvas.height = 1754;
      const context = canvas.getContext('2d');
      const image = new Image();
      image.src = ${JSON.stringify(photo ? `data:image/png;base64,${photo.toString('base64')}` : '/favicon.svg')};
      setInterval(() => { context.drawImage(image, 0, 0); }, 50);
      const stream = canvas.captureStream(20);
      globalThis.tracks.push(...stream.getTracks());
      return stream;
    }`;
  const running = (page: Page): Promise<number> =>
    page.evaluate(`globalThis.tracks.filter((track) => track.readyState === 'live').length`);
  const scan = (page: Page) => page.getByRole('button', { name: 'Quét mã QR' });

  test('holds it before the camera, which stops when the QR is seen', async () => {
    const { text, trust } = await claimed();
    const { page, context } = await openThenCut(trust);
    await page.evaluate(film(await photographed(context, text)));
    await scan(page).click();
    expect(await page.locator('.verdict h2').innerText()).toMatch(sentence);
    expect(await page.locator('video').count()).toBe(0);
    expect(await running(page)).toBe(0);
  });

  test('closes the camera, or leaves the page: it stops; nothing is judged', async () => {
    const { page } = await openThenCut();
    await page.evaluate(film(null));
    for (const leave of [
      () => page.getByRole('button', { name: 'Đóng máy ảnh' }).click(),
      () =>
        page.evaluate(() => {
          Object.defineProperty(document, 'hidden', { value: true, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }),
    ]) {
      await scan(page).click();
      await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
      expect(await running(page)).toBe(1);
      expect(await findings(page)).toEqual([]);
      await picture(page, 'camera');
      await leave();
      await scan(page).waitFor();
      expect(await running(page)).toBe(0);
      expect(await page.locator('.verdict').count()).toBe(0);
    }
  });

  test.each([
    ['NotAllowedError', 'Trình duyệt không được dùng máy ảnh.'],
    ['NotFoundError', 'Không mở được máy ảnh'],
    ['NotReadableError', 'Không mở được máy ảnh'],
  ])('is told what to do when the camera does not open: %s', async (name, told) => {
    const { page } = await openThenCut();
    await page.evaluate(
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${name}'))`,
    );
    await scan(page).click();
    await page.getByText(told).waitFor();
    expect(await page.locator('video').count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });
});

test('in English after one press, also without a network; the verdict stays in its own language', async () => {
  const { page } = await openThenCut();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Verify a record', level: 1 }).waitFor();
  expect(await page.title()).toBe('Verify a record');
  expect(await drop(page, genuine())).toBe(GENUINE);
  expect(await page.locator('.verdict h2').getAttribute('lang')).toBe('vi');
  expect(await findings(page)).toEqual([]);
  await picture(page, 'english');
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.getByRole('heading', { name: 'Kiểm tra học bạ', level: 1 }).waitFor();
});

/** Kept to be looked at where `HOCBA_PICTURES` names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.HOCBA_PICTURES;
  if (folder === undefined) return;
  const desk = page.viewportSize();
  await page.screenshot({ path: `${folder}/${name}-1280.png`, fullPage: true });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.screenshot({ path: `${folder}/${name}-360.png`, fullPage: true });
  if (desk) await page.setViewportSize(desk);
}

describe('a class’s archive, without a network', () => {
  test('each file in its own sentence, the worst above them', async () => {
    const { page } = await openThenCut();
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

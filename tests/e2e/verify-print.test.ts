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
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  type TrustChange,
} from '@hocba/verify/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { sheetOf } from '../../packages/form/src/print-job.ts';
import { drawQr } from '../../packages/form/src/qr.ts';
import { sampleInput } from '../../packages/form/src/testing/sample-record.ts';
import { startTypesetter } from '../../packages/form/src/typeset.ts';
import { findings } from './findings.ts';
import { openThenCut, PAGE, picture, trustAnswer } from './verification-page.ts';
import { PHONE, useBrowser, visit } from './visit.ts';

useBrowser();

let world: RealWorld;
beforeAll(async () => {
  const other = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
  world = await makeRealWorld({ docs: [realDocument(), other] });
});

/** The public files of a log, as a server keeps them. */
interface LogFiles {
  readonly origin: string;
  read(path: string): Promise<Uint8Array | null>;
}

/** A log of the school that certifies one claim key, the claim which that key signed, and the trust that knows both. */
async function claimed(
  leafHashed?: Uint8Array,
): Promise<{ text: string; trust: TrustChange; log: LogFiles }> {
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
  const issue = encodeLeaf({ kind: 'issue', time: LOGGED_AT, commitment: new Uint8Array(32).fill(7) });
  const leaf = encodeLeaf({
    kind: 'claimKey',
    time: LOGGED_AT,
    commitment: claimKeyCommitment(nodeSha256, key, salt),
  });
  await createLog(ports);
  const opened = await openLog(ports);
  await opened.append(
    0,
    [leaf, issue].map((bytes) => ({ bytes, leafHash: leafHash(nodeSha256, bytes) })),
  );
  const proof = await opened.proofFor(0, formatReceipt({ salt, leaf }));
  const body = {
    content: claimContentOf(realDocument()),
    keyId: claimKeyId(nodeSha256, publicKey),
    leafIndex: 1,
    leafHash: leafHashed ?? leafHash(nodeSha256, issue).slice(0, 16),
  };
  const text = await signClaim(body, async (bytes) => new Uint8Array(sign(null, bytes, pair.privateKey)));
  const bundle: TrustChange['bundle'] = (from) => ({
    ...from,
    policy: { ...from.policy, logs: [...from.policy.logs, { key: parseVkey(nodeSha256, signer.vkey) }] },
    schools: from.schools.map((one) => ({ ...one, logs: [...one.logs, { origin, from: LOGGED_AT }] })),
    claimKeys: [{ document: formatClaimKey(key), proof }],
  });
  return { text, trust: { bundle }, log: { origin, read: (path) => log.storage.read(path) } };
}

describe('who has only a print', () => {
  test('pastes what its QR says, without a network, and compares by eye', async () => {
    const { text, trust } = await claimed();
    const { page } = await openThenCut(world, trust);
    const field = page.getByLabel('Dán nội dung mã QR trên bản in');
    const check = page.getByRole('button', { name: 'Đối chiếu' });
    await field.fill(`https://truong.example/x/${'A'.repeat(22)}#${text}`);
    await check.click();
    const doc = realDocument();
    const day = doc.issueDate.split('-').reverse().join('/');
    const verdict = page.locator('.verdict');
    expect(await verdict.locator('h2').innerText()).toBe(
      `Nếu đúng từng dòng dưới đây, chữ in khớp bản phát hành ngày ${day}; chưa kiểm tra thu hồi`,
    );
    const shown = await verdict.innerText();
    expect(shown).toContain(doc.pupil.fullName);
    expect(shown).toContain(`Trường phát hành: ${doc.school.name}, mã trường ${doc.school.code}.`);
    expect(await page.locator('.claim [role=status]').allInnerTexts()).toEqual([
      await verdict.locator('h2').innerText(),
      '',
    ]);
    expect(await page.locator('[aria-live] table, [role=status] table').count()).toBe(0);
    expect(await page.locator('.verdict.good').count()).toBe(0);
    expect(shown).toContain(doc.pupil.birthDate.split('-').reverse().join('/'));
    const rows = doc.subjects.length + Object.keys(doc.traits).length;
    expect(await verdict.locator('tbody tr').count()).toBe(rows);
    expect(await findings(page)).toEqual([]);
    await field.fill(`${text.slice(0, -30)}12345678${text.slice(-22)}`);
    expect(await verdict.count()).toBe(0);
    await check.click();
    expect(await verdict.locator('h2').innerText()).toMatch(/^Không thật/);
  });

  test('comes with the claim in the address: checked at once, and the address reaches no server', async () => {
    const { text, trust } = await claimed();
    const { page, open } = await visit(null, PHONE);
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer(world, trust);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await open(`${PAGE}#${text}`);
    expect(await page.locator('.verdict h2').innerText()).toContain('chữ in khớp bản phát hành ngày ');
    // It is brought before the eye: on a phone it stands below the fold.
    await expect
      .poll(() => page.locator('.verdict h2').evaluate((head) => head.getBoundingClientRect().y))
      .toBeLessThan(PHONE.height / 2);
    expect(await page.locator('.verdict').innerText()).toContain(realDocument().pupil.fullName);
    expect(asked.filter((url) => url.includes(text.slice(0, 20)) && !url.includes('#'))).toEqual([]);
    expect(await findings(page)).toEqual([]);
    // Another print in the same tab, which the browser does not load the page for: what is said is of that one.
    await page.goto(`${PAGE}#${text.slice(0, -30)}12345678${text.slice(-22)}`);
    await page.locator('.verdict h2', { hasText: 'Không thật' }).waitFor();
    // A place on the page is no claim, however the page is opened again.
    await page.goto(`${PAGE}#main`);
    await page.reload();
    await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
    expect(await page.getByLabel('Dán nội dung mã QR trên bản in').inputValue()).toBe('');
    expect(await page.locator('.verdict').count()).toBe(0);
  });
});

describe('the log, where somebody asks for it', () => {
  const ask = (page: Page) => page.getByRole('button', { name: 'Tìm bản này trong nhật ký phát hành' });
  async function opened(stolen: boolean) {
    const { text, trust, log } = await claimed(stolen ? new Uint8Array(16).fill(9) : undefined);
    const { page, context, open } = await visit(null);
    await page.clock.setFixedTime(REAL_NOW);
    const body = await trustAnswer(world, trust);
    const asked: string[] = [];
    await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
    await page.route('**/log/**', async (route) => {
      const path = new URL(route.request().url()).pathname.slice('/log/'.length);
      asked.push(path);
      const bytes = path.startsWith(`${log.origin}/`)
        ? await log.read(path.slice(log.origin.length + 1))
        : null;
      await route.fulfill(bytes === null ? { status: 404, body: '' } : { body: Buffer.from(bytes) });
    });
    await open(`${PAGE}#${text}`);
    await ask(page).waitFor();
    // Nobody has pressed it: nothing was asked.
    expect(asked).toEqual([]);
    return { page, context, asked, origin: log.origin };
  }

  test('has the leaf, and its server is told no more than which piece of the log was read', async () => {
    const { page, asked, origin } = await opened(false);
    await picture(page, 'look-up');
    // On a phone the lines below fill two screens.
    const isAbove = `document.querySelector('.verdict button').compareDocumentPosition(document.querySelector('.verdict table')) === Node.DOCUMENT_POSITION_FOLLOWING`;
    expect(await page.evaluate(isAbove)).toBe(true);
    await ask(page).click();
    await page.getByText('Nhật ký phát hành có bản này, ghi lúc 20:41 28/05/2026.').waitFor();
    expect(await ask(page).count()).toBe(0);
    await page.locator('.verdict h2:focus').waitFor();
    expect(await page.locator('.verdict h2').innerText()).toContain('chữ in khớp bản phát hành ngày ');
    expect(await page.locator('.verdict.good').count()).toBe(0);
    const files = ['checkpoint', 'tile/entries/000.p/2', 'tile/0/000.p/2'];
    expect(asked).toEqual(files.map((file) => `${origin}/${file}`));
    expect(await findings(page)).toEqual([]);
    await picture(page, 'looked-up');
  });

  test('has no such leaf: a stolen claim key wrote what it liked', async () => {
    const { page } = await opened(true);
    await ask(page).click();
    await page
      .locator('.verdict h2', { hasText: 'Không thật: nhật ký không có bản phát hành mà mã QR nêu' })
      .waitFor();
    expect(await page.locator('.verdict.wrong').count()).toBe(1);
  });

  test('cannot be reached: what was said stands, and why is said', async () => {
    const { page, context } = await opened(false);
    await context.setOffline(true);
    await page.unroute('**/log/**');
    await ask(page).click();
    await page.getByText('Chưa lấy được nhật ký ấy từ máy chủ của trang này').waitFor();
    expect(await ask(page).isEnabled()).toBe(true);
    expect(await page.locator('.verdict h2').innerText()).toContain('chữ in khớp bản phát hành ngày ');
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

function codeSvg(text: string): string {
  const { size, pixels } = drawQr(text);
  const dark = [...pixels.entries()].filter(([, pixel]) => pixel === 0);
  const modules = dark.map(([at]) => `M${at % size} ${Math.floor(at / size)}h1v1h-1z`).join('');
  return `<svg width="500" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${modules}"/></svg>`;
}

/** Codes side by side on one picture. */
async function codes(context: BrowserContext, texts: readonly string[], turned = 0): Promise<Buffer> {
  const page = await context.newPage();
  await page.setContent(
    `<style>svg { margin: ${turned === 0 ? 0 : 130}px; rotate: ${turned}deg }</style><body style="margin: 40px; display: flex; gap: 60px">${texts.map(codeSvg).join('')}</body>`,
  );
  const photo = await page.screenshot();
  await page.close();
  return photo;
}

describe('who has only a print and a camera', () => {
  const sentence = /chữ in khớp bản phát hành ngày /;
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
    const { page, context } = await openThenCut(world, trust);
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

  test('of two prints in one photo none is judged; a bill’s code beside a print is passed over', async () => {
    const { text, trust } = await claimed();
    const { page, context } = await openThenCut(world, trust);
    const address = (token: string): string => `https://truong.example/x/${token.repeat(22)}#${text}`;
    const bill = '00020101021138540010A00000072701240006970436011012345678905802VN6304ABCD';
    await choose(page, await codes(context, [address('A'), address('B')]));
    await page.getByText('Trong ảnh có mã QR của nhiều bản in').waitFor();
    expect(await page.locator('.verdict').count()).toBe(0);
    for (const beside of [
      [bill, address('A')],
      [address('A'), bill],
    ]) {
      await choose(page, await codes(context, beside));
      expect(await page.locator('.verdict h2').innerText()).toMatch(sentence);
    }
    for (const turned of [45, 50]) {
      await choose(page, await codes(context, [address('A')], turned));
      expect(await page.locator('.verdict h2').innerText()).toMatch(sentence);
    }
    await choose(page, await codes(context, [bill]));
    await page.locator('.verdict h2', { hasText: 'đây không phải mã QR trên bản in học bạ' }).waitFor();
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
    const { page, context } = await openThenCut(world, trust);
    await page.evaluate(film(await photographed(context, text)));
    await scan(page).click();
    expect(await page.locator('.verdict h2').innerText()).toMatch(sentence);
    expect(await page.locator('video').count()).toBe(0);
    await expect.poll(() => running(page)).toBe(0);
  });

  test('closes the camera, or leaves the page: it stops; nothing is judged', async () => {
    const { page } = await openThenCut(world);
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
      await expect.poll(() => running(page)).toBe(1);
      expect(await findings(page)).toEqual([]);
      await picture(page, 'camera');
      await leave();
      await scan(page).waitFor();
      await expect.poll(() => running(page)).toBe(0);
      expect(await page.locator('.verdict').count()).toBe(0);
    }
  });

  test.each([
    ['NotAllowedError', 'Trình duyệt không được dùng máy ảnh.'],
    ['NotFoundError', 'Không mở được máy ảnh'],
    ['NotReadableError', 'Không mở được máy ảnh'],
  ])('is told what to do when the camera does not open: %s', async (name, told) => {
    const { page } = await openThenCut(world);
    await page.evaluate(
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${name}'))`,
    );
    await scan(page).click();
    await page.getByText(told).waitFor();
    expect(await page.locator('video').count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });
});

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { CHROMIUM_FLAGS } from '../../packages/form/src/testing/chromium.ts';

export const PASSWORD = 'tap-huan-2026';
const DESK = { width: 1280, height: 900 };
/** Nothing is measured by it: only what would never come ends the waiting. */
const HANGS_MS = 90_000;
export const PHONE = { width: 360, height: 740 };

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Opens an address of the school and waits until the page has its heading. */
  open(path: string): Promise<void>;
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;
const sessions = new Map<string, Cookies>();
let browser: Browser;
let contexts: BrowserContext[] = [];
let complaints: string[] = [];

/** Opens a browser for the file; after each test nothing may have gone wrong behind the page's back. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: inject('chromium'),
      headless: true,
      args: [...CHROMIUM_FLAGS],
    });
  });
  afterEach(async () => {
    const found = complaints;
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    complaints = [];
    expect(found).toEqual([]);
  });
  afterAll(() => browser.close());
}

/** The school of this worker. */
export function origin(): string {
  const found = inject('origins')[Number(process.env.VITEST_POOL_ID) - 1];
  if (found === undefined) throw new Error('a worker without a school of its own');
  return found;
}

/** A browser of its own, signed in as the user, or as nobody. */
export async function visit(
  username: string | null,
  viewport = DESK,
  base: string = origin(),
): Promise<Visitor> {
  const phone = viewport.width < 600;
  const context = await browser.newContext({
    baseURL: base,
    viewport,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    hasTouch: phone,
    isMobile: phone,
  });
  contexts.push(context);
  context.setDefaultTimeout(HANGS_MS);
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== base) complaints.push(`a request to ${asked}`);
  });
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().message}`));
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  if (username !== null) await context.addCookies(await cookiesOf(username, base, context));
  const page = await context.newPage();
  return {
    page,
    context,
    async open(path) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
    },
  };
}

/** A sign-in costs the server a password hash on purpose: once a user, server and file is enough. */
async function cookiesOf(username: string, base: string, context: BrowserContext): Promise<Cookies> {
  const known = sessions.get(`${base} ${username}`);
  if (known) return known;
  const answer = await context.request.post('/api/session', { data: { username, password: PASSWORD } });
  expect(answer.status()).toBe(200);
  const { cookies } = await context.storageState();
  sessions.set(`${base} ${username}`, cookies);
  return cookies;
}

/** The identifier of a class by its name, as the signed-in person sees it. */
export async function classId(of: Visitor, name: string): Promise<string> {
  const answer = await of.context.request.get('/api/classes');
  const { classes } = (await answer.json()) as { classes: { classId: string; name: string }[] };
  const found = classes.find((one) => one.name === name);
  if (!found) throw new Error(`no class ${name}`);
  return found.classId;
}

/** Are all cells at the server? The one sentence about it stands always at the same place. */
export async function allSaved(page: Page): Promise<void> {
  await page.locator('.save-state', { hasText: 'Đã lưu trên máy chủ' }).waitFor();
}

/** A cell's field by row and column, both from 0. */
export function cell(page: Page, row: number, column: number) {
  return page.locator(`table.sheet [data-row="${row}"][data-column="${column}"]`);
}

/** The texts of one column, top to bottom, as the page shows them. */
export function columnTexts(page: Page, column: number): Promise<string[]> {
  return page
    .locator(`table.sheet [data-column="${column}"]`)
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
}

/** Pastes as the clipboard of a spreadsheet would. */
export async function pasteInto(page: Page, text: string): Promise<void> {
  await page.evaluate((plain) => {
    const data = new DataTransfer();
    data.setData('text/plain', plain);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}

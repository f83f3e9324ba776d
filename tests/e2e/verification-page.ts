import { REAL_NOW, type RealWorld, type TrustChange } from '@hocba/verify/testing';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Visitor, visit } from './visit.ts';

export const PAGE = '/kiem-tra-hoc-ba';
export const GENUINE = 'Thật, còn hiệu lực';
/** Asked in the page or in its worker: is the network really off? */
export const CUT_OFF = `fetch('/api/trust').then(() => 'answered', () => 'cut off')`;

export interface Files {
  readonly xml: Uint8Array;
  /** Null: stripped. */
  readonly proof: Uint8Array | null;
}

/** The first record of the world, as its holder has it. */
export function genuine(world: RealWorld): Files {
  const [record] = world.records;
  if (record === undefined) throw new Error('no record');
  return record;
}

/** The trust folder as the school's server answers it. */
export async function trustAnswer(world: RealWorld, change?: TrustChange): Promise<string> {
  const texts = [...(await world.files(change))].map(([name, bytes]): [string, string] => [
    name,
    new TextDecoder().decode(bytes),
  ]);
  const [[, bundle] = [], [, vkey] = [], ...statuses] = texts;
  return JSON.stringify({ bundle, vkey, statuses: statuses.map(([name, text]) => ({ name, text })) });
}

/** Opens the page under a world's trust, with the clock at the day on which it is looked at; then the network goes. */
export async function openThenCut(world: RealWorld, change?: TrustChange): Promise<Visitor> {
  const visitor = await visit(null);
  const { page, context, open } = visitor;
  await page.clock.setFixedTime(REAL_NOW);
  const body = await trustAnswer(world, change);
  await page.route('**/api/trust', (route) => route.fulfill({ contentType: 'application/json', body }));
  await open(PAGE);
  await page.locator('input[type=file]:enabled').waitFor({ state: 'attached' });
  // Whatever the page asks for on demand is kept by then.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.unroute('**/api/trust');
  await context.setOffline(true);
  // The service worker, which asks for the page, hears of it a moment later.
  await expect.poll(() => page.evaluate(CUT_OFF)).toBe('cut off');
  return visitor;
}

/** @returns the one sentence of the verdict */
export async function drop(page: Page, { xml, proof }: Files): Promise<string> {
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

/** Kept to be looked at where `HOCBA_PICTURES` names a folder. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = process.env.HOCBA_PICTURES;
  if (folder === undefined) return;
  const desk = page.viewportSize();
  await page.screenshot({ path: `${folder}/${name}-1280.png`, fullPage });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.screenshot({ path: `${folder}/${name}-360.png`, fullPage });
  if (desk) await page.setViewportSize(desk);
}

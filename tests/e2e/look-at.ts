import type { Page } from 'playwright-core';
import { findings } from './findings.ts';

async function sidewaysBy(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function sidewaysAt(page: Page, widths: readonly number[]): Promise<string[]> {
  const desk = page.viewportSize();
  const over: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 640 });
    const by = await sidewaysBy(page);
    if (by > 0) over.push(`${by} px too wide for ${width}`);
  }
  if (desk) await page.setViewportSize(desk);
  return over;
}

/**
 * What is wrong with the page that stands open, on a desk and then in a window as narrow as a phone.
 * @param alarmed whether a refusal or an alarm is what the page is to show
 */
export async function lookAt(page: Page, alarmed = false): Promise<string[]> {
  const headings = await page.locator('h1').allInnerTexts();
  const all = await page.locator('main .primary:visible').count();
  const inDialog = await page.locator('main dialog:modal .primary:visible').count();
  // A dialog has one of its own; the page behind it is held to its own one all the same.
  const primary = Math.max(inDialog, all - inDialog);
  const refusals = await page.locator('main [role=alert]').allInnerTexts();
  return [
    ...(headings.length === 1 ? [] : [`${headings.length} headings`]),
    ...((await page.title()).includes((headings[0] ?? '?').slice(0, 8)) ? [] : ['another title']),
    ...(primary <= 1 ? [] : [`${primary} primary buttons`]),
    ...(alarmed ? [] : refusals),
    ...(await findings(page)),
    ...(await sidewaysAt(page, [360, 320])),
  ];
}

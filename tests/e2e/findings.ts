import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** The package's small form: half of what the browser takes in and parses for every page. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** One row of a sheet is like the next: three say as much as thirty-five. */
const LEFT_OUT = ['table.sheet tbody tr:nth-child(n + 4)', 'table.plain tbody tr:nth-child(n + 6)'];

/** Serious and critical findings of axe (WCAG 2.2 A and AA), each with the first element it is about. */
export async function findings(page: Page): Promise<string[]> {
  await bring(page.mainFrame());
  // A print stands in a frame of its own, which may be no document at all.
  for (const frame of page.frames().slice(1)) await bring(frame).catch(() => {});
  return page.evaluate(
    async ([tags, exclude]) => {
      const { violations } = await window.axe.run(
        { exclude },
        // What passes is looked at all the same, and only not told.
        { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] },
      );
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    },
    [WCAG, LEFT_OUT] as const,
  );
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** Once a page: it stays there until another one is opened. */
async function bring(frame: Frame): Promise<void> {
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(AXE);
}

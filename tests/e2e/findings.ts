import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Serious and critical findings of axe (WCAG 2.2 A and AA), each with the first element it is about. */
export async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(WCAG)
    // Judged in the page itself: the usual way opens a second page for each to gather what frames say, and none has one but for a print.
    .setLegacyMode()
    // One row of a sheet is like the next: three say as much as thirty-five.
    .exclude('table.sheet tbody tr:nth-child(n + 4)')
    .exclude('table.plain tbody tr:nth-child(n + 6)')
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

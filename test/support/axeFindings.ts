import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong in a page as it is shown, a line for each element; empty where there is nothing. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // evaluated, and not added as a script, which the page's policy would refuse
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? help}`),
  );
}

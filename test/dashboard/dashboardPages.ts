import type { Browser, Page } from 'playwright-core';
import { Subject } from 'rxjs';
import { expect } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import type { DashboardOptions } from '../../src/dashboard/dashboardOptions.ts';
import { type Dashboard, serveDashboard } from '../../src/dashboard/serveDashboard.ts';

/** Dashboards and pages of a test. */
export class DashboardPages {
  readonly #browser: () => Browser;
  readonly #closing: (() => Promise<unknown>)[] = [];
  readonly #troubles: string[] = [];

  constructor(browser: () => Browser) {
    this.#browser = browser;
  }

  async serve(
    options: DashboardOptions<number, number> = {},
  ): Promise<{ dashboard: Dashboard; verdicts$: Subject<Verdict<number, number>> }> {
    const verdicts$ = new Subject<Verdict<number, number>>();
    const dashboard = await serveDashboard(verdicts$, { port: 0, ...options });
    this.#closing.push(() => dashboard.close());
    return { dashboard, verdicts$ };
  }

  async show(url: string): Promise<Page> {
    const context = await this.#browser().newContext({ viewport: { width: 1300, height: 900 } });
    this.#closing.push(() => context.close());
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.#troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#troubles.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') this.#troubles.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  /** Closes all; no test may leave an error on the console or ask elsewhere. */
  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
    expect(this.#troubles.splice(0)).toEqual([]);
  }
}

/** The text of the first such element. */
export function textOf(page: Page, selector: string): Promise<string | null> {
  return page.locator(selector).first().textContent();
}

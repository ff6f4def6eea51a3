import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

/** The folder of reference vectors and labelled streams that lies next to the checkout, not in it. */
const SHARED = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/**
 * Runs `body` with the path of `../../shared/<part>`. A newcomer's clone has no such folder: there the suite is
 * skipped, loudly; in CI its absence is a failure.
 */
export function describeWithShared(part: string, title: string, body: (path: string) => void): void {
  const path = `${SHARED}${part}`;
  if (existsSync(path)) {
    describe(title, () => body(path));
    return;
  }
  describe(title, () => {
    if (process.env.CI === 'true') {
      it('needs the shared data', () => {
        throw new Error(`../shared/${part} is missing; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: ../shared/${part} is not next to this checkout`);
    it.skip(`needs ../shared/${part}`, () => {});
  });
}

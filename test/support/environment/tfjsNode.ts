import { describe, it } from 'vitest';
import { loadTfjsNode } from '../../../src/numerics/engines/tfjs/loadTfjsNode.ts';
import type { Tfjs } from '../../../src/numerics/engines/tfjs/tfjs.ts';

/** The real native binding, or why it is not there. */
const loaded: Tfjs | Error = await loadTfjsNode().catch((error: Error) => error);

/**
 * Runs `body` with the native binding. A local run without it skips the suite, loudly; in CI its absence is a failure.
 */
export function describeWithTfjsNode(title: string, body: (tf: Tfjs) => void): void {
  if (!(loaded instanceof Error)) {
    describe(title, () => body(loaded));
    return;
  }
  const { message } = loaded;
  describe(title, () => {
    if (process.env.CI === 'true') {
      it('needs the native binding', () => {
        throw new Error(`${message}; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: ${message}`);
    it.skip('needs the native binding', () => {});
  });
}

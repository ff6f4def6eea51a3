import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { EXECUTABLE, type Influxd, makeInfluxd } from './influxServer.js';

export type { Influxd } from './influxServer.js';

/**
 * Runs `body` with an influxd, which starts before its tests and is removed after them. Where there is none the suite
 * is skipped, loudly; in CI its absence is a failure.
 */
export function describeWithInfluxd(title: string, body: (influxd: () => Influxd) => void): void {
  describe(title, () => {
    if (spawnSync(EXECUTABLE, ['version']).status === 0) {
      let influxd: Influxd | undefined;
      beforeAll(async () => {
        influxd = await makeInfluxd();
        await influxd.start();
      }, 60_000);
      afterAll(() => influxd?.remove());
      body(() => influxd!);
      return;
    }
    if (process.env.CI === 'true') {
      it('needs influxd', () => {
        throw new Error(`${EXECUTABLE} is missing; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: there is no ${EXECUTABLE} (Debian: apt-get install influxdb)`);
    it.skip(`needs ${EXECUTABLE}`, () => {});
  });
}

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, it } from 'vitest';

/** A server of Debian's packages, as tests run it. */
export interface ServerKind<S extends { start(): Promise<void>; remove(): Promise<void> }> {
  readonly executable: string;
  /** Arguments with which it ends at once where it is installed. */
  readonly probe: readonly string[];
  /** The package that has it. */
  readonly debian: string;
  /** One that does not run yet, with ports and folders of its own. */
  readonly make: () => Promise<S>;
}

/**
 * Runs `body` with a server, which starts before its tests and is removed after them. Where it is not installed the suite is
 * skipped, loudly; in CI its absence is a failure.
 */
export function describeWithServer<S extends { start(): Promise<void>; remove(): Promise<void> }>(
  { executable, probe, debian, make }: ServerKind<S>,
  title: string,
  body: (server: () => S) => void,
): void {
  describe(title, () => {
    if (spawnSync(executable, probe).error === undefined) {
      let server: S | undefined;
      beforeAll(async () => {
        server = await make();
        await server.start();
      });
      afterAll(() => server?.remove());
      body(() => server!);
      return;
    }
    if (process.env.CI === 'true') {
      it(`needs ${executable}`, () => {
        throw new Error(`${executable} is missing; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: there is no ${executable} (Debian: apt-get install ${debian})`);
    it.skip(`needs ${executable}`, () => {});
  });
}

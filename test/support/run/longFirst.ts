import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, the longest first, as vitest knows durations only after a run. One that starts last would run
 * alone at the end.
 */
export const LONGEST: readonly string[] = [
  'test/nats/natsCluster.contract.test.ts',
  'test/cli/run/influx.test.ts',
  'test/dashboard/incidents/incidentsInBrowser.test.ts',
  'test/numerics/engines/tfjs/core.test.ts',
  'test/package/types.test.ts', // what it installs others need, too
  'test/nats/natsEngine.contract.test.ts',
  'test/cli/serve/serveCheckpoint.test.ts',
  'test/dashboard/inBrowser.test.ts',
  'test/cli/worker/worker.test.ts',
  'test/cli/run/kill.test.ts',
  'test/package/browser.test.ts',
  'test/cli/serve/serveVerdicts.test.ts',
  'test/bench/bench.test.ts',
  'test/redis/redisEngine.contract.test.ts',
  'test/numerics/engines/tfjs/native.test.ts',
  'test/package/runtimes.test.ts',
  'test/package/install.test.ts',
  'test/lab/tune.test.ts',
  'test/cli/run/checkpoint.test.ts',
  // And of those that share processes:
  'test/models/snapshot/forgedStates.test.ts',
  'test/experiments/learning.test.ts',
  'test/lab/forecast/realStreams.test.ts',
  'test/lab/forecast/adaptation.test.ts',
  'test/numerics/engines/wasm.test.ts',
  'test/models/scorers/severalDimensions.test.ts',
];

/** Long files first, then large ones; last of all those that share processes, which are handed on from file to file. */
export class LongFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(specs);
    const root = this.ctx.config.root;
    const rank = ({ project, moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(relative(root, moduleId).replaceAll('\\', '/'));
      return (project.config.isolate ? 0 : 1000) + (place === -1 ? LONGEST.length : place);
    };
    return bySize.sort((a, b) => rank(a) - rank(b));
  }
}

import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { builtSources } from './test/support/run/builtSources.ts';
import { LongFirst } from './test/support/run/longFirst.ts';
import { needsNewModules, needsOwnProcess } from './test/support/run/ownProcess.ts';

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .sort();
const own = files.filter(needsOwnProcess);
const withNewModules = own.filter(needsNewModules);

// Each process of a project has these; what is for all of them, such as the number of workers, is below.
const each = {
  setupFiles: ['test/support/run/seed.ts'],
  testTimeout: 240_000, // on a machine that does other things, too
  hookTimeout: 240_000,
  server: { deps: { external: [/\/dist\//] } }, // as it is installed: untransformed
  expect: { poll: { timeout: 120_000, interval: 25 } },
};

export default defineConfig(({ mode }) => {
  const plugins = mode === 'built' ? [builtSources()] : []; // of `npm test`, which builds before: that saves each process the transformation
  return {
    test: {
      maxWorkers: 4, // on two cores, as tests of processes and servers wait for them half of their time
      sequence: { sequencer: LongFirst },
      projects: [
        { plugins, test: { ...each, name: 'own process', include: own, exclude: withNewModules } },
        { test: { ...each, name: 'new modules', include: withNewModules } },
        {
          plugins,
          test: { ...each, name: 'shared', isolate: false, include: ['test/**/*.test.ts'], exclude: own },
        },
      ],
    },
  };
});

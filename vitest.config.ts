import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The default of one second is too short where servers and a browser share two cores.
    expect: { poll: { timeout: 30_000 } },
    // The learning experiments and the spawned command lines share two cores.
    maxWorkers: 2,
  },
});

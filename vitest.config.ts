import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The learning experiments and the spawned command lines share two cores.
    maxWorkers: 2,
  },
});

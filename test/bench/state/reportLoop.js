// Loaded before a program (`--import`): writes its largest resident size and the longest block of its event loop, since
// SIGUSR2 was last received, to the file that BENCH_REPORT names, when it ends.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION = 10; // ms between two looks, which are part of what is measured
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
process.on('SIGUSR2', () => delay.reset());
process.on('exit', () => {
  const figures = {
    mostRssMB: process.resourceUsage().maxRSS / 1000,
    longestBlockMs: Math.max(0, delay.max / 1e6 - RESOLUTION),
    p99BlockMs: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION),
  };
  writeFileSync(process.env.BENCH_REPORT ?? 'loop.json', JSON.stringify(figures));
});

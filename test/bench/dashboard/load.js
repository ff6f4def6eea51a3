// npm run bench:dashboard: 1,000 streams of one event a second each, scored by the default detector and shown in a real
// browser, swim lanes in view, for ten minutes. Prints what the page and the server made of it, and exits with 1 where a bar
// is missed. `-- --seconds 120` is a shorter look, `-- --streams 100 --rate 100` is many events of fewer streams.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { detectAnomalies, namedForecasters } from 'rx-anomaly';
import { serveDashboard } from 'rx-anomaly/dashboard';
import { Subject } from 'rxjs';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '600' },
    forecaster: { type: 'string', default: 'lstm' },
    pages: { type: 'string', default: '0' },
  },
});
const [streams, rate, seconds, pages] = [values.streams, values.rate, values.seconds, values.pages].map(
  Number,
);
const FPS = 45;
const DELAY = 50; // ms
const RESIDENT = 500; // MB
const HEAP = 150; // MB

const events = new Subject();
const make = namedForecasters[/** @type {'lstm'} */ (values.forecaster)];
const verdicts$ = events.pipe(detectAnomalies(values.forecaster === 'lstm' ? {} : { forecaster: make(1) }));
const dashboard = await serveDashboard(verdicts$, { port: 0, title: 'load', onFeedback: () => {} });

/** The next event of every stream that is due, in slices, as a server hears them: not all in one go. */
const started = performance.now();
let sent = 0;
const source = setInterval(() => {
  const due = Math.floor(((performance.now() - started) / 1000) * rate * streams);
  const most = sent + Math.ceil(rate * streams * 0.05); // of what was missed no more than that at a time
  for (; sent < due && sent < most; sent++) {
    const k = sent % streams;
    const t = Math.floor(sent / streams);
    const spike = (t + 37 * k) % 3000 === 2999 ? 6 : 0;
    const noise = Math.sin(t * 12.9898 + k * 78.233) * 0.2;
    const value = Math.sin((2 * Math.PI * t) / 200 + k) + noise + spike;
    events.next({ key: `stream ${k}`, time: 1_700_000_000_000 + (1000 * t) / rate, value });
  }
}, 5);

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
/** The same measured in a process that does nothing else: what the machine itself adds while it is busy. */
const idle = spawn(process.execPath, [
  '-e',
  `const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
  process.stdin.once('data', () => delay.enable()).once('end', () => console.log(delay.percentile(99) / 1e6));`,
]);
const abort = new AbortController();
let failed = false;
try {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  await page.goto(dashboard.url);
  await page.locator('#stream canvas').nth(1).waitFor();
  await page.locator('.lanes .space canvas').waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const others = Array.from({ length: pages }, async (_, i) => {
    let bytes = 0;
    const { body } = await fetch(`${dashboard.url}events?stream=${i % streams}`, { signal: abort.signal });
    try {
      for await (const chunk of body ?? []) bytes += chunk.length;
    } catch {
      // ended by us
    }
    return bytes;
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  idle.stdin.write('begin');
  const busy = performance.eventLoopUtilization();
  const [sentBefore, cpuBefore, began] = [sent, process.cpuUsage(), performance.now()];
  const frames = await page.evaluate(
    (ms) =>
      new Promise((done) => {
        /** @type {number[]} */
        const gaps = [];
        let last = performance.now();
        const end = last + ms;
        const frame = (/** @type {number} */ now) => {
          gaps.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(frame);
          else done(gaps);
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );
  delay.disable();
  idle.stdin.end();
  const [idleP99] = await Promise.all([text(idle.stdout), once(idle, 'close')]);
  const { utilization } = performance.eventLoopUtilization(busy);
  const took = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  abort.abort();
  const bytes = (await Promise.all(others)).reduce((sum, one) => sum + one, 0);
  const sorted = [...frames].sort((a, b) => a - b);
  const fps = frames.length / took;
  const p99 = delay.percentile(99) / 1e6;
  const { metrics } = await devtools.send('Performance.getMetrics');
  const heap = (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 1e6;
  const resident = process.memoryUsage().rss / 1e6;
  const figures = {
    'events a second': Math.round((sent - sentBefore) / took),
    of: streams * rate,
    'frames a second': Number(fps.toFixed(1)),
    'frame, 99th percentile, ms': Number(sorted[Math.floor(0.99 * sorted.length)].toFixed(1)),
    'event loop delay, median, ms': Number((delay.percentile(50) / 1e6).toFixed(1)),
    'event loop delay, 99th percentile, ms': Number(p99.toFixed(1)),
    'the same of an idle process, ms': Number(Number(idleP99).toFixed(1)),
    'event loop busy, %': Math.round(100 * utilization),
    'server, cores': Number(((user + system) / 1e6 / took).toFixed(2)),
    'server, resident, MB': Math.round(resident),
    'page, heap, MB': Math.round(heap),
    ...(pages > 0 ? { 'kB a second and page': Math.round(bytes / 1000 / took / pages) } : {}),
  };
  console.table(figures);
  const missed = [
    ...(fps < FPS ? [`at least ${FPS} frames a second`] : []),
    ...(p99 > DELAY ? [`event loop delay of at most ${DELAY} ms`] : []),
    ...(resident > RESIDENT ? [`at most ${RESIDENT} MB resident`] : []),
    ...(heap > HEAP ? [`at most ${HEAP} MB of heap in the page`] : []),
  ];
  failed = missed.length > 0;
  if (failed) console.error(`missed: ${missed.join(', ')}`);
} finally {
  clearInterval(source);
  await browser.close();
  await dashboard.close();
}
process.exitCode = failed ? 1 : 0;

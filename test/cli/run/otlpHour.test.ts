import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { collected, exporterOf, type Moment, send } from '../../sources/otlp/exporters.ts';
import { freePort } from '../../support/environment/influxServer.js';
import { start, temporaryFolder } from '../rxAnomaly.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 5) / 1000;
/** An hour, every ten seconds: 5 jobs a second, each of which takes 3 ms. */
const HOUR = Array.from({ length: 360 }, (_, k): Moment => {
  const jobs = 50 * (k + 1);
  const load = 20 + 5 * Math.sin(k / 20);
  return {
    time: START + 10 * (k + 1),
    start: START,
    load,
    jobs,
    latency: { count: jobs, sum: 3 * jobs },
  };
});
const KILLED_AT = [50, 117, 190, 251, 333];

describe('detect --otlp, for an hour in which it is killed five times', () => {
  it('has verdicts on all that it answered, and knows how far counters were', async () => {
    const port = await freePort();
    const state = join(folder.path, 'state');
    const args = ['detect', '--otlp', String(port), '--checkpoint', state, '--checkpoint-every', '0.2'];
    const url = `http://127.0.0.1:${port}/v1/metrics`;
    const exporter = exporterOf('protobuf', url, { timeoutMillis: 60_000 });
    let written = '';
    const collect = (stdout: string): void => {
      written += stdout.slice(0, stdout.lastIndexOf('\n') + 1); // the last line may be cut off
    };
    let run = start(args);
    for (const [k, moment] of HOUR.entries()) {
      const metrics = collected(moment);
      const sent = send(exporter, metrics);
      if (KILLED_AT.includes(k)) {
        while (!existsSync(join(state, 'otlp.checkpoint'))) await delay(20);
        if (k % 2 === 0) await delay(k / 10); // wherever it is by then
        run.child.kill('SIGKILL');
        collect((await run.finished).stdout);
        run = start(args);
      }
      if ((await sent) === undefined) continue;
      while ((await send(exporter, metrics)) !== undefined); // as a Collector does, whose patience is longer
    }
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('resuming from');
    expect(stderr).not.toContain('first point of a counter');
    collect(stdout);

    const verdicts = parseLines(written);
    const times = HOUR.map(({ time }) => new Date(1000 * time).toISOString());
    const found = (metric: string) => verdicts.filter(({ key }) => String(key).startsWith(`${metric}{`));
    expect(new Set(found('load').map(({ time }) => time))).toEqual(new Set(times));
    // What was not answered comes again, and is written twice at most where it was written before.
    expect(found('load').length).toBeLessThanOrEqual(times.length + KILLED_AT.length);
    const counted = { jobs: 5, 'latency.count': 5, 'latency.mean': 3, 'size.count': 5, 'size.mean': 3 };
    for (const [metric, value] of Object.entries(counted)) {
      expect(new Set(found(metric).map(({ time }) => time)), metric).toEqual(new Set(times.slice(1)));
      for (const verdict of found(metric)) expect(verdict.value, metric).toBeCloseTo(value, 9);
    }
    await exporter.shutdown();
  }, 300_000);
});

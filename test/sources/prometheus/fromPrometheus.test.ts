import { lastValueFrom, type Subscription, tap, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { fromPrometheus } from '../../../src/sources/prometheus/fromPrometheus.ts';
import type {
  FromPrometheusOptions,
  PrometheusWarning,
} from '../../../src/sources/prometheus/prometheusOptions.ts';
import { type PrometheusReading, seriesKey } from '../../../src/sources/prometheus/prometheusReading.ts';
import { faultyProxy } from '../../support/environment/faultyProxy.ts';
import { describeWithPrometheus, type Sample } from '../../support/environment/prometheus.ts';

const START = Date.UTC(2026, 0, 5) / 1000;
const STEPS = 2500; // minutes: three requests
const RETRY = { first: 20, longest: 100 };

const isGap = (k: number): boolean => k >= 1000 && k < 1030;

/** Two hosts, of which the second has a gap, and a counter that begins again. */
const HISTORY: Sample[] = Array.from({ length: STEPS }, (_, k) => k).flatMap((k) => {
  const time = START + 60 * k;
  return [
    { series: 'temperature{host="a"}', time, value: k },
    ...(isGap(k) ? [] : [{ series: 'temperature{host="b, \\"x\\""}', time, value: k === 0 ? 0 : -k }]),
    { series: 'requests_total', time, value: 60 * (k % 500) },
  ];
});
HISTORY.sort((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : 0)); // as promtool wants them

const RANGE = { from: START * 1000, to: (START + 60 * (STEPS - 1)) * 1000 };

const subscriptions: Subscription[] = [];
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
});

function all(options: FromPrometheusOptions): Promise<PrometheusReading[]> {
  return lastValueFrom(fromPrometheus(options).pipe(toArray()));
}

describeWithPrometheus('fromPrometheus', HISTORY, (prometheus) => {
  const history = (query: string): FromPrometheusOptions => ({ url: prometheus().url, query, ...RANGE });

  it('reads the past of all series, once each, in the order of time, and leaves gaps', async () => {
    // By default Prometheus looks back five minutes for a sample; here, less than one.
    const readings = await all(history('last_over_time(temperature[50s])'));
    const minutes = Array.from({ length: STEPS }, (_, k) => k);
    const expected = minutes.flatMap((k) => {
      const time = 1000 * (START + 60 * k);
      const a = { time, key: 'temperature{host="a"}', value: k };
      return isGap(k) ? [a] : [a, { time, key: 'temperature{host="b, \\"x\\""}', value: k === 0 ? 0 : -k }];
    });
    expect(readings.map(({ time, key, value }) => ({ time, key, value }))).toEqual(expected);
    expect(readings[0]!.labels).toEqual({ __name__: 'temperature', host: 'a' });
  });

  it('resumes after any reading as if nothing had been between', async () => {
    const options = { ...history('temperature'), to: (START + 60 * 50) * 1000 };
    const whole = await all(options);
    for (const at of [0, 1, 30, 31, whole.length - 1]) {
      const position = JSON.parse(JSON.stringify(whole[at]!.position));
      expect(await all({ ...options, position })).toEqual(whole.slice(at + 1));
    }
  });

  it('has rates of counters, also where they begin again, and warns of a counter as it is', async () => {
    const readings = await all(history('rate(requests_total[5m])'));
    expect(readings.length).toBeGreaterThan(2400);
    for (const { value, key } of readings) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1.3);
      expect(key).toBeUndefined();
    }
    const warnings: PrometheusWarning[] = [];
    await all({ ...history('requests_total'), onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toMatchObject([
      { kind: 'counter', message: expect.stringContaining('rate(requests_total[5m])') },
    ]);
  });

  it('follows what is scraped, through a crash of the server', async () => {
    prometheus().metrics = 'live{host="a"} 1\nlive{host="b"} 2\n';
    const readings: PrometheusReading[] = [];
    const retries: RetryReport[] = [];
    subscriptions.push(
      fromPrometheus({
        ...{ url: prometheus().url, query: 'live', step: 1000, follow: true, allowedLateness: 1000 },
        from: Date.now(),
        retry: { ...RETRY, onRetry: (report) => retries.push(report) },
      }).subscribe((reading) => readings.push(reading)),
    );
    const until = async (test: () => boolean): Promise<void> => {
      while (!test()) await new Promise((done) => setTimeout(done, 50));
    };
    await until(() => readings.length >= 6);
    await prometheus().kill();
    await until(() => retries.length > 0);
    await prometheus().start();
    const before = readings.length;
    prometheus().metrics = 'live{host="a"} 7\nlive{host="b"} 8\n';
    await until(() => readings.length > before + 4 && readings.at(-1)!.value >= 7);
    const names = readings.map(({ time, key }) => `${time} ${key}`);
    expect(new Set(names).size).toBe(names.length);
    expect(retries[0]!.error.message).toMatch(/^Prometheus at http:\/\/127\.0\.0\.1:\d+: .*ECONN/);
  });

  it('repeats what fails, and loses nothing', async () => {
    const proxy = await faultyProxy(prometheus().url);
    let asked = 0;
    proxy.next = () =>
      asked++ % 2 === 0 ? (asked % 4 === 1 ? 'lose' : { status: 503, body: 'busy' }) : 'pass';
    const options = history('temperature');
    const retry = { ...RETRY, onRetry: () => {} };
    expect(await all({ ...options, url: proxy.url, retry })).toEqual(await all(options));
    expect(asked).toBeGreaterThan(4);
    await proxy.close();
  });

  it('loses nothing, and has nothing twice, of a past in which the server is killed five times', async () => {
    const options: FromPrometheusOptions = { ...history('temperature'), step: 20_000 }; // eight requests
    const whole = await all(options);
    let [count, kills] = [0, 0];
    const restarted: Promise<void>[] = [];
    const retries: RetryReport[] = [];
    const retry = { ...RETRY, limit: 10_000, onRetry: (report: RetryReport) => retries.push(report) };
    const readings = await lastValueFrom(
      fromPrometheus({ ...options, retry }).pipe(
        tap(() => {
          if (count++ % 2900 !== 1000) return; // between two requests
          kills++;
          restarted.push(
            prometheus()
              .kill()
              .then(() => prometheus().start()),
          );
        }),
        toArray(),
      ),
    );
    await Promise.all(restarted);
    expect(kills).toBe(5);
    expect(retries.length).toBeGreaterThanOrEqual(5);
    expect(readings).toEqual(whole);
  });

  it('ends where the query is wrong, with the reason', async () => {
    await expect(all(history('rate(temperature'))).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringMatching(/^Prometheus at .*parse error/),
    });
  });
});

describe('fromPrometheus, without a Prometheus', () => {
  it('gives up after four attempts, with the reason', async () => {
    const retry = { ...RETRY, onRetry: () => {} };
    await expect(all({ url: 'http://127.0.0.1:1', query: 'up', retry })).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringMatching(
        /^Prometheus at http:\/\/127\.0\.0\.1:1: .*; given up after 5 attempts, as it was never reached: start it first, or check the address$/,
      ),
    });
  });

  it.each([
    [{ url: 'mqtt://localhost', query: 'up' }, 'url'],
    [{ url: 'http://me:hidden@localhost', query: 'up' }, 'url'],
    [{ url: 'http://localhost', query: '' }, 'query'],
    [{ url: 'http://localhost', query: 'up', step: 0 }, 'step'],
    [{ url: 'http://localhost', query: 'up', from: 'yesterday' }, 'from'],
    [{ url: 'http://localhost', query: 'up', follow: true, to: 0 }, 'to'],
    [{ url: 'http://localhost', query: 'up', username: 'me' }, 'password'],
    [{ url: 'http://localhost', query: 'up', username: 'me', password: 'x', token: 'y' }, 'token'],
    [{ url: 'http://localhost', queries: 'up' }, 'queries'],
  ])('refuses %j', (options, name) => {
    expect(() => fromPrometheus(options as never)).toThrow(
      new RegExp(`^fromPrometheus: (?!.*hidden).*${name}`),
    );
  });
});

describe('the key of a series', () => {
  it.each([
    [{}, undefined],
    [{ __name__: 'up' }, 'up'],
    [{ job: 'b', __name__: 'up', instance: 'a' }, 'up{instance="a",job="b"}'],
    [{ host: 'x "y" \\ z' }, '{host="x \\"y\\" \\\\ z"}'],
  ])('of %j is %s', (labels, key) => expect(seriesKey(labels as Record<string, string>)).toBe(key));
});

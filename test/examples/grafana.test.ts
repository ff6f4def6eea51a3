import { readFileSync } from 'node:fs';
import { from, lastValueFrom } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import { toInflux } from '../../src/sinks/influx/toInflux.ts';
import { ROOT } from '../house/sourceFiles.ts';
import { describeWithInfluxd } from '../support/environment/influxd.ts';
import { verdictOf } from '../support/records.ts';

const START = Date.UTC(2024, 0, 1);

interface Dashboard {
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[];
  };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly target: { readonly query: string } }[];
  };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly query: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync(`${ROOT}examples/grafana/rx-anomaly.json`, 'utf8')) as Dashboard;
const queries = [
  ...dashboard.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => ({ name, query })),
  ...dashboard.annotations.list.map(({ name, target }) => ({ name, query: target.query })),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ query }) => ({ name: title, query }))),
];

/** What Grafana puts in the place of its variables. */
function filledIn(query: string, dimension: string): string {
  const variables: Readonly<Record<string, string>> = {
    $timeFilter: `time >= ${START}ms and time <= ${START + 3_600_000}ms`,
    $__interval: '10s',
    $measurement: 'rx_anomaly',
    $tag: 'host',
    $series: '(a|b)',
    $dimension: dimension,
  };
  return query.replace(/\$\w+/g, (variable) => {
    const value = variables[variable];
    if (value === undefined) throw new Error(`no such variable: ${variable}`);
    return value;
  });
}

describe('the dashboard', () => {
  it('has panels of different numbers, and every query has a name', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(queries.length).toBeGreaterThan(10);
  });
});

describeWithInfluxd('the dashboard, on what toInflux writes', (influxd) => {
  let database: string;
  beforeAll(async () => {
    database = await influxd().freshDatabase();
    const verdicts = Array.from({ length: 60 }, (_, k) =>
      verdictOf<unknown>({ tags: { host: k % 2 === 0 ? 'a' : 'b' } }, k % 10 < 2, {
        time: START + 1000 * k,
        key: k % 2 === 0 ? 'a' : 'b',
        value: k,
        expected: k + 1,
        startOfIncident: k % 10 < 2,
      }),
    );
    const silent = verdictOf<unknown>({ tags: { host: 'a' } }, true, {
      time: START + 120_000,
      key: 'a',
      value: Number.NaN,
      expected: Number.NaN,
      startOfIncident: true,
      absence: { phase: 'began', since: START + 58_000 },
    });
    const options = { url: influxd().url, database };
    await lastValueFrom(from([silent]).pipe(toInflux(options)));
    await lastValueFrom(from(verdicts).pipe(toInflux(options)));
    const pairs = verdicts.map(
      ({
        earlier: _earlier,
        scale: _scale,
        ahead: _ahead,
        ...verdict
      }): Verdict<unknown, readonly number[]> => ({
        ...verdict,
        value: [verdict.value, 1],
        expected: [1, 1],
        lower: [0, 0],
        upper: [2, 2],
        residual: [0, 0],
        attribution: [0.5, 0.5],
      }),
    );
    await lastValueFrom(from(pairs).pipe(toInflux({ ...options, dimensions: ['temp', 'rpm'] })));
  });

  it.each(queries)('$name: $query', async ({ query }) => {
    for (const dimension of ['', '_rpm']) {
      const [series] = await influxd().query(filledIn(query, dimension), database);
      expect(series?.values.length).toBeGreaterThan(0);
      expect(series!.values.flat()).not.toContain(null);
    }
  });
});

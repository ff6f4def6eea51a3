import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as own from 'rxjs';
import { lastValueFrom, type OperatorFunction, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  alerts,
  checkpoint,
  detectAnomalies,
  detectFleet,
  fillGaps,
  flagAnomalies,
  forecastAhead,
  forecastWith,
  incidents,
  LastValueForecaster,
  lstmForecast,
  MemoryCheckpointStore,
  pretrainedForecaster,
  reorder,
  scoreResiduals,
} from '../../src/index.ts';
import { toInflux } from '../../src/influx/index.ts';
import { inspectGates } from '../../src/inspect/index.ts';
import { toConsole, toWebhook } from '../../src/sinks/index.ts';
import { forecastOf, verdictOf } from '../support/records.ts';
import { SMALL } from '../support/series.ts';
import { describeWithPackages } from './packed.ts';

const RXJS_8 = '8.0.0-alpha.14';
/** The oldest and the newest that the peer dependency allows, next to the one that this checkout has. */
const COPIES = { 'rxjs7.8.0': 'npm:rxjs@7.8.0', rxjs8: `npm:rxjs@${RXJS_8}` };

const { warmUp: _warmUp, ...lstm } = SMALL;
const values = Array.from({ length: 120 }, (_, n) => Math.sin(n / 5));
const readings = values.slice(0, 30).map((value, n) => ({ time: n * 1000 + (n > 9 ? 3000 : 0), value }));
const verdicts = values.slice(0, 30).map((value, n) => verdictOf(value, n > 9 && n < 12));
const pretrained = await pretrainedForecaster({ adapt: 'none' });
const forecaster = (dimensions: number) => new LastValueForecaster({ dimensions });

interface Case {
  readonly name: string;
  readonly events: readonly unknown[];
  readonly create: () => OperatorFunction<never, unknown>;
}

const CASES: readonly Case[] = [
  { name: 'detectAnomalies', events: values, create: () => detectAnomalies<number>(SMALL) },
  { name: 'detectFleet', events: values, create: () => detectFleet<number>({ forecaster: pretrained }) },
  { name: 'forecastWith', events: values, create: () => forecastWith<number>(forecaster) },
  { name: 'lstmForecast', events: values, create: () => lstmForecast<number>(lstm) },
  {
    name: 'lstmForecast, bidirectional',
    events: values,
    create: () => lstmForecast<number>({ ...lstm, bidirectional: { lag: 2 } }),
  },
  {
    name: 'forecastAhead',
    events: values,
    create: () => forecastAhead<number>({ steps: 2, forecaster }),
  },
  { name: 'inspectGates', events: values, create: () => inspectGates<number>(SMALL) },
  {
    name: 'scoreResiduals',
    events: values.map((value) => forecastOf(value, value)),
    create: () => scoreResiduals<number, number>(),
  },
  {
    name: 'flagAnomalies',
    events: values.map((value) => ({ ...forecastOf(value, value), score: value ** 2, attribution: 1 })),
    create: () => flagAnomalies<number, number>({ warmUp: 0 }),
  },
  { name: 'incidents', events: verdicts, create: () => incidents<number, number>() },
  { name: 'alerts', events: verdicts, create: () => alerts<number, number>() },
  { name: 'fillGaps', events: readings, create: () => fillGaps<(typeof readings)[0]>({ cadence: 1000 }) },
  {
    name: 'reorder',
    events: readings,
    create: () => reorder<(typeof readings)[0]>({ allowedLateness: 2000, onLate: () => {} }),
  },
  { name: 'toConsole', events: [], create: () => toConsole<number, number>() },
  { name: 'toWebhook', events: [], create: () => toWebhook<number, number>({ url: 'http://127.0.0.1:9' }) },
  {
    name: 'toInflux',
    events: [],
    create: () => toInflux<number, number>({ url: 'http://127.0.0.1:9', database: 'd', measurement: 'm' }),
  },
];

describeWithPackages('two copies of RxJS in one process', 'rxjs', COPIES, (installed) => {
  async function load(name: string): Promise<typeof own> {
    const path = join(installed().folder, 'node_modules', name, 'dist', 'cjs', 'index.js');
    const { default: copy } = (await import(pathToFileURL(path).href)) as { default: typeof own };
    expect(copy.Observable).not.toBe(own.Observable);
    return copy;
  }

  describe.each(Object.keys(COPIES))('%s', (copy) => {
    it.each(CASES)(
      '$name takes its Observable, and its operators the results',
      async ({ events, create }) => {
        const other = await load(copy);
        const expected = await lastValueFrom(own.from(events as never[]).pipe(create(), toArray()));
        const there = await other.lastValueFrom(
          other.from(events as never[]).pipe(
            create(),
            other.map((result) => result),
            other.toArray(),
          ),
        );
        expect(there).toEqual(expected);
        const back = await other.lastValueFrom(
          other.from(own.from(events as never[]).pipe(create())).pipe(other.toArray()),
        );
        expect(back).toEqual(expected);
      },
    );

    it('feedback, source and delivery of a checkpoint may be of it', async () => {
      const other = await load(copy);
      const feedback = other.NEVER;
      expect(
        await lastValueFrom(own.from(values).pipe(detectAnomalies({ ...SMALL, feedback }), toArray())),
      ).toHaveLength(values.length);
      const delivered = checkpoint({
        store: new MemoryCheckpointStore(),
        source: (_position, events) => other.from(values.slice(events)),
        detect: SMALL,
        deliver: (found) => other.from(found).pipe(other.map(({ value }) => value)),
      });
      expect(await lastValueFrom(delivered.pipe(toArray()))).toEqual(values);
    });
  });
});

describeWithPackages('RxJS 8 as the only copy', 'rxjs', COPIES, (installed) => {
  it('is a peer that npm accepts, and detects the spike', () => {
    const project = mkdtempSync(join(tmpdir(), 'rx-anomaly-rxjs-'));
    const run = (command: string, ...args: string[]) =>
      spawnSync(command, args, {
        cwd: project,
        encoding: 'utf8',
        shell: process.platform === 'win32' && command === 'npm',
      });
    try {
      writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
      const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
      const { status, stderr } = run('npm', 'install', installed().tarball, `rxjs@${RXJS_8}`, ...quiet);
      expect(status, stderr).toBe(0);
      writeFileSync(
        join(project, 'main.js'),
        `import { filter, map, range } from 'rxjs';
         import { detectAnomalies } from 'rx-anomaly';
         range(0, 800)
           .pipe(map((n) => Math.sin(n / 10) + (n === 700 ? 3 : 0)), detectAnomalies(), filter((v) => v.startOfIncident))
           .subscribe(({ value }) => console.log(value.toFixed(1)));`,
      );
      const { stdout, stderr: trouble } = run(process.execPath, 'main.js');
      expect(stdout.split('\n'), trouble).toContain((Math.sin(70) + 3).toFixed(1));
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  }, 300_000);
});

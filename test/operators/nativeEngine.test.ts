import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { tfjsEngine } from '../../src/numerics/engines/tfjs/index.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { ROOT } from '../house/sourceFiles.ts';
import { describeWithTfjsNode } from '../support/environment/tfjsNode.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;
const series = noisySine({ length: 200 });

describeWithTfjsNode('engine: await tfjsEngine()', () => {
  it('forecasts and detects as the reference does, within 1e-5', async () => {
    const engine = await tfjsEngine();
    for (const each of [1, 2] as const) {
      const [native, reference] = [engine, 'reference' as const].map((chosen) =>
        each === 1
          ? runOperator(series, lstmForecast({ ...lstm, engine: chosen }))
          : runOperator(series, detectAnomalies({ ...SMALL, engine: chosen })),
      );
      expect(native).toHaveLength(series.length);
      for (const [t, { expected, lower, upper }] of native.entries()) {
        if (t === 0) continue; // there is no forecast yet
        expect(Math.abs(expected - reference[t].expected), `event ${t}`).toBeLessThan(1e-5);
        expect(Math.abs(lower - reference[t].lower), `event ${t}`).toBeLessThan(1e-5);
        expect(Math.abs(upper - reference[t].upper), `event ${t}`).toBeLessThan(1e-5);
      }
    }
  });

  it('resumes from its snapshot, and refuses those of another engine', async () => {
    const engine = await tfjsEngine();
    const detector = new StreamDetector<number>({ ...SMALL, engine });
    detector.warmUp(series);
    expect(detector.detector()).toMatchObject({ forecaster: { engine: { name: 'tfjs' } } });
    const resumed = new StreamDetector<number>({ ...SMALL, engine });
    const saved = JSON.parse(JSON.stringify(detector.snapshot()));
    resumed.restore(saved);
    for (const value of series.slice(0, 30)) expect(resumed.process(value)).toEqual(detector.process(value));
    expect(() => new StreamDetector<number>(SMALL).restore(saved)).toThrow(
      /engine is "tfjs" there and "auto" here/,
    );
    detector.dispose();
    resumed.dispose();
  });

  it('refuses a network that it cannot run when the operator is called', async () => {
    const engine = await tfjsEngine();
    expect(() => detectAnomalies({ cell: 'gru', engine })).toThrow(
      "detectAnomalies: expected cell to be 'lstm' where engine is 'tfjs', got \"gru\"",
    );
  });
});

it.each(['tfjs', tfjsEngine().catch(() => {}), 7])(
  'an engine that was not loaded is refused: %s',
  (engine) => {
    const refused =
      /expected engine to be one of 'auto', 'wasm', 'wasm-relaxed', 'reference', or an engine that was loaded, as await tfjsEngine\(\) of rx-anomaly\/tfjs gives, got/;
    expect(() => detectAnomalies({ engine: engine as never })).toThrow(refused);
    expect(() => lstmForecast({ engine: engine as never })).toThrow(refused);
  },
);

it('what was to be called and awaited is refused at the first event', () => {
  expect(() => runOperator(series, lstmForecast({ engine: (async () => {}) as never }))).toThrow(
    /expected engine to be an engine that was loaded/,
  );
});

it('the main entry never loads TensorFlow', () => {
  const code = `
    await import('rx-anomaly');
    const loaded = process.report.getReport().sharedObjects.filter((path) => /tensorflow|tfjs/.test(path));
    console.log(loaded.length);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(printed.trim()).toBe('0');
});

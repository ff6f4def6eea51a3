import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { inspectGates } from '../../src/inspect/inspectGates.ts';
import { LstmForecaster } from '../../src/models/forecasters/lstmForecaster.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { waves } from '../support/observations.ts';
import { noisySine, SMALL } from '../support/series.ts';

describe('inspectGates', () => {
  it('gives the verdicts of detectAnomalies, and with each the gates', async () => {
    const series = noisySine({ length: 200 });
    const [readings, verdicts] = await Promise.all([
      lastValueFrom(from(series).pipe(inspectGates({ ...SMALL, layers: 2 }), toArray())),
      lastValueFrom(from(series).pipe(detectAnomalies({ ...SMALL, layers: 2 }), toArray())),
    ]);
    expect(readings.map(({ verdict }) => verdict)).toEqual(verdicts);
    for (const { layers } of readings) {
      expect(layers).toHaveLength(2);
      for (const { forget, halfLife, bound, input } of layers) {
        for (const [j, f] of forget.entries()) {
          expect(halfLife[j]).toBe(Math.log(0.5) / Math.log(f));
          expect(bound[j]).toBe(input[j] / (1 - f));
        }
      }
    }
  });

  it('keeps streams apart by key', async () => {
    const events = noisySine({ length: 120 }).flatMap((value) => [
      { key: 'a', value },
      { key: 'b', value: 3 * value },
    ]);
    const both = await lastValueFrom(from(events).pipe(inspectGates({ ...SMALL }), toArray()));
    const alone = await lastValueFrom(
      from(events.filter(({ key }) => key === 'a')).pipe(inspectGates({ ...SMALL }), toArray()),
    );
    expect(both.filter(({ verdict }) => verdict.key === 'a')).toEqual(alone);
  });

  it('resumes from the state of a forecaster that has run', async () => {
    const { warmUp: _, ...lstm } = SMALL;
    const ran = new LstmForecaster({ dimensions: 1, ...lstm });
    for (const observation of waves(150, 1)) ran.learn(observation, 1);
    const next = waves(1, 1)[0];
    const [{ verdict }] = await lastValueFrom(
      from([next]).pipe(
        inspectGates({ ...SMALL, value: (o) => o.value[0], from: ran.snapshot() }),
        toArray(),
      ),
    );
    expect(verdict.expected).toBe(ran.predict().expected[0]);
  });

  it.each([
    [{ cell: 'rnn' }, 'inspectGates: expected cell to be one with gates'],
    [{ forecaster: () => 0 }, 'inspectGates: unknown option forecaster'],
    [{ from: 'a file' }, 'inspectGates: expected from to be a snapshot, got "a file"'],
    [{ hidden: 0 }, 'inspectGates: expected hidden to be a positive integer, got 0'],
  ])('refuses %j when it is called', (options, message) => {
    expect(() => inspectGates(options as object)).toThrow(message);
  });
});

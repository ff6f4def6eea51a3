import { from, map, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Detector, type NewestDetection } from '../../src/models/detector.ts';
import type { DetectorOptions } from '../../src/models/detectorOptions.ts';
import { EventReader } from '../../src/models/eventReader.ts';
import type { Observation, Prediction } from '../../src/models/forecaster.ts';
import { pretrainedForecaster } from '../../src/models/pretrained/pretrainedForecaster.ts';
import type { Score, Scorer } from '../../src/models/scorer.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { scoreResiduals } from '../../src/operators/scoreResiduals.ts';
import { observed, waves } from '../support/observations.ts';

// Detectors and forecasters fill the same objects anew at each event. Nobody outside may notice.

const SILENT = { onProblem: 'silent' } as const;
const SPIKES = [240, 241, 300];
const events = waves(340, 2).map(({ time, value }, t) => ({
  time,
  value: SPIKES.includes(t) ? value.map((each) => each + 40) : t % 37 === 5 ? [Number.NaN, value[1]] : value,
}));

describe('what an event has left does not change with the next', () => {
  it.each([
    ['detectAnomalies', async () => detectAnomalies<{ value: readonly number[] }>(SILENT)],
    [
      'detectAnomalies of a frozen network',
      async () =>
        detectAnomalies<{ value: readonly number[] }>({
          ...SILENT,
          forecaster: await pretrainedForecaster({ adapt: 'none' }),
        }),
    ],
    ['lstmForecast', async () => lstmForecast<{ value: readonly number[] }>({ hidden: 4, ...SILENT })],
    [
      'forecastWith a frozen network',
      async () =>
        forecastWith<{ value: readonly number[] }>(await pretrainedForecaster({ adapt: 'none' }), SILENT),
    ],
  ])('of %s', async (_, create) => {
    const results: unknown[] = [];
    const then: unknown[] = [];
    const operator = (await create()) as ReturnType<typeof detectAnomalies<{ value: readonly number[] }>>;
    from(events)
      .pipe(
        operator,
        map((result) => {
          results.push(result);
          then.push(structuredClone(result));
        }),
      )
      .subscribe();
    expect(results).toHaveLength(events.length);
    expect(results).toEqual(then);
  });

  it('of a detector', () => {
    const detector = new Detector({ dimensions: 2 });
    const results = events.slice(0, 60).map(({ value }, t) => detector.process(observed(value, t)));
    const again = new Detector({ dimensions: 2 });
    for (const [t, { value }] of events.slice(0, 60).entries())
      expect(results[t]).toEqual(again.process(observed(value, t)));
  });
});

describe('a detection in place', () => {
  const options: [string, Partial<DetectorOptions>][] = [
    ['by default', {}],
    ['of an incident that has to be confirmed', { threshold: { confirm: 2, warmUp: 100 } }],
  ];

  it.each(options)('is the detection, %s', (_, given) => {
    const [detector, inPlace] = [1, 2].map(() => new Detector({ dimensions: 2, ...given }));
    const seen = { flagged: 0, pending: 0 };
    for (const [t, { value }] of events.entries()) {
      const observation = observed(value, t);
      const detection = detector.detect(observation);
      const newest: NewestDetection = inPlace.detectInPlace(observation);
      const { residual: _residual, ...rest } = detection;
      expect(newest).toEqual({ pending: false, evidence: undefined, ...rest });
      seen.flagged += Number(newest.isAnomaly);
      seen.pending += Number(newest.pending);
      detector.learn(observation, detection);
      inPlace.learn(observation, newest);
    }
    expect(inPlace.snapshot()).toEqual(detector.snapshot());
    expect(seen.flagged).toBeGreaterThan(0);
    expect(seen.pending > 0).toBe('threshold' in given);
  });
});

describe('findings of an event', () => {
  it('are not those of the next where a selector throws', () => {
    const problems: string[] = [];
    const reader = new EventReader<{ value: unknown; time?: number }, number>('test', {
      value: ({ value }) => value as number,
      time: ({ time }) => {
        if (time === -1) throw new Error('no time');
        return time;
      },
      onProblem: ({ message }) => problems.push(message),
    });
    reader.read({ value: 1 }, 0);
    expect(() => reader.read({ value: 'none', time: -1 }, 1)).toThrow('no time');
    expect(reader.read({ value: 2 }, 2)?.value).toEqual([2]);
    expect(problems).toEqual([]);
  });

  it('are all reported where who is notified has the next event read', () => {
    const problems: string[] = [];
    const reader = new EventReader<{ value: unknown }, number>('test', {
      value: ({ value }) => value as number,
      onProblem: ({ index, kind }) => {
        problems.push(`${index} ${kind}`);
        if (index === 1) reader.read({ value: 'none' }, 2);
      },
    });
    reader.read({ value: [1, 2] }, 0);
    reader.read({ value: ['a', 'b'] }, 1);
    expect(problems.filter((problem) => problem.startsWith('1'))).toHaveLength(2);
  });
});

describe('a scorer that may keep predictions', () => {
  /** Scores nothing, and keeps what it was given. */
  class KeepingScorer implements Scorer {
    readonly name = 'keeping';
    readonly kept: { readonly given: Prediction; readonly copy: Prediction }[] = [];

    score(prediction: Prediction, { value }: Observation): Score {
      this.kept.push({ given: prediction, copy: structuredClone(prediction) });
      return { score: 0, attribution: value.map(() => 1 / value.length) };
    }

    learn(): void {}

    snapshot(): never {
      throw new Error('not needed');
    }

    restore(): void {}
  }

  it.each([
    ['a detector', (scorer: KeepingScorer) => detectAnomalies<number>({ scorer: () => scorer })],
    [
      'scoreResiduals',
      (scorer: KeepingScorer) =>
        pipe(lstmForecast<number>({ hidden: 4 }), scoreResiduals<number, number>({ scorer: () => scorer })),
    ],
  ])('of %s is given a new one each time', (_, operator) => {
    const scorer = new KeepingScorer();
    const values = waves(80, 1).map(({ value }) => value[0]);
    from(values).pipe(operator(scorer)).subscribe();
    expect(scorer.kept.length).toBeGreaterThan(70);
    for (const { given, copy } of scorer.kept) expect(given).toEqual(copy);
  });
});

import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/core/reading.ts';
import type { Observation, Prediction } from '../../src/models/forecaster.ts';
import { TailScorer } from '../../src/models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import { scoreResiduals } from '../../src/operators/scoreResiduals.ts';
import { forecastOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine } from '../support/series.ts';
import { expectSoundScore } from '../support/soundVerdict.ts';

/** Notes what is asked of it and what it learns, in order. */
class DiaryScorer extends TailScorer {
  readonly diary: (readonly [what: string, observation: Observation])[] = [];

  override score(prediction: Prediction, observation: Observation) {
    this.diary.push(['score', observation]);
    return super.score(prediction, observation);
  }

  override learn(prediction: Prediction, observation: Observation, weight: number): void {
    this.diary.push(['learn', observation]);
    super.learn(prediction, observation, weight);
  }
}

/** A forecast in two dimensions that was off by `residual`. */
function planeForecast(residual: readonly number[], imputed = false): Forecast<number, readonly number[]> {
  return {
    event: 0,
    time: 1000,
    key: 'pump',
    value: residual,
    imputed,
    expected: [0, 0],
    lower: [-3, -3],
    upper: [3, 3],
    residual,
  };
}

describe('scoreResiduals', () => {
  it('scores the unusual high and the usual low, and keeps what the forecast contains', () => {
    const forecasts = noisySine({ length: 500 }).map((value, t) => forecastOf(t, t === 400 ? 8 : value - 10));
    const scored = runOperator(forecasts, scoreResiduals());
    scored.forEach(expectSoundScore);
    expect(scored[400].score).toBe(Math.max(...scored.map(({ score }) => score)));
    expect(scored[400].score).toBeGreaterThan(0.5);
    for (const [t, { score: _score, attribution: _attribution, ...forecast }] of scored.entries()) {
      expect(forecast).toEqual(forecasts[t]);
    }
  });

  it('scores first and learns then, of every forecast', () => {
    const scorer = new DiaryScorer({ dimensions: 2 });
    runOperator([planeForecast([1, 2])], scoreResiduals({ scorer: () => scorer }));
    const observation = { time: 1000, value: [1, 2], imputed: false };
    expect(scorer.diary).toEqual([
      ['score', observation],
      ['learn', observation],
    ]);
  });

  it('reads scale and centre off the band', () => {
    const scorer = (dimensions: number) => new ZScoreScorer({ dimensions, deviations: 6 });
    const half = Math.log(20); // half of a 95 % band around a scale of 1
    const [scored] = runOperator(
      [forecastOf(0, 106, { expected: 100, residual: 6, lower: 100 - half, upper: 100 + half })],
      scoreResiduals({ scorer }),
    );
    expect(scored.score).toBeCloseTo(0.5, 12);
  });

  it('goes by the scale where a forecast has one, and drops it once scored', () => {
    const scorer = (dimensions: number) => new ZScoreScorer({ dimensions, deviations: 6 });
    const forecast = forecastOf(0, 106, { expected: 100, residual: 6, lower: 0, upper: 200, scale: 1 });
    const [scored] = runOperator([forecast], scoreResiduals({ scorer }));
    expect(scored.score).toBeCloseTo(0.5, 12);
    expect(scored).not.toHaveProperty('scale');
  });

  it('says which dimension it was', () => {
    const scorer = (dimensions: number) => new ZScoreScorer({ dimensions });
    const [scored] = runOperator([planeForecast([1, -3])], scoreResiduals({ scorer }));
    expect(scored.attribution).toEqual([0.25, 0.75]);
  });

  it('scores 0 what was put in for a gap, shared equally, and does not learn from it', () => {
    const scorer = new DiaryScorer({ dimensions: 2 });
    const [scored] = runOperator([planeForecast([0, 0], true)], scoreResiduals({ scorer: () => scorer }));
    expect(scored).toMatchObject({ score: 0, attribution: [0.5, 0.5], imputed: true });
    expect(scorer.diary).toEqual([]);
  });

  it('scores by the dimensions that were measured where another was filled in', () => {
    const scorer = new DiaryScorer({ dimensions: 2 });
    runOperator([planeForecast([7, 0], true)], scoreResiduals({ scorer: () => scorer }));
    expect(scorer.diary[0]).toEqual(['score', { time: 1000, value: [7, Number.NaN], imputed: false }]);
  });

  it('scores a forecast of nothing 0', () => {
    const nothing = { expected: Number.NaN, lower: Number.NaN, upper: Number.NaN, residual: Number.NaN };
    const [scored] = runOperator([forecastOf(0, 5, nothing)], scoreResiduals());
    expect(scored).toMatchObject({ score: 0, attribution: 1 });
  });

  it('makes a scorer per subscription, given the dimensions', () => {
    const made: number[] = [];
    const operator = scoreResiduals<number, readonly number[]>({
      scorer: (dimensions) => {
        made.push(dimensions);
        return new TailScorer({ dimensions });
      },
    });
    runOperator([planeForecast([1, 2]), planeForecast([1, 2])], operator);
    runOperator([planeForecast([1, 2])], operator);
    expect(made).toEqual([2, 2]);
  });
});

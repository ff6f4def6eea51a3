import { describe, expect, it } from 'vitest';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import type { Observation, Prediction } from '../../../src/models/forecaster.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import type { Score } from '../../../src/models/scorer.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { throughText } from '../../support/observations.ts';
import { type SensorArray, type SensorArrayOptions, sensorArray } from '../../support/sensorArray.ts';

const FAULTY = 1500;

/** The score of every observation, each learnt from after. */
function scoresOf(observations: readonly Observation[]): Score[] {
  const dimensions = observations[0].value.length;
  const forecaster = new EmaForecaster({ dimensions, alpha: 0.4 });
  const scorer = new EvidenceScorer({ dimensions });
  return observations.map((observation) => {
    const prediction = forecaster.predict();
    const score = scorer.score(prediction, observation);
    scorer.learn(prediction, observation, 1);
    forecaster.learn(observation, 1);
    return score;
  });
}

/** Where the default threshold sees incidents begin. */
function incidents(scores: readonly Score[]): number[] {
  const threshold = new Threshold();
  const starts: number[] = [];
  for (const [t, { score }] of scores.entries()) {
    const flag = threshold.decide(score);
    if (flag.startOfIncident) starts.push(t);
    threshold.learn(flag, score);
  }
  return starts;
}

/** False alerts per 1,000 records in ordinary streams, each changed by `edit`. */
function falseAlerts(options: Omit<SensorArrayOptions, 'seed'>, streams: number, edit = same): number {
  let alerts = 0;
  for (let seed = 1; seed <= streams; seed++) {
    alerts += incidents(scoresOf(edited(sensorArray({ ...options, seed }), edit))).length;
  }
  return (1000 * alerts) / (streams * options.length);
}

type Edit = (value: readonly number[], t: number) => readonly number[];
const same: Edit = (value) => value;

function edited({ observations }: SensorArray, edit: Edit): Observation[] {
  return observations.map((observation, t) => ({ ...observation, value: edit(observation.value, t) }));
}

describe('EvidenceScorer of several dimensions', () => {
  it.each([0, 0.9])(
    'gives as many false alerts with 50 dimensions as with one (correlation %d)',
    (coupling) => {
      for (const [dimensions, streams] of [
        [1, 5],
        [3, 3],
        [8, 3],
        [20, 2],
        [50, 1],
      ]) {
        // Summed cubes gave 6.4 (independent) and 14.9 (correlated) with 50 dimensions.
        const rate = falseAlerts({ dimensions, coupling, length: 2500 }, streams);
        expect(rate, `${dimensions} dimensions`).toBeLessThan(2.5);
      }
    },
  );

  it('finds two that part, each within its own range, which no dimension shows on its own, and says which', () => {
    let [found, foundAlone, named] = [0, 0, 0];
    for (let seed = 1; seed <= 10; seed++) {
      const array = sensorArray({
        dimensions: 8,
        coupling: 0.95,
        length: FAULTY + 120,
        seed,
        fault: 'decoupled',
        start: FAULTY,
      });
      const { culprits, observations } = array;
      const scores = scoresOf(observations);
      const flagged = scores.slice(FAULTY, array.end).filter(({ score }) => score >= 0.5);
      if (flagged.length > 0) found++;
      const blame = observations[0].value.map((_, d) =>
        flagged.reduce((sum, { attribution }) => sum + attribution[d], 0),
      );
      if (flagged.length > 0 && blame.indexOf(Math.max(...blame)) === culprits[0]) named++;
      const alone = scoresOf(edited(array, (value) => [value[culprits[0]]]));
      if (alone.slice(FAULTY, array.end).some(({ score }) => score >= 0.5)) foundAlone++;
    }
    expect(found).toBeGreaterThanOrEqual(9);
    expect(named).toBeGreaterThanOrEqual(found - 1);
    expect(foundAlone).toBeLessThanOrEqual(5);
  });

  it('adds up what is weak in a quarter of the dimensions', () => {
    let found = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const options = { dimensions: 20, coupling: 0.6, length: FAULTY + 120, seed } as const;
      const array = sensorArray({ ...options, fault: 'common', start: FAULTY });
      const scores = scoresOf(array.observations);
      if (scores.slice(FAULTY, array.end).some(({ score }) => score >= 0.5)) found++;
    }
    expect(found).toBeGreaterThanOrEqual(5);
  });

  it('blames the one sensor with a spike', () => {
    let found = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const options = { dimensions: 8, coupling: 0.7, length: FAULTY + 3, seed } as const;
      const { observations, culprits } = sensorArray({ ...options, fault: 'spike', start: FAULTY });
      const { score, attribution } = scoresOf(observations)[FAULTY];
      if (score < 0.5) continue;
      found++;
      expect(attribution[culprits[0]]).toBeGreaterThan(0.7);
    }
    expect(found).toBeGreaterThanOrEqual(8);
  });

  it.each<[string, Edit]>([
    ['drops out for a while', (value, t) => without(value, t >= 1000 && t < 1400)],
    ['drops out forever', (value, t) => without(value, t >= 1000)],
    ['never starts', (value) => without(value, true)],
    ['starts late', (value, t) => without(value, t < 1000)],
    ['comes every other time', (value, t) => without(value, t % 2 === 0)],
    ['stands still', (value) => value.with(2, 7)],
    ['is a copy of another', (value) => value.with(2, 3 * value[4] - 1)],
    ['only rises', (value, t) => value.with(2, 5 * t)],
  ])('continues with the others when one %s', (_, edit) => {
    expect(falseAlerts({ dimensions: 6, coupling: 0.8, length: 2000 }, 4, edit)).toBeLessThan(2.5);
    const options = { dimensions: 6, coupling: 0.8, length: FAULTY + 3, seed: 9 } as const;
    const { observations } = sensorArray(options);
    // Eight times as far from the mean as usual.
    const spread = Math.max(
      ...observations.map((other) => Math.abs(other.value[0] - observations[0].value[0])),
    );
    const scores = scoresOf(
      observations.map((observation, t) => {
        const value = edit(observation.value, t);
        return { ...observation, value: t < FAULTY ? value : value.with(0, value[0] + 3 * spread) };
      }),
    );
    expect(scores[FAULTY].score).toBeGreaterThan(0.5);
    expect(scores[FAULTY].attribution[0]).toBeGreaterThan(0.9);
  });

  it('restored late in a stream with gaps continues bit for bit, covariances and all', () => {
    const gaps: Edit = (value, t) => without(value, t % 7 === 3 || (t > 500 && t < 560));
    const observations = edited(sensorArray({ dimensions: 5, coupling: 0.8, length: 900, seed: 3 }), gaps);
    const forecaster = new EmaForecaster({ dimensions: 5 });
    const predictions: Prediction[] = [];
    for (const observation of observations) {
      predictions.push(forecaster.predict());
      forecaster.learn(observation, 1);
    }
    const [reference, resumed] = [
      new EvidenceScorer({ dimensions: 5 }),
      new EvidenceScorer({ dimensions: 5 }),
    ];
    for (const [t, observation] of observations.entries()) {
      if (t === 700) resumed.restore(throughText(reference.snapshot()));
      if (t >= 700) {
        expect(resumed.score(predictions[t], observation)).toEqual(
          reference.score(predictions[t], observation),
        );
        resumed.learn(predictions[t], observation, 1);
      }
      reference.learn(predictions[t], observation, 1);
    }
    expect(resumed.snapshot()).toEqual(reference.snapshot());
  });
});

function without(value: readonly number[], missing: boolean): readonly number[] {
  return missing ? value.with(2, Number.NaN) : value;
}

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Detector } from '../../../src/models/detector.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { namedScorers, type ScorerName } from '../../../src/models/scorers/namedScorers.ts';
import { laplaceNoise } from '../../support/distributions.ts';
import { observed, untimed, wave } from '../../support/observations.ts';

const names = Object.keys(namedScorers) as ScorerName[];
const LENGTH = 3000;
const NOISE = 0.1; // where the season has an amplitude of 1

/** Where alerts come when the seasonal profile forecasts, in as many dimensions as `changes` has entries. */
function alerts(scorer: ScorerName, seed: number, changes: readonly ((t: number) => number)[]): number[] {
  const random = new Random(seed);
  const detector = new Detector({
    dimensions: changes.length,
    forecaster: namedForecasters.seasonal(seed),
    scorer: namedScorers[scorer](),
  });
  const starts: number[] = [];
  for (let t = 0; t < LENGTH; t++) {
    const value = changes.map((change, d) => wave(t, d) + NOISE * random.normal() + change(t));
    if (detector.process(observed(value, t)).startOfIncident) starts.push(t);
  }
  return starts;
}

const nothing = (): number => 0;

describe.each(names)('%s over a noisy season', (name) => {
  it('stays quiet where nothing happens', () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const count = seeds.reduce((sum, seed) => sum + alerts(name, seed, [nothing]).length, 0);
    // The most that any allows itself is the conformal scorer's 0.2 %, of records as like as they are not here.
    expect(count / (seeds.length * LENGTH)).toBeLessThan(0.004);
  });

  it.each([1, 2, 3])('finds a spike, at once (seed %i)', (seed) => {
    expect(alerts(name, seed, [(t) => (t === 2500 ? 15 : 0)])).toContain(2500);
  });

  it.each([1, 2, 3])('finds a shift of the level, within five records (seed %i)', (seed) => {
    const found = alerts(name, seed, [(t) => (t >= 2500 ? -3 : 0)]);
    expect(found.some((t) => t >= 2500 && t <= 2505)).toBe(true);
  });

  it.each([1, 2, 3])('finds a spike in one of five dimensions (seed %i)', (seed) => {
    const changes = [nothing, nothing, (t: number): number => (t === 2500 ? 15 : 0), nothing, nothing];
    expect(alerts(name, seed, changes)).toContain(2500);
  });
});

/** Alerts among independent residuals of the predicted scale, per record that could alert. */
function alarmRate(name: ScorerName, dimensions: number, begin: number): number {
  let [alarms, records] = [0, 0];
  const prediction = laplaceBand(
    new Array<number>(dimensions).fill(0),
    new Array<number>(dimensions).fill(1),
  );
  for (let seed = 1; seed <= 4; seed++) {
    const random = new Random(seed);
    const scorer = namedScorers[name]()(dimensions);
    for (let t = 0; t < 12_000; t++) {
      const observation = untimed(...Array.from({ length: dimensions }, () => laplaceNoise(random)));
      if (t >= begin) {
        records++;
        if (scorer.score(prediction, observation).score >= 0.5) alarms++;
      }
      scorer.learn(prediction, observation, 1);
    }
  }
  return alarms / records;
}

describe.each([1, 8])('the false alarms of those that promise a rate, in %i dimensions', (dimensions) => {
  it('conformal: the ε of 0.002', () => {
    const rate = alarmRate('conformal', dimensions, 2050);
    expect(rate).toBeGreaterThan(0.0012);
    expect(rate).toBeLessThan(0.0024);
  });

  it('dspot: about the q of 0.0001', () => {
    expect(alarmRate('dspot', dimensions, 360)).toBeLessThan(0.0005);
  });

  it('gaussianTail: below the ε of 0.00001, as it scores means by the deviation of single errors', () => {
    expect(alarmRate('gaussianTail', dimensions, 150)).toBeLessThan(0.00003);
  });
});

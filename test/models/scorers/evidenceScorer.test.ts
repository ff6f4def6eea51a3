import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { defaultChannels, returnChannels } from '../../../src/models/evidence/defaultChannels.ts';
import { DimensionEvidence } from '../../../src/models/evidence/dimensionEvidence.ts';
import type { ChannelInput, ChannelSpec } from '../../../src/models/evidence/evidenceChannel.ts';
import { JointEvidence } from '../../../src/models/evidence/jointEvidence.ts';
import { Routine } from '../../../src/models/evidence/routine.ts';
import { SeasonalProfile } from '../../../src/models/evidence/seasonalProfile.ts';
import { compress, laplaceBand, noPrediction } from '../../../src/models/scaling/laplaceBand.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';
import { EvidenceScorer, evidenceFactory } from '../../../src/models/scorers/evidenceScorer.ts';
import type { EvidenceScorerOptions } from '../../../src/models/scorers/evidenceScorerOptions.ts';
import { fields, type State } from '../../../src/models/snapshot/state.ts';
import type { TransformName } from '../../../src/models/transform.ts';
import { untimed } from '../../support/observations.ts';

/** A channel whose surprise is its statistic: as many decades as a test likes. */
function decades(name: string, statistic: (input: ChannelInput) => number): ChannelSpec {
  return {
    name,
    share: 1,
    create: () => ({ statistic, learn: () => {}, carried: () => ({}) }),
    tail: () => ({
      state: new Float64Array(1),
      surprise: (decades) => decades,
      learn: () => {},
      medianLevel: () => 0,
      refresh: () => {},
    }),
  };
}

/** A value of 3 surprises by 3 decades. */
const byValue = decades('value', ({ observation, dimension }) => Math.abs(observation.value[dimension]));
const PLAIN = { routine: false, intermittence: false, cycles: false, durations: false } as const;

function plain(dimensions: number, options: Partial<EvidenceScorerOptions> = {}): EvidenceScorer {
  return new EvidenceScorer({ dimensions, surprise: 2, channels: [byValue], ...PLAIN, ...options });
}

/** What is left of so many decades at the n-th record, as a score. */
function scoreOf(surprise: number, record: number): number {
  const age = Math.log10(record / 1000);
  const left = Math.max(0, surprise - (age < 0 ? -age / 2 : Math.min(0.5, age)));
  return left / (left + 2);
}

/** Of surprises with these weights, log10 Σ w 10^S. */
function combined(surprises: readonly number[], weights: readonly number[]): number {
  return Math.log10(surprises.reduce((sum, surprise, i) => sum + weights[i] * 10 ** surprise, 0));
}

const vectorsOf = (scorer: EvidenceScorer): Readonly<Record<string, State | undefined>> =>
  fields(fields(scorer.snapshot().state).vectors);

describe('EvidenceScorer', () => {
  it.each([10, 100, 1000, 2000, 9000])('discounts the age of the stream: record %i', (record) => {
    const scorer = plain(1);
    for (let t = 1; t < record; t++) scorer.learn(noPrediction(1), untimed(t % 2 === 0 ? 0 : 5), 1);
    for (const value of [0.1, 1, 4])
      expect(scorer.score(noPrediction(1), untimed(value)).score).toBeCloseTo(scoreOf(value, record), 9);
  });

  it('combines dimensions that have moved and what they show jointly, with half of the weight for that', () => {
    // Nothing is known of joint behaviour within so few records.
    const score = (start: readonly (readonly number[])[], value: readonly number[]) => {
      const scorer = plain(value.length);
      for (const each of start) scorer.learn(noPrediction(value.length), untimed(...each), 1);
      return scorer.score(noPrediction(value.length), untimed(...value));
    };
    const both = score(
      [
        [0, 1],
        [5, 2],
      ],
      [4, 3],
    );
    expect(both.score).toBeCloseTo(scoreOf(combined([4, 3, 0], [1 / 4, 1 / 4, 1 / 2]), 3), 9);
    expect(both.attribution[0]).toBeCloseTo((1e4 - 1) / (1e4 + 1e3 - 2), 9);
    const none = score([[4, 3]], [4, 3]);
    expect(none.score).toBeCloseTo(scoreOf(combined([4, 3, 0], [1 / 4, 1 / 4, 1 / 2]), 2), 9);
    const one = score(
      [
        [0, 5],
        [5, 5],
      ],
      [4, 5],
    );
    expect(one.score).toBeCloseTo(scoreOf(4, 3), 9);
    expect(one.attribution).toEqual([1, 0]);
    const two = score(
      [
        [0, 1, 6],
        [5, 2, 6],
      ],
      [4, 3, 6],
    );
    expect(two.score).toBeCloseTo(scoreOf(combined([4, 3, 0], [1 / 4, 1 / 4, 1 / 2]), 3), 9);
    expect(two.attribution[2]).toBe(0);
  });

  it('measures what is shown jointly by those that have moved, and learns it where it may', () => {
    const [D, length] = [4, 600];
    const scorer = plain(D, { channels: [decades('mute', () => Number.NaN)] });
    const scaler = new RobustScaler({ dimensions: D });
    const joint = new JointEvidence(D, 'fine');
    const random = new Random(1);
    // The third never moves, and none has at the first record.
    const deviations = (value: readonly number[]): Float64Array =>
      Float64Array.from(value, (each, d) =>
        d === 2 || !scaler.seen(0) ? Number.NaN : compress(scaler.standardise(d, each)),
      );
    for (let t = 0; t < length; t++) {
      const common = random.normal();
      const value = [common + 0.1 * random.normal(), common, 7, random.normal()];
      const weight = t % 5 === 4 ? 0 : 1;
      scorer.learn(noPrediction(D), untimed(...value), weight);
      joint.learn(deviations(value), weight);
      scaler.learn(value, weight);
    }
    const apart = untimed(1, -1, 7, Number.NaN);
    const surprise = joint.surprise(deviations(apart.value), length);
    expect(surprise).toBeGreaterThan(3);
    const { score, attribution } = scorer.score(noPrediction(D), apart);
    expect(score).toBeCloseTo(
      scoreOf(combined([0, 0, 0, 0, surprise], [1 / 6, 1 / 6, 0, 1 / 6, 1 / 2]), length + 1),
      6,
    );
    expect(scorer.evidence(noPrediction(D), apart)).toEqual({
      channel: 'joint',
      dimension: attribution.indexOf(Math.max(...attribution)),
    });
  });

  it('names the channel and the dimension that counted most', () => {
    const one = plain(1, { channels: [decades('other', () => 1), byValue] });
    expect(one.evidence(noPrediction(1), untimed(4))).toEqual({ channel: 'value', dimension: 0 });
    expect(one.evidence(noPrediction(1), untimed(0.5))).toEqual({ channel: 'other', dimension: 0 });
    const two = plain(2);
    expect(two.evidence(noPrediction(2), untimed(4, 5))).toEqual({ channel: 'value', dimension: 1 });
    for (const value of [0, 5]) two.learn(noPrediction(2), untimed(value, 5), 1);
    // The other has never moved.
    expect(two.evidence(noPrediction(2), untimed(4, 5))).toEqual({ channel: 'value', dimension: 0 });
  });

  it('finds nothing jointly where one dimension alone has moved', () => {
    const scorer = plain(2, { channels: [decades('mute', () => Number.NaN)] });
    const random = new Random(1);
    for (let t = 0; t < 600; t++)
      scorer.learn(noPrediction(2), untimed(Math.max(-3, Math.min(3, random.normal())), 7), 1);
    for (let t = 0; t < 5; t++) scorer.learn(noPrediction(2), untimed(3, 7), 1);
    expect(scorer.score(noPrediction(2), untimed(3, 7)).score).toBe(0); // within the range, and five times
  });

  it.each([1, 2])(
    'does not take a missing job for routine, though the job is (%i dimensions)',
    (dimensions) => {
      const HOUR = 3_600_000;
      const options = { routine: true, cycles: true } as const;
      const scorer = plain(dimensions, { ...options, channels: defaultChannels });
      const [routine, scaler] = [new Routine(), new RobustScaler({ dimensions: 1 })];
      const parts = { ...PLAIN, ...options, channels: defaultChannels, season: () => new SeasonalProfile() };
      const evidence = new DimensionEvidence({ ...parts, dimensions, resolution: 'fine' });
      const random = new Random(3);
      const prediction = laplaceBand([0, 0], [20, 1]);
      let [rescued, length] = [0, 24 * 40];
      for (let t = 0; t < length; t++) {
        const runs = t % 24 === 3 && t !== 24 * 30 + 3;
        const value = random.normal() + (runs ? 50 : 0);
        const observation = { time: t * HOUR, value: [value, 7].slice(0, dimensions), imputed: false };
        const z = scaler.standardise(0, value);
        const surprise = evidence.surprise(prediction, observation, 0, z, scaler.deviation(0), t);
        const usual = surprise - routine.at(t * HOUR);
        const offCycle = Math.min(surprise, evidence.offCycle - Math.log10(dimensions));
        const { score } = scorer.score(prediction, observation);
        if (t > 1) expect(score).toBeCloseTo(scoreOf(Math.max(usual, offCycle), t + 1), 6);
        if (offCycle > usual && score > 0.3) rescued++;
        scorer.learn(prediction, observation, 1);
        evidence.learn(prediction, observation, 0, z, scaler.mean(0), scaler.deviation(0), 1);
        routine.learn(t * HOUR, surprise);
        scaler.learn([value], 1);
      }
      expect(rescued).toBeGreaterThan(0);
    },
  );

  it('scores the same observation anew with another prediction', () => {
    const scorer = plain(1, { channels: [decades('residual', ({ residuals }) => Math.abs(residuals[0]))] });
    const observation = untimed(4);
    for (let t = 1; t < 1000; t++) scorer.learn(laplaceBand([0], [1]), untimed(t % 2 === 0 ? 0 : 5), 1);
    const scores = [0, 1, 1, 3].map(
      (expected) => scorer.score(laplaceBand([expected], [1]), observation).score,
    );
    for (const [k, size] of [4, 3, 3, 1].entries()) expect(scores[k]).toBeCloseTo(scoreOf(size, 1000), 9);
    const prediction = laplaceBand([0], [1]);
    for (const size of [2, 4])
      expect(scorer.score(prediction, untimed(size)).score).toBeCloseTo(scoreOf(size, 1000), 9);
  });

  it('takes from the surprise what is routine at that hour, learnt where it may be', () => {
    const HOUR = 3_600_000;
    const scorer = plain(1, { routine: true });
    const routine = new Routine();
    const length = 24 * 20;
    const at = (t: number, value: number) => ({ time: t * HOUR, value: [value], imputed: false });
    for (let t = 0; t < length; t++) {
      const value = t % 24 === 3 ? 5 : 0.5;
      const weight = t % 24 === 7 ? 0 : 1;
      scorer.learn(noPrediction(1), at(t, weight === 0 ? 5 : value), weight);
      if (weight > 0) routine.learn(t * HOUR, value);
    }
    for (const hour of [3, 7, 12]) {
      const usual = routine.at((length + hour) * HOUR);
      const { score } = scorer.score(noPrediction(1), at(length + hour, 5));
      expect(score).toBeCloseTo(scoreOf(5 - usual, length + 1), 9);
    }
    expect(routine.at((length + 3) * HOUR)).toBeGreaterThan(3);
    expect(Object.keys(vectorsOf(scorer))).toContain('routine');
    expect(Object.keys(vectorsOf(plain(1)))).not.toContain('routine');
  });

  it('begins a dimension anew, and takes up again what was parked', () => {
    const learnt = (): EvidenceScorer => {
      const scorer = plain(2, { channels: defaultChannels, durations: true });
      const random = new Random(1);
      for (let t = 0; t < 300; t++)
        scorer.learn(laplaceBand([0, 0], [1, 1]), untimed(random.normal(), random.normal()), 1);
      return scorer;
    };
    const [asked, silent] = [learnt(), learnt()];
    const observation = untimed(3, 0.5);
    const prediction = noPrediction(2);
    const score = (scorer: EvidenceScorer) => scorer.score(prediction, observation);
    const before = score(asked);
    const snapshot = asked.snapshot();
    const [parked, second] = [0, 1].map((d) => asked.restartable.park(d));
    const scale = new RobustScaler({ dimensions: 1 });
    for (const value of [10, 12, 14]) scale.learn([value], 1);
    for (const each of [asked, silent]) each.restartable.restart(0, scale.part(0));
    expect(vectorsOf(asked).ages).toEqual(Float64Array.of(0, 300));
    expect((vectorsOf(asked).scaler as Float64Array)[0]).toBe(12);
    const [begun] = fields(asked.snapshot().state).evidence as readonly State[];
    expect(fields(fields(begun).vectors).novelty).toEqual(Float64Array.of(Infinity, -Infinity, 0));
    expect(score(asked)).toEqual(score(silent)); // nothing of what was found before counts
    expect(score(asked)).not.toEqual(before);
    asked.restartable.prepareResume(0, parked)();
    asked.restartable.prepareResume(1, second)();
    expect(score(asked)).toEqual(before);
    expect(asked.snapshot()).toEqual(snapshot);
  });

  it('forgets how values go on once it has learnt something of it', () => {
    const scorer = plain(1, { channels: defaultChannels, durations: true });
    const initial = vectorsOf(scorer);
    const random = new Random(1);
    const learn = (count: number): void => {
      for (let t = 0; t < count; t++) scorer.learn(laplaceBand([0], [1]), untimed(random.normal()), 1);
    };
    const evidence = (): Readonly<Record<string, State | undefined>> => {
      const [only] = fields(scorer.snapshot().state).evidence as readonly State[];
      return fields(fields(only).vectors);
    };
    learn(199);
    const before = evidence();
    scorer.forgetCourse(0);
    expect(evidence()).toEqual(before);
    learn(1);
    const known = evidence();
    scorer.forgetCourse(0);
    const { 'dwellTimes.range': range, 'dwellTimes.durations': durations, ...rest } = evidence();
    expect((range as Float64Array).subarray(0, 2)).toEqual(Float64Array.of(Number.NaN, Number.NaN));
    expect((durations as Float32Array).every((figure) => figure === 0)).toBe(true);
    expect((known['dwellTimes.durations'] as Float32Array).some((figure) => figure > 0)).toBe(true);
    for (const name of ['novelty', 'value.tail', 'stuckAt']) expect(rest[name]).toEqual(known[name]);
    expect(initial.ages).toEqual(Float64Array.of(0));
    expect(vectorsOf(scorer).ages).toEqual(Float64Array.of(200));
  });
});

describe('options of the evidence scorer', () => {
  const ownSeason = () => new SeasonalProfile('day');

  it.each<[Partial<EvidenceScorerOptions>, boolean]>([
    [{}, false],
    [{ cycles: false }, false],
    [{ compact: true }, true],
    [{ compact: true, cycles: true }, false],
    [{ compact: true, season: ownSeason }, false],
    [{ compact: true, channels: returnChannels }, true],
    [{ compact: true, channels: [defaultChannels[1], byValue] }, false],
  ])('decide whether it can serve a fleet (%#)', (options, isPooled) => {
    expect(new EvidenceScorer({ dimensions: 1, ...options }).isPooled).toBe(isPooled);
  });

  it('are part of the snapshot', () => {
    const channels = [{ ...defaultChannels[0], exponent: 3 }, defaultChannels[1]];
    const scorer = new EvidenceScorer({ dimensions: 2, channels, compact: true, durations: false });
    expect(scorer.snapshot().config).toEqual({
      dimensions: 2,
      surprise: 2.55,
      channels: [
        { name: 'value', share: 0.25, cautious: true, exponent: 3 },
        { name: 'level', share: 0.225, cautious: false },
      ],
      routine: true,
      intermittence: true,
      cycles: false,
      durations: false,
      compact: true,
    });
    expect(plain(1).snapshot().config).toEqual({
      dimensions: 1,
      surprise: 2,
      channels: [{ name: 'value', share: 1, cautious: false }],
      ...PLAIN,
    });
  });

  it.each([
    [false, 24 + 168],
    [true, 24],
  ])('compact: %s has a season of %i hours', (compact, hours) => {
    const scorer = new EvidenceScorer({ dimensions: 1, compact });
    for (let t = 0; t < 168; t++)
      scorer.learn(noPrediction(1), { time: t * 3_600_000, value: [t % 24], imputed: false }, 1);
    const [only] = fields(scorer.snapshot().state).evidence as readonly State[];
    expect(fields(fields(fields(only).vectors).season).slots).toHaveLength(hours);
  });

  it('make scorers of log-returns have channels for these, unless they are given', () => {
    const names = (options: object, transform?: TransformName): unknown => {
      const { config } = evidenceFactory(options)(1, transform).snapshot();
      const { channels, surprise } = config as { channels: { name: string }[]; surprise: number };
      return [surprise, channels.map(({ name }) => name).filter((name) => /value|return|mine/.test(name))];
    };
    expect(names({ surprise: 3 })).toEqual([3, ['value']]);
    expect(names({ surprise: 3 }, 'none')).toEqual([3, ['value']]);
    expect(names({ surprise: 3 }, 'logReturn')).toEqual([3, ['return']]);
    expect(names({ channels: [{ ...byValue, name: 'mine' }] }, 'logReturn')).toEqual([2.55, ['mine']]);
  });
});

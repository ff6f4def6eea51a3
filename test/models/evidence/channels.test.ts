import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  LevelChannel,
  ReturnChannel,
  ValueChannel,
  VolatilityChannel,
} from '../../../src/models/evidence/basicChannels.ts';
import { defaultChannels } from '../../../src/models/evidence/defaultChannels.ts';
import type {
  ChannelInput,
  ChannelSpec,
  EvidenceChannel,
  Season,
  Tail,
} from '../../../src/models/evidence/evidenceChannel.ts';
import { MovingAverage } from '../../../src/models/evidence/movingAverage.ts';
import { ResidualChannel } from '../../../src/models/evidence/residualChannel.ts';
import { laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { describeScorer } from '../../contracts/scorerContract.ts';
import { untimed } from '../../support/observations.ts';

/** How often the value has changed its sign of late: a kind of evidence that is not among the default's. */
class SignChannel implements EvidenceChannel {
  readonly #state: Float64Array = new Float64Array(2); // average of changes, last sign

  statistic({ z }: ChannelInput): number {
    return 0.9 * this.#state[0] + (Math.sign(z) === this.#state[1] ? 0 : 0.1);
  }

  learn(input: ChannelInput): void {
    this.#state[0] = this.statistic(input);
    this.#state[1] = Math.sign(input.z);
  }

  carried(): Record<string, Float64Array> {
    return { signs: this.#state };
  }
}

/** Believes that every tail is that of an exponential distribution. */
class ExponentialTail implements Tail {
  readonly state: Float64Array = new Float64Array(2); // sum, count

  surprise(statistic: number): number {
    return this.state[1] < 50 ? 0 : statistic / (this.state[0] / this.state[1] + 1e-9) / Math.LN10;
  }

  learn(statistic: number): void {
    this.state[0] += Math.min(statistic, 1e6);
    this.state[1]++;
  }

  medianLevel(): number {
    return Math.log(Math.LN2 * (this.state[0] / Math.max(1, this.state[1])) + 0.05);
  }

  refresh(): void {}
}

/** A season of every other event. */
class EveryOther implements Season {
  readonly state: Float64Array = new Float64Array(3); // two means, events

  at(): number {
    return this.state[this.state[2] % 2];
  }

  learn(_time: number | undefined, x: number): void {
    const slot = this.state[2]++ % 2;
    this.state[slot] += 0.1 * (x - this.state[slot]);
  }
}

const signs: ChannelSpec = {
  name: 'signs',
  share: 0.5,
  create: () => new SignChannel(),
  tail: () => new ExponentialTail(),
};

describeScorer('an evidence scorer of other parts', {
  create: (dimensions) =>
    new EvidenceScorer({ dimensions, channels: [signs, ...defaultChannels], season: () => new EveryOther() }),
  createOther: (dimensions) =>
    new EvidenceScorer({ dimensions, channels: [{ ...signs, share: 0.4 }, ...defaultChannels] }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 3,
});

describe('EvidenceScorer', () => {
  const prediction = laplaceBand([0], [1]);

  /** The score of `value` after noise about 0. */
  function scoreOf(channels: readonly ChannelSpec[], value: number): number {
    const scorer = new EvidenceScorer({ dimensions: 1, channels });
    const random = new Random(1);
    for (let t = 0; t < 1500; t++) scorer.learn(prediction, untimed(random.normal()), 1);
    return scorer.score(prediction, untimed(value)).score;
  }

  it('goes by the channels that it is given, and by no other', () => {
    const named = (...names: string[]): ChannelSpec[] =>
      defaultChannels.filter(({ name }) => names.includes(name));
    // Within the range, so that it is nothing new; residuals are those of the value.
    expect(scoreOf(named('outlier'), 3.2)).toBeGreaterThan(scoreOf(named('residual.0'), 3.2));
    expect(scoreOf(named('level'), 3.2)).toBeLessThan(0.3);
    expect(scoreOf([signs], 2.5)).toBe(scoreOf([signs], 0.5));
  });

  it('gives the share of channels that have nothing to say to the others', () => {
    const mute: ChannelSpec = {
      name: 'mute',
      share: 5,
      create: () => ({ statistic: () => Number.NaN, learn: () => {}, carried: () => ({}) }),
    };
    const [value] = defaultChannels;
    const alone = scoreOf([{ ...value, share: value.share + mute.share }], 3.2);
    expect(alone).toBeGreaterThan(0);
    expect(scoreOf([value, mute], 3.2)).toBeCloseTo(alone, 12);
  });

  it.each([
    [[], 'expected channels to be a list of at least one channel'],
    [[signs, signs], 'expected channels[1].name to be a name unlike those of the others'],
    [[{ ...signs, share: 0 }], 'expected channels[0].share to be'],
    [[{ ...signs, create: 1 }], 'expected channels[0].create to be a function'],
    [[{ ...signs, tail: 1 }], 'expected channels[0].tail to be a function'],
    [[{ ...signs, weight: 1 }], 'weight'],
    [[null], 'expected channels[0] to be { name, share, create }'],
  ])('refuses channels that cannot be: %j', (channels, message) => {
    expect(() => new EvidenceScorer({ dimensions: 1, channels: channels as ChannelSpec[] })).toThrow(message);
  });
});

describe('a channel', () => {
  /** What the channels see of a value that was predicted to be 0, at most `horizons` events ago. */
  function input(z: number, residual = z, horizons = 3): ChannelInput {
    const residuals = Float64Array.from({ length: 3 }, (_, k) => (k < horizons ? residual : Number.NaN));
    return {
      prediction: laplaceBand([0], [1]),
      observation: untimed(z),
      dimension: 0,
      z,
      deviation: z,
      residuals,
    };
  }

  function taught(channel: EvidenceChannel, inputs: readonly ChannelInput[]): EvidenceChannel {
    for (const each of inputs) channel.learn(each, 1);
    return channel;
  }

  it.each([
    [{ share: 1e300 }, /channels\[0\]\.share to be .*1,?000,?000/],
    [{ cautious: true, exponent: 1e300 }, /channels\[0\]\.exponent to be .*100/],
    [{ cautious: true, exponent: 0 }, /channels\[0\]\.exponent/],
    [{ exponent: 3 }, /channels\[0\]\.exponent to be left out unless cautious/],
  ])('with %j is refused', (part, message) => {
    const channels = [{ ...defaultChannels[0], cautious: false, ...part }];
    expect(() => new EvidenceScorer({ dimensions: 1, channels })).toThrow(message);
  });

  it('of values is the distance from the mean, whatever its sign, up to 50', () => {
    expect([3, -3, 1e9].map((z) => new ValueChannel().statistic(input(z)))).toEqual([3, 3, 50]);
  });

  it('of levels rises with a shift and falls again when the shift has become usual', () => {
    const channel = taught(new LevelChannel(), new Array(2000).fill(input(0)));
    const before = channel.statistic(input(0));
    const soon = taught(channel, new Array(200).fill(input(1))).statistic(input(1));
    const late = taught(channel, new Array(5000).fill(input(1))).statistic(input(1));
    expect(before).toBe(0);
    expect(soon).toBeGreaterThan(0.6);
    expect(late).toBeLessThan(0.05);
  });

  it('of levels is the average of a hundred less that of a thousand, which learns where it may', () => {
    const channel = new LevelChannel();
    const [level, usual] = [new MovingAverage(100), new MovingAverage(1000)];
    const random = new Random(1);
    for (let t = 0; t < 500; t++) {
      const x = random.normal() + t / 200;
      const off = level.with(x) - usual.shrunk;
      expect(channel.statistic(input(x))).toBeCloseTo(Math.abs(off), 12);
      expect(channel.direction(input(x))).toBe(off < 0 ? -1 : 1);
      const weight = t % 3 === 2 ? 0 : 1;
      channel.learn(input(x), weight);
      level.learn(x);
      if (weight > 0) usual.learn(x);
    }
  });

  it('of volatility is the logarithm of how much rougher fifty are than a thousand, which learn where they may', () => {
    const channels = [new VolatilityChannel('rougher'), new VolatilityChannel('calmer')];
    const [recent, usual] = [new MovingAverage(50), new MovingAverage(1000)];
    const random = new Random(1);
    for (let t = 0; t < 900; t++) {
      const residual = (t > 600 ? 0.1 : t > 300 ? 2 : 1) * random.normal();
      const size = Math.min(3, Math.abs(residual)); // of no forecast 0
      const change = Math.log((recent.with(size) + 0.02) / (usual.with(size) + 0.02));
      const found = channels.map((channel) => channel.statistic(input(0, residual)));
      expect(found[0]).toBeCloseTo(Math.max(0, change), 9);
      expect(found[1]).toBeCloseTo(Math.max(0, -change - 0.5), 9);
      const weight = t % 3 === 2 ? 0 : 1;
      for (const channel of channels) channel.learn(input(0, residual), weight);
      recent.learn(size);
      if (weight > 0) usual.learn(size);
    }
    const [none, zero] = [Number.NaN, 0].map((residual) => channels[1].statistic(input(0, residual)));
    expect(none).toBe(zero);
    expect(zero).toBeGreaterThan(0.3);
  });

  it.each([
    ['rougher', 3, 0.2],
    ['calmer', 0.2, 3],
  ] as const)('of volatility, %s, sees that alone, and in a single outlier little', (which, seen, unseen) => {
    const usual = (): EvidenceChannel =>
      taught(new VolatilityChannel(which), new Array(3000).fill(input(0, 1)));
    const later = (residual: number): number =>
      taught(usual(), new Array(200).fill(input(0, residual))).statistic(input(0, residual));
    expect(later(seen)).toBeGreaterThan(0.7);
    expect(later(unseen)).toBe(0);
    expect(usual().statistic(input(0, 1000))).toBeLessThan(0.05);
  });

  it('of returns divides by the deviation that the newest ones make likely, if that is the larger one', () => {
    const channel: EvidenceChannel = new ReturnChannel();
    expect([3, -3, 1e9].map((z) => channel.statistic(input(z)))).toEqual([3, 3, 50]);
    channel.learn(input(6), 1);
    expect(channel.statistic(input(3))).toBeCloseTo(3 / Math.sqrt(0.05 + 0.1 * 36 + 0.85), 12);
    taught(channel, new Array(200).fill(input(0)));
    expect(channel.statistic(input(3))).toBe(3);
    channel.learn(input(1e9), 1); // counts as eight deviations
    expect(channel.statistic(input(3))).toBeGreaterThan(1.5);
  });

  it('of residuals says nothing of the first fifty, nor without a forecast of that horizon', () => {
    const channel = new ResidualChannel(1, 1);
    for (let n = 0; n < 50; n++) {
      expect(channel.statistic(input(2))).toBeNaN();
      channel.learn(input(2), 1);
    }
    expect(channel.statistic(input(-4))).toBe(4);
    expect(channel.statistic(input(2, 2, 1))).toBeNaN();
  });

  it('of residuals averages them with their signs over its length', () => {
    const [sudden, biased] = [1, 3].map((length) =>
      taught(new ResidualChannel(0, length), [...new Array(60).fill(input(0)), input(6)]),
    );
    expect(sudden.statistic(input(-6))).toBe(6);
    expect(biased.statistic(input(-6))).toBeLessThan(1);
    expect(biased.statistic(input(6))).toBeGreaterThan(3);
  });
});

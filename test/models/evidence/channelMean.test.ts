import { describe, expect, it } from 'vitest';
import { ChannelMean } from '../../../src/models/evidence/channelMean.ts';
import type { ChannelInput, ChannelSpec, Tail } from '../../../src/models/evidence/evidenceChannel.ts';
import { LargestMoves } from '../../../src/models/evidence/largestMoves.ts';
import { laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { untimed } from '../../support/observations.ts';

/** Of a value that is its z too, and of residuals. */
function input(z: number, ...residuals: number[]): ChannelInput {
  return {
    ...{ prediction: laplaceBand([0], [1]), observation: untimed(z), dimension: 0, z, deviation: z },
    residuals: Float64Array.of(...residuals),
  };
}

/** A tail of known surprise and decay, with the median at 1. */
class FlatTail implements Tail {
  readonly state: Float64Array = new Float64Array(1); // statistics learnt
  readonly decay: number;
  refreshed = 0;

  constructor(decay: number) {
    this.decay = decay;
  }

  surprise(statistic: number): number {
    return statistic / 2;
  }

  learn(): void {
    this.state[0]++;
  }

  medianLevel(): number {
    return 0;
  }

  refresh(): void {
    this.refreshed++;
  }
}

const tails = new Map<string, FlatTail>();
const learnt: string[] = [];

function channel(
  name: string,
  statistic: (input: ChannelInput) => number,
  spec: Partial<ChannelSpec> = {},
  decay = 0.25,
): ChannelSpec {
  return {
    ...{ name, share: 1, ...spec },
    create: () => ({
      statistic,
      ...(name === 'sided' ? { direction: ({ z }: ChannelInput): 1 | -1 => (z < 0 ? -1 : 1) } : {}),
      learn: (_, weight) => learnt.push(`${name} ${weight}`),
      carried: () => ({ part: new Float64Array(2) }),
    }),
    tail: () => {
      const tail = new FlatTail(decay);
      tails.set(name, tail);
      return tail;
    },
  };
}

function mean(channels: readonly ChannelSpec[], moves = new LargestMoves()): ChannelMean {
  const parts = {
    dimensions: 1,
    season: () => null as never,
    intermittence: false,
    cycles: false,
    durations: false,
  };
  return new ChannelMean({ ...parts, channels, resolution: 'fine' }, moves);
}

const ofZ = ({ z }: ChannelInput): number => z;
const ofResidual = ({ residuals }: ChannelInput): number => residuals[0];
/** What is believed of a statistic where the median is 1: a power law of exponent 4.2. */
const prior = (statistic: number, exponent = 4.2): number =>
  (exponent / 2) * Math.log10(1 + ((statistic + 0.05) / 1.55) ** 2);

describe('ChannelMean', () => {
  it('is the power mean of degree 4 of those that say something, by their shares', () => {
    const channels = mean([
      channel('a', ofZ, { share: 0.5 }),
      channel('b', ofResidual, { share: 1.5 }),
      channel('mute', () => Number.NaN, { share: 2 }),
    ]);
    channels.look(input(4, 6));
    // Four shares in all, two of which speak.
    expect(channels.surprise(1, 9)).toBeCloseTo((((0.5 * 2 ** 4 + 1.5 * 3 ** 4) * 4) / 2) ** (1 / 4), 12);
    const silent = mean([channel('mute', () => Number.NaN)]);
    silent.look(input(4));
    expect(silent.surprise(1, 9)).toBe(0);
    const less = mean([channel('negative', () => -6)]);
    less.look(input(4));
    expect(less.surprise(1, 9)).toBe(0);
  });

  it('mixes the tail of a cautious channel with the prior while there is little trust', () => {
    for (const trust of [0, 0.3, 1]) {
      const channels = mean([channel('a', ofZ, { cautious: true }), channel('b', ofZ)]);
      channels.look(input(10));
      const own = trust * 5 + (1 - trust) * prior(10);
      expect(channels.surprise(trust, 9)).toBeCloseTo((own ** 4 + 5 ** 4) ** (1 / 4), 9);
    }
  });

  it.each([
    [1 / 3, 3],
    [0.5, 3 / 1.5 ** 4],
    [0.01, 100], // not thinner
  ])('has for its prior an exponent that gives way to a decay of %d: %d', (decay, exponent) => {
    const channels = mean([channel('a', ofZ, { cautious: true, exponent: 3 }, decay)]);
    channels.look(input(10));
    expect(channels.surprise(0, 9)).toBeCloseTo(prior(10, exponent), 9);
  });

  it('bounds what moves show by how rare such steps are', () => {
    const channels = mean([channel('a', ofZ), channel('moves', ofResidual, { moves: true })]);
    channels.look(input(4, 8));
    expect(channels.surprise(1, 9)).toBeCloseTo((2 ** 4 + 4 ** 4) ** (1 / 4), 12);
    expect(channels.surprise(1, 3)).toBeCloseTo((2 ** 4 + 3 ** 4) ** (1 / 4), 12);
  });

  it('believes no more of a move than how often the stream has moved as far, where the value is usual', () => {
    const moves = new LargestMoves();
    for (let t = 0; t < 40; t++) moves.learn(t % 2 === 0 ? 0 : 10, 1);
    const far = moves.surprise(0);
    expect(far).toBeLessThan(0.1); // from 10 it always goes to 0
    const channels = (): ChannelMean =>
      mean(
        [
          channel('value', ({ z }) => Math.abs(z) / 10, { cautious: true }),
          channel('moves', ofResidual, { cautious: true, moves: true }),
        ],
        moves,
      );
    const usual = channels();
    usual.look(input(0, 10));
    expect(usual.surprise(0, 9)).toBeCloseTo((prior(0) ** 4 + far ** 4) ** (1 / 4), 9);
    // What is little is not looked at.
    usual.look(input(0, 1.5));
    expect(prior(1.5)).toBeLessThan(1);
    expect(usual.surprise(0, 9)).toBeCloseTo((prior(0) ** 4 + prior(1.5) ** 4) ** (1 / 4), 9);
    const unusual = channels();
    unusual.look(input(-100, 10));
    expect(prior(10)).toBeGreaterThan(2.3);
    expect(unusual.surprise(0, 9)).toBeCloseTo((2 * prior(10) ** 4) ** (1 / 4), 9);
  });

  it('names the loudest by its share, and its side', () => {
    const channels = mean([
      channel('sided', ofZ, { share: 0.01 }),
      channel('b', ofResidual),
      channel('mute', () => Number.NaN),
    ]);
    channels.look(input(4, 4));
    expect(channels.loudest(input(4, 4), 1, 9)).toEqual({ channel: 'b' });
    channels.look(input(-40, 4));
    expect(channels.loudest(input(-40, 4), 1, 9)).toEqual({ channel: 'b' });
    channels.look(input(40, 4));
    expect(channels.loudest(input(40, 4), 1, 9)).toEqual({ channel: 'sided', direction: 1 });
  });

  it('has the heaviest tail of what is cautious about values, not about moves', () => {
    const cautious = { cautious: true };
    const some = mean([
      channel('a', ofZ, cautious, 0.2),
      channel('b', ofZ, cautious, 0.3),
      channel('c', ofZ, {}, 0.5),
      channel('d', ofZ, { ...cautious, moves: true }, 0.6),
    ]);
    expect(some.decay).toBe(0.3);
    expect(mean([channel('a', ofZ)]).decay).toBe(0);
  });

  it('learns what has a result, where it may, refreshes all tails and fades those that can', () => {
    const channels = mean([
      channel('a', ofZ),
      channel('mute', () => Number.NaN),
      { name: 'model', share: 1, create: channel('x', ofZ).create },
    ]);
    learnt.length = 0;
    for (const weight of [1, 0, 0.5]) {
      channels.look(input(4));
      channels.learn(input(4), weight);
    }
    expect([tails.get('a')!.state[0], tails.get('mute')!.state[0]]).toEqual([2, 0]);
    // The state of a channel is followed whatever the weight.
    expect(learnt.slice(0, 6)).toEqual(['a 1', 'mute 1', 'x 1', 'a 0', 'mute 0', 'x 0']);
    channels.refresh();
    expect([tails.get('a')!.refreshed, tails.get('mute')!.refreshed]).toEqual([1, 1]);
    expect(Object.keys(channels.carried())).toEqual([
      'a.tail',
      'a.part',
      'mute.tail',
      'mute.part',
      'model.tail',
      'model.part',
    ]);
    expect(channels.fade(1)).toEqual(['model.tail']);
  });
});

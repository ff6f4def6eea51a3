import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { defaultChannels } from '../../../src/models/evidence/defaultChannels.ts';
import type { ChannelSpec } from '../../../src/models/evidence/evidenceChannel.ts';
import { laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { channelContract, channelInput } from '../../contracts/channelContract.ts';
import { describeScorer } from '../../contracts/scorerContract.ts';
import { untimed } from '../../support/observations.ts';
import { CrossingChannel } from './crossingChannel.ts';

const crossing: ChannelSpec = { name: 'crossing', share: 0.15, create: () => new CrossingChannel() };
const others = defaultChannels.filter(({ name }) => name !== crossing.name);
const channels = [...others, crossing];

channelContract('crossing', crossing.create);

describeScorer('an evidence scorer with one channel more', {
  create: (dimensions) => new EvidenceScorer({ dimensions, channels }),
  createOther: (dimensions) =>
    new EvidenceScorer({ dimensions, channels: [...others, { ...crossing, share: 0.2 }] }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 3,
});

describe('the channel of crossings', () => {
  it('sees that the value changes sides more often than before, and no other change', () => {
    const channel = new CrossingChannel();
    const learn = (count: number, value: (n: number) => number): number => {
      for (let n = 0; n < count; n++) channel.learn(channelInput(value(n)), 1);
      return channel.statistic(channelInput(value(count)));
    };
    const slow = (n: number): number => (n % 20 < 10 ? 1 : -1); // crosses once in ten
    expect(learn(3000, slow)).toBeLessThan(0.1);
    expect(learn(100, (n) => 5 * slow(n))).toBeLessThan(0.1); // larger, as often
    expect(learn(100, () => 1)).toBe(0); // more seldom
    expect(learn(100, (n) => (n % 2 === 0 ? 1 : -1))).toBeGreaterThan(0.7);
  });

  it('has 0 for a value that is exactly as usual, and keeps the side', () => {
    const channel = new CrossingChannel();
    for (const value of [1, 0, 0]) channel.learn(channelInput(value), 1);
    expect(channel.statistic(channelInput(2))).toBe(0);
    expect(channel.statistic(channelInput(-2))).toBeGreaterThan(0);
  });

  it('makes a scorer see what the others do not: sides in turn, of values that are ordinary one by one', () => {
    const hunting = (parts: readonly ChannelSpec[]) => {
      const scorer = new EvidenceScorer({ dimensions: 1, channels: parts });
      const random = new Random(1);
      let [most, channel] = [0, ''];
      for (let t = 0; t < 4100; t++) {
        const value = random.normal();
        const isHunting = t >= 4000;
        const observation = untimed(isHunting ? (t % 2 === 0 ? 1 : -1) * Math.abs(value) : value);
        const prediction = laplaceBand([0], [1]);
        const { score } = scorer.score(prediction, observation);
        if (isHunting && score > most)
          [most, channel] = [score, scorer.evidence(prediction, observation).channel];
        scorer.learn(prediction, observation, 1);
      }
      return { most, channel };
    };
    const [without, having] = [hunting(others), hunting(channels)];
    expect(having.channel).toBe('crossing');
    expect(having.most).toBeGreaterThan(without.most + 0.1);
  });
});

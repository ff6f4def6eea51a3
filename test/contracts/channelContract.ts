import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelInput, EvidenceChannel } from '../../src/models/evidence/evidenceChannel.ts';
import { laplaceBand } from '../../src/models/scaling/laplaceBand.ts';
import { packVectors, unpackInto } from '../../src/models/snapshot/vectors.ts';
import { inArena } from '../../src/numerics/pooled.ts';
import { untimed } from '../support/observations.ts';
import { real } from '../support/real.ts';

/** What a channel sees of a value that was predicted to be 0, by as many forecasts as there are residuals. */
export function channelInput(z: number, ...residuals: readonly number[]): ChannelInput {
  const three = Float64Array.from({ length: 3 }, (_, k) => residuals[k] ?? Number.NaN);
  return {
    ...{ prediction: laplaceBand([0], [1]), observation: untimed(z), dimension: 0 },
    ...{ z, deviation: z, residuals: three },
  };
}

const number = fc.oneof({ weight: 4, arbitrary: real(-5, 5) }, fc.constantFrom(0, -0, 1e3, -1e3, 5e-324));
const input = fc
  .tuple(number, fc.array(number, { maxLength: 3 }))
  .map(([z, residuals]) => channelInput(z, ...residuals));
const inputs = fc.array(input, { minLength: 1, maxLength: 120 });

/** What every channel of evidence keeps to. What it counts as part of a scorer is in `describeScorer`. */
export function channelContract(name: string, create: () => EvidenceChannel): void {
  const learnt = (channel: EvidenceChannel, all: readonly ChannelInput[]): EvidenceChannel => {
    for (const [n, each] of all.entries()) channel.learn(each, n % 5 === 4 ? 0 : 1);
    return channel;
  };
  const course = (channel: EvidenceChannel, all: readonly ChannelInput[]): number[] =>
    all.map((each) => {
      const statistic = channel.statistic(each);
      channel.learn(each, 1);
      return statistic;
    });

  describe(`channel contract: ${name}`, () => {
    it('has a statistic of 0 or more, or none, and a direction of 1 or −1, if it has any', () => {
      fc.assert(
        fc.property(inputs, input, (all, next) => {
          const channel = learnt(create(), all);
          const statistic = channel.statistic(next);
          expect(statistic >= 0 && statistic < Infinity ? 'fine' : statistic).toBeOneOf(['fine', Number.NaN]);
          expect(channel.direction?.(next) ?? 1).toBeOneOf([1, -1]);
        }),
      );
    });

    it('changes nothing when it is asked', () => {
      fc.assert(
        fc.property(inputs, input, (all, next) => {
          const channel = learnt(create(), all);
          const before = packVectors(channel.carried());
          expect(channel.statistic(next)).toBe(channel.statistic(next));
          channel.direction?.(next);
          expect(packVectors(channel.carried())).toEqual(before);
        }),
      );
    });

    it('continues bit for bit from its saved state, at whatever moment it was saved', () => {
      fc.assert(
        fc.property(fc.oneof(fc.constant([]), inputs), inputs, (before, after) => {
          const channel = learnt(create(), before);
          const saved = packVectors(channel.carried());
          const whole = course(channel, after);
          const restored = learnt(create(), after.slice(0, 7));
          unpackInto(restored.carried(), saved);
          expect(course(restored, after)).toEqual(whole);
          expect(packVectors(restored.carried())).toEqual(packVectors(channel.carried()));
        }),
      );
    });

    it('has all its state in vectors that are pooled, so that a fleet can move it from stream to stream', () => {
      fc.assert(
        fc.property(inputs, inputs, (before, after) => {
          const { made: channel, arena } = inArena(create);
          expect(arena.tailed.length + arena.asides.length).toBe(0);
          learnt(channel, before);
          const bytes = arena.bytes.slice();
          const whole = course(channel, after);
          arena.bytes.set(bytes);
          expect(course(channel, after)).toEqual(whole);
        }),
      );
    });
  });
}

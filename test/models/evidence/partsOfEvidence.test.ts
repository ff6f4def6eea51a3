import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { DimensionEvidence } from '../../../src/models/evidence/dimensionEvidence.ts';
import { DwellTimes } from '../../../src/models/evidence/dwellTimes.ts';
import type { ChannelSpec, EvidenceParts } from '../../../src/models/evidence/evidenceChannel.ts';
import { Intermittence } from '../../../src/models/evidence/intermittence.ts';
import { LargestMoves } from '../../../src/models/evidence/largestMoves.ts';
import { Novelty } from '../../../src/models/evidence/novelty.ts';
import { SeasonalProfile } from '../../../src/models/evidence/seasonalProfile.ts';
import { StuckAt } from '../../../src/models/evidence/stuckAt.ts';
import { compress, laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { fields, type State } from '../../../src/models/snapshot/state.ts';
import { untimed } from '../../support/observations.ts';

/** A channel of known surprise: the distance from the forecast. */
const distance: ChannelSpec = {
  name: 'distance',
  share: 1,
  create: () => ({
    statistic: ({ residuals }) => Math.abs(residuals[0]),
    learn: () => {},
    carried: () => ({}),
  }),
  tail: () => ({
    state: new Float64Array(1),
    surprise: (statistic) => statistic,
    learn: () => {},
    medianLevel: () => 0,
    refresh: () => {},
  }),
};

const PARTS: EvidenceParts = {
  ...{ dimensions: 1, channels: [distance], season: () => new SeasonalProfile(), resolution: 'fine' },
  ...{ intermittence: true, cycles: false, durations: true },
};

type Step = readonly [value: number, residual?: number, weight?: number];

/** What happens to whoever is at rest, moves, stands or changes sides: each a stream of its own. */
const streams: readonly (readonly [string, (t: number, random: Random) => Step, readonly string[]])[] = [
  ['noise that is stuck at times', (t, random) => [t % 700 > 620 ? 0.5 : random.normal(), 0.3], ['stuck']],
  [
    'rest with pulses',
    (t) => [t % 23 === 22 ? 3 + (t % 5) + (t % 1150 === 1034 ? 40 : 0) : 1, t % 23 === 22 ? 1 : 0.2],
    ['size'],
  ],
  ['steps', (t) => [Math.floor(t / 12) * (t % 300 === 299 ? 40 : 1), 0.1], []],
  [
    'sides',
    (t, random) => [(t % 40 < 12 || t % 900 > 800 ? 9 : 1) + 0.1 * random.uniform(), 0.4],
    ['duration'],
  ],
  ['new extremes', (t, random) => [random.normal() * (t % 300 === 299 ? 10 : 1), 0.4], ['novelty']],
  [
    'what may not teach',
    (t, random) => [random.normal() * (t % 90 === 89 ? 9 : 1), 1, t % 90 === 89 ? 0 : 1],
    ['distance'],
  ],
];

describe('DimensionEvidence', () => {
  it.each(streams)('is made of its parts: %s', (_, step, named) => {
    const evidence = new DimensionEvidence(PARTS);
    const [novelty, stuckAt, dwellTimes] = [new Novelty(), new StuckAt(), new DwellTimes()];
    const [intermittence, moves] = [new Intermittence(), new LargestMoves()];
    const random = new Random(1);
    const seen = new Set<string>();
    for (let t = 0; t < 2500; t++) {
      const [value, residual = 0, weight = 1] = step(t, random);
      const observation = untimed(value);
      const prediction = laplaceBand([value - residual], [1]);
      const { large } = moves;
      // The prior of the tail is thin: all of novelty counts where nothing is cautious.
      const others = residual + novelty.of(value);
      const ofSize = intermittence.surpriseOfSize(value, large);
      const lasting = Math.max(stuckAt.of(value), dwellTimes.of(value));
      const left = Math.min(intermittence.limit(value, large), Math.max(others, ofSize));
      const expected = stuckAt.stands(value) ? lasting : Math.max(left, lasting);
      const off = evidence.surprise(prediction, observation, 0, value, 1, t) - expected;
      if (!(Math.abs(off) < 1e-9)) expect.fail(`record ${t}: ${expected} and ${off} more`);
      const { channel, events } = evidence.loudest(t);
      seen.add(channel);
      if (lasting > Math.max(others, ofSize)) {
        const isStuck = stuckAt.of(value) === lasting;
        const length = isStuck ? stuckAt.run(value) : dwellTimes.duration(value).events;
        if (channel !== (isStuck ? 'stuck' : 'duration') || events !== length)
          expect.fail(`record ${t}: ${channel} of ${events}`);
      } else if (!(lasting > 0 && stuckAt.stands(value))) {
        const least = novelty.of(value) > residual ? 'novelty' : 'distance';
        if (channel !== (ofSize >= others ? 'size' : least)) expect.fail(`record ${t}: ${channel}`);
      }
      evidence.learn(prediction, observation, 0, value, 0, 1, weight);
      intermittence.learn(value, weight, large);
      moves.learn(value, weight);
      dwellTimes.learn(value, weight);
      stuckAt.learn(value, weight);
      if (weight > 0) novelty.learn(value);
      const { deviation, hasMoved, isLively, offCycle } = evidence;
      const isMoving = stuckAt.hasMoved && !intermittence.rests;
      if (
        deviation !== compress(value) ||
        hasMoved !== stuckAt.hasMoved ||
        isLively !== isMoving ||
        offCycle !== 0
      )
        expect.fail(`record ${t}: ${deviation}, ${hasMoved}, ${isLively}, ${offCycle}`);
    }
    expect([...seen]).toEqual(expect.arrayContaining([...named]));
  });

  const learnt = (parts: EvidenceParts): DimensionEvidence => {
    const evidence = new DimensionEvidence(parts);
    const random = new Random(1);
    for (let t = 0; t < 300; t++) {
      const value = random.normal();
      evidence.learn(laplaceBand([0], [1]), untimed(value), 0, value, 0, 1, 1);
    }
    return evidence;
  };
  const vectorsOf = (evidence: DimensionEvidence): Readonly<Record<string, State | undefined>> =>
    fields(fields(evidence.state()).vectors);

  it.each([
    [49, 1],
    [50, 1 - Math.exp(-50 / 750)],
    [750, 1 - Math.exp(-1)],
    [15_001, 1],
  ])('trusts the tails of %i records with %d, and the prior with the rest', (seen, trust) => {
    const channels = [{ ...distance, cautious: true }];
    const evidence = new DimensionEvidence({ ...PARTS, channels, intermittence: false, durations: false });
    const prior = 2.1 * Math.log10(1 + (6.05 / 1.55) ** 2); // where the median is 1
    const surprise = evidence.surprise(laplaceBand([0], [1]), untimed(6), 0, 6, 1, seen);
    expect(surprise).toBeCloseTo(trust * 6 + (1 - trust) * prior, 9);
  });

  it('begins anew but for the run of equal values', () => {
    const evidence = learnt(PARTS);
    const { stuckAt } = vectorsOf(evidence);
    evidence.restart();
    expect(vectorsOf(evidence)).toEqual({ ...vectorsOf(new DimensionEvidence(PARTS)), stuckAt });
  });

  it.each([true, false])('refuses the state of one with or without cycles (%s)', (cycles) => {
    const [own, other] = [learnt({ ...PARTS, cycles }), learnt({ ...PARTS, cycles: !cycles })];
    const before = own.state();
    expect(() => own.prepareRestore(other.state())).toThrow(/cycles/);
    expect(own.state()).toEqual(before);
  });
});

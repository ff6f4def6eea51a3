import { TailModel } from '../../numerics/stats/tailModel.ts';
import { LevelChannel, ReturnChannel, ValueChannel, VolatilityChannel } from './basicChannels.ts';
import type { ChannelSpec } from './evidenceChannel.ts';
import { ResidualChannel } from './residualChannel.ts';

/**
 * The channels of an {@link EvidenceScorer} by default. To replace one, filter it out by its name and add another:
 *
 * ```ts
 * const channels = [...defaultChannels.filter(({ name }) => name !== 'level'), mine];
 * const scorer = (dimensions: number) => new EvidenceScorer({ dimensions, channels });
 * ```
 */
export const defaultChannels: readonly ChannelSpec[] = [
  { name: 'value', share: 0.25, cautious: true, create: () => new ValueChannel() },
  { name: 'level', share: 0.225, create: () => new LevelChannel() },
  { name: 'volatility', share: 0.15, create: () => new VolatilityChannel('rougher') },
  // The others are silent while it speaks: a sensor without its noise still shows usual values.
  { name: 'calm', share: 0.3, create: () => new VolatilityChannel('calmer') },
  { name: 'outlier', share: 0.175, cautious: true, moves: true, create: () => new ResidualChannel(0, 1) },
  {
    name: 'residual.0',
    share: 0.2 / 3,
    cautious: true,
    moves: true,
    create: () => new ResidualChannel(0, 3),
  },
  {
    name: 'residual.1',
    share: 0.2 / 3,
    cautious: true,
    moves: true,
    create: () => new ResidualChannel(1, 3),
  },
  {
    name: 'residual.2',
    share: 0.2 / 3,
    cautious: true,
    moves: true,
    create: () => new ResidualChannel(2, 3),
  },
];

/**
 * The channels for returns of prices, those of the default where `transform` is `logReturn`: a return is compared with the
 * volatility of the newest ones, and tails are expected to be heavy (a power law of exponent 3: Gopikrishnan, Plerou,
 * Amaral, Meyer & Stanley 1999), unless those of the stream turn out to be thin.
 */
export const returnChannels: readonly ChannelSpec[] = defaultChannels
  .filter(({ name }) => name !== 'calm')
  .map((spec) => ({
    ...spec,
    ...(spec.cautious ? { exponent: 3, tail: (resolution) => new TailModel(1 / 3, resolution) } : {}),
    ...(spec.name === 'value' ? { name: 'return', create: () => new ReturnChannel() } : {}),
  }));

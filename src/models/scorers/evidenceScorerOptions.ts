import { accepts, aFunction, boolean, positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { checkedChannels } from '../evidence/checkedChannels.ts';
import { defaultChannels } from '../evidence/defaultChannels.ts';
import type { ChannelSpec, Season } from '../evidence/evidenceChannel.ts';
import { SeasonalProfile } from '../evidence/seasonalProfile.ts';

/** Options of an `EvidenceScorer`. */
export interface EvidenceScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** Surprise, −log10 of a probability, that gives the score 0.5. Higher: fewer alerts. @default 2.55 */
  readonly surprise?: number;
  /** The channels of evidence in each dimension. @default {@link defaultChannels} */
  readonly channels?: readonly ChannelSpec[];
  /**
   * The usual value at a time, for one dimension. @default a {@link SeasonalProfile}: hour of the day and of the
   * week, UTC
   */
  readonly season?: () => Season;
  /** Whether what recurs at the same hour of every day counts less. @default true */
  readonly routine?: boolean;
  /**
   * Whether streams that mostly keep one value, or mostly stand still, are treated as intermittent: a pulse or a step is as
   * surprising as such ones are rare, the return to rest is not surprising, and nothing is while nothing moves.
   * @default true
   */
  readonly intermittence?: boolean;
  /**
   * Whether the day, the week and a period of the stream's own are learnt, so that what is missing or at the wrong time is
   * evidence. At most 500 records long; about 10 kB a dimension.
   * @default true, or false where it is `compact`
   */
  readonly cycles?: boolean;
  /**
   * Whether it is learnt how long the stream stays on either side of the middle of its range, so that a duration that is too
   * long or too short is evidence, though all its values are ordinary.
   * @default true
   */
  readonly durations?: boolean;
  /**
   * Whether it takes as little memory as it can, 2.5 kB instead of 18 kB a dimension: tails with bins four times as wide, which
   * forget slowly, and a season without the week. Only a compact one without `cycles` and of default channels can serve a fleet.
   * @default false
   */
  readonly compact?: boolean;
}

/** The season where nothing else was given, and that of a compact scorer. */
const weekSeason = (): Season => new SeasonalProfile();
export const daySeason = (): Season => new SeasonalProfile('day');

const table: OptionTable<EvidenceScorerOptions> = {
  dimensions: DIMENSIONS,
  surprise: {
    kind: positive(),
    default: 2.55,
    unit: '−log10 of a probability',
    about: 'surprise that gives the score 0.5',
    when: 'higher for fewer alerts; sensitivity does the same',
  },
  channels: {
    kind: accepts('a list of at least one channel', (value) => Array.isArray(value) && value.length > 0),
    default: defaultChannels,
    defaultText: 'the value, its level, volatility, residuals',
    about: 'the kinds of evidence in each dimension',
    when: 'for evidence of your own',
  },
  season: {
    kind: aFunction,
    default: weekSeason,
    defaultText: 'hour of the day and of the week, UTC',
    about: 'creates the usual value at a time, for one dimension',
    when: 'for other seasons than day and week',
  },
  routine: {
    kind: boolean,
    default: true,
    about: 'whether what recurs at the same hour of every day counts less',
    when: 'false where daily jobs must be flagged each time',
  },
  intermittence: {
    kind: boolean,
    default: true,
    about: 'whether pulses and steps of a stream that mostly stands are scored by how rare they are',
    when: 'false where every pulse must be flagged',
  },
  cycles: {
    kind: boolean,
    default: true,
    about: 'whether days, weeks and own periods are learnt, so that what is missing is evidence',
    when: 'false for less memory, or streams without periods',
  },
  durations: {
    kind: boolean,
    default: true,
    about: 'whether how long the stream stays high or low is evidence',
    when: 'false where one state may last as long as it likes',
  },
  compact: {
    kind: boolean,
    default: false,
    about: 'whether it takes as little memory as it can: coarser tails, a season of the day alone',
    when: 'true for many thousands of keys',
  },
};

export const evidenceOptions: OptionSet<EvidenceScorerOptions> = new OptionSet(
  table,
  (where, checked, given) => ({
    ...checked,
    channels: checkedChannels(where, checked.channels),
    cycles: given.cycles ?? !checked.compact,
    season: checked.compact && checked.season === weekSeason ? daySeason : checked.season,
  }),
);

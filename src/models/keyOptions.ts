import { aFunction, MOST_KEYS, oneOf, positive, positiveInteger } from '../core/optionKinds.ts';
import type { OptionTable } from '../core/optionSet.ts';
import type { KeySelector } from '../core/selectors.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { TRANSFORM_NAMES, type TransformName } from './transform.ts';

/** A model that was evicted. */
export interface Eviction {
  readonly key: string | undefined;
  /** `'capacity'`: more keys than `maxKeys`; `'idle'`: no event for `idleTimeout`. */
  readonly reason: 'capacity' | 'idle';
  /** The model's state, taken when called; only within the callback. `onReturn` can restore it. */
  snapshot(): Snapshot;
}

/** Which events are of one stream, how its values are modelled, and how many streams there are. */
export interface KeyOptions<E> {
  /**
   * The stream that an event belongs to; each gets a model of its own. Text, or a number, which names the stream of its
   * digits (1 is the key `'1'`); keys of other types end the stream with an error (BAD_DATA).
   * @default its field `key`; one stream if it has none
   */
  readonly key?: KeySelector<E>;
  /**
   * What is modelled instead of the values: `'logReturn'` for prices. Forecasts, bounds and residuals come back in units
   * of the values.
   * @default 'none'
   */
  readonly transform?: TransformName;
  /**
   * Models that are alive at most, by default 100,000 in a fleet; the one that was idle longest gives way. At most 16777216, as
   * many as a Map holds.
   * @default 1000
   */
  readonly maxKeys?: number;
  /**
   * Milliseconds without an event after which a key's model is evicted: of event time where events have times,
   * otherwise of
   * `clock`.
   * @default never
   */
  readonly idleTimeout?: number;
  /** The clock of `idleTimeout` for events without times, in milliseconds. @default one that stands still */
  readonly clock?: () => number;
  /** Called with every model that is evicted, before it is disposed of. */
  readonly onEvict?: (eviction: Eviction) => void;
  /** Called when a key appears that has no model: returns its snapshot if it was here before, undefined if it is new. */
  readonly onReturn?: (key: string | undefined) => Snapshot | undefined;
}

/** The options that say which events are of one stream, and how many streams there are; for whoever has others too. */
export const keyTable: OptionTable<
  KeyOptions<unknown>,
  KeyOptions<unknown> & Required<Pick<KeyOptions<unknown>, 'transform' | 'maxKeys'>>
> = {
  key: {
    kind: aFunction,
    defaultText: 'its field `key`',
    about: 'the stream that an event belongs to; each gets a model of its own',
    when: 'where one Observable carries several streams',
    level: 'basic',
  },
  transform: {
    kind: oneOf(TRANSFORM_NAMES),
    default: 'none',
    about: 'what is modelled instead of the values: logReturn for prices',
    when: "'logReturn' for prices and anything that changes by percentages",
    level: 'basic',
  },
  maxKeys: {
    kind: positiveInteger(MOST_KEYS, 'a Map holds no more'),
    default: 1000,
    unit: 'models',
    about: 'maximum number of models; beyond it the one idle longest is evicted',
    when: 'as many as there are streams, and memory for them',
    level: 'basic',
  },
  idleTimeout: {
    kind: positive(),
    defaultText: 'never',
    unit: 'milliseconds',
    about: 'time without an event after which the model of a key is evicted',
    when: 'where keys come and go',
  },
  clock: {
    kind: aFunction,
    defaultText: 'a constant clock',
    unit: 'milliseconds',
    about: 'the clock of idleTimeout for events without times',
    when: 'with idleTimeout, where events have no times',
  },
  onEvict: {
    kind: aFunction,
    defaultText: 'the model is forgotten',
    about: 'called with every model that is evicted',
    when: 'to keep its snapshot',
  },
  onReturn: {
    kind: aFunction,
    defaultText: 'a new model',
    about: 'called when a key appears that has no model; returns its snapshot',
    when: 'to restore what onEvict kept',
  },
};

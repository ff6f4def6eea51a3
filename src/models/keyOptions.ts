import { aFunction, MOST_KEYS, oneOf, positive, positiveInteger } from '../core/optionKinds.ts';
import type { OptionTable } from '../core/optionSet.ts';
import type { Value } from '../core/reading.ts';
import type { StreamDetectorOptions } from './streamDetectorOptions.ts';
import { TRANSFORM_NAMES } from './transform.ts';

type AnyOptions = StreamDetectorOptions<unknown, Value>;

/** The options that say which events are of one stream, and how many streams there are; for whoever has others too. */
export const keyTable: OptionTable<
  Pick<AnyOptions, 'key' | 'transform' | 'maxKeys' | 'idleTimeout' | 'clock' | 'onEvict' | 'onReturn'>,
  Pick<AnyOptions, 'key' | 'idleTimeout' | 'clock' | 'onEvict' | 'onReturn'> &
    Required<Pick<AnyOptions, 'transform' | 'maxKeys'>>
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

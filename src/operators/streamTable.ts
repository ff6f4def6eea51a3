import { MOST_KEYS, positiveInteger } from '../core/optionKinds.ts';
import type { DefaultedSpec } from '../core/optionSet.ts';
import { keyTable } from '../models/keyOptions.ts';
import { readerTable } from '../models/readerOptions.ts';

/** The options of operators that read events of many streams and remember something of each. */
export const streamTable: {
  readonly value: typeof readerTable.value;
  readonly time: typeof readerTable.time;
  readonly key: typeof keyTable.key;
  readonly maxKeys: DefaultedSpec<number>;
} = {
  value: readerTable.value,
  time: readerTable.time,
  key: keyTable.key,
  maxKeys: {
    kind: positiveInteger(MOST_KEYS, 'a Map holds no more'),
    default: 10_000,
    unit: 'streams',
    about: 'streams that are remembered at most',
    when: 'as many as there are',
  },
};

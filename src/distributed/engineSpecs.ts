import { aFunction, positiveInteger, within } from '../core/optionKinds.ts';
import type { OptionalSpec } from '../core/optionSet.ts';

/** Options that every engine has. */
export const engineSpecs: {
  readonly partitions: OptionalSpec<number>;
  readonly lease: OptionalSpec<number>;
  readonly keepVerdicts: OptionalSpec<number>;
  readonly onProblem: OptionalSpec<(message: string) => void>;
} = {
  partitions: {
    kind: positiveInteger(1024),
    defaultText: 'as before, or 8',
    about: 'parts of the log that are worked on by themselves, at least as many as there will be workers',
    when: 'there are more workers; the same for all, and for the life of the states',
  },
  lease: {
    kind: within(500, 600_000),
    defaultText: '5000',
    unit: 'milliseconds',
    about: 'after which the partitions of a process that has died are taken over',
    when: 'seldom',
  },
  keepVerdicts: {
    kind: within(60_000, 1e13),
    defaultText: '7 days with NATS, keep with Redis',
    unit: 'milliseconds',
    about: 'for how long verdicts are kept; the last ones of a partition longer',
    when: 'they are read later, or take too much room',
  },
  onProblem: {
    kind: aFunction,
    defaultText: 'a warning of the process',
    about: 'called with problems',
    when: 'to log them',
  },
};

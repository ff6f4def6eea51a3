import type { Backlog } from '../clients/backlog.ts';
import type { RetryOptions } from '../clients/retry.ts';
import { accepts, aFunction, anObject } from '../core/optionKinds.ts';
import type { OptionalSpec } from '../core/optionSet.ts';

/** Options that every source has to which messages come. */
export const liveSourceSpecs: {
  readonly backlog: OptionalSpec<Backlog>;
  readonly retry: OptionalSpec<RetryOptions>;
  readonly onWarning: Omit<OptionalSpec<never>, 'default'>;
} = {
  backlog: {
    kind: accepts('a Backlog', (value) => typeof (value as Backlog | null)?.room === 'function'),
    defaultText: 'none',
    about: 'no message is taken while it is full',
    when: 'what follows works asynchronously',
  },
  retry: { kind: anObject, defaultText: 'without end', about: 'when to connect again', when: 'seldom' },
  onWarning: {
    kind: aFunction,
    defaultText: 'a warning of the process',
    about: 'called with warnings',
    when: 'to log them',
  },
};

import { defer, finalize, from, fromEvent, lastValueFrom, merge, type Observable, takeUntil } from 'rxjs';
import type { Backlog } from '../clients/backlog.ts';
import { pause } from '../clients/pause.ts';
import { backOff, checkRetry, type RetryOptions, type RetryPolicy, ServerFailure } from '../clients/retry.ts';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import { accepts, aFunction, anObject, finite } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { isRecord } from '../core/selectors.ts';
import type { Json } from '../models/snapshot/state.ts';
import {
  type AppendedBefore,
  type DeliveredBatch,
  type DistributedEngine,
  type Partition,
  type Position,
  Trimmed,
} from './contract.ts';
import type { RefusedFeedback } from './feedbackEvent.ts';

/** Verdicts that were delivered at one go. */
export interface VerdictBatch<P extends Position = Position> {
  readonly partition: Partition;
  /** The last event of the log that they are about. */
  readonly position: P;
  /** For the option `after` of a later run. */
  readonly revision: string;
  /** In the order of their events, as the option `deliver` of the workers has made them: JSON, which has null for NaN. May be empty. */
  readonly verdicts: readonly Json[];
  /** Feedback up to `position` that was not applied, each at its position. */
  readonly refused: readonly (RefusedFeedback & { readonly position: P })[];
}

/** Options of {@link fromVerdicts}. */
export interface FromVerdictsOptions<P extends Position> {
  /** An engine of the name that the workers have: `await natsEngine({ … })`. */
  readonly engine: Pick<DistributedEngine<never, P>, 'out'> & {
    readonly log: { readonly partitions: number };
  };
  /** By partition, the revision of the last batch that is not needed again. @default all that is kept, or what `since` leaves of it */
  readonly after?: readonly (string | undefined)[];
  /** Of partitions without a revision: only what was delivered from then on, by the broker's clock. Milliseconds since 1970-01-01T00:00:00Z. */
  readonly since?: number;
  /** No batch is taken while this is full. @default none */
  readonly backlog?: Backlog;
  /** When to try again what the engine could not do. @default without end */
  readonly retry?: RetryOptions;
  /**
   * Called where verdicts were removed before they were read; the oldest that are kept come next.
   * @default the stream fails with TRIMMED
   */
  readonly onTrimmed?: (message: string, partition: Partition) => void;
}

type AnyOptions = FromVerdictsOptions<Position>;

interface Checked<P extends Position> extends Omit<FromVerdictsOptions<P>, 'retry'> {
  readonly retry: RetryPolicy;
}

const WHERE = 'fromVerdicts';

const fromVerdictsOptions: OptionSet<AnyOptions, AnyOptions, Checked<Position>> = new OptionSet<
  AnyOptions,
  AnyOptions,
  Checked<Position>
>(
  {
    engine: {
      kind: accepts(
        'an engine with out.read()',
        (value) => typeof (value as Partial<AnyOptions['engine']> | null)?.out?.read === 'function',
      ),
      required: true,
      about: 'where verdicts are',
      when: 'always given',
    },
    after: {
      kind: accepts('a list of revisions', Array.isArray),
      defaultText: 'all that is kept',
      about: 'by partition the last revision that is not needed again',
      when: 'to resume',
    },
    since: {
      kind: finite,
      defaultText: 'all that is kept',
      unit: 'milliseconds since 1970',
      about: 'older verdicts are left out, where there is no revision',
      when: 'the past is long',
    },
    backlog: {
      kind: accepts('a Backlog', (value) => typeof (value as Backlog | null)?.room === 'function'),
      defaultText: 'none',
      about: 'no batch is taken while it is full',
      when: 'what follows works asynchronously',
    },
    retry: { kind: anObject, defaultText: 'without end', about: 'when to try again', when: 'seldom' },
    onTrimmed: {
      kind: aFunction,
      defaultText: 'the stream fails with TRIMMED',
      about: 'called where verdicts were removed before they were read',
      when: 'to go on with the oldest that are kept',
    },
  },
  (where, { retry = {}, ...rest }) => ({ ...rest, retry: checkRetry(where, retry, { limit: Infinity }) }),
);

/**
 * What the workers of an engine have delivered, of all partitions at once: what is there, then what comes, without end. Those of a
 * partition, and so of a key, come in order, each once; after an outage from where it was left, and with `after` from where another
 * run was.
 *
 * ```ts
 * fromVerdicts({ engine, since: Date.now() - 3_600_000 }).subscribe(({ partition, revision, verdicts }) => { … });
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError TRIMMED without `onTrimmed`, BAD_INPUT where there is something else than verdicts, SERVER
 * when `retry` gives up
 */
export function fromVerdicts<P extends Position>(
  options: FromVerdictsOptions<P>,
): Observable<VerdictBatch<P>> {
  const resolved: unknown = fromVerdictsOptions.resolve(WHERE, options as unknown as AnyOptions);
  const checked = resolved as Checked<P>;
  const partitions = Array.from({ length: checked.engine.log.partitions }, (_, partition) => partition);
  return merge(
    ...partitions.map((partition) =>
      defer(() => {
        const over = new AbortController();
        return from(follow(partition, checked, over.signal)).pipe(finalize(() => over.abort()));
      }),
    ),
  );
}

async function* follow<P extends Position>(
  partition: Partition,
  { engine, after = [], since, backlog, retry, onTrimmed }: Checked<P>,
  signal: AbortSignal,
): AsyncGenerator<VerdictBatch<P>> {
  let last: string | AppendedBefore | undefined =
    after[partition] ?? (since === undefined ? undefined : { time: since });
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const batch of engine.out.read(partition, last, signal)) {
        last = batch.revision;
        failures = 0;
        yield { partition, position: batch.position, revision: last, ...parsed<P>(partition, batch) };
        if (backlog !== undefined && !signal.aborted) await room(backlog, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (error instanceof Trimmed && onTrimmed !== undefined) {
        onTrimmed(error.message, partition);
        last = undefined;
        await pause(backOff(retry, failures, Math.random()), signal);
        continue;
      }
      const isTransient = error instanceof ServerFailure && error.isTransient;
      if (!isTransient || failures > retry.limit) throw error;
      const wait = backOff(retry, failures, Math.random());
      retry.onRetry({ error, count: failures, wait });
      await pause(wait, signal);
    }
  }
}

function parsed<P extends Position>(
  partition: Partition,
  { position, verdicts }: DeliveredBatch<P>,
): Pick<VerdictBatch<P>, 'verdicts' | 'refused'> {
  try {
    const all = JSON.parse(verdicts) as readonly Json[];
    const isRefused = (each: Json): boolean => isRecord(each) && typeof each.refusedFeedback === 'string';
    if (!all.some(isRefused)) return { verdicts: all, refused: [] };
    const refused: unknown = all.filter(isRefused);
    return {
      verdicts: all.filter((each) => !isRefused(each)),
      refused: refused as VerdictBatch<P>['refused'],
    };
  } catch (error) {
    const where = `${WHERE}: partition ${partition}, position ${position}`;
    throw new RxAnomalyError('BAD_INPUT', `${where}: no verdicts: ${messageOf(error)}`, { cause: error });
  }
}

async function room(backlog: Backlog, signal: AbortSignal): Promise<void> {
  const free = backlog.room().pipe(takeUntil(fromEvent(signal, 'abort')));
  await lastValueFrom(free, { defaultValue: undefined });
}

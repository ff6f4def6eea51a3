import { accepts, type OptionKind, positiveInteger } from '../../core/optionKinds.ts';
import { badOption, checkOption, requireKnown } from '../../core/options.ts';
import { pooled } from '../../numerics/pooled.ts';

/** How many of the last events must be over the threshold for an incident to begin. */
export interface ConfirmOptions {
  /** Events over the threshold, the newest among them. */
  readonly events: number;
  /** Events that are looked at, the newest among them; at most 1024. @default as many as `events`: in a row */
  readonly of?: number;
}

const MOST = 1024;

/** What `confirm` takes. */
export const confirmKind: OptionKind = accepts(
  'a positive integer or { events, of }',
  (value) =>
    (Number.isSafeInteger(value) && (value as number) > 0) || (typeof value === 'object' && value !== null),
);

/** @throws RxAnomalyError BAD_OPTION */
export function resolveConfirm(where: string, confirm: number | ConfirmOptions): Required<ConfirmOptions> {
  const options = typeof confirm === 'number' ? { events: confirm } : confirm;
  requireKnown(`${where}: confirm`, options, ['events', 'of']);
  const kind = positiveInteger(MOST, 'all of them are remembered');
  const events = checkOption(where, 'confirm.events', kind, options.events);
  const of = checkOption(where, 'confirm.of', kind, options.of ?? events);
  if (of < events) throw badOption(where, 'confirm.of', `${events} or more, as confirm.events`, of);
  return { events, of };
}

/**
 * Waits for several events over the threshold before an incident begins: `events` of the last `of`. An alert then comes
 * up to `of` − 1 events late, and what is over the threshold for fewer events never alerts.
 */
export class Confirmation {
  /** (of) of the last events, oldest first: 1 where one was over the threshold. */
  readonly state: Float64Array;
  readonly #events: number;

  constructor({ events, of }: Required<ConfirmOptions>) {
    this.state = pooled(of);
    this.#events = events;
  }

  /** Whether an event that is over the threshold now is enough, with those before it. Pure. */
  get isEnough(): boolean {
    let exceeding = 1;
    for (let at = 1; at < this.state.length; at++) exceeding += this.state[at];
    return exceeding >= this.#events;
  }

  /** Counts an event. */
  learn(exceeds: boolean): void {
    this.state.copyWithin(0, 1);
    this.state[this.state.length - 1] = exceeds ? 1 : 0;
  }
}

import type { Incident, Value, Verdict } from '../../core/reading.ts';
import { IncidentMerger } from '../decision/incidentMerger.ts';
import { asJson, type State } from '../snapshot/state.ts';
import type { DurableState, DurableVerdict } from './durableState.ts';

const MAX_OPEN = 10_000; // incidents, as in the operator `incidents`

/** What follows from the verdicts of all keys so far: their incidents. */
export class VerdictHistory<E, V extends Value> {
  readonly #merger: IncidentMerger<E, V>;

  /** @param hold unflagged events that end an incident */
  constructor(hold: number) {
    this.#merger = new IncidentMerger({ hold, maxOpen: MAX_OPEN });
  }

  /** The open incidents, oldest first. */
  get open(): readonly Incident<E, V>[] {
    return this.#merger.open;
  }

  /** Whether a key has an open incident. */
  isOpen(key: string | undefined): boolean {
    return this.#merger.of(key) !== undefined;
  }

  /** Takes a verdict that nobody else has: one that is not flagged is given back itself, as a copy would take a tenth of all time. */
  add(verdict: Verdict<E, V>): DurableVerdict<E, V> {
    const ended = this.#merger.add(verdict);
    const { isAnomaly } = verdict;
    const durable: { -readonly [K in keyof DurableVerdict<E, V>]: DurableVerdict<E, V>[K] } = isAnomaly
      ? { ...verdict, incident: this.#merger.of(verdict.key), ended }
      : Object.assign(verdict, { incident: undefined, ended });
    return durable;
  }

  save(): State {
    return asJson(this.#merger.save());
  }

  resume(open: DurableState<E, V>['open']): void {
    this.#merger.resume(open);
  }
}

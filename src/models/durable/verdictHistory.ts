import type { EndedBy, Incident, Value, Verdict } from '../../core/reading.ts';
import type { ChangeTracker } from '../changes/changeTracker.ts';
import { IncidentMerger } from '../decision/incidentMerger.ts';
import { asJson, type State } from '../snapshot/state.ts';
import type { DurableState, DurableVerdict } from './durableState.ts';

const MAX_OPEN = 10_000; // incidents, as in the operator `incidents`

/** What follows from the verdicts of all keys so far: incidents, and change points where they are asked for. */
export class VerdictHistory<E, V extends Value> {
  readonly #merger: IncidentMerger<E, V>;
  readonly #changes: ChangeTracker | undefined;
  readonly #ending: Map<string | undefined, EndedBy> = new Map();

  /** @param hold unflagged events that end an incident */
  constructor(hold: number, changes: ChangeTracker | undefined) {
    this.#changes = changes;
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

  /** Ends the incident of a key with the next verdict, if it has one. */
  end(key: string | undefined, by: EndedBy): void {
    if (this.isOpen(key)) this.#ending.set(key, by);
  }

  /** Takes a verdict that nobody else has: one that is not flagged is given back itself, as a copy would take a tenth of all time. */
  add(verdict: Verdict<E, V>): DurableVerdict<E, V> {
    const ending = this.#ending.size === 0 ? [] : this.#endings(verdict);
    const added = this.#merger.add(verdict);
    const ended = ending.length === 0 ? added : [...ending, ...added];
    const { isAnomaly } = verdict;
    const durable: { -readonly [K in keyof DurableVerdict<E, V>]: DurableVerdict<E, V>[K] } = isAnomaly
      ? { ...verdict, incident: this.#merger.of(verdict.key), ended }
      : Object.assign(verdict, { incident: undefined, ended });
    if (this.#changes !== undefined) durable.changes = this.#changes.add(verdict);
    return durable;
  }

  #endings(verdict: Verdict<E, V>): Incident<E, V>[] {
    const ended = [...this.#ending].flatMap(([key, by]) => this.#merger.end(key, verdict, by) ?? []);
    this.#ending.clear();
    return ended;
  }

  save(): { readonly [name: string]: State } {
    const open = asJson(this.#merger.save());
    return this.#changes === undefined ? { open } : { open, changes: this.#changes.save() };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  resume({ open, changes }: Pick<DurableState<E, V>, 'open' | 'changes'>): void {
    this.#merger.resume(open);
    if (changes !== undefined) this.#changes?.resume(changes);
  }
}

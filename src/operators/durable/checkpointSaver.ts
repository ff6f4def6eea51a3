import type { SchedulerLike } from 'rxjs';
import { RxAnomalyError } from '../../core/errors.ts';

/** Something whose state can be taken and saved. */
export interface Captured {
  /**
   * Takes the state as it is now. What it returns saves it, in small steps: after each it asks `pause` what to wait for so
   * that others may work too; undefined when it need not wait.
   */
  capture(): (pause: () => Promise<void> | undefined) => Promise<void>;
}

/** Milliseconds for which a save may work before others have their turn. */
const SLICE = 8;

type Save = ReturnType<Captured['capture']>;

/** What a save came to. */
type Outcome = 'saved' | { readonly failure: unknown };

/** Saves states when they are due and all their verdicts are delivered; one at a time. */
export class CheckpointSaver {
  readonly #detector: Captured;
  readonly #every: number;
  readonly #scheduler: SchedulerLike;
  readonly #onFailed: (error: unknown) => void;
  #detected = 0; // verdicts
  #delivered = 0;
  #isDirty = false; // since the last capture
  #isConsistent = true; // false while an event is processed, and for good where that failed
  #last: number;
  #pending: { readonly verdicts: number; readonly save: Save } | undefined;
  #saving: Promise<Outcome> | undefined;

  /** @param onFailed called with the error of a save */
  constructor(
    detector: Captured,
    every: number,
    scheduler: SchedulerLike,
    onFailed: (error: unknown) => void,
  ) {
    this.#detector = detector;
    this.#every = every;
    this.#scheduler = scheduler;
    this.#onFailed = onFailed;
    this.#last = scheduler.now();
  }

  /**
   * Runs the step that processes an event. Where it throws nothing more is saved, as half of the event may have reached
   * the models; unless it is BAD_DATA, an event that was refused as it was read: what was before it can be saved.
   */
  process<R>(step: () => R | undefined): R | undefined {
    this.tick(); // timers do not run while a synchronous source does
    this.#isConsistent = false;
    let verdict: R | undefined;
    try {
      verdict = step();
    } catch (error) {
      this.#isConsistent = error instanceof RxAnomalyError && error.code === 'BAD_DATA';
      throw error;
    }
    this.#isConsistent = true;
    if (verdict !== undefined) this.#detected++;
    this.#isDirty = true;
    return verdict;
  }

  /** Counts verdicts that no event was processed for. */
  detected(verdicts: number): void {
    if (verdicts === 0) return;
    this.#detected += verdicts;
    this.#isDirty = true;
  }

  /** Counts one more delivered verdict. */
  delivered(): void {
    this.#delivered++;
    this.#proceed();
  }

  /** Notes a change in another part of the state. */
  changed(): void {
    this.#isDirty = true;
  }

  /** To be called between events: takes the state when it is due. */
  tick(): void {
    if (!this.#isDirty || !this.#isConsistent || this.#pending !== undefined || this.#saving !== undefined)
      return;
    if (this.#scheduler.now() - this.#last < this.#every) return;
    this.#take();
    this.#proceed();
  }

  /** Saves the present state, as far as all was delivered; resolves when that is over, successful or not. */
  async finish(): Promise<void> {
    await this.#saveRest();
  }

  /** The same. @throws the error of the save, after it was reported */
  async save(): Promise<void> {
    const outcome = await this.#saveRest();
    if (typeof outcome === 'object') throw outcome.failure;
  }

  async #saveRest(): Promise<Outcome | undefined> {
    this.#pending = undefined; // the last one will do
    await this.#saving;
    if (this.#isDirty && this.#isConsistent && this.#delivered >= this.#detected) {
      this.#take();
      this.#proceed();
    }
    return await this.#saving; // another's, where that has what is new
  }

  #take(): void {
    this.#pending = { verdicts: this.#detected, save: this.#detector.capture() };
    this.#isDirty = false;
    this.#last = this.#scheduler.now();
  }

  #proceed(): void {
    if (this.#pending === undefined || this.#delivered < this.#pending.verdicts) return;
    const { save } = this.#pending;
    this.#pending = undefined;
    this.#saving = Promise.resolve() // until the subscriber has taken the verdict that is under way
      .then(() => save(this.#slices()))
      .then(
        (): Outcome => 'saved',
        (failure: unknown) => {
          this.#isDirty = true;
          this.#onFailed(failure);
          return { failure };
        },
      )
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /** Lets the event loop go round whenever a slice is over. */
  #slices(): () => Promise<void> | undefined {
    let from = this.#scheduler.now();
    return () => {
      if (this.#scheduler.now() - from < SLICE) return undefined;
      return new Promise((resolve) => {
        this.#scheduler.schedule(() => {
          from = this.#scheduler.now();
          resolve();
        });
      });
    };
  }
}

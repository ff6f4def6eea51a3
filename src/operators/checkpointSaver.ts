import type { SchedulerLike } from 'rxjs';

/** Something that can take its state, and save what it took. */
interface Captured {
  capture(): () => Promise<void>;
}

/** Saves states when their time has come and all their verdicts are delivered; one at a time. */
export class CheckpointSaver {
  readonly #detector: Captured;
  readonly #every: number;
  readonly #scheduler: SchedulerLike;
  readonly #onFailed: (error: unknown) => void;
  #judged = 0; // verdicts
  #delivered = 0;
  #isNews = false; // since the last capture
  #last: number;
  #pending: { readonly verdicts: number; readonly save: () => Promise<void> } | undefined;
  #saving: Promise<void> | undefined;

  /** @param onFailed told what a save failed with */
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

  /** Takes in that an event was judged. @param verdicts 0 or 1 */
  judged(verdicts: number): void {
    this.#judged += verdicts;
    this.#isNews = true;
  }

  /** Takes in that one more verdict is where it goes. */
  delivered(): void {
    this.#delivered++;
    this.#proceed();
  }

  /** To be called between events: takes the state when it is time. */
  tick(): void {
    if (!this.#isNews || this.#pending !== undefined || this.#saving !== undefined) return;
    if (this.#scheduler.now() - this.#last < this.#every) return;
    this.#take();
    this.#proceed();
  }

  /** Resolves when the state at the end is saved, as far as all was delivered. */
  async finish(): Promise<void> {
    this.#pending = undefined; // the last one will do
    await this.#saving;
    if (!this.#isNews || this.#delivered < this.#judged) return;
    this.#take();
    this.#proceed();
    await this.#saving;
  }

  #take(): void {
    this.#pending = { verdicts: this.#judged, save: this.#detector.capture() };
    this.#isNews = false;
    this.#last = this.#scheduler.now();
  }

  #proceed(): void {
    if (this.#pending === undefined || this.#delivered < this.#pending.verdicts) return;
    const { save } = this.#pending;
    this.#pending = undefined;
    this.#saving = Promise.resolve() // until the subscriber has taken the verdict that is under way
      .then(save)
      .catch((error: unknown) => {
        this.#isNews = true;
        this.#onFailed(error);
      })
      .finally(() => {
        this.#saving = undefined;
      });
  }
}

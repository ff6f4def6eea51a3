import { BehaviorSubject, defer, filter, first, ignoreElements, type Observable } from 'rxjs';
import { optionChecks } from '../core/options.ts';

/**
 * What has been read and is not yet processed. Shared between a sink, which counts, and a source, which waits while
 * it is full: RxJS itself has no back-pressure.
 */
export class Backlog {
  readonly limit: number;
  readonly #size: BehaviorSubject<number> = new BehaviorSubject(0);

  /** @param limit events, 1 or more, at which the source waits */
  constructor(limit: number) {
    this.limit = optionChecks('Backlog').positiveInteger('limit', limit);
  }

  /** Pending events. */
  get size(): number {
    return this.#size.value;
  }

  /** Adds to the count; a negative number subtracts. */
  add(count: number): void {
    this.#size.next(this.size + count);
  }

  /** Completes as soon as there is room. */
  room(): Observable<never> {
    return defer(() => this.#size).pipe(
      filter((size) => size < this.limit),
      first(),
      ignoreElements(),
    );
  }
}

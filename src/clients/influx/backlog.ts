import { BehaviorSubject, defer, filter, first, ignoreElements, type Observable } from 'rxjs';
import { optionChecks } from '../../core/options.ts';

/**
 * What has been taken in and not been dealt with yet. Shared between a sink, which counts, and a source, which waits
 * while it is full: RxJS itself has no way to tell a source to slow down.
 */
export class Backlog {
  readonly limit: number;
  readonly #size: BehaviorSubject<number> = new BehaviorSubject(0);

  /** @param limit events, 1 or more, from which on the source waits */
  constructor(limit: number) {
    this.limit = optionChecks('Backlog').positiveInteger('limit', limit);
  }

  /** Events that wait. */
  get size(): number {
    return this.#size.value;
  }

  /** So many more; fewer, where it is negative. */
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

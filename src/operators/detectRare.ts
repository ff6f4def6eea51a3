import { defer, filter, finalize, from, map, type OperatorFunction } from 'rxjs';
import type { RareVerdict } from '../core/reading.ts';
import { RareDetector, resolveRare } from '../models/rare/rareDetector.ts';
import { type Category, type DetectRareOptions, rareOptions } from '../models/rare/rareOptions.ts';
import { problemReporter } from './problemReporter.ts';

/** Events that need no `value` selector: a category, or something that has one in its field `value`. */
export type Categorised = Category | null | undefined | { readonly value?: Category | null | undefined };

/**
 * Rare and new categories: event types, states, error codes, and with `template: true` lines of a log. The verdict on an event
 * follows from the chance that the next event of its stream is of a category as rare as this one, or rarer: the share of the
 * events so far of which that is true (a conformal p-value). So a category that was never seen is no anomaly while new ones
 * are usual, as in the first events, and rare ones are none where there are many. Events with a time are also
 * compared with those of the same part of the day.
 *
 * A verdict is like those of other detectors: `value` is −log10 of the chance, `expected` and the band are what is usual of that,
 * `rarity` has category, counts, and what was forgotten. So `incidents`, `alerts`, sinks and `explainIncident` take it.
 *
 * ```ts
 * lines$.pipe(detectRare({ value: (r) => r.line, time: (r) => r.at, key: (r) => r.host, template: true }), alerts())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function detectRare<E>(
  options: DetectRareOptions<E> & { readonly value: (event: E) => Category | null | undefined },
): OperatorFunction<E, RareVerdict<E>>;
/** Of events that need no `value` selector: categories, or what has one in its field `value`. */
export function detectRare<E extends Categorised>(
  options?: DetectRareOptions<E>,
): OperatorFunction<E, RareVerdict<E>>;
export function detectRare<E>(options: DetectRareOptions<E> = {}): OperatorFunction<E, RareVerdict<E>> {
  const where = 'detectRare';
  const resolved = resolveRare(where, options);
  new RareDetector<E>(resolved, where); // refuses wrong rules now, not at the first subscription
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter<E>(where, resolved.onProblem as never);
      const own = rareOptions.with(resolved as never, { onProblem } as never) as typeof resolved;
      const detector = new RareDetector<E>(own, where);
      return from(source).pipe(
        map((event) => detector.process(event)),
        filter((verdict) => verdict !== undefined),
        finalize(finish),
      );
    });
}

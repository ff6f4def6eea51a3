import { from, type OperatorFunction } from 'rxjs';

/** All that an operator gives for these events, from a synchronous source that completes; rethrows its error. */
export function runOperator<A, B>(events: Iterable<A>, operator: OperatorFunction<A, B>): B[] {
  const results: B[] = [];
  let failure: { readonly error: unknown } | undefined;
  from(events)
    .pipe(operator)
    .subscribe({
      next: (result) => results.push(result),
      error: (error: unknown) => {
        failure = { error };
      },
    });
  if (failure !== undefined) throw failure.error;
  return results;
}

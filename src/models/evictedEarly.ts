import { show } from '../core/options.ts';
import type { Problem, Value } from '../core/reading.ts';
import type { ResolvedStreamDetector } from './streamDetectorOptions.ts';

/**
 * The problem that there are more keys than models.
 *
 * @param key whose model was evicted
 * @param index of the event that took its place
 */
export function evictedEarly<E>(
  key: string | undefined,
  event: E,
  index: number,
  { maxKeys, onReturn }: Pick<ResolvedStreamDetector<E, Value>, 'maxKeys' | 'onReturn'>,
): Problem<E> {
  const detail = `expected at most maxKeys (${maxKeys}) keys, got one more before the warm-up of ${show(key)} had ended`;
  const what =
    onReturn === undefined
      ? 'its model is dropped and flags nothing'
      : 'its model is stored until the key returns, which takes many times as long';
  const remedy = `${what}: raise maxKeys (--max-keys)`;
  const message = `event ${index}: ${detail}; ${remedy}`;
  return { kind: 'evictedEarly', dimension: undefined, key, event, index, detail, remedy, message };
}

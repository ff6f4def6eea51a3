import { RxAnomalyError } from '../../core/errors.ts';
import type { EngineState } from './engine.ts';

/** A copy of every vector. */
export function copyState(carried: EngineState): EngineState {
  return Object.fromEntries(Object.entries(carried).map(([name, vector]) => [name, vector.slice()]));
}

/**
 * Copies `state` into the engine's vectors; changes none of them when one does not fit.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT as `checkState`
 */
export function restoreState(carried: EngineState, state: EngineState, whose = 'engine'): void {
  checkState(state, carried, whose);
  for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
}

/**
 * @param expected vectors by name, or how long they should be
 * @throws RxAnomalyError BAD_SNAPSHOT when `state` lacks one of them or has it in another length
 */
export function checkState(
  state: EngineState,
  expected: Readonly<Record<string, { readonly length: number }>>,
  whose = 'engine',
): void {
  for (const [name, { length }] of Object.entries(expected)) {
    if (state[name]?.length !== length) {
      throw new RxAnomalyError('BAD_SNAPSHOT', `${whose} state: ${name} is missing or of another size`);
    }
  }
}

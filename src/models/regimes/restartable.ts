import type { State } from '../snapshot/state.ts';

/** A model whose state of one dimension can be parked, restored and restarted, while the others are kept. */
export interface Restartable {
  /** A copy of the state of dimension `d` alone. */
  park(d: number): State;
  /**
   * Checks a result of `park`, also of another model of the same configuration.
   *
   * @returns a function that restores it and cannot fail
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged
   */
  prepareResume(d: number, parked: State): () => void;
  /**
   * Restarts dimension `d`.
   *
   * @param scale level and spread of its newest values, as `RobustScaler.part` has them
   */
  restart(d: number, scale: Float64Array): void;
}

import type { State } from '../snapshot.ts';

/** A model whose memory of one dimension can be set aside, put back and begun anew, while it remembers the others. */
export interface Restartable {
  /** A copy of all that is remembered of dimension `d` alone. */
  park(d: number): State;
  /**
   * Checks what `park` gave, be it of another model of the same configuration.
   *
   * @returns what puts it back and cannot fail
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged
   */
  prepareResume(d: number, parked: State): () => void;
  /**
   * Begins dimension `d` anew.
   *
   * @param scale level and spread of its newest values, as `RobustScaler.part` has them
   */
  restart(d: number, scale: Float64Array): void;
}

/** Where a network is run. */
export type RunnerName = 'wasm' | 'wasm-relaxed' | 'reference';

/** States of series, S numbers each: h, then c where the cell has one. */
export type SeriesStates = Float32Array | Float64Array;

/** Runs a network whose weights stay as they are. States of series are the caller's, in a vector of its precision. */
export interface NetworkRunner {
  readonly name: RunnerName;
  readonly precision: 'float32' | 'float64';
  /** S: numbers of a series' state. */
  readonly stateSize: number;
  /**
   * Advances `count` series by one event each.
   *
   * @param output (count, O) result
   * @param states of all series, from `from` on; those that advance are overwritten
   * @param series (count) all different
   * @param x (count, I) inputs
   */
  advanceInto(
    output: Float64Array,
    states: SeriesStates,
    from: number,
    series: Int32Array,
    x: Float64Array,
    count: number,
  ): void;
}

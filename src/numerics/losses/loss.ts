/** The loss of one forecast: of a location alone, or of a location and a log scale. */
export interface Loss {
  /** True when each target has two outputs: a location and the logarithm of a scale. */
  readonly distribution: boolean;
  /**
   * Adds weight · ∂loss/∂output to `gradient` and returns weight · loss.
   *
   * @param output location at index `at`; log scale at `at + targets` when `distribution`
   * @param gradient as long as `output`
   */
  accumulate(
    output: Float64Array,
    gradient: Float64Array,
    at: number,
    targets: number,
    target: number,
    weight: number,
  ): number;
}

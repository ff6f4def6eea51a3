/** The loss of one forecast: of a location alone, of a location and a log scale, or of a class. */
export interface Loss {
  /** Outputs per target: 1 a location, 2 a location and the logarithm of a scale, K a logit per class. */
  readonly outputs: number;
  /**
   * Adds weight · ∂loss/∂output to `gradient` and returns weight · loss.
   *
   * @param output the target's outputs at the indices `at`, `at + targets`, …
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

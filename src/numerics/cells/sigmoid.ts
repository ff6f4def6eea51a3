/** The logistic function 1 / (1 + e^−z); exact 0 and 1 at −∞ and +∞. */
export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

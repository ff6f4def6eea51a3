/**
 * Scales `gradient` down to the global L2 norm `maxNorm` (Pascanu, Mikolov & Bengio 2013) and returns the norm it
 * had before. Smaller gradients are left alone. The 1e-6 is PyTorch's, against division by 0.
 */
export function clipByGlobalNorm(gradient: Float64Array, maxNorm: number): number {
  let squares = 0;
  for (let k = 0; k < gradient.length; k++) squares += gradient[k] * gradient[k];
  const norm = Math.sqrt(squares);
  const scale = maxNorm / (norm + 1e-6);
  if (scale < 1) for (let k = 0; k < gradient.length; k++) gradient[k] *= scale;
  return norm;
}

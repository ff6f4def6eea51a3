import { square } from '../../core/math/pow.ts';
/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan 2013, § 8.5): O(n³) a
 * sweep, a handful of sweeps, and small eigenvalues to full accuracy.
 *
 * @param matrix (n, n) row-major; overwritten, its diagonal becomes the eigenvalues
 * @param vectors (n, n) row-major; row k becomes the unit eigenvector of the k-th eigenvalue
 */
export function symmetricEigen(matrix: Float64Array, vectors: Float64Array, n: number): void {
  vectors.fill(0);
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++) {
      all += square(matrix[i * n + i]);
      for (let j = i + 1; j < n; j++) off += square(matrix[i * n + j]);
    }
    if (off <= CONVERGED * all) return;
    const small = off / (n * n * 100); // a rotation that would change next to nothing can wait for the next sweep
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (square(matrix[p * n + q]) > small) rotate(matrix, vectors, n, p, q);
      }
    }
  }
}

const MOST_SWEEPS = 30; // convergence is quadratic: more than ten have not been seen
const CONVERGED = 1e-24; // squared

/** The rotation in the plane (p, q) that makes their element vanish. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = matrix[p * n + q];
  const theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * apq);
  const tan = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(tan * tan + 1);
  const sin = tan * cos;
  matrix[p * n + p] -= tan * apq;
  matrix[q * n + q] += tan * apq;
  matrix[p * n + q] = 0;
  matrix[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      const [kp, kq] = [matrix[p * n + k], matrix[q * n + k]];
      matrix[p * n + k] = cos * kp - sin * kq;
      matrix[q * n + k] = sin * kp + cos * kq;
      matrix[k * n + p] = matrix[p * n + k];
      matrix[k * n + q] = matrix[q * n + k];
    }
    const [vp, vq] = [vectors[p * n + k], vectors[q * n + k]];
    vectors[p * n + k] = cos * vp - sin * vq;
    vectors[q * n + k] = sin * vp + cos * vq;
  }
}

import type { ResidualHistogram } from '../report/reportDocument.ts';
import type { RecordedStream } from '../streamRecorder.ts';

const REACH = 3; // halves of the band
const BINS = 60;

/** The residuals of all dimensions; what was imputed, and what had no forecast, is left out. */
export function residualHistogram({ dimensions, imputed }: RecordedStream): ResidualHistogram {
  const counts = new Array<number>(BINS).fill(0);
  const step = (2 * REACH) / BINS;
  const leftOut = new Set(imputed);
  let [below, above, total, within] = [0, 0, 0, 0];
  for (const { value, expected, lower, upper } of dimensions) {
    for (let at = 0; at < value.length; at++) {
      const residual = value[at]! - expected[at]!;
      const half = residual < 0 ? expected[at]! - lower[at]! : upper[at]! - expected[at]!;
      if (leftOut.has(at) || Number.isNaN(residual) || Number.isNaN(half)) continue;
      const position = residual === 0 ? 0 : residual / half;
      total++;
      if (Math.abs(position) <= 1) within++;
      if (position < -REACH) below++;
      else if (position >= REACH) above++;
      else counts[Math.min(BINS - 1, Math.floor((position + REACH) / step))]!++;
    }
  }
  return { from: -REACH, step, counts, below, above, total, within };
}

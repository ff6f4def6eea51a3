import type { NabFile } from './nabFile.ts';
import type { NabProfile } from './profiles.ts';

/**
 * What flagging each record earns: above 0 inside a window, below 0 outside. The scaled sigmoid of Lavin & Ahmad
 * 2015, applied as NAB 1.1's sweeper.py does:
 * - inside a window of w records that ends at r, the relative position is y = −(r − i + 1) / w, so −1 at the first
 *   record and −1/w at the last, and the gain tpWeight · σ(y) / σ(−1): tpWeight for the first record;
 * - outside, y = (i − r) / (w − 1) for the window before, and the gain fpWeight · σ(y);
 * - before any window, −fpWeight.
 *
 * After a window of a single record y is infinite, a false positive far from any window (NAB divides by zero there).
 *
 * @returns (records)
 */
export function recordGains({ scores, windows }: NabFile, profile: NabProfile): Float64Array {
  const gains = new Float64Array(scores.length).fill(-profile.fpWeight);
  windows.forEach(({ first, last }, window) => {
    const width = last - first + 1;
    for (let i = first; i <= last; i++) {
      gains[i] = (scaledSigmoid(-(last - i + 1) / width) * profile.tpWeight) / AT_WINDOW_START;
    }
    const next = windows[window + 1]?.first ?? scores.length;
    for (let i = last + 1; i < next; i++)
      gains[i] = scaledSigmoid((i - last) / (width - 1)) * profile.fpWeight;
  });
  return gains;
}

/** σ(y) = 2 / (1 + e^(5y)) − 1: 0.9866 at the first record of a window, 0 just past its end, −1 far behind it. */
function scaledSigmoid(position: number): number {
  return position > 3 ? -1 : 2 * (1 / (1 + Math.exp(5 * position))) - 1;
}

const AT_WINDOW_START = scaledSigmoid(-1);

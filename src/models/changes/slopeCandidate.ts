import { log } from '../../core/math/log.ts';
import { medianOf } from '../../core/math/median.ts';
import type { Around, Block, Candidate, Fits } from './around.ts';
import { contrastsOf, pastOf, ratio, squaresOf } from './evidence.ts';
import { squaresOfCurve } from './fits.ts';

/** A bend of the line through the values without their cycle. */
export function slopeCandidate({ y, bounded, means, cycle, setting }: Around, fits: Fits): Candidate {
  const n = y.length;
  const { at, squares, slope, change } = fits.slope;
  const k = n - at;
  const edge = Math.max(4, Math.min(16, k >> 2));
  // What it bent by, compared with what it ever bent by in as many events: a slow cycle and a walk bend all the time.
  const far = Math.max(1, Math.min(6, Math.round(k / 32)));
  const [usual, most] = bendsOf(setting.blocks, at, far);
  const bend = Math.abs(change) * 32 * far;
  const moved = change * k;
  const quarters = [0, 1, 2, 3].map((q) => means.of(at + ((q * k) >> 2), at + (((q + 1) * k) >> 2)));
  const steps = [1, 2, 3].map((q) => Math.sign(change) * (quarters[q] - quarters[q - 1] - (slope * k) / 4));
  const mean = Math.abs(steps[0] + steps[1] + steps[2]) / 3;
  const even = mean > 0 ? Math.max(-1, Math.min(...steps) / mean) : -1;
  let left = 0;
  for (let t = at; t < n; t++) {
    const line = means.of(at, n) + (slope + change) * (t - (at + n - 1) / 2);
    left += Math.abs(bounded[t] - line);
  }
  const [from, to] = [medianOf(y, Math.max(0, at - 64), at), means.of(n - edge, n)];
  const evidence = [
    ratio(bend, usual),
    ratio(bend, most),
    ...pastOf(setting.blocks, at, (from + to) / 2, to > from, ({ mean }) => mean),
    log(k),
    ratio(fits.level.squares, squares),
    ratio(squaresOf(bounded), squares),
    ratio(squaresOfCurve(bounded, 3), squares),
    even,
    ratio(Math.abs(moved), left / k),
    Number(cycle !== undefined),
    setting.flagged,
    ...contrastsOf(means, fits.level.at, [4]),
  ];
  return { kind: 'slope', way: 'slope', at, before: slope, after: slope + change, size: change, evidence };
}

/** How much the stream bent at other times before `at`, over 2 · 32 `far` events: root mean square, and the most. */
function bendsOf(blocks: readonly Block[], at: number, far: number): [usual: number, most: number] {
  let [squares, count, most] = [0, 0, 0];
  const past = blocks.filter(({ end }) => end <= at);
  for (let b = 0; b + 2 * far < past.length; b++) {
    if (past[b].end - past[b + 2 * far].end !== 64 * far) continue; // some are missing between them
    const bend = past[b].mean - 2 * past[b + far].mean + past[b + 2 * far].mean;
    squares += bend * bend;
    most = Math.max(most, Math.abs(bend));
    count++;
  }
  return [Math.sqrt(squares / Math.max(1, count)), most];
}

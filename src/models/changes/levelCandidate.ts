import { log } from '../../core/math/log.ts';
import { medianOf } from '../../core/math/median.ts';
import type { Around, Candidate, Fits } from './around.ts';
import { contrastsOf, longestRun, pastOf, ratio, separation, squaresOf } from './evidence.ts';

/** A step of the values without their cycle. */
export function levelCandidate({ y, bounded, means, cycle, setting }: Around, fits: Fits): Candidate {
  const n = y.length;
  const { at, squares } = fits.level;
  const to = Math.min(64, n - at);
  const [before, after] = [medianOf(y, Math.max(0, at - 64), at), medianOf(y, at, at + to)];
  const stay = medianOf(y, Math.max(at, n - 64), n);
  const middle = (before + stay) / 2;
  const isUp = stay > before;
  const evidence = [
    ...contrastsOf(means, at, [4, 16, 64]),
    ...pastOf(setting.blocks, at, middle, isUp, ({ mean }) => mean),
    log(n - at),
    ratio(fits.slope.squares, squares),
    ratio(squaresOf(bounded), squares),
    separation(y, at, middle, isUp),
    log((n - at) / (1 + longestRun(means, at, middle, isUp))),
    Number(cycle !== undefined),
    setting.flagged,
  ];
  return { kind: 'level', way: 'level', at, before, after, size: after - before, evidence };
}

import type { Candidate, Setting } from './around.ts';
import { cycleCandidate } from './cycleCandidate.ts';
import { fitBend } from './fits.ts';
import { levelCandidate } from './levelCandidate.ts';
import { noiseCandidate } from './noiseCandidate.ts';
import { type Profile, profileOf, withoutCycle } from './profile.ts';
import { slopeCandidate } from './slopeCandidate.ts';
import { clipped, Means } from './windows.ts';

/** Values before a change without which none is found, and after it. */
export const LEAST_BEFORE = 60;
export const LEAST_AFTER = 12;

/**
 * One candidate of each kind that is possible, over the newest values of one dimension.
 *
 * @param x (N) oldest first, none missing
 */
export function candidates(x: Float64Array, setting: Setting): Candidate[] {
  const { noticed, earliest } = setting;
  const n = x.length;
  const first = Math.max(LEAST_BEFORE, earliest);
  const last = n - LEAST_AFTER;
  if (first > last) return [];
  const cycle = cycleBefore(x, Math.max(first, Math.min(noticed, n)));
  const y = withoutCycle(x, cycle);
  const bounded = clipped(y);
  const around = { x, y, bounded, means: new Means(bounded), cycle, first, last, setting };
  const fits = { level: fitBend(bounded, 'step', first, last), slope: fitBend(bounded, 'ramp', first, last) };
  const cycles = cycleCandidate(around);
  const scale = noiseCandidate(around, fits);
  const own = [levelCandidate(around, fits), slopeCandidate(around, fits), scale];
  return cycles === undefined ? own : [...own, cycles];
}

/** The cycle before a change that was at `to` or some time before: of beginnings of different lengths the one that leaves least. */
function cycleBefore(x: Float64Array, to: number): Profile | undefined {
  let best: Profile | undefined;
  for (let end = to; end >= Math.max(SHORTEST_PAST, to - LATEST); end -= LATEST / 2) {
    const profile = profileOf(x, 0, end);
    if (profile !== undefined && !(profile.left >= (best?.left ?? 1))) best = profile;
  }
  return best;
}
const SHORTEST_PAST = 120; // events
const LATEST = 160;

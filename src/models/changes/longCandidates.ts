import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import { medianOf } from '../../core/math/median.ts';
import type { ChangeKind, ChangeSize } from './changePoint.ts';
import { ratio } from './evidence.ts';
import { type Bend, type Fit, fitBend } from './fits.ts';
import { type Deseasoned, withoutLevel } from './longCycle.ts';
import { NORMAL } from './noiseCandidate.ts';
import { clipped, contrast, Means } from './windows.ts';

/** What a change shows in. */
export type LongWay = 'level' | 'slope' | 'noise' | 'cycle';

/** What may have changed, in buckets. */
export interface LongCandidate extends ChangeSize {
  readonly kind: ChangeKind;
  readonly way: LongWay;
  /** Place of the change, in buckets and parts of them. */
  readonly at: number;
  /** What its certainty follows from. */
  readonly evidence: readonly number[];
}

/** In what is looked. */
export interface LongAround {
  /** (N) bucket means, oldest first. */
  readonly x: Float64Array;
  /** What is left without the cycle, and of ln roughness. */
  readonly cycle: Deseasoned;
  readonly noise: Deseasoned;
  /** Events of a bucket. */
  readonly events: number;
  /** Buckets of a day, or of a cycle that is not a week. */
  readonly day: number;
  /** The first and the last bucket that may be the first after a change; where another one is it rather, nothing is found. */
  readonly first: number;
  readonly last: number;
}

/** One candidate of each kind that is possible. */
export function longCandidates(around: LongAround): LongCandidate[] {
  const { cycle, noise, day, first, last } = around;
  if (first > last || isQuiet(around)) return [];
  const rest = clipped(cycle.rest);
  const step = fitNear(cycle.rest, 'step', around);
  const ramp = fitNear(cycle.rest, 'ramp', around);
  const fits = { step, ramp };
  return [
    levelOf(cycle.rest, rest, day, fits),
    slopeOf(rest, day, fits),
    noiseOf(noise.rest, around),
    cycleOf(around, fits),
  ]
    .filter((each) => each !== undefined)
    .filter(({ at }) => at <= last + 1);
}

/** Whether the newest day is as all have been: most of the time nothing has changed, and no candidate is worth its time. */
function isQuiet({ cycle, noise, day, first }: LongAround): boolean {
  const n = cycle.rest.length;
  for (const rest of [cycle.rest, noise.rest]) {
    const means = new Means(rest);
    const past = means.of(Math.max(0, first - 2 * day), first);
    const { most } = contrast(means, first, day);
    if (Math.abs(means.of(n - day, n) - past) > QUIET_DAY * most) return false;
  }
  const mean = new Means(cycle.rest).of(n - day, n);
  const middle = new Means(cycle.wave).of(n - day, n);
  let [product, energy] = [0, 0];
  for (let i = n - day; i < n; i++) {
    const wave = cycle.wave[i] - middle;
    product += (cycle.rest[i] - mean) * wave; // what is left of the cycle is what its height has changed by
    energy += wave * wave;
  }
  return Math.abs(product) < QUIET * energy;
}

const QUIET_DAY = 1.3; // of the largest difference between days before; less than any candidate needs
const QUIET = 0.2; // of the height of the cycle

/** The last place of a change that is thought of. */
function latest(n: number, day: number): number {
  return n - (day >> 2);
}

/** Share of a cycle's energy that is inside of days, at the least, where its height is compared. */
const INSIDE = 0.25;

/** Days after a change, without which one day could be another. */
const IN_NOISE = 1.75;
const IN_CYCLE = 2.25;

const BENT = 1.5; // of the largest difference between days before
const NEAR = 7; // days before a change to which it is fitted

/** Fitted to some days only: a cycle that changes slowly bends all the time. */
function fitNear(rest: Float64Array, bend: Bend, { day, first }: LongAround): Fit {
  const start = Math.max(0, first - NEAR * day);
  const fit = fitBend(clipped(rest.subarray(start)), bend, first - start, latest(rest.length, day) - start);
  return { ...fit, at: start + fit.at };
}

interface Fits {
  readonly step: Fit;
  readonly ramp: Fit;
}

function levelOf(
  raw: Float64Array,
  rest: Float64Array,
  day: number,
  { step, ramp }: Fits,
): LongCandidate | undefined {
  const n = rest.length;
  const { at } = step;
  if (n - at < day) return undefined;
  const means = new Means(rest);
  const all = new Means(raw);
  const whole = Math.max(1, Math.floor((n - at - 1) / day)) * day;
  const before = all.of(Math.max(0, at - 1 - 2 * day), at - 1);
  const after = all.of(at + 1, Math.min(n, at + 1 + whole));
  const size = after - before;
  // How much of the two buckets at the change is already after it.
  const share = (i: number): number => Math.max(0, Math.min(1, (raw[i] - before) / size));
  const place = at + 1 - share(at - 1) - share(at);
  const middle = (at + 1 + n) >> 1;
  const part = (from: number, to: number): number =>
    size === 0 ? 0 : (all.of(from, Math.min(n, to)) - before) / size;
  const evidence = [
    ...contrasts(means, at, day),
    ratio(ramp.squares, step.squares),
    apart(rest, at, day),
    Math.min(part(at + 1, at + 1 + (day >> 2)), part(at + 1, middle)), // whether it was there at once
    -Math.abs(part(middle, n) - part(at + 1, middle)), // and stays as it is
  ];
  return { kind: 'level', way: 'level', at: size === 0 ? at : place, before, after, size, evidence };
}

function slopeOf(rest: Float64Array, day: number, { step, ramp }: Fits): LongCandidate | undefined {
  const { at, slope, change } = ramp;
  const n = rest.length;
  const k = n - at;
  const means = new Means(rest);
  // Daily means backwards from the end; how they bend.
  const days: number[] = [];
  for (let end = n; end - day >= 0; end -= day) days.push(means.of(end - day, end));
  const after = Math.floor(k / day);
  if (after < 2) return undefined;
  let [most, usual, count] = [0, 0, 0];
  for (let b = after; b + 1 < days.length; b++) {
    const moved = Math.abs(days[b] - days[b + 1] - slope * day);
    most = Math.max(most, moved);
    usual += moved * moved;
    count++;
  }
  const steps = Array.from(
    { length: after - 1 },
    (_, b) => (days[b] - days[b + 1] - slope * day) * Math.sign(change),
  );
  const least = Math.min(...steps);
  const moved = Math.abs(change) * k;
  const evidence = [
    ratio(Math.abs(change) * day, Math.sqrt(usual / Math.max(1, count))),
    ratio(Math.abs(change) * day, most),
    ratio(step.squares, ramp.squares),
    least > 0 ? ratio(least, Math.abs(change) * day) : -2,
    ratio(moved, most),
    Math.abs(change) / Math.max(Math.abs(slope), Math.abs(slope + change)),
  ];
  return { kind: 'slope', way: 'slope', at, before: slope, after: slope + change, size: change, evidence };
}

function noiseOf(logs: Float64Array, around: LongAround): LongCandidate | undefined {
  const { day, events } = around;
  const n = logs.length;
  const bounded = clipped(logs);
  const { at } = fitNear(logs, 'step', around);
  if (n - at < IN_NOISE * day) return undefined;
  const means = new Means(bounded);
  const whole = Math.max(1, Math.floor((n - at - 1) / day)) * day;
  // Medians: where a cycle rises, roughness is of that.
  const past = medianOf(logs, Math.max(0, at - 1 - 2 * day), at - 1);
  const now = medianOf(logs, at + 1, Math.min(n, at + 1 + whole));
  const unit = events < 2 ? MEDIAN * NORMAL : NORMAL;
  const [before, after] = [unit * exp(past), unit * exp(now)];
  const evidence = [
    ...contrasts(means, at, day),
    Math.abs(now - past),
    apart(bounded, at, day),
    log((n - at) * events),
  ];
  return { kind: 'scale', way: 'noise', at, before, after, size: after - before, evidence };
}

function cycleOf({ x, cycle, day, first }: LongAround, { step, ramp }: Fits): LongCandidate | undefined {
  const n = x.length;
  const { wave } = cycle;
  // A step is no part of a cycle, nor a ramp; where days differ by it.
  const bend = step.squares <= ramp.squares ? step : ramp;
  const days = new Means(cycle.rest);
  const { most: usualMost } = contrast(days, bend.at, day);
  const moved = days.of(n - day, n) - days.of(Math.max(0, bend.at - day), bend.at);
  const isBent = Math.abs(moved) > BENT * usualMost;
  const level = (i: number): number =>
    !isBent || i < bend.at ? 0 : bend.change * (bend === step ? 1 : i - bend.at + 1);
  const flat = withoutLevel(
    x.map((value, i) => value - level(i)),
    n,
    day,
  );
  const waves = withoutLevel(wave, n, day);
  const energy = waves.reduce((sum, each) => sum + each * each, 0) / n;
  const whole = wave.reduce((sum, each) => sum + each * each, 0) / n;
  if (!(energy > INSIDE * whole)) return undefined; // days differ from each other, and have next to no height
  const products = new Means(flat.map((value, i) => value * waves[i]));
  const squares = new Means(waves.map((each) => each * each));
  const amplitude = (from: number, to: number): number => {
    const weight = squares.of(from, to);
    return weight > 0.05 * energy ? products.of(from, to) / weight : Number.NaN;
  };
  const bounded = flat.map((value, i) => {
    const square = (waves[i] * waves[i]) / energy;
    return Math.max(-2 * square, Math.min(5 * square, (value * waves[i]) / energy)) - square;
  });
  const rough = fitBend(bounded, 'step', first, latest(n, day)).at;
  const [was, is] = [
    amplitude(Math.max(0, rough - 3 * day), rough),
    amplitude(Math.min(n - day, rough + (day >> 2)), n),
  ];
  // The place from which on the new height leaves less than the old one.
  let [at, gain, greatest] = [rough, 0, 0];
  for (let i = Math.min(latest(n, day), rough + day); i >= Math.max(first, rough - day); i--) {
    const [old, own] = [flat[i] - was * waves[i], flat[i] - is * waves[i]];
    gain += Math.abs(old) - Math.abs(own);
    if (!(gain > greatest)) continue;
    [greatest, at] = [gain, i];
  }
  const k = n - at;
  if (k < IN_CYCLE * day) return undefined;
  const after = Math.floor(k / day) * day;
  const known = amplitude(Math.max(0, at - 3 * day), at);
  const near = amplitude(at, at + Math.min(k, day));
  const all = amplitude(n - after, n);
  const sign = Math.sign(all - known);
  const newest = amplitude(n - day, n);
  const lesser = Math.max(0, Math.min(sign * (near - known), sign * (all - known), sign * (newest - known)));
  let [most, usual, count] = [0, 0, 0];
  for (let p = day; p + day <= at; p += day >> 2) {
    const past = amplitude(p, p + day) - amplitude(p - day, p);
    if (Number.isNaN(past)) continue;
    most = Math.max(most, Math.abs(past));
    usual += past * past;
    count++;
  }
  const errorOf = (share: number, from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(flat[i] - share * waves[i]);
    return sum / (to - from);
  };
  const [past, now] = [deviation(flat, Math.max(0, at - 3 * day), at), deviation(flat, n - after, n)];
  const evidence = [
    ratio(lesser, Math.sqrt(usual / Math.max(1, count))),
    ratio(lesser, most),
    ratio(errorOf(known, n - after, n), errorOf(all, n - after, n)),
    ratio(errorOf(all, n - after, n), errorOf(known, Math.max(0, at - 3 * day), at)),
    lesser,
    sign * (now > 0 && past > 0 ? log(now / past) : 0),
  ];
  if (evidence.some(Number.isNaN)) return undefined;
  const unit = Math.sqrt(energy);
  const [from, to] = [known * unit, Math.max(0, all) * unit];
  return { kind: 'scale', way: 'cycle', at, before: from, after: to, size: to - from, evidence };
}

/** Mean size of normal values by the median one. */
const MEDIAN = 1.183;

/** ln of what the difference of a day is of the usual one and of the largest; of half a day. */
function contrasts(means: Means, at: number, day: number): number[] {
  return [day, Math.max(2, day >> 2)].flatMap((width) => {
    const { difference, usual, most } = contrast(means, at, width);
    return [ratio(Math.abs(difference), usual), ratio(Math.abs(difference), most)];
  });
}

/** Share of the buckets after a change that are nearer to the level after it, less that of a few days before. */
function apart(rest: Float64Array, at: number, day: number): number {
  const n = rest.length;
  const means = new Means(rest);
  const from = Math.max(0, at - 3 * day);
  const [past, now] = [means.of(from, at), means.of(at, n)];
  const middle = (past + now) / 2;
  let [before, after] = [0, 0];
  for (let i = from; i < n; i++) {
    if (now > past ? rest[i] <= middle : rest[i] >= middle) continue;
    if (i < at) before++;
    else after++;
  }
  return after / (n - at) - before / (at - from);
}

function deviation(flat: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += flat[i] * flat[i];
  return Math.sqrt(sum / (to - from));
}

/** ln of how rough buckets are; what is next to nothing counts as a fiftieth of the mean. */
export function logsOf(roughness: Float64Array): Float64Array {
  const n = roughness.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += roughness[i] / n;
  const least = 0.02 * mean || 1;
  const logs = new Float64Array(n);
  for (let i = 0; i < n; i++) logs[i] = log(roughness[i] + least);
  return logs;
}

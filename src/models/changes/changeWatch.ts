import { loudestDimension, toVector, type Value, type Verdict } from '../../core/reading.ts';
import { fields, type State } from '../snapshot/state.ts';
import {
  COUNT,
  FLAG,
  type Layout,
  type Memory,
  orElse,
  packVectors,
  prepareVectors,
  ranged,
  TIME,
  VALUE,
} from '../snapshot/vectors.ts';
import type { Block, Candidate } from './around.ts';
import { candidates, LEAST_AFTER } from './candidates.ts';
import { certaintyOf, MOST_CERTAIN } from './certainty.ts';
import type { ChangePoint } from './changePoint.ts';
import { type DecideLong, decideLongBy, type LongFinding, LongWatch } from './longWatch.ts';
import { roughnessOf } from './noiseCandidate.ts';
import { profileOf } from './profile.ts';
import { isSuspect, LEAST_KNOWN } from './suspicion.ts';

/** What is decided of the candidates of a look. */
export type Decide = (found: readonly Candidate[], isLast: boolean) => Found | undefined;

/** A candidate that is a change point. */
export interface Found {
  readonly candidate: Candidate;
  readonly certainty: number;
}

/** Events that are remembered. */
export const ROOM = 512;
const LATE = 192; // events before the first flagged one from which a change is looked for
const STRIDE = 12; // events between two looks, at the least; then a third of those since the first flagged one
const LASTING = 144; // events after the last flagged one in which is looked
const LONGEST = 192; // events after the first flagged one, as more of those before it would be forgotten
const SURE = 0.8; // certainty from which on nothing more is waited for

/** A decision for change points of this certainty or more: at once where it is sure, else when nothing more is looked for. */
export function decideBy(minCertainty: number): Decide {
  return (found, isLast) => {
    let best: Found | undefined;
    for (const candidate of found) {
      const certainty = certaintyOf(candidate);
      if (best === undefined || certainty > best.certainty) best = { candidate, certainty };
    }
    if (best === undefined) return undefined;
    return best.certainty >= (isLast ? minCertainty : Math.max(SURE, minCertainty)) ? best : undefined;
  };
}

const BLOCK = 32; // events
const BLOCKS = 96; // that are remembered

/** One dimension of a stream. */
interface Dimension {
  readonly values: Float64Array; // (ROOM) ring
  /** (2 BLOCKS) ring of the means of blocks without their extremes, and of their mean roughness, one after the other. */
  readonly blocks: Float64Array;
  /** See the names of its places below. */
  readonly figures: Float64Array;
}

/**
 * The change points of one stream. It looks where the detector shows evidence, in flagged events and in `drift`, and where the newest blocks
 * differ from those before as none have before (`isSuspect`): then it compares the values before and after.
 */
export class ChangeWatch {
  readonly #decide: Decide;
  readonly #long: LongWatch;
  readonly #times: Float64Array = new Float64Array(ROOM).fill(Number.NaN); // ring
  readonly #count: Float64Array = new Float64Array(1);
  readonly #dimensions: readonly Dimension[];

  /** @param dimensions D @param decideLong of candidates in streams with a long cycle */
  constructor(dimensions: number, decide: Decide, decideLong: DecideLong = decideLongBy(0.5)) {
    this.#decide = decide;
    this.#long = new LongWatch(dimensions, decideLong);
    this.#dimensions = Array.from({ length: dimensions }, () => ({
      values: new Float64Array(ROOM).fill(Number.NaN),
      blocks: new Float64Array(2 * BLOCKS).fill(Number.NaN),
      figures: new Float64Array(FIGURES),
    }));
  }

  get dimensions(): number {
    return this.#dimensions.length;
  }

  /** The change points that are detected at a verdict. */
  add(verdict: Verdict<unknown, Value>): ChangePoint[] {
    const { time, isAnomaly, drift, key } = verdict;
    const value = toVector(verdict.value);
    const now = this.#count[0]++;
    this.#times[now % ROOM] = time ?? Number.NaN;
    const found: ChangePoint[] = [];
    for (const each of this.#long.add(value, now, time ?? Number.NaN, this.#times))
      found.push({ key, detectedAt: time, dimension: each.dimension, ...reported(each.found, now) });
    const loudest = isAnomaly ? loudestDimension(verdict) : -1;
    for (const [d, dimension] of this.#dimensions.entries()) {
      const { values, figures: f } = dimension;
      const before = values[(now + ROOM - 1) % ROOM];
      if (now === f[BEGIN] && !Number.isFinite(value[d])) f[BEGIN] = now + 1; // nothing to hold yet
      values[now % ROOM] = Number.isFinite(value[d]) ? value[d] : before;
      if ((now + 1) % BLOCK === 0) addBlock(dimension, now);
      if (this.#long.knows(d)) {
        f[IS_OPEN] = 0; // a part of the cycle would be a change
        continue;
      }
      if (d === loudest || drift !== undefined) notice(f, now);
      if (d === loudest) f[FLAGGED]++;
      if (f[IS_OPEN] === 0 && (now + 1) % BLOCK === 0) this.#suspect(dimension, now);
      if (f[IS_OPEN] === 0 || now < f[NEXT]) continue;
      const change = this.#look(dimension, now);
      if (change === undefined) continue;
      const { at, ...what } = change;
      const moment = this.#times[at % ROOM];
      found.push({
        key,
        ...{ kind: what.kind, dimension: d, before: what.before, after: what.after, size: what.size },
        time: Number.isNaN(moment) ? undefined : moment,
        detectedAt: time,
        eventsAgo: now - at,
        certainty: Math.min(MOST_CERTAIN, what.certainty),
      });
    }
    return found;
  }

  state(): State {
    return packVectors(this.#memory());
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  restore(state: State | undefined): void {
    prepareVectors(this.#memory(), fields(state))();
  }

  /** Looks at the end of a block where the newest differ from those before as none have before. */
  #suspect({ values, blocks, figures: f }: Dimension, now: number): void {
    const start = Math.max(f[BEGIN], now + 1 - ROOM);
    if (now + 1 - start < LEAST_KNOWN) return;
    const x = new Float64Array(now + 1 - start);
    for (let t = 0; t < x.length; t++) x[t] = values[(start + t) % ROOM];
    if ((now + 1) % (4 * BLOCK) === 0) f[PERIOD] = profileOf(x, 0, x.length)?.period ?? 0;
    const all = blocksBefore(blocks, now + 1, 0).filter(({ end }) => end > f[EARLIEST]);
    if (!isSuspect(x, all, f[PERIOD])) return;
    notice(f, now - 2 * BLOCK + 1);
    f[UNTIL] = now + LASTING;
    f[NEXT] = now;
  }

  /** @returns what has changed, at the event of number `at` */
  #look(
    { values, blocks, figures: f }: Dimension,
    now: number,
  ): (Candidate & { certainty: number }) | undefined {
    const isLast = now >= f[UNTIL] || now - f[NOTICED] >= LONGEST;
    f[NEXT] = now + Math.max(STRIDE, Math.floor((now - f[NOTICED]) / 3));
    const start = Math.max(f[BEGIN], now + 1 - ROOM);
    const x = new Float64Array(now + 1 - start);
    for (let t = 0; t < x.length; t++) x[t] = values[(start + t) % ROOM];
    const possible = candidates(x, {
      noticed: f[NOTICED] - start,
      earliest: Math.max(f[EARLIEST], f[NOTICED] - LATE) - start,
      flagged: f[FLAGGED] / (now + 1 - f[NOTICED]),
      blocks: blocksBefore(blocks, now + 1, start),
    });
    const found = this.#decide(possible, isLast);
    if (found !== undefined || isLast) f[IS_OPEN] = 0;
    if (found === undefined) return undefined;
    const { candidate, certainty } = found;
    const at = start + candidate.at;
    f[EARLIEST] = at + LEAST_AFTER;
    if (candidate.kind !== 'level') f[BEGIN] = at;
    // Everything before as if it had been at the new level: how windows usually differ is still known then.
    else for (let t = start; t < at; t++) values[t % ROOM] += candidate.size;
    return { ...candidate, at, certainty };
  }

  #memory(): Memory {
    const memory: Record<string, Memory[string]> = {
      count: ranged(this.#count, COUNT),
      times: ranged(this.#times, orElse(TIME, Number.NaN)),
      ...this.#long.memory(),
    };
    for (const [d, { values, blocks, figures }] of this.#dimensions.entries()) {
      memory[`values.${d}`] = ranged(values, orElse(VALUE, Number.NaN));
      memory[`blocks.${d}`] = ranged(blocks, orElse(VALUE, Number.NaN));
      memory[`figures.${d}`] = ranged(figures, LAYOUT);
    }
    return memory;
  }
}

/** What is found in a stream with a long cycle. */
function reported(
  { kind, at, time, before, after, size, certainty }: LongFinding,
  now: number,
): Omit<ChangePoint, 'key' | 'dimension' | 'detectedAt'> {
  const when = { time: Number.isNaN(time) ? undefined : time, eventsAgo: now - at };
  return { kind, before, after, size, certainty, ...when };
}

/** The detector has shown evidence at event `now`. */
function notice(f: Float64Array, now: number): void {
  f[UNTIL] = now + LASTING;
  if (f[IS_OPEN] === 1) return;
  f[IS_OPEN] = 1;
  f[NOTICED] = now;
  f[NEXT] = now + LEAST_AFTER;
  f[FLAGGED] = 0;
}

/** Remembers the block that ends with event `now`. */
function addBlock({ values, blocks }: Dimension, now: number): void {
  const block = new Float64Array(BLOCK);
  for (let t = 0; t < BLOCK; t++) block[t] = values[(now + 1 - BLOCK + t) % ROOM];
  if (block.some(Number.isNaN)) return;
  const place = 2 * (Math.floor(now / BLOCK) % BLOCKS);
  blocks[place] = trimmedMean(block);
  blocks[place + 1] = roughnessOf(block).reduce((sum, each) => sum + each, 0) / BLOCK;
}

/** The mean without the least and the greatest. */
function trimmedMean(block: Float64Array): number {
  let [sum, least, most] = [0, block[0], block[0]];
  for (const value of block) {
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return (sum - least - most) / (block.length - 2);
}

/** The blocks of the first `count` events; indices from event `start` on. */
function blocksBefore(blocks: Float64Array, count: number, start: number): Block[] {
  const all: Block[] = [];
  for (let end = count - (count % BLOCK); end > 0 && all.length < BLOCKS; end -= BLOCK) {
    const place = 2 * ((end / BLOCK - 1) % BLOCKS);
    if (!Number.isNaN(blocks[place]))
      all.push({ end: end - start, mean: blocks[place], roughness: blocks[place + 1] });
  }
  return all;
}

// All numbers of events, from 0 on, but for the flags.
const BEGIN = 0; // the first value of what is compared
const EARLIEST = 1; // the first that may be the first after the next change
const NOTICED = 2; // where the evidence began
const UNTIL = 3; // when the looking ends
const NEXT = 4; // the next look
const IS_OPEN = 5; // whether is looked
const FLAGGED = 6; // flagged events since the evidence began
const PERIOD = 7; // of the cycle at the end of a block; 0 without one
const FIGURES = 8;
const LAYOUT: Layout = [
  [5, COUNT],
  [1, FLAG],
  [2, COUNT],
];

import { compareNs, type Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { InfluxPosition } from './influxReading.ts';

/** A point by its identity: InfluxDB holds a single one per series and time. */
export interface PointIdentity {
  readonly ns: Nanoseconds;
  readonly series: string;
}

/** Initial state of a SeenWindow. */
export interface SeenWindowOptions {
  /** Nanoseconds. */
  readonly lateness: bigint;
  readonly from: Nanoseconds | undefined;
  /** The present time. */
  readonly now: Nanoseconds;
  readonly position: InfluxPosition | undefined;
}

/** How a point came: sweeps read everything in order, pushes may leave something out. */
export type Arrival = 'swept' | 'pushed';

/**
 * Which points have been emitted, as far back as will be read again: `lateness` behind the newest point that a sweep
 * has reached, or behind the clock where that is earlier, so that a point from the future does not end the watch on
 * the present.
 */
export class SeenWindow {
  readonly #lateness: bigint;
  /** In the order of emission; append-only, so that positions can share it. */
  #log: PointIdentity[] = EMPTY;
  #index: Set<string> | undefined; // of #log; created when it is needed
  #newest: Nanoseconds | undefined; // of all
  #swept: Nanoseconds | undefined; // the newest that a sweep has reached
  #from: Nanoseconds | undefined;
  #now: Nanoseconds;

  constructor({ lateness, from, now, position }: SeenWindowOptions) {
    this.#lateness = lateness;
    this.#now = now;
    this.#from = position?.from ?? from;
    for (const id of position?.seen ?? []) this.#add(parseIdentity(id));
  }

  /** Where the next sweep starts; undefined: with the oldest point. */
  get from(): Nanoseconds | undefined {
    return this.#from;
  }

  /** From when on nothing has been emitted; undefined: nothing at all. */
  get freshFrom(): Nanoseconds | undefined {
    return this.#newest === undefined ? this.#from : String(BigInt(this.#newest) + 1n);
  }

  /** Lets go of what will not be read again; at the beginning of a page. */
  advance(now: Nanoseconds): void {
    this.#now = now;
    const from = this.#nextFrom();
    if (from === undefined || from === this.#from) return;
    this.#from = from;
    this.#log = this.#log.filter(({ ns }) => compareNs(ns, from) >= 0);
    this.#index = undefined;
  }

  /** Adds a point; false if it was emitted before, or is older than the window. */
  accept(point: PointIdentity, arrival: Arrival): boolean {
    const isDirty = this.#newest === undefined || compareNs(point.ns, this.#newest) > 0;
    if (arrival === 'swept' && (this.#swept === undefined || compareNs(point.ns, this.#swept) > 0)) {
      this.#swept = point.ns;
    }
    if (isDirty && this.#lateness === 0n && arrival === 'swept' && compareNs(point.ns, this.#now) <= 0) {
      this.#log = EMPTY; // all before it is over: in a recorded stream that spares keeping a page
      this.#index = undefined;
    }
    // A push may be older than the log; a sweep started where the log does.
    const from = arrival === 'pushed' ? this.#nextFrom() : this.#from;
    if (from !== undefined && compareNs(point.ns, from) < 0) return false;
    if (!isDirty && this.#has(point)) return false;
    this.#add(point);
    return true;
  }

  /** The position after the last accepted point. */
  position(): InfluxPosition {
    return new LazyPosition(this.#nextFrom() ?? OLDEST, this.#log, this.#log.length);
  }

  #nextFrom(): Nanoseconds | undefined {
    if (this.#swept === undefined) return this.#from;
    const settled = compareNs(this.#swept, this.#now) < 0 ? this.#swept : this.#now;
    const from = this.#lateness === 0n ? settled : String(BigInt(settled) - this.#lateness);
    return this.#from !== undefined && compareNs(from, this.#from) < 0 ? this.#from : from;
  }

  #has(point: PointIdentity): boolean {
    this.#index ??= new Set(this.#log.map(identityText));
    return this.#index.has(identityText(point));
  }

  #add({ ns, series }: PointIdentity): void {
    const point = { ns, series }; // not what else the argument may hold
    if (this.#log.length === 0) this.#log = [point];
    else this.#log.push(point);
    this.#index?.add(identityText(point));
    if (this.#newest === undefined || compareNs(ns, this.#newest) > 0) this.#newest = ns;
  }
}

const EMPTY: PointIdentity[] = []; // never emitted

/** The oldest time that InfluxDB can hold. */
const OLDEST = '-9223372036854775806';

/** Holds identities, never readings: those hold positions in turn, and a chain of them would hold the whole past. */
class LazyPosition implements InfluxPosition {
  readonly from: Nanoseconds;
  readonly #log: readonly PointIdentity[];
  readonly #end: number;

  constructor(from: Nanoseconds, log: readonly PointIdentity[], end: number) {
    this.from = from;
    this.#log = log;
    this.#end = end;
  }

  get seen(): readonly string[] {
    return this.#log
      .slice(0, this.#end)
      .filter(({ ns }) => compareNs(ns, this.from) >= 0)
      .map(identityText);
  }

  toJSON(): InfluxPosition {
    return { from: this.from, seen: this.seen };
  }
}

function identityText({ ns, series }: PointIdentity): string {
  return `${ns} ${series}`;
}

function parseIdentity(text: string): PointIdentity {
  const blank = text.indexOf(' ');
  return { ns: text.slice(0, blank), series: text.slice(blank + 1) };
}

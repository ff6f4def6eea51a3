import { positiveInteger } from '../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import type { Detector } from './detector.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** How a detector learns from history before it goes live. */
export interface WarmUpOptions {
  /**
   * How often the history is read, 1 … 100. All passes but the last teach the forecasters alone; the last one teaches
   * everything, as if the history were live.
   * @default 1
   */
  readonly passes?: number;
}

/** The history that was learnt. */
export interface WarmUp {
  /** Events that were of use. */
  readonly events: number;
  /** The earliest of their times, in milliseconds; undefined where they have none. */
  readonly from: number | undefined;
  /** The latest of their times. */
  readonly to: number | undefined;
}

export const warmUpTable: OptionTable<WarmUpOptions> = {
  passes: {
    kind: positiveInteger(100, 'each reads the whole history'),
    default: 1,
    about: 'how often the history is read; only the last pass teaches more than the forecasters',
    when: '2 to 4 where the forecast itself is of use; what is flagged hardly changes',
  },
};

export const warmUpOptions: OptionSet<WarmUpOptions> = new OptionSet(warmUpTable);

/** The forecasters of the keys of a pass. */
export type Learnt = ReadonlyMap<string | undefined, Snapshot>;

export const NOTHING: Learnt = new Map();

/** Of a StreamDetector, what a pass needs. */
interface Pupil<E> {
  process(event: E): unknown;
  keys(): Iterable<string | undefined>;
  detector(key: string | undefined): Detector | undefined;
  dispose(): void;
}

/** One pass over the history, an event a step; then the pupil is of no more use. */
export function* taught<E>(pupil: Pupil<E>, history: Iterable<E>): Generator<undefined, Learnt, undefined> {
  try {
    for (const event of history) {
      pupil.process(event);
      yield;
    }
    const learnt = new Map<string | undefined, Snapshot>();
    for (const key of pupil.keys()) {
      const detector = pupil.detector(key);
      if (detector !== undefined) learnt.set(key, detector.forecaster.snapshot());
    }
    return learnt;
  } finally {
    pupil.dispose();
  }
}

/** The steps of a warm-up. Those of the last pass name the event that is processed next. */
export type WarmUpSteps<E> = Generator<{ readonly event: E } | undefined, WarmUp, undefined>;

/** Goes the steps at once. */
export function resultOf<E>(steps: WarmUpSteps<E>): WarmUp {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Goes the steps while others may work.
 *
 * @param pause asked before each: what to wait for; undefined when nothing
 * @param prepare asked before each event of the last pass, until it is undefined: what to wait for
 */
export async function warmUpWhile<E>(
  steps: WarmUpSteps<E>,
  pause: () => Promise<void> | undefined,
  prepare: (event: E) => Promise<void> | undefined,
): Promise<WarmUp> {
  for (;;) {
    const { done, value: next } = steps.next();
    if (done) return next;
    if (next !== undefined)
      for (let waits = prepare(next.event); waits !== undefined; waits = prepare(next.event)) await waits;
    const pending = pause();
    if (pending !== undefined) await pending;
  }
}

/** Collects a {@link WarmUp}. */
export class WarmUpCount implements WarmUp {
  events = 0;
  from: number | undefined;
  to: number | undefined;

  /** @param verdict on an event; undefined where it was of no use */
  add(verdict: { readonly time: number | undefined } | undefined): void {
    if (verdict === undefined) return;
    this.events++;
    const { time } = verdict;
    if (time === undefined) return;
    this.from = Math.min(this.from ?? time, time);
    this.to = Math.max(this.to ?? time, time);
  }
}

import type { Alert, Value } from '../../core/reading.ts';
import { count, fields, flag, list, nullOr, type State, text, time } from '../../models/snapshot/state.ts';
import type { WireMute } from '../page/wire.ts';

interface Mute {
  /** Milliseconds of the server's clock. */
  readonly until: number;
  /** Incidents whose alerts were held back. */
  held: number;
  /** Whether the beginning of the open incident is one of them. */
  isPending: boolean;
}

/**
 * Streams whose alerts are held back for a while. Unlike what a suppression rule matches, their incidents are flagged, shown
 * and learnt from as ever. An incident that is still open when its stream's mute ends is alerted then.
 */
export class Mutes {
  readonly #mutes: Map<string | undefined, Mute> = new Map();
  /** Incidents whose alerts were held back, of all streams so far. */
  held = 0;

  get size(): number {
    return this.#mutes.size;
  }

  has(key: string | undefined): boolean {
    return this.#mutes.has(key);
  }

  /** Mutes a stream, or changes when that ends. @param until milliseconds; a time that has passed ends it */
  set(key: string | undefined, until: number): void {
    this.#mutes.set(key, { held: 0, isPending: false, ...this.#mutes.get(key), until });
  }

  /** Whether an alert is not to be sent: one of a muted stream, and the end of an incident whose beginning was not. */
  holdsBack({ phase, incident: { key } }: Alert<unknown, Value>, now: number): boolean {
    const mute = this.#mutes.get(key);
    if (mute === undefined) return false;
    if (phase === 'ended') {
      const { isPending } = mute;
      mute.isPending = false;
      return isPending;
    }
    if (mute.until <= now) return false;
    mute.held++;
    mute.isPending = true;
    this.held++;
    return true;
  }

  /** Whether the beginning of the open incident of a stream was held back. */
  isPending(key: string | undefined): boolean {
    return this.#mutes.get(key)?.isPending ?? false;
  }

  /** Ends those whose time has come. @returns of each its key, and whether the open incident is to be alerted now */
  expire(now: number): { readonly key: string | undefined; readonly isPending: boolean }[] {
    const ended = [...this.#mutes].filter(([, { until }]) => until <= now);
    for (const [key] of ended) this.#mutes.delete(key);
    return ended.map(([key, { isPending }]) => ({ key, isPending }));
  }

  /** The one that ends first comes first. */
  wire(): WireMute[] {
    return [...this.#mutes]
      .map(([key, { until, held }]) => ({ name: key ?? null, until, held }))
      .sort((a, b) => a.until - b.until);
  }

  /** Those of some streams, for `resume`. */
  save(owns: (key: string | undefined) => boolean): State {
    return [...this.#mutes]
      .filter(([key]) => owns(key))
      .map(([key, { until, held, isPending }]) => ({ key: key ?? null, until, held, isPending }));
  }

  /** Adds what `save` returned. @throws RxAnomalyError BAD_SNAPSHOT where it is no such state */
  resume(saved: State | undefined): void {
    for (const each of list('mutes', saved)) {
      const { key, until, held, isPending } = fields(each, ['key', 'until', 'held', 'isPending']);
      const mute = {
        ...{ until: time('until', until), held: count('held', held) },
        isPending: flag('isPending', isPending),
      };
      this.#mutes.set(nullOr('key', key, text), mute);
      this.held += mute.held;
    }
  }
}

import type { Alert, Value } from '../../core/reading.ts';
import type { State } from '../../models/snapshot/state.ts';
import type { IncidentLog } from '../incidentLog.ts';
import type { WireAction } from '../page/wire.ts';
import { Mutes } from './mutes.ts';

type Key = string | undefined;

/** What actions of a board are about. */
export interface ActionPlace {
  readonly incidents: IncidentLog;
  /** Whether a stream is shown. */
  readonly has: (key: Key) => boolean;
  /** The key of a stream that is shown, given its number. */
  readonly keyOf: (stream: number) => { readonly key: Key } | undefined;
}

/** What users do about incidents and streams, other than feedback to the detector. */
export class BoardActions {
  readonly #place: ActionPlace;
  readonly #mutes: Mutes = new Mutes();
  #shown = ''; // the mutes at the last refresh
  #revision = 0; // in which they have changed

  constructor(place: ActionPlace) {
    this.#place = place;
  }

  /** Streams that are muted, and incidents whose alerts were held back so far. */
  get counts(): { readonly muted: number; readonly held: number } {
    return { muted: this.#mutes.size, held: this.#mutes.held };
  }

  /**
   * Records an action.
   *
   * @param now milliseconds of the server's clock
   * @returns the key of the stream; undefined where it is no longer kept
   */
  take(action: WireAction, now: number): { readonly key: Key } | undefined {
    const { incidents, has, keyOf } = this.#place;
    if (action.kind === 'mute') {
      const key = action.name ?? undefined;
      if (!has(key) && !this.#mutes.has(key)) return undefined;
      this.#mutes.set(key, now + action.for);
      return { key };
    }
    const found = incidents.find(action.incident);
    const stream = found && keyOf(found.stream);
    if (stream === undefined) return undefined;
    const { kind, incident } = action;
    incidents.change(incident, kind === 'note' ? { note: action.text } : { acknowledged: action.on });
    return { key: stream.key };
  }

  /** Whether an alert is not to be sent, because its stream is muted. To be asked once for each. */
  holdsBack(alert: Alert<unknown, Value>, now: number): boolean {
    return this.#mutes.holdsBack(alert, now);
  }

  /** Whether the beginning of the open incident of a stream was held back. */
  isHeldBack(key: Key): boolean {
    return this.#mutes.isPending(key);
  }

  /** Ends the mutes whose time has come. @returns the alerts on what began meanwhile and is still open */
  endMutes(now: number): Alert<unknown, Value>[] {
    return this.#mutes.expire(now).flatMap(({ key, isPending }): Alert<unknown, Value>[] => {
      const incident = isPending ? this.#place.incidents.current(key) : undefined;
      return incident === undefined ? [] : [{ phase: 'began', incident: { ...incident, open: true } }];
    });
  }

  /** Gives changes a new revision. */
  refresh(revision: number): void {
    const text = JSON.stringify(this.#mutes.wire());
    if (text === this.#shown) return;
    this.#shown = text;
    this.#revision = revision;
  }

  /** All mutes as a part of a `WireUpdate`, where they changed after a revision. */
  since(revision: number): string | undefined {
    return this.#revision > revision ? `"mutes":${this.#shown}` : undefined;
  }

  save(owns: (key: Key) => boolean): State {
    return this.#mutes.save(owns);
  }

  /** Adds what `save` gave. @throws RxAnomalyError BAD_SNAPSHOT where it is no such state */
  resume(saved: State | undefined): void {
    this.#mutes.resume(saved);
  }
}

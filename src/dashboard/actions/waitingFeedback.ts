import { messageOf } from '../../core/errors.ts';
import { isRecord } from '../../core/selectors.ts';
import type { Feedback } from '../../models/decision/feedback.ts';
import { type Json, list, type State, trusted } from '../../models/snapshot/state.ts';

/** A piece of feedback that is not applied yet. */
export interface Waiting {
  /** Undefined where something else was given since then, before a restart. */
  readonly piece: Feedback | undefined;
  /** By which it is known after a restart; undefined: not at all. */
  readonly place: Json | undefined;
}

/** What whoever takes feedback returns where it is applied later. */
export interface Receipt {
  readonly applied: PromiseLike<unknown>;
  readonly place?: Json;
}

/** What feedback is about: an incident, or a stretch that was reported as missed. */
export interface Subject {
  readonly change: (change: (waiting: readonly Waiting[]) => readonly Waiting[]) => void;
  readonly refuse: (piece: Feedback | undefined, why: string) => void;
}

export function isReceipt(given: unknown): given is Receipt {
  return isRecord(given) && given.applied !== undefined;
}

/** Removes what waits there once it is applied, or refused. */
export function follow(waiting: Waiting, applied: PromiseLike<unknown>, { change, refuse }: Subject): void {
  const remove = (): void => change((all) => all.filter((each) => each !== waiting));
  applied.then(remove, (error: unknown) => {
    remove();
    refuse(waiting.piece, messageOf(error));
  });
}

/** @param given the newest piece */
export function saveWaiting(waiting: readonly Waiting[], given: Feedback | undefined): Json {
  return waiting.flatMap(({ piece, place }) =>
    place === undefined ? [] : [{ place, isGiven: piece !== undefined && piece === given }],
  );
}

/** What `saveWaiting` made. */
export function readWaiting(saved: State | undefined, given: Feedback | undefined): Waiting[] {
  return list('waiting', saved ?? []).map((each) => {
    const { place, isGiven } = each as { readonly place: State; readonly isGiven: State };
    return { piece: isGiven === true ? given : undefined, place: trusted<Json>(place) };
  });
}

import type { Feedback } from '../../models/decision/feedback.ts';
import { readFeedback, saveFeedback } from '../../models/decision/savedFeedback.ts';
import { count, fields, list, nullOr, type State, text, time } from '../../models/snapshot/state.ts';
import { record } from '../incidentLog.ts';
import type { WireMark } from '../page/wire.ts';
import { readWaiting, saveWaiting, type Waiting } from './waitingFeedback.ts';

const MOST = 200; // of all streams; the oldest is dropped

interface Mark extends Omit<WireMark, 'waiting'> {
  /** What the detector was given. */
  readonly given: Feedback;
  /** Pieces of feedback that are not applied yet. */
  readonly waiting: readonly Waiting[];
  readonly revision: number;
}

/** The stretches that were reported as missed anomalies. */
export class MissedMarks {
  #marks: readonly Mark[] = []; // oldest first; cleared ones, too, so that pages are sent that they are
  #nextId = 0;

  /** @param revision in which it is sent to pages @returns its number */
  add(
    mark: Omit<WireMark, 'id' | 'cleared' | 'waiting' | 'refused'>,
    given: Feedback,
    revision: number,
  ): number {
    const id = this.#nextId++;
    this.#keep([...this.#marks, { ...mark, id, cleared: false, waiting: [], refused: '', given, revision }]);
    return id;
  }

  all(): readonly Pick<Mark, 'id' | 'waiting'>[] {
    return this.#marks;
  }

  /** Changes what is not applied yet. */
  wait(id: number, change: (waiting: Mark['waiting']) => Mark['waiting'], revision: number): void {
    this.#marks = this.#marks.map((mark) =>
      mark.id === id ? { ...mark, waiting: change(mark.waiting), revision } : mark,
    );
  }

  /** What was reported was not applied. */
  refuse(id: number, why: string, revision: number): void {
    this.#marks = this.#marks.map((mark) => (mark.id === id ? { ...mark, refused: why, revision } : mark));
  }

  /** @returns its stream, and what the detector has of it; undefined where there is none, or nothing to take back */
  clear(id: number, revision: number): Pick<Mark, 'stream' | 'given'> | undefined {
    const found = this.#marks.find((mark) => mark.id === id && !mark.cleared);
    if (found === undefined) return undefined;
    const cleared = { ...found, cleared: true, revision };
    this.#marks = [...this.#marks.filter((mark) => mark !== found), cleared];
    return found.refused === '' ? found : undefined;
  }

  /** A stream was removed. */
  forget(stream: number): void {
    this.#marks = this.#marks.filter((mark) => mark.stream !== stream);
  }

  /** Those that changed after a revision; all there are after revision 0. */
  since(revision: number): WireMark[] {
    return this.#marks
      .filter((mark) => mark.revision > revision && !(revision === 0 && mark.cleared))
      .map(({ given: _, revision: __, waiting, ...mark }) => ({ ...mark, waiting: waiting.length > 0 }));
  }

  /** Those of some streams, for `resume`. */
  save(streams: ReadonlyMap<number, string | undefined>): State {
    return this.#marks
      .filter(({ stream, cleared }) => !cleared && streams.has(stream))
      .map(({ id, stream, first, last, start, end, given, waiting, refused }) => {
        const place = { id, stream, first, last, start, end };
        return { ...place, given: saveFeedback(given), waiting: saveWaiting(waiting, given), refused };
      });
  }

  /**
   * Adds what `save` returned.
   *
   * @param streams their current numbers and keys, by their saved numbers
   * @throws RxAnomalyError BAD_SNAPSHOT where it is no such state
   */
  resume(
    saved: State | undefined,
    streams: ReadonlyMap<number, { readonly id: number; readonly key: string | undefined }>,
    revision: number,
  ): void {
    for (const each of list('marks', saved)) {
      const names = ['id', 'stream', 'first', 'last', 'start', 'end', 'given'] as const;
      const mark = fields(each, names, ['waiting', 'refused']);
      const [id, of] = [count('id', mark.id), count('stream', mark.stream)];
      const stream = streams.get(of);
      const given = readFeedback(mark.given as State, stream?.key);
      const known = {
        ...{ stream: stream?.id ?? of, first: record('first', mark.first), last: record('last', mark.last) },
        ...{ start: nullOr('start', mark.start, time) ?? null, end: nullOr('end', mark.end, time) ?? null },
        ...{ given, waiting: readWaiting(mark.waiting, given), cleared: false },
        ...{ refused: text('refused', mark.refused ?? ''), revision },
      };
      const isTaken = this.#marks.some((other) => other.id === id);
      this.#keep([...this.#marks, { ...known, id: isTaken ? this.#nextId++ : id }]);
      this.#nextId = Math.max(this.#nextId, id + 1);
    }
  }

  #keep(marks: readonly Mark[]): void {
    this.#marks = marks.slice(-MOST);
  }
}

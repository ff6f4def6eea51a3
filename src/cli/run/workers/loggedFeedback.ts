import type { Partition, Position, Published } from '../../../distributed/contract.ts';
import type { VerdictBatch } from '../../../distributed/fromVerdicts.ts';
import { count, fields, type Json, list, nullOr, type State, text } from '../../../models/snapshot/state.ts';

/** @throws RxAnomalyError BAD_SNAPSHOT */
export function readPlace(place: State): Published<Position> {
  const saved = fields(place, ['partition', 'position']);
  return { partition: count('partition', saved.partition), position: position('position', saved.position) };
}

function position(name: string, state: State): Position {
  return typeof state === 'number' ? count(name, state) : text(name, state);
}

/** Refused pieces that are remembered. */
const MOST = 1000;

/** Feedback in the log, and what is called when it is applied, or was refused. */
interface Pending extends Published<Position> {
  readonly applied: () => void;
  readonly refused: (why: Error) => void;
}

/** What became of feedback that was appended to the log of workers, as the verdicts show it. */
export class LoggedFeedback {
  readonly #compare: (a: Position, b: Position) => number;
  readonly #log: (line: string) => void;
  readonly #pending: Set<Pending> = new Set();
  /** By its place in the log, why a piece was refused: that may be read before this knows where its own ones are. */
  readonly #refused: Map<string, string> = new Map();
  /** By partition, up to where verdicts were read. */
  readonly #positions: (Position | undefined)[] = [];

  /** @param saved what `save` has returned in an earlier run */
  constructor(
    compare: (a: Position, b: Position) => number,
    log: (line: string) => void,
    saved: State | undefined,
  ) {
    this.#compare = compare;
    this.#log = log;
    if (saved === undefined) return;
    const { positions, refused } = fields(saved, ['positions', 'refused']);
    this.#positions.push(...list('positions', positions).map((each) => nullOr('positions', each, position)));
    for (const each of list('refused', refused)) {
      const { at, why } = fields(each, ['at', 'why']);
      this.#refused.set(text('at', at), text('why', why));
    }
  }

  /** As JSON: up to where verdicts were read, and what was refused so far. */
  save(): Json {
    return {
      positions: Array.from(this.#positions, (each) => each ?? null),
      refused: Array.from(this.#refused, ([at, why]) => ({ at, why })),
    };
  }

  /** Resolves when the piece at that place is applied. @throws Error where it was refused, with the reason */
  async outcome(place: Published<Position>): Promise<void> {
    await new Promise<void>((applied, refused) => {
      const pending = { ...place, applied, refused };
      this.#pending.add(pending);
      this.#settle(pending);
    });
  }

  /** To be called when verdicts up to a position were read. */
  read(partition: Partition, position: Position, refused: VerdictBatch<Position>['refused']): void {
    for (const { key, position: at, refusedFeedback: why } of refused) {
      this.#log(`warning: feedback on ${key ?? 'a stream'} was refused: ${why}`);
      this.#refused.set(`${partition} ${at}`, why);
      if (this.#refused.size > MOST) this.#refused.delete(this.#refused.keys().next().value!);
    }
    this.#positions[partition] = position;
    for (const each of this.#pending) this.#settle(each);
  }

  #settle(pending: Pending): void {
    const { partition, position } = pending;
    const end = this.#positions[partition];
    if (end === undefined || this.#compare(position, end) > 0) return;
    this.#pending.delete(pending);
    const why = this.#refused.get(`${partition} ${position}`);
    if (why === undefined) pending.applied();
    else pending.refused(new Error(why));
  }
}

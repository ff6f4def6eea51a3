import type { Partition, Position, Published } from '../../distributed/contract.ts';
import type { VerdictBatch } from '../../distributed/fromVerdicts.ts';

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

  constructor(compare: (a: Position, b: Position) => number, log: (line: string) => void) {
    this.#compare = compare;
    this.#log = log;
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

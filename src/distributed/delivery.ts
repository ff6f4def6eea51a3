import { RxAnomalyError } from '../core/errors.ts';
import { badSnapshot } from '../models/snapshot/state.ts';
import { type Delivered, Overtaken, type Partition, type Position, type VerdictLog } from './contract.ts';

/** A processed event, and the JSON of what is delivered of it; undefined: nothing. */
export interface Outcome<P extends Position> {
  readonly position: P;
  readonly verdict: string | undefined;
}

export interface DeliveryContext<P extends Position> {
  readonly partition: Partition;
  readonly out: VerdictLog<P>;
  readonly compare: (a: P, b: P) => number;
  readonly retried: <T>(request: () => Promise<T>) => Promise<T>;
  /** Called, and waited for, when another worker was first: so that the partition's owner comes to go ahead. */
  readonly onOvertaken: () => Promise<void>;
}

/** The end of a partition's verdicts as this worker knows it, and appends to it. */
export class Delivery<P extends Position> {
  readonly #context: DeliveryContext<P>;
  #end: Delivered<P>;

  private constructor(context: DeliveryContext<P>, end: Delivered<P>) {
    this.#context = context;
    this.#end = end;
  }

  static async open<P extends Position>(context: DeliveryContext<P>): Promise<Delivery<P>> {
    return new Delivery(context, await context.retried(() => context.out.last(context.partition)));
  }

  /** Up to where verdicts are delivered; undefined before the first. */
  get position(): P | undefined {
    return this.#end.position;
  }

  /** Whether the verdict on an event is delivered. */
  has(position: P): boolean {
    return this.#end.position !== undefined && this.#context.compare(position, this.#end.position) <= 0;
  }

  /** Reads the end anew. @throws RxAnomalyError BAD_SNAPSHOT where it has gone back */
  async refresh(): Promise<P | undefined> {
    const { out, partition, retried } = this.#context;
    const end = await retried(() => out.last(partition));
    const before = this.#end.position;
    if (
      before !== undefined &&
      (end.position === undefined || this.#context.compare(end.position, before) < 0)
    )
      throw badSnapshot(
        `distribute: partition ${partition}: verdicts were delivered up to position ${before}, and now end at ${end.position ?? 'none'}: the end of the verdict log was lost; restore it, or give the fleet another name`,
      );
    this.#end = end;
    return end.position;
  }

  /**
   * Delivers what is not delivered yet, by this worker or another.
   *
   * @param outcomes of events in their order, of each event after the end as it was
   */
  async deliver(outcomes: readonly Outcome<P>[]): Promise<void> {
    const { partition, out, retried } = this.#context;
    let at = 0;
    const skip = (): void => {
      while (at < outcomes.length && this.has(outcomes[at]!.position)) at++;
    };
    for (skip(); at < outcomes.length; skip()) {
      const [to, text] = this.#chunk(outcomes, at);
      let isUnsure = false;
      const end = await retried(async () => {
        if (isUnsure) await this.#requireSame();
        isUnsure = true;
        return await out.append(partition, this.#end, to, text);
      }).catch(async (error: unknown) => {
        if (error instanceof Overtaken) return undefined;
        throw error;
      });
      if (end !== undefined) {
        this.#end = end;
        continue;
      }
      await this.refresh();
      // Where it ends as it should, that was its own append, whose answer was lost.
      if (this.#end.position === to) continue;
      await this.#context.onOvertaken();
      await this.refresh();
    }
  }

  /** An append may have been done though it has failed. @throws Overtaken where the end is another */
  async #requireSame(): Promise<void> {
    const { out, partition } = this.#context;
    const { revision } = await out.last(partition);
    if (revision !== this.#end.revision) throw new Overtaken(`partition ${partition}: the end has moved`);
  }

  /** As many outcomes as fit into one append: the position of the last of them and the JSON of all. */
  #chunk(outcomes: readonly Outcome<P>[], from: number): readonly [P, string] {
    const { maxBytes } = this.#context.out;
    const texts: string[] = [];
    let bytes = 2;
    let at = from;
    for (; at < outcomes.length; at++) {
      const { verdict, position } = outcomes[at]!;
      if (verdict === undefined) continue;
      const size = utf8Bytes(verdict) + 1;
      if (bytes + size > maxBytes && texts.length > 0) break;
      if (bytes + size > maxBytes)
        throw new RxAnomalyError(
          'BAD_DATA',
          `distribute: partition ${this.#context.partition}: the verdict on the event at ${position} takes ${size} bytes, and the engine appends at most ${maxBytes}; choose less of it by the option deliver`,
        );
      texts.push(verdict);
      bytes += size;
    }
    return [outcomes[at - 1]!.position, `[${texts.join(',')}]`];
  }
}

const encoder = new TextEncoder();

function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

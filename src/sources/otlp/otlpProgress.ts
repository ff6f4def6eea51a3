/** How far each series was read: plain JSON. */
export interface OtlpPosition {
  /** By key: time and start of its last point, null where it had none, and what a counter had counted. */
  readonly series: Readonly<Record<string, readonly [time: number, start: number | null, ...number[]]>>;
}

/** The last point of a key. */
export interface LastPoint {
  readonly time: number;
  readonly start: number | undefined;
  /** Of a counter. */
  readonly values: readonly number[];
  /** The sender's resource, and that of the sender before it; undefined where it was another receiver that read it. */
  readonly sender: string | undefined;
  readonly former: string | undefined;
  /** The request that had it; 0 where another receiver read it. */
  readonly request: number;
}

interface Step {
  readonly key: string;
  readonly point: LastPoint;
  readonly reading: object | undefined;
}

/** Keys that are remembered; the one that was silent longest is forgotten. */
const MOST_KEYS = 1_000_000;

/**
 * The last point of each series, as far as requests were read, and as far as their readings were processed: a state that is
 * saved in the middle of a request must not have the rest of it, which comes again where the request was not answered.
 */
export class OtlpProgress {
  readonly #read: Map<string, LastPoint> = new Map();
  readonly #processed: Map<string, LastPoint> = new Map();
  #steps: Step[] = []; // of the present request

  constructor(position: OtlpPosition | undefined) {
    for (const [key, [time, start, ...values]] of Object.entries(position?.series ?? {})) {
      const nobody = { sender: undefined, former: undefined, request: 0 };
      const point = { time, start: start ?? undefined, values, ...nobody };
      this.#read.set(key, point);
      this.#processed.set(key, point);
    }
  }

  last(key: string): LastPoint | undefined {
    return this.#read.get(key);
  }

  /** @param reading what was made of the point; undefined where that is nothing */
  add(key: string, point: LastPoint, reading: object | undefined): void {
    put(this.#read, key, point);
    this.#steps.push({ key, point, reading });
  }

  /** The whole request was processed. */
  answered(): void {
    this.#take(this.#steps.length);
  }

  /** The position after a reading, all before which were processed. */
  after(reading: object): OtlpPosition {
    this.#take(this.#steps.findIndex((step) => step.reading === reading) + 1);
    const series = [...this.#processed].map(
      ([key, { time, start, values }]) => [key, [time, start ?? null, ...values]] as const,
    );
    return { series: Object.fromEntries(series) };
  }

  #take(count: number): void {
    for (const { key, point } of this.#steps.slice(0, count)) put(this.#processed, key, point);
    this.#steps = this.#steps.slice(count);
  }
}

function put(points: Map<string, LastPoint>, key: string, point: LastPoint): void {
  points.delete(key); // the last in its order is the last that came
  points.set(key, point);
  if (points.size > MOST_KEYS) points.delete(points.keys().next().value!);
}

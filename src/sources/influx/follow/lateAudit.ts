import { defer, EMPTY, finalize, ignoreElements, type Observable, tap } from 'rxjs';
import type { InfluxClient } from '../../../clients/influx/influxClient.ts';
import { quoteName } from '../../../clients/influx/influxQl.ts';
import { compareNs, type Nanoseconds } from '../../../clients/influx/nanoseconds.ts';
import { show } from '../../../core/options.ts';
import type { CheckedInflux } from '../checkInflux.ts';
import { sourceOf } from '../influxQuery.ts';
import type { InfluxRow } from '../influxRows.ts';

/** Points that are compared at most, the newest ones: InfluxDB counts as many in a tenth of a second. */
const MOST_POINTS = 1_000_000;
/** Milliseconds between two counts at least, and this many times as long as the last one took. */
const PAUSE = { least: 5000, times: 20 };

/** A stretch of time that is not read again, and the values that were emitted of it. */
interface Settled {
  /** Undefined: from the oldest point on. */
  readonly from: Nanoseconds | undefined;
  readonly to: Nanoseconds;
  /** Points, and of these how many have each field. */
  readonly points: number;
  readonly counts: readonly number[];
}

/**
 * Finds points that were written later than `allowedLateness`, which no query reads any more: counts what is stored of
 * the time that is over, and compares that with what was emitted of it.
 */
export class LateAudit {
  readonly #fields: readonly string[];
  readonly #options: CheckedInflux;
  #pending: { readonly ns: Nanoseconds; readonly has: readonly boolean[] }[] = []; // may still change
  #settled: Settled[] = [];
  #from: Nanoseconds | undefined;
  #due = 0; // milliseconds of the scheduler
  #late = 0;

  /** @param from from when on nothing has been emitted: what an earlier run has is not counted */
  constructor(options: CheckedInflux, from: Nanoseconds | undefined) {
    this.#options = options;
    this.#fields = options.query.fields ?? [];
    this.#from = from;
  }

  /** Records what is emitted. */
  add({ ns, fields }: InfluxRow): void {
    if (this.#from !== undefined && compareNs(ns, this.#from) < 0) return;
    this.#pending.push({ ns, has: this.#fields.map((name) => (fields[name] ?? null) !== null) });
  }

  /** All before `from` is over. */
  settle(from: Nanoseconds | undefined): void {
    if (from === undefined || (this.#from !== undefined && compareNs(from, this.#from) <= 0)) return;
    const over = this.#pending.filter(({ ns }) => compareNs(ns, from) < 0);
    this.#pending = this.#pending.filter(({ ns }) => compareNs(ns, from) >= 0);
    const counts = this.#fields.map((_, field) => over.filter(({ has }) => has[field]).length);
    this.#settled.push({ from: this.#from, to: from, points: over.length, counts });
    this.#from = from;
    let points = this.#settled.reduce((sum, stretch) => sum + stretch.points, 0);
    while (this.#settled.length > 1 && points > MOST_POINTS) points -= this.#settled.shift()!.points;
    if (this.#settled.length > 1000) this.#settled.splice(0, 2, joined(this.#settled.slice(0, 2)));
  }

  /** Counts, if it is time to; completes. */
  audit(client: InfluxClient): Observable<never> {
    return defer(() => {
      const { query, connection } = this.#options;
      const { scheduler } = connection;
      const start = scheduler.now();
      if (this.#settled.length === 0 || start < this.#due) return EMPTY;
      const whole = joined(this.#settled);
      const columns = this.#fields.map((name, at) => `count(${quoteName(name)}::field) AS "c${at}"`);
      const statement = `SELECT ${columns.join(', ')} ${sourceOf(query, { from: whole.from, before: whole.to })}`;
      return client.read(statement).pipe(
        tap(([answer]) =>
          this.#compare(
            whole,
            this.#fields.map((_, at) => Number(answer?.values[0]?.[at + 1] ?? 0)),
          ),
        ),
        finalize(() => {
          const end = scheduler.now();
          this.#due = end + Math.max(PAUSE.least, PAUSE.times * (end - start));
        }),
        ignoreElements(),
      );
    });
  }

  #compare(known: Settled, counts: readonly number[]): void {
    const excess = counts.map((count, field) => count - known.counts[field]!);
    if (excess.every((count) => count === 0)) return;
    // Fewer where points have expired or were deleted.
    this.#settled = [{ ...known, counts, points: Math.max(...counts) }];
    const late = Math.max(...excess);
    if (late <= 0) return;
    this.#late += late;
    const { query, follow, onWarning } = this.#options;
    const limit = (follow?.allowedLateness ?? 0) / 1000;
    const verb = this.#late === 1 ? 'point was' : 'points were';
    onWarning({
      kind: 'late',
      count: this.#late,
      message:
        `fromInflux: ${this.#late} ${verb} written to ${show(query.measurement)} more than ${limit} s late and not read; ` +
        'raise allowedLateness (--allowed-lateness)',
    });
  }
}

function joined(stretches: readonly Settled[]): Settled {
  return {
    from: stretches[0]!.from,
    to: stretches.at(-1)!.to,
    points: stretches.reduce((sum, { points }) => sum + points, 0),
    counts: stretches[0]!.counts.map((_, field) =>
      stretches.reduce((sum, { counts }) => sum + counts[field]!, 0),
    ),
  };
}

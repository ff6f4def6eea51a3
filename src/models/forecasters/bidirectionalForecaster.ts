import { positiveInteger } from '../../core/optionKinds.ts';
import { badOption, checkOption, requireKnown } from '../../core/options.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { nest, nestedSnapshot, type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot, fields, flag, type Json, list } from '../snapshot/state.ts';
import { FLAG, orElse, packFloats, TIME, unpackFloats, VALUE } from '../snapshot/vectors.ts';
import { LstmForecaster } from './lstmForecaster.ts';
import { type LstmOptions, lstmOptions } from './lstmOptions.ts';

/** How far a bidirectional network looks ahead. */
export interface BidirectionalOptions {
  /** Events, 1 … 1024, that are awaited before one is forecast: so late its verdict comes. */
  readonly lag: number;
}

/** Options of {@link BidirectionalForecaster}. */
export interface BidirectionalForecasterOptions extends LstmOptions, BidirectionalOptions {
  /** D. */
  readonly dimensions: number;
}

/** The estimate of an observation from those before and after it. */
export interface LateForecast {
  readonly observation: Observation;
  readonly prediction: Prediction;
}

/**
 * A bidirectional LSTM (Schuster & Paliwal 1997) for retrospective detection: an observation is estimated from all
 * before it, and from the `lag` after it by a second layer that reads them backward. So the estimate comes `lag`
 * observations late; it never depends on the observation itself. Everything else is as in {@link LstmForecaster}.
 */
export class BidirectionalForecaster implements Restorable {
  readonly name = 'bidirectional';
  readonly dimensions: number;
  readonly lag: number;
  readonly #model: LstmForecaster; // has learnt all up to the one before the newest estimate's
  #waiting: Observation[] = []; // the newest estimate's, then those after it
  #answered = false; // whether there was an estimate yet

  constructor(given: BidirectionalForecasterOptions) {
    const where = 'BidirectionalForecaster';
    requireKnown(where, given, ['dimensions', 'lag', ...lstmOptions.names]);
    const { lag, ...options } = given;
    this.lag = resolveLag(where, { lag }, options);
    this.#model = new LstmForecaster({ horizons: [1], ...options, lookAhead: this.lag });
    this.dimensions = this.#model.dimensions;
  }

  /** Where the arithmetic is done. */
  get engine(): Engine {
    return this.#model.engine;
  }

  /** Adds the next observation; returns the estimate for the one `lag` before it, undefined while there is none. */
  take(observation: Observation): LateForecast | undefined {
    this.#waiting.push(observation);
    return this.#waiting.length > this.lag + (this.#answered ? 1 : 0) ? this.#answer() : undefined;
  }

  /** At the end of the stream: the estimates for the last `lag`, from the observations after them. */
  finish(): LateForecast[] {
    const answers: LateForecast[] = [];
    while (this.#waiting.length > (this.#answered ? 1 : 0)) answers.push(this.#answer());
    return answers;
  }

  snapshot(): Snapshot {
    const waiting = this.#waiting.map(({ time, calendarTime, value, imputed }) =>
      packFloats([time ?? Number.NaN, calendarTime ?? Number.NaN, imputed ? 1 : 0, ...value]),
    );
    const state = { answered: this.#answered, waiting, model: nest(this.#model.snapshot()) };
    return seal('BidirectionalForecaster', 1, this.#config(), state);
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'BidirectionalForecaster', 1, this.#config()), [
      'answered',
      'waiting',
      'model',
    ]);
    const answered = flag('answered', state.answered);
    const waiting = list('waiting', state.waiting).map((numbers) => {
      const [time, calendarTime, imputed, ...value] = unpackFloats(numbers, 3 + this.dimensions, [
        [2, orElse(TIME, Number.NaN)],
        [1, FLAG],
        [this.dimensions, orElse(VALUE, Number.NaN)],
      ]);
      const known = (moment: number): number | undefined => (Number.isNaN(moment) ? undefined : moment);
      return { time: known(time), calendarTime: known(calendarTime), value, imputed: imputed === 1 };
    });
    if (waiting.length > this.lag + 1 || (answered && waiting.length === 0))
      throw badSnapshot('snapshot of BidirectionalForecaster: another number of events is waiting');
    this.#model.restore(nestedSnapshot(state.model));
    this.#waiting = waiting;
    this.#answered = answered;
  }

  dispose(): void {
    this.#model.dispose();
  }

  #answer(): LateForecast {
    if (this.#answered) {
      const learnt = this.#waiting.shift()!;
      this.#model.setFuture(this.#waiting.slice(1).map(({ value }) => value));
      this.#model.learn(learnt, learnt.imputed ? 0 : 1);
    }
    this.#answered = true;
    return { observation: this.#waiting[0], prediction: this.#model.predict() };
  }

  #config(): Json {
    return { lag: this.lag, dimensions: this.dimensions };
  }
}

/** Throws BAD_OPTION in the name of `where` for an impossible lag or horizons. */
export function resolveLag(where: string, bidirectional: BidirectionalOptions, lstm: LstmOptions): number {
  if (typeof bidirectional !== 'object' || bidirectional === null)
    throw badOption(where, 'bidirectional', '{ lag }', bidirectional);
  requireKnown(where, bidirectional, ['lag']);
  const { horizons = [1], engine } = lstm;
  if (engine === 'wasm')
    throw badOption(where, 'engine', "'auto' or 'reference' where events are forecast late", engine);
  if (!Array.isArray(horizons) || horizons.length !== 1)
    throw badOption(where, 'horizons', '[1] or left out where events are forecast late', horizons);
  return checkOption(where, 'lag', positiveInteger(1024, 'each is one more input'), bidirectional.lag);
}

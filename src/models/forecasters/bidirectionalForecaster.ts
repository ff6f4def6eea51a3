import { badOption, optionChecks } from '../../core/options.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import type { Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import {
  fields,
  type Json,
  nest,
  nestedSnapshot,
  packFloats,
  type Restorable,
  type Snapshot,
  type State,
  seal,
  unpackFloats,
  unseal,
} from '../snapshot.ts';
import { LstmForecaster } from './lstmForecaster.ts';
import { LSTM_OPTION_NAMES, type LstmOptions } from './lstmOptions.ts';

/** How far a bidirectional network looks ahead. */
export interface BidirectionalOptions {
  /** Events that are awaited before one is judged: so late its verdict comes. */
  readonly lag: number;
}

/** Options of {@link BidirectionalForecaster}. */
export interface BidirectionalForecasterOptions extends LstmOptions, BidirectionalOptions {
  /** D. */
  readonly dimensions: number;
}

/** What an observation should have been, told from those before and after it. */
export interface LateForecast {
  readonly observation: Observation;
  readonly prediction: Prediction;
}

/**
 * A bidirectional LSTM (Schuster & Paliwal 1997) for retrospective detection: what an observation should have been is told
 * from all before it, and from the `lag` after it by a second layer that reads them backward. So the answer comes `lag`
 * observations late; it never depends on the observation it is for. Everything else is as in {@link LstmForecaster}.
 */
export class BidirectionalForecaster implements Restorable {
  readonly name = 'bidirectional';
  readonly dimensions: number;
  readonly lag: number;
  readonly #model: LstmForecaster; // has learnt all up to the one before the newest answer's
  #waiting: Observation[] = []; // the newest answer's, then those after it
  #answered = false; // whether there was an answer yet

  constructor({ lag, ...options }: BidirectionalForecasterOptions) {
    const where = 'BidirectionalForecaster';
    optionChecks(where).known(options, ['dimensions', 'lag', ...LSTM_OPTION_NAMES]);
    this.lag = resolveLag(where, { lag }, options);
    this.#model = new LstmForecaster({ horizons: [1], ...options, lookAhead: this.lag });
    this.dimensions = this.#model.dimensions;
  }

  /** Where the arithmetic is done. */
  get engine(): Engine {
    return this.#model.engine;
  }

  /** Takes in the next observation; the answer for the one `lag` before it, undefined while there is none. */
  take(observation: Observation): LateForecast | undefined {
    this.#waiting.push(observation);
    return this.#waiting.length > this.lag + (this.#answered ? 1 : 0) ? this.#answer() : undefined;
  }

  /** At the end of the stream: the answers for the last `lag`, told from what there is after them. */
  finish(): LateForecast[] {
    const answers: LateForecast[] = [];
    while (this.#waiting.length > (this.#answered ? 1 : 0)) answers.push(this.#answer());
    return answers;
  }

  snapshot(): Snapshot {
    const waiting = this.#waiting.map(({ time, value, imputed }) =>
      packFloats([time ?? Number.NaN, imputed ? 1 : 0, ...value]),
    );
    const state = { answered: this.#answered, waiting, model: nest(this.#model.snapshot()) };
    return seal('BidirectionalForecaster', 1, this.#config(), state);
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'BidirectionalForecaster', 1, this.#config()));
    const packed = Array.isArray(state.waiting) ? (state.waiting as readonly State[]) : [];
    const waiting = packed.map((numbers) => {
      const [time, imputed, ...value] = unpackFloats(numbers, 2 + this.dimensions, 'any');
      return { time: Number.isNaN(time) ? undefined : time, value, imputed: imputed === 1 };
    });
    this.#model.restore(nestedSnapshot(state.model));
    this.#waiting = waiting;
    this.#answered = state.answered === true;
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

/** Throws BAD_OPTION in the name of `where` for a lag, or horizons, that cannot be. */
export function resolveLag(where: string, bidirectional: BidirectionalOptions, lstm: LstmOptions): number {
  if (typeof bidirectional !== 'object' || bidirectional === null)
    throw badOption(where, 'bidirectional', '{ lag }', bidirectional);
  optionChecks(where).known(bidirectional, ['lag']);
  const { horizons = [1], engine } = lstm;
  if (engine === 'wasm')
    throw badOption(where, 'engine', "'auto' or 'reference' where events are judged late", engine);
  if (!Array.isArray(horizons) || horizons.length !== 1)
    throw badOption(where, 'horizons', '[1] or left out where events are judged late', horizons);
  return optionChecks(where).positiveInteger('lag', bidirectional.lag);
}

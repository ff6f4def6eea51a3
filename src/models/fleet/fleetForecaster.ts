import { createFleet } from '../../numerics/engines/fleet/createFleet.ts';
import { type FleetConfig, type FleetEngine, networkOf } from '../../numerics/engines/fleet/fleetEngine.ts';
import { outputCount } from '../../numerics/parameters.ts';
import type { Forecaster, Observation, Prediction } from '../forecaster.ts';
import { ChangeScale } from '../forecasters/changeScale.ts';
import { LstmInputs } from '../forecasters/lstmInputs.ts';
import {
  boundedLogScale,
  engineMemory,
  initialParameters,
  LAPLACE,
  NETWORK,
} from '../forecasters/lstmNetwork.ts';
import { lagsFor } from '../forecasters/lstmOptions.ts';
import { INITIAL_FACTOR } from '../forecasters/updateSchedule.ts';
import { BandCalibration } from '../scaling/bandCalibration.ts';
import { BAND, COMPRESSED, compress, expand } from '../scaling/laplaceBand.ts';
import { flooredScale } from '../scaling/residualScale.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { asJson, fields, type Json, type State } from '../snapshot/state.ts';
import {
  COUNT,
  packFloats,
  packVectors,
  prepareVectors,
  ranged,
  SHARE,
  unpackFloats,
  wholeWithin,
  within,
} from '../snapshot/vectors.ts';
import type { ResolvedFleetOptions } from './fleetOptions.ts';
import { KeyRecords } from './keyRecords.ts';

// As for a single stream, in updates instead of events: there one is made every 4 events.
const EAGER_UPDATES = 25;
const TARGET = within(-1e5, 1e5); // compressed values' difference over the unit of changes, 0.001 at least
const HALVING_EVENTS = 38; // updates in which the excess rate halves

/**
 * An LSTM that forecasts many streams under one set of weights. `select` chooses the key for `predict` and `learn`.
 * The update of a key's hidden state waits in a queue, so that one engine call serves many keys: its result is not
 * needed before the key's next event. Callers must ensure that no event of the selected key waits; before an update
 * of the weights the queue is flushed. So results do not depend, in any bit, on when the engine is called.
 */
export class FleetForecaster implements Forecaster {
  readonly name = 'lstmFleet';
  readonly dimensions: number;
  readonly engine: FleetEngine;
  /** Of the selected key. */
  readonly scaler: RobustScaler;
  readonly #options: ResolvedFleetOptions;
  readonly #calibration: BandCalibration;
  readonly #changes: ChangeScale;
  readonly #inputs: LstmInputs;
  readonly #output: Float64Array; // (2D) output of the head after the key's newest event: locations, log scales
  readonly #targets: Float64Array; // (T, D) of the key's segment
  readonly #weights: Float64Array; // (T, D)
  readonly #records: KeyRecords;
  readonly #x: Float64Array; // (D)
  readonly #queue: { readonly slots: Int32Array; readonly x: Float64Array; readonly outputs: Float64Array };
  readonly #counts: Float64Array = new Float64Array(2); // updates made, updates dropped
  readonly #beforeUpdate: () => void;
  #queued = 0;
  #slot = -1;

  /** @param beforeUpdate called before the weights change; has to call {@link flush} */
  constructor(dimensions: number, options: ResolvedFleetOptions, beforeUpdate: () => void) {
    this.dimensions = dimensions;
    this.#options = options;
    this.#beforeUpdate = beforeUpdate;
    const { lstm, maxBatch } = options;
    this.scaler = new RobustScaler({ dimensions });
    this.#calibration = new BandCalibration(dimensions);
    this.#changes = new ChangeScale(dimensions);
    this.#inputs = new LstmInputs(dimensions, lagsFor(lstm, dimensions), lstm.calendar);
    const config = fleetConfig(options, dimensions, this.#inputs.size);
    const network = networkOf(config);
    this.engine =
      typeof options.engine === 'function'
        ? options.engine(config, maxBatch)
        : createFleet(options.engine, config);
    this.engine.writeParameters(initialParameters(network, lstm, dimensions));
    const outputs = outputCount(network);
    this.#output = new Float64Array(outputs);
    this.#targets = new Float64Array(lstm.window * dimensions);
    this.#weights = new Float64Array(lstm.window * dimensions);
    this.#x = new Float64Array(dimensions);
    this.#records = new KeyRecords([
      ranged(this.#output, NETWORK), // first: `flush` writes it
      this.scaler.memory,
      this.#calibration.memory,
      this.#changes.usual.memory,
      ranged(this.#inputs.state, COMPRESSED),
      ranged(this.#targets, TARGET),
      ranged(this.#weights, SHARE),
    ]);
    this.#queue = {
      slots: new Int32Array(maxBatch),
      x: new Float64Array(maxBatch * config.inputs),
      outputs: new Float64Array(maxBatch * outputs),
    };
  }

  /** Events waiting for the engine. */
  get queued(): number {
    return this.#queued;
  }

  /** Updates made. */
  get updates(): number {
    return this.#counts[0];
  }

  /** Updates that were dropped because their gradient was not finite. */
  get droppedUpdates(): number {
    return this.#counts[1];
  }

  /** A slot for a new key. */
  acquire(): number {
    const slot = this.engine.acquire();
    this.#records.clear(slot);
    return slot;
  }

  /** Releases the slot of a key of which no event waits. */
  release(slot: number): void {
    this.engine.release(slot);
  }

  /** Selects the key in `slot`; call `put` before selecting another. */
  select(slot: number): void {
    this.#slot = slot;
    this.#records.load(slot);
  }

  /** Stores the state of the selected key in its slot. */
  put(): void {
    this.#records.store(this.#slot);
  }

  predict(): Prediction {
    const D = this.dimensions;
    const expected = new Array<number>(D);
    const lower = new Array<number>(D);
    const upper = new Array<number>(D);
    const scale = new Array<number>(D);
    for (let d = 0; d < D; d++) {
      const location = this.#located(d);
      const scaled = Math.exp(boundedLogScale(this.#output[D + d])) * this.#changes.of(d);
      const reach = BAND * this.#calibration.factor(d) * scaled;
      expected[d] = this.#restore(d, location);
      lower[d] = this.#restore(d, location - reach);
      upper[d] = this.#restore(d, location + reach);
      scale[d] = flooredScale((upper[d] - lower[d]) / (2 * BAND), expected[d]);
    }
    return { expected, lower, upper, scale };
  }

  learn({ value, time }: Observation, weight: number): void {
    const D = this.dimensions;
    const { window } = this.#options.lstm;
    const { lower, upper } = this.predict();
    const steps = this.engine.steps(this.#slot);
    for (let d = 0; d < D; d++) {
      this.#calibration.learn(d, value[d], lower[d], upper[d], weight);
      // A missing value is replaced by its forecast, and not learnt from.
      const missing = Number.isNaN(value[d]);
      this.#x[d] = missing ? compress(expand(this.#located(d))) : this.scaler.compressed(d, value[d]);
      if (steps === 0) continue;
      const before = this.#inputs.state[d];
      const believed = missing ? 0 : weight;
      this.#targets[(steps - 1) * D + d] = (this.#x[d] - before) / this.#changes.of(d);
      this.#weights[(steps - 1) * D + d] = believed;
      this.#changes.learn(d, before, this.#x[d], believed);
    }
    if (steps === window) {
      this.engine.addSample(this.#slot, this.#targets, this.#weights);
      if (this.engine.sampleCount === this.#options.batchSize) this.#update();
    }
    this.scaler.learn(value, weight);
    const x = this.#inputs.next(this.#x, time, this.#changes);
    this.#queue.slots[this.#queued] = this.#slot;
    this.#queue.x.set(x, this.#queued * x.length);
    this.#queued++;
  }

  /** Calls the engine for the waiting events. The selected key must have been stored. */
  flush(): void {
    const { slots, x, outputs } = this.#queue;
    const count = this.#queued;
    const size = this.#output.length;
    this.#queued = 0;
    this.engine.advanceInto(outputs, slots, x, count);
    for (let n = 0; n < count; n++) this.#records.write(slots[n], outputs, n * size, size);
  }

  /** The shared state. */
  snapshot(): Snapshot {
    const state = { counts: packVectors({ counts: this.#counts }), engine: packVectors(this.engine.save()) };
    return seal('FleetForecaster', 1, this.#config(), state);
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = fields(unseal(snapshot, 'FleetForecaster', 1, this.#config()), ['counts', 'engine']);
    const engine = this.engine.save();
    const memory = engineMemory(engine, this.#options.lstm.clipNorm);
    const sampleCount = ranged(engine.sampleCount, wholeWithin(0, this.#options.batchSize));
    const applyEngine = prepareVectors({ ...memory, sampleCount }, state.engine);
    const applyCounts = prepareVectors({ counts: ranged(this.#counts, COUNT) }, state.counts);
    return () => {
      applyEngine();
      applyCounts();
      this.engine.load(engine);
    };
  }

  /** The state of one key: copies. */
  saveSlot(slot: number): { readonly forecaster: State; readonly engine: State } {
    return {
      forecaster: packFloats(this.#records.row(slot)),
      engine: packFloats(this.engine.saveSlot(slot)),
    };
  }

  /**
   * Puts what `saveSlot` gave into a slot that is in use.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when it is not from such models; the slot is then as it was
   */
  loadSlot(slot: number, forecaster: State, engine: State): void {
    const row = this.#records.check(forecaster);
    const numbers = unpackFloats(engine, this.engine.saveSlot(slot).length, [
      [1, wholeWithin(0, this.#options.lstm.window)],
      [Number.POSITIVE_INFINITY, NETWORK],
    ]);
    this.engine.loadSlot(slot, numbers);
    this.#records.row(slot).set(row);
  }

  dispose(): void {
    this.engine.dispose();
  }

  #update(): void {
    this.#beforeUpdate();
    const excess = 2 ** (-Math.max(0, this.updates - EAGER_UPDATES) / HALVING_EVENTS);
    const rate = this.#options.lstm.learningRate * (1 + (INITIAL_FACTOR - 1) * excess);
    const { applied } = this.engine.learn(rate);
    this.#counts[0]++;
    if (!applied) this.#counts[1]++;
  }

  /** The expected compressed value: the head predicts the change from the newest one. */
  #located(d: number): number {
    return this.#inputs.state[d] + this.#changes.of(d) * this.#output[d];
  }

  /** From the compressed value to the unit of the stream; NaN before the first value. */
  #restore(d: number, x: number): number {
    return this.scaler.seen(d) ? this.scaler.unstandardise(d, expand(x)) : Number.NaN;
  }

  #config(): Json {
    const { lstm, batchSize } = this.#options;
    const { precision } = this.engine;
    const lags = lagsFor(lstm, this.dimensions);
    return asJson({ dimensions: this.dimensions, ...lstm, lags, engine: null, batchSize, precision });
  }
}

function fleetConfig(
  { lstm, batchSize }: ResolvedFleetOptions,
  dimensions: number,
  inputs: number,
): FleetConfig {
  const { cell, hidden, layers, skip, window, optimizer, clipNorm } = lstm;
  return {
    cell,
    inputs,
    hidden,
    layers,
    targets: dimensions,
    skip,
    window,
    batchSize,
    loss: LAPLACE,
    optimizer: { name: optimizer },
    clipNorm,
  };
}

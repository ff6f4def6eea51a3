import { optionChecks, requireObject } from '../core/options.ts';
import type { Forecaster, Observation, Prediction } from '../models/forecaster.ts';
import { LstmForecaster, type LstmForecasterOptions } from '../models/forecasters/lstmForecaster.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import type { GateRows } from '../numerics/cells/gateRows.ts';
import { StepReader } from '../numerics/engines/stepReader.ts';
import type { LayerStates, Network } from '../numerics/network.ts';
import { gateRowsOf, type LayerGates, layerGates } from './layerGates.ts';

/** Options of an {@link InspectedForecaster}: of the LSTM, and the length of the history. */
export interface InspectedForecasterOptions extends LstmForecasterOptions {
  /** Newest events whose inputs, states and gates are kept. @default 128 */
  readonly history?: number;
}

/** One event in the network. */
export interface InspectedStep {
  readonly x: Float64Array; // (I)
  readonly before: LayerStates;
  readonly layers: readonly LayerGates[];
}

/**
 * An {@link LstmForecaster} that can be inspected: after every event its gates, and the last `history` events as the
 * network processed them. It forecasts and learns the same, bit for bit and on the same engine, and accepts the same
 * snapshots: a forecaster that has run for weeks is inspected by restoring its state here. The history is not part of
 * a snapshot; it fills up again. An event of the default network takes some 0.2 ms more.
 */
export class InspectedForecaster implements Forecaster {
  readonly name = 'lstm';
  readonly dimensions: number;
  readonly forecaster: LstmForecaster;
  readonly #rows: GateRows;
  readonly #reader: StepReader;
  readonly #history: number;
  #steps: InspectedStep[] = []; // oldest first

  /** @throws RxAnomalyError BAD_OPTION for a wrong option and for a cell without gates */
  constructor(options: InspectedForecasterOptions) {
    requireObject('InspectedForecaster', options);
    const { history = 128, ...lstm } = options;
    this.#history = optionChecks('InspectedForecaster').positiveInteger('history', history);
    this.forecaster = new LstmForecaster(lstm);
    this.dimensions = this.forecaster.dimensions;
    const { config } = this.forecaster.engine;
    this.#rows = gateRowsOf('InspectedForecaster', config.cell);
    this.#reader = new StepReader(config);
  }

  /** The last events, oldest first; those before `restore` are forgotten. */
  get steps(): readonly InspectedStep[] {
    return this.#steps;
  }

  /** The layers' gates at the newest event, lowest first; empty before the first. */
  get gates(): readonly LayerGates[] {
    return this.#steps.at(-1)?.layers ?? [];
  }

  /** The network in float64, with the weights of the newest event. */
  get network(): Network {
    return this.#reader.network;
  }

  predict(): Prediction {
    return this.forecaster.predict();
  }

  learn(observation: Observation, weight: number): void {
    this.forecaster.learn(observation, weight);
    const read = this.#reader.read(this.forecaster.engine)!;
    if (this.#steps.length >= this.#history) this.#steps.shift();
    this.#steps.push({
      x: read.x.slice(),
      before: read.before.map((state) => state.slice()),
      layers: layerGates(this.#rows, read, this.forecaster.engine.config.hidden),
    });
  }

  boostLearningRate(): void {
    this.forecaster.boostLearningRate();
  }

  snapshot(): Snapshot {
    return this.forecaster.snapshot();
  }

  restore(snapshot: Snapshot): void {
    this.forecaster.restore(snapshot);
    this.#steps = [];
  }

  dispose(): void {
    this.forecaster.dispose();
  }
}

import { RxAnomalyError } from '../../../core/errors.ts';
import type { Engine, EngineState } from '../engine.ts';
import { checkState, copyState } from '../engineState.ts';
import type { FleetConfig } from './fleetEngine.ts';

/** Segments that wait for their update, at most R. Plain buffers, allocated once, for any engine. */
export class TrainingBatch {
  readonly states: Float64Array; // (R, S) state of all layers at each segment's start
  readonly inputs: Float64Array; // (R, T, I)
  readonly targets: Float64Array; // (R, T, P)
  readonly weights: Float64Array; // (R, T, P)
  readonly #count: Float64Array = new Float64Array(1);
  readonly #limit: number;

  /** @param stateSize S: numbers of state per series */
  constructor({ batchSize, window, inputs, targets }: FleetConfig, stateSize: number) {
    this.#limit = batchSize;
    this.states = new Float64Array(batchSize * stateSize);
    this.inputs = new Float64Array(batchSize * window * inputs);
    this.targets = new Float64Array(batchSize * window * targets);
    this.weights = new Float64Array(batchSize * window * targets);
  }

  get count(): number {
    return this.#count[0];
  }

  /**
   * @param carried an array that holds the state at the segment's start from `stateAt` on, the inputs from `inputsAt` on
   * @throws RxAnomalyError BAD_DATA when there are R already
   */
  add(
    carried: Float32Array | Float64Array,
    stateAt: number,
    inputsAt: number,
    targets: Float64Array,
    weights: Float64Array,
  ): void {
    if (this.count === this.#limit) throw misuse('addSample was called with an update due');
    const state = this.states.length / this.#limit;
    const inputs = this.inputs.length / this.#limit;
    this.states.set(carried.subarray(stateAt, stateAt + state), this.count * state);
    this.inputs.set(carried.subarray(inputsAt, inputsAt + inputs), this.count * inputs);
    this.targets.set(targets, this.count * targets.length);
    this.weights.set(weights, this.count * weights.length);
    this.#count[0]++;
  }

  /** Starts an update from them. @throws RxAnomalyError BAD_DATA while there are fewer than R */
  take(): void {
    if (this.count < this.#limit) throw misuse('learn was called before enough segments were added');
    this.#count[0] = 0;
  }

  /** All of it by name, for snapshots; not copied. */
  carried(): EngineState {
    return {
      sampleCount: this.#count,
      'batch.states': this.states,
      'batch.inputs': this.inputs,
      'batch.targets': this.targets,
      'batch.weights': this.weights,
    };
  }
}

export function misuse(what: string): RxAnomalyError {
  return new RxAnomalyError('BAD_DATA', `fleet engine: ${what}`);
}

/** What all slots of a fleet share, for snapshots: the learner's weights and optimiser, and the pending segments. */
export function saveShared(learner: Pick<Engine, 'save'>, trainingBatch: TrainingBatch): EngineState {
  return { ...weightsOf(learner.save()), ...copyState(trainingBatch.carried()) };
}

/** Restores what `saveShared` returned. @throws RxAnomalyError BAD_SNAPSHOT */
export function loadShared(
  learner: Pick<Engine, 'save' | 'load'>,
  trainingBatch: TrainingBatch,
  state: EngineState,
): void {
  const whole = learner.save();
  const carried = trainingBatch.carried();
  checkState(state, { ...weightsOf(whole), ...carried }, 'fleet engine');
  learner.load({ ...whole, ...weightsOf(state) });
  for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
}

/** The parts of an engine's state that its series share. */
function weightsOf(state: EngineState): EngineState {
  return Object.fromEntries(
    Object.entries(state).filter(([name]) => name === 'parameters' || name.startsWith('optimizer.')),
  );
}

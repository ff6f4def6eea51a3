import type { NetworkConfig } from '../../networkConfig.ts';
import type { LayerState } from './lstmKernels.ts';
import type { Tensor, Tfjs } from './tfjs.ts';

/**
 * The state of all series, and a ring of the inputs and of the states before each event that truncated
 * back-propagation starts from. States stay on the device; inputs are a few numbers and stay here.
 */
export class DeviceHistory {
  readonly #tf: Tfjs;
  readonly #config: NetworkConfig;
  readonly #length: number; // T + delay
  readonly #saved: number; // numbers per series in a save
  readonly #inputs: Float32Array; // (T + delay, B, I)
  readonly #window: Float32Array; // (T, B, I)
  readonly #before: (readonly LayerState[])[]; // T + delay × L
  #current: readonly LayerState[]; // L
  #advanced = 0;

  constructor(tf: Tfjs, config: NetworkConfig) {
    const { series, inputs, hidden, layers, window, delay } = config;
    this.#tf = tf;
    this.#config = config;
    this.#length = window + delay;
    this.#saved = 2 * layers * hidden + this.#length * (inputs + 2 * layers * hidden);
    this.#inputs = new Float32Array(this.#length * series * inputs);
    this.#window = new Float32Array(window * series * inputs);
    this.#current = this.#zeros();
    this.#before = Array.from({ length: this.#length }, () => this.#zeros());
  }

  /** Events advanced so far. */
  get advanced(): number {
    return this.#advanced;
  }

  get current(): readonly LayerState[] {
    return this.#current;
  }

  /** Stores the inputs of the next event; (B, I) as a tensor. */
  note(x: Float64Array): Tensor {
    const slot = this.#slot(this.#advanced % this.#length);
    slot.set(x);
    return this.#tf.tensor(slot, [this.#config.series, this.#config.inputs]);
  }

  /** Advances to the states after the stored event. */
  advance(next: readonly LayerState[]): void {
    const slot = this.#advanced % this.#length;
    for (const tensor of tensorsOf(this.#before[slot])) tensor.dispose();
    for (const tensor of tensorsOf(next)) this.#tf.keep(tensor);
    this.#before[slot] = this.#current;
    this.#current = next;
    this.#advanced++;
  }

  /** The inputs of the T events from `first` on, (T, B, I), and the states before them. */
  window(first: number): { readonly x: Tensor; readonly states: readonly LayerState[] } {
    const { series, inputs, window } = this.#config;
    const size = series * inputs;
    const start = (first % this.#length) * size;
    const atEnd = Math.min(this.#window.length, this.#inputs.length - start);
    this.#window.set(this.#inputs.subarray(start, start + atEnd));
    this.#window.set(this.#inputs.subarray(0, this.#window.length - atEnd), atEnd);
    return {
      x: this.#tf.tensor(this.#window, [window, series, inputs]),
      states: this.#before[first % this.#length],
    };
  }

  /** One vector per series, as the reference engine saves it: the states now, then each slot's inputs and states. */
  read(): Float64Array[] {
    const { series, inputs, hidden } = this.#config;
    const saved = Array.from({ length: series }, () => new Float64Array(this.#saved));
    let offset = 0;
    const put = (values: ArrayLike<number>, width: number): void => {
      for (const [b, vector] of saved.entries()) {
        for (let k = 0; k < width; k++) vector[offset + k] = values[b * width + k];
      }
      offset += width;
    };
    const putStates = (states: readonly LayerState[]): void => {
      for (const tensor of tensorsOf(states)) put(tensor.dataSync(), hidden);
    };
    putStates(this.#current);
    for (const [slot, states] of this.#before.entries()) {
      put(this.#slot(slot), inputs);
      putStates(states);
    }
    return saved;
  }

  /** Restores what `read` returned. */
  write(saved: readonly Float64Array[], advanced: number): void {
    const { series, inputs, hidden, layers } = this.#config;
    let offset = 0;
    const take = (width: number): Float32Array => {
      const values = new Float32Array(series * width);
      for (const [b, vector] of saved.entries())
        values.set(vector.subarray(offset, offset + width), b * width);
      offset += width;
      return values;
    };
    const takeState = (): Tensor => this.#tf.keep(this.#tf.tensor(take(hidden), [series, hidden]));
    const takeStates = (): LayerState[] =>
      Array.from({ length: layers }, () => ({ h: takeState(), c: takeState() }));
    this.dispose();
    this.#advanced = advanced;
    this.#current = takeStates();
    for (let slot = 0; slot < this.#length; slot++) {
      this.#slot(slot).set(take(inputs));
      this.#before[slot] = takeStates();
    }
  }

  dispose(): void {
    for (const states of [this.#current, ...this.#before]) {
      for (const tensor of tensorsOf(states)) tensor.dispose();
    }
  }

  /** (B, I) inputs of the event in this slot of the ring. */
  #slot(slot: number): Float32Array {
    const size = this.#config.series * this.#config.inputs;
    return this.#inputs.subarray(slot * size, (slot + 1) * size);
  }

  #zeros(): LayerState[] {
    const { series, hidden, layers } = this.#config;
    const zeros = (): Tensor => this.#tf.keep(this.#tf.zeros([series, hidden]));
    return Array.from({ length: layers }, () => ({ h: zeros(), c: zeros() }));
  }
}

function tensorsOf(states: readonly LayerState[]): readonly Tensor[] {
  return states.flatMap(({ h, c }) => [h, c]);
}

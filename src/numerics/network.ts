import { attend, attendBack, attentionKept } from './attention.ts';
import type { Cell } from './cells/cell.ts';
import { headForward, headHiddenBack, headSkipBack } from './head.ts';
import { LookAhead, type LookAheadTape } from './lookAhead.ts';
import type { ReferenceConfig } from './networkConfig.ts';
import { createParameters, outputCount, type Parameters } from './parameters.ts';

/**
 * Per layer the (S·H) state of one series: hidden state first, then, for an LSTM, the cell state. With attention, at the
 * end the last W hidden states of the top layer (W·H), newest first.
 */
export type LayerStates = readonly Float64Array[];

/** What one step of one series keeps for the backward pass. */
export interface StepTape {
  readonly kept: LayerStates; // per layer (kept·H) activations
  readonly attention: Float64Array; // see attentionKept; empty without attention
  readonly lookAhead: LookAheadTape | undefined;
  readonly output: Float64Array; // (O)
}

/**
 * Stacked recurrent layers and a linear head, if asked for with attention over the last hidden states and a layer that
 * reads coming events: one event of one series, forward and backward.
 */
export class Network {
  readonly cell: Cell;
  readonly parameters: Parameters;
  /** ∂loss/∂parameters, in the same layout; `stepBack` adds to it. */
  readonly gradient: Parameters;
  readonly outputs: number; // O
  readonly #hidden: number;
  readonly #attention: number; // W
  readonly #dxAbove: Float64Array; // (H) gradient that a layer hands to the one below
  readonly #dHidden: Float64Array; // (S·H)
  readonly #scratch: Float64Array; // (2·G·H)
  readonly #dMemory: Float64Array; // (W·H)
  readonly #lookAhead: LookAhead | undefined;

  constructor(config: ReferenceConfig) {
    this.parameters = createParameters(config);
    this.cell = this.parameters.cell;
    this.gradient = createParameters(config);
    this.outputs = outputCount(config);
    this.#hidden = config.hidden;
    this.#attention = config.attention ?? 0;
    this.#dMemory = new Float64Array(this.#attention * config.hidden);
    this.#lookAhead = config.lookAhead && new LookAhead(this.cell, config.hidden, config.lookAhead);
    this.#dxAbove = new Float64Array(config.hidden);
    this.#dHidden = new Float64Array(this.cell.states * config.hidden);
    this.#scratch = new Float64Array(2 * this.cell.gates * config.hidden);
  }

  /** Zero state: before the first event. */
  createStates(): LayerStates {
    const states = this.parameters.layers.map(() => new Float64Array(this.cell.states * this.#hidden));
    return this.#attention === 0 ? states : [...states, new Float64Array(this.#attention * this.#hidden)];
  }

  createTape(): StepTape {
    return {
      kept: this.parameters.layers.map(() => new Float64Array(this.cell.kept * this.#hidden)),
      attention: new Float64Array(this.#attention === 0 ? 0 : attentionKept(this.#hidden, this.#attention)),
      lookAhead: this.#lookAhead?.createTape(),
      output: new Float64Array(this.outputs),
    };
  }

  /** From input `x` (I) and `states` to `next` and `tape`. */
  step(x: Float64Array, states: LayerStates, next: LayerStates, tape: StepTape): void {
    const { layers, head, attention, lookAhead } = this.parameters;
    let below = x;
    for (let layer = 0; layer < layers.length; layer++) {
      this.cell.forward(layers[layer], below, states[layer], next[layer], tape.kept[layer]);
      below = next[layer];
    }
    headForward(head, below, x, tape.output, this.#hidden);
    this.#lookAhead?.forward(lookAhead!, x, tape.output, tape.lookAhead!);
    if (attention === undefined) return;
    const memory = next[layers.length];
    memory.set(states[layers.length]);
    memory.copyWithin(this.#hidden, 0);
    for (let j = 0; j < this.#hidden; j++) memory[j] = below[j];
    attend(attention, memory, tape.output, tape.attention);
  }

  /**
   * The backward pass of {@link step}.
   *
   * @param dOutput (O) ∂loss/∂output
   * @param dNext ∂loss/∂next from the steps after
   * @param dStates result: ∂loss/∂states; may not be `dNext`
   * @param dx (I) result: ∂loss/∂x
   */
  stepBack(
    x: Float64Array,
    states: LayerStates,
    next: LayerStates,
    tape: StepTape,
    dOutput: Float64Array,
    dNext: LayerStates,
    dStates: LayerStates,
    dx: Float64Array,
  ): void {
    const { layers, head, attention, lookAhead } = this.parameters;
    const top = layers.length - 1;
    const dHidden = this.#dHidden;
    const dAbove = this.#dxAbove;
    headHiddenBack(head, this.gradient.head, next[top], dOutput, dAbove);
    if (attention !== undefined) {
      const memory = next[layers.length];
      const dMemory = this.#dMemory;
      dMemory.set(dNext[layers.length]);
      attendBack(
        attention,
        this.gradient.attention!,
        memory,
        tape.attention,
        dOutput,
        dMemory,
        this.#scratch,
      );
      for (let j = 0; j < dAbove.length; j++) dAbove[j] += dMemory[j];
      dMemory.copyWithin(0, dAbove.length);
      dMemory.fill(0, dMemory.length - dAbove.length);
      dStates[layers.length].set(dMemory);
    }
    for (let layer = top; layer >= 0; layer--) {
      dHidden.set(dNext[layer]);
      for (let j = 0; j < dAbove.length; j++) dHidden[j] += dAbove[j];
      const below = layer === 0 ? x : next[layer - 1];
      const dBelow = layer === 0 ? dx : dAbove;
      this.cell.backward(
        layers[layer],
        this.gradient.layers[layer],
        below,
        states[layer],
        next[layer],
        tape.kept[layer],
        dHidden,
        dStates[layer],
        dBelow,
        this.#scratch,
      );
    }
    this.#lookAhead?.backward(lookAhead!, this.gradient.lookAhead!, tape.lookAhead!, dOutput, dx);
    headSkipBack(head, this.gradient.head, x, dOutput, dx);
  }
}

/** Copies the states of one series. */
export function copyStates(to: LayerStates, from: LayerStates): void {
  for (let layer = 0; layer < from.length; layer++) to[layer].set(from[layer]);
}

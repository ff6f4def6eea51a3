import type { CellName } from '../../numerics/cells/cell.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { Network } from '../../numerics/network.ts';

/** How open the gates of a network were at its newest event, and how long that lets it remember. */
export interface GateReading {
  /** (layers · H) 0 … 1: how much of each cell was kept. */
  readonly forget: readonly number[];
  /** (layers · H) 0 … 1: how much of the new was written. */
  readonly input: readonly number[];
  /** (layers · H) 0 … 1: how much of each cell was shown; 1 in a cell without an output gate. */
  readonly output: readonly number[];
  /**
   * (layers · H) events after which half of each cell would be forgotten, were the gate to stay as it is:
   * ln ½ / ln forget. ∂c′/∂c is the forget gate, so memory and gradient halve alike (see `cells/lstm.ts`). Infinite where
   * all was kept.
   */
  readonly halfLife: readonly number[];
}

/**
 * The gates at the newest event of the first series: the step is taken once more by the readable cell, from the state and
 * the input that the engine keeps for TBPTT. Copies all that the engine carries, so not for every event.
 *
 * @returns undefined where the cell has no gates or has seen nothing
 */
export function readGates(engine: Engine): GateReading | undefined {
  const { config } = engine;
  const saved = engine.save();
  const events = saved.advanced?.[0] ?? 0;
  const series = saved['series.0'];
  const gates = GATES[config.cell];
  if (gates === undefined || events === 0 || series === undefined) return undefined;
  const network = new Network(config);
  network.parameters.flat.set(engine.readParameters());
  const states = network.createStates();
  const next = network.createStates();
  const tape = network.createTape();
  // As an engine lays a series out: its states, then a ring of inputs and the states before them.
  const width = states.reduce((sum, state) => sum + state.length, 0);
  const slot = (events - 1) % (config.window + config.delay);
  let at = width + slot * (config.inputs + width);
  const x = series.slice(at, at + config.inputs);
  at += config.inputs;
  for (const state of states) {
    state.set(series.subarray(at, at + state.length));
    at += state.length;
  }
  network.step(x, states, next, tape);
  const { forget, input, output } = gates((place) =>
    tape.kept.flatMap((kept) => [...kept.subarray(place * config.hidden, (place + 1) * config.hidden)]),
  );
  return { forget, input, output, halfLife: forget.map((kept) => Math.LN2 / -Math.log(kept)) };
}

/** The gates among what a cell keeps of a step: (layers · H) numbers by their place. */
type FindGates = (kept: (place: number) => number[]) => Omit<GateReading, 'halfLife'>;

const separate: FindGates = (kept) => ({ forget: kept(1), input: kept(0), output: kept(3) });
const tied: FindGates = (kept) => ({ forget: kept(0), input: kept(0).map(rest), output: kept(2) });

/** For every cell that has any: what its file says that it keeps. */
const GATES: Readonly<Partial<Record<CellName, FindGates>>> = {
  lstm: separate,
  peephole: separate,
  budget: (kept) => {
    const [share, forget] = [kept(0), kept(1)];
    return { forget, input: forget.map((f, j) => rest(f) * share[j]!), output: kept(3) };
  },
  coupled: tied,
  ema: tied,
  gru: (kept) => ({ forget: kept(1), input: kept(1).map(rest), output: kept(1).map(() => 1) }),
};

function rest(forget: number): number {
  return 1 - forget;
}

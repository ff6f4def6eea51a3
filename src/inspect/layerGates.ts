import { badOption } from '../core/options.ts';
import { CovariateForecaster } from '../models/covariates/covariateForecaster.ts';
import type { Forecaster } from '../models/forecaster.ts';
import { LstmForecaster } from '../models/forecasters/lstmForecaster.ts';
import { CELL_NAMES, type CellName } from '../numerics/cells/cell.ts';
import { GATE_ROWS, type GateRows } from '../numerics/cells/gateRows.ts';
import { type StepRead, StepReader } from '../numerics/engines/stepReader.ts';

/** One layer of a gated network at one event; H numbers in each list, one per unit. */
export interface LayerGates {
  /** f, 0 … 1: how much of each cell was kept. A GRU's update gate. */
  readonly forget: Float64Array;
  /** i, 0 … 1: how much of each candidate was written. 1 − f where it is tied, (1 − f)·share in the cell `'budget'`. */
  readonly input: Float64Array;
  /** 0 … 1: how much of each cell is output; undefined for a GRU, which outputs all. */
  readonly output: Float64Array | undefined;
  /** 0 … 1: how much of the past the candidate saw; undefined for all but a GRU. */
  readonly reset: Float64Array | undefined;
  /** g: the candidate, −1 … 1 (0 … 1 in the cell `'ema'`). */
  readonly candidate: Float64Array;
  /** c: the cell state after the event; for a GRU the hidden state, its only one. */
  readonly cell: Float64Array;
  /** h: the hidden state after the event. */
  readonly hidden: Float64Array;
  /** |i⊙g|: how much was written. */
  readonly write: Float64Array;
  /** {@link halfLife} of f, events. */
  readonly halfLife: Float64Array;
  /** {@link cellBound} of i and f. */
  readonly bound: Float64Array;
}

/**
 * The gates of a cell.
 *
 * @param where the caller, for the message
 * @throws RxAnomalyError BAD_OPTION for a cell without gates
 */
export function gateRowsOf(where: string, cell: CellName): GateRows {
  const rows = GATE_ROWS[cell];
  if (rows !== undefined) return rows;
  const gated = CELL_NAMES.filter((name) => GATE_ROWS[name] !== undefined);
  throw badOption(where, 'cell', `one with gates (${gated.join(', ')})`, cell);
}

/** The gates of every layer, lowest first; copies. @param hidden H */
export function layerGates(rows: GateRows, { after, tape }: StepRead, hidden: number): LayerGates[] {
  return tape.kept.map((kept, layer) => {
    const block = (at: number): Float64Array => kept.slice(at * hidden, (at + 1) * hidden);
    const optional = (at: number | undefined): Float64Array | undefined =>
      at === undefined ? undefined : block(at);
    const forget = block(rows.forget);
    const own = optional(rows.input);
    const input = forget.map((f, j) => rows.inputOf(f, own?.[j] ?? Number.NaN));
    const candidate = block(rows.candidate);
    return {
      forget,
      input,
      output: optional(rows.output),
      reset: optional(rows.reset),
      candidate,
      cell: after[layer].slice(-hidden),
      hidden: after[layer].slice(0, hidden),
      write: input.map((i, j) => Math.abs(i * candidate[j])),
      halfLife: forget.map(halfLife),
      bound: input.map((i, j) => cellBound(i, forget[j])),
    };
  });
}

/**
 * The gates of a forecaster at its newest event, lowest layer first. For occasional reading; `inspectGates` reads
 * them at every event. Changes nothing, and costs several events' time.
 *
 * @returns undefined before the first event, and for a cell without gates
 */
export function gatesNow({ engine }: LstmForecaster): readonly LayerGates[] | undefined {
  const { config } = engine;
  const rows = GATE_ROWS[config.cell];
  const step = rows && new StepReader(config).read(engine);
  return step && layerGates(rows, step, config.hidden);
}

/** {@link gatesNow} of a detector's forecaster; undefined where it is no LSTM. */
export function gatesOf(forecaster: Forecaster | undefined): readonly LayerGates[] | undefined {
  const network = forecaster instanceof CovariateForecaster ? forecaster.inner : forecaster;
  return network instanceof LstmForecaster ? gatesNow(network) : undefined;
}

/**
 * Events after which half of a cell's content is left, if its forget gate stays as it is: ln ½ / ln f. 0 for a gate
 * that
 * is shut, Infinity for one that is fully open.
 *
 * Content and gradient decay the same, ∂c'/∂c = f (Gers, Schmidhuber & Cummins 2000, section 3).
 *
 * @param forget f, 0 … 1
 */
export function halfLife(forget: number): number {
  return forget >= 1 ? Number.POSITIVE_INFINITY : Math.log(0.5) / Math.log(forget);
}

/**
 * How large a cell's content can become, if its gates stay as they are: |c| → i / (1 − f), as |g| ≤ 1 and
 * c = f·c + i·g. 1 at most where f + i ≤ 1; 0 where nothing is written; Infinity where all is kept and more is written.
 *
 * @param input i, 0 … 1
 * @param forget f, 0 … 1
 */
export function cellBound(input: number, forget: number): number {
  return input === 0 ? 0 : input / (1 - forget);
}

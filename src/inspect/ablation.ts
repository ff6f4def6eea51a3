import { incidentMetrics } from '../backtest/metrics/incidentMetrics.ts';
import type { RecordWindow } from '../backtest/recordWindows.ts';
import { requireObject } from '../core/options.ts';
import { toVector, type Value, type Verdict } from '../core/reading.ts';
import { LstmForecaster, type LstmForecasterOptions } from '../models/forecasters/lstmForecaster.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import type { StreamDetectorOptions } from '../models/streamDetectorOptions.ts';
import { type ClampedGate, clampableGates, clampedRow, clampGate } from './clampGate.ts';
import { type WithLstmOptions, withLstm } from './withLstm.ts';

/** Options of {@link Ablation}. */
export interface AblationOptions<E, V extends Value> extends Omit<WithLstmOptions<E, V>, 'key'> {
  /** Gates to clamp, one run each. @default every gate of the cell that is not tied to another, at 0 and at 1 */
  readonly clamped?: readonly ClampedGate[];
}

/** The results of one network on the stream. */
export interface AblationResult {
  /** Undefined for the unchanged network. */
  readonly clamped: ClampedGate | undefined;
  /** (D) mean |value − expected|, in units of the value, over the events after the warm-up that had both. */
  readonly error: readonly number[];
  /**
   * The same relative to the unchanged network, mean over dimensions; 1 means nothing was lost. NaN where that never
   * errs.
   */
  readonly relativeError: number;
  /** Flagged events. */
  readonly flags: number;
  /** Times an incident began. */
  readonly alerts: number;
  /** Incidents to find (the labels, or what the unchanged network finds): their number … */
  readonly incidents: number;
  /** … how many were found … */
  readonly found: number;
  /** … and the alerts that belong to none. */
  readonly falseAlerts: number;
}

/**
 * The same stream through several networks in parallel: one unchanged, and one for every gate that is clamped at 0 or
 * at 1 from the first event on. All start from the same weights and learn; what the clamped ones lose in forecast and
 * in detection is the gate's contribution.
 */
export class Ablation<E, V extends Value = number> {
  readonly #runs: readonly Run<E, V>[];

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: AblationOptions<E, V> = {}) {
    requireObject('Ablation', options);
    const { clamped, ...detector } = options;
    const { cell = 'lstm' } = detector;
    const detectorWith = (gate: ClampedGate | undefined): StreamDetectorOptions<E, V> =>
      withLstm('Ablation', detector, (lstm) => new ClampedForecaster(lstm, gate));
    detectorWith(undefined); // a wrong option is reported before a wrong gate
    const gates = clamped ?? clampableGates(cell);
    for (const gate of gates) clampedRow('Ablation', cell, gate);
    this.#runs = [undefined, ...gates].map((gate) => {
      const streams = new StreamDetector<E, V>({ ...detectorWith(gate), key: () => undefined }, 'Ablation');
      return new Run(gate, streams);
    });
  }

  /** Passes the next event to all of them. */
  process(event: E): void {
    for (const run of this.#runs) run.process(event);
  }

  /**
   * The results of each, the unchanged network first.
   *
   * @param labels labelled windows, in events from 0, without those that the policy leaves out. @default what the
   * unchanged network flags
   */
  results(labels?: readonly RecordWindow[]): AblationResult[] {
    const [intact] = this.#runs;
    const windows = labels ?? intact.windows;
    return this.#runs.map((run) => {
      const outcome = { records: run.size, windows, flags: run.flags, alerts: run.alerts };
      const { incidents, found, falseAlerts } = incidentMetrics([outcome]);
      const error = run.errors();
      const asItIs = intact.errors();
      return {
        clamped: run.clamped,
        error,
        relativeError: error.reduce((sum, e, d) => sum + e / asItIs[d], 0) / error.length,
        flags: run.flags.length,
        alerts: run.alerts.length,
        incidents,
        found,
        falseAlerts,
      };
    });
  }

  dispose(): void {
    for (const run of this.#runs) run.dispose();
  }
}

/** A forecaster with a gate that stays clamped, also where it starts with the weights of another. */
class ClampedForecaster extends LstmForecaster {
  readonly #clamped: ClampedGate | undefined;

  constructor(options: LstmForecasterOptions, clamped: ClampedGate | undefined) {
    super(options);
    this.#clamped = clamped;
    if (clamped !== undefined) clampGate(this, clamped);
  }

  override restore(snapshot: Snapshot): void {
    super.restore(snapshot);
    if (this.#clamped !== undefined) clampGate(this, this.#clamped);
  }
}

/** One network with its results on the stream. */
class Run<E, V extends Value> {
  readonly clamped: ClampedGate | undefined;
  size = 0;
  readonly flags: number[] = [];
  readonly alerts: number[] = [];
  /** From each alert to the last flag before the next. */
  readonly windows: { first: number; last: number }[] = [];
  readonly #streams: StreamDetector<E, V>;
  readonly #sums: number[] = []; // (D)
  readonly #counts: number[] = []; // (D)

  constructor(clamped: ClampedGate | undefined, streams: StreamDetector<E, V>) {
    this.clamped = clamped;
    this.#streams = streams;
  }

  process(event: E): void {
    const verdict = this.#streams.process(event);
    if (verdict === undefined) return;
    const at = this.size++;
    if (!verdict.warmingUp && !verdict.imputed) this.#measure(verdict);
    if (verdict.startOfIncident) {
      this.alerts.push(at);
      this.windows.push({ first: at, last: at });
    }
    if (!verdict.isAnomaly) return;
    this.flags.push(at);
    const window = this.windows.at(-1);
    if (window !== undefined) window.last = at;
  }

  /** (D) */
  errors(): number[] {
    return this.#sums.map((sum, d) => sum / this.#counts[d]);
  }

  dispose(): void {
    this.#streams.dispose();
  }

  #measure({ residual }: Verdict<E, V>): void {
    for (const [d, e] of toVector(residual).entries()) {
      this.#sums[d] ??= 0;
      this.#counts[d] ??= 0;
      if (Number.isNaN(e)) continue;
      this.#sums[d] += Math.abs(e);
      this.#counts[d]++;
    }
  }
}

/** What is clamped, in words: `forget gate clamped shut (0)`. */
export function clampedGateName(clamped: ClampedGate | undefined): string {
  return clamped === undefined
    ? 'unchanged'
    : `${clamped.gate} gate clamped ${clamped.at === 0 ? 'shut (0)' : 'open (1)'}`;
}

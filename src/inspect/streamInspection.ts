import type { RecordWindow } from '../backtest/recordWindows.ts';
import { type RecordedStream, StreamRecorder } from '../backtest/streamRecorder.ts';
import { optionChecks, requireObject } from '../core/options.ts';
import { toVector, type Value, type Verdict } from '../core/reading.ts';
import { type ResolvedThreshold, thresholdOptions } from '../models/decision/thresholdOptions.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import { Ablation, type AblationOptions, type AblationResult } from './ablation.ts';
import { FlowSampler, type MeanFlow } from './flowSampler.ts';
import { type GateColumns, GateHistory } from './gateHistory.ts';
import { IncidentExplainer, type IncidentExplanation } from './incidentExplainer.ts';
import { InspectedForecaster } from './inspectedForecaster.ts';
import { inspectedIn } from './inspectGates.ts';
import { MemoryProfile, type UnitMemory } from './memoryProfile.ts';
import type { Quantity } from './quantities.ts';
import { type ProbeResult, StateProbes } from './stateProbes.ts';
import { withLstm } from './withLstm.ts';

/** Options of a {@link StreamInspection}. */
export interface StreamInspectionOptions<E, V extends Value> extends Omit<AblationOptions<E, V>, 'clamped'> {
  /** Name of the stream. @default 'stream' */
  readonly name?: string;
  /** Names of its dimensions. @default their numbers */
  readonly dimensions?: readonly string[];
  /** Quantities that probes look for in the hidden state. @default none */
  readonly quantities?: readonly Quantity[];
  /** Gates to clamp; each is a run of its own. @default every gate, at 0 and at 1; [] for none */
  readonly clamped?: AblationOptions<E, V>['clamped'];
  /** Half-life in events from which a unit counts as one of long memory. @default 32 */
  readonly longMemory?: number;
  /** Events that the gradient flow and the age of memory reach back. @default 128 */
  readonly history?: number;
}

/** The results for one stream. */
export interface Inspection {
  readonly stream: RecordedStream;
  /** The score from which events were flagged. */
  readonly threshold: number;
  readonly cell: string;
  /** On whose clocks the explanations have times: the detector's. */
  readonly timeZone: string;
  readonly engine: string;
  /** Units with the longest memory first. */
  readonly units: readonly UnitMemory[];
  readonly gates: GateColumns;
  /** Per layer, lowest first. */
  readonly flow: readonly MeanFlow[];
  /** The unchanged network first; empty without ablation. */
  readonly ablation: readonly AblationResult[];
  readonly probes: readonly ProbeResult[];
  readonly explanations: readonly IncidentExplanation[];
}

const COLUMNS = 1500; // of the gates' picture: as many as a wide screen has pixels

/** All parts of `rx-anomaly/inspect` on one stream: `process` every event, then `finish`. */
export class StreamInspection<E, V extends Value = number> {
  readonly #detector: StreamDetector<E, V>;
  readonly #ablation: Ablation<E, V> | undefined;
  readonly #name: string;
  readonly #names: readonly string[] | undefined;
  #recorder: StreamRecorder | undefined; // known after the first event
  readonly #profile: MemoryProfile;
  readonly #gates: GateHistory = new GateHistory(COLUMNS);
  readonly #flow: FlowSampler;
  readonly #probes: StateProbes;
  readonly #explainer: IncidentExplainer<E, V>;
  readonly #explanations: IncidentExplanation[] = [];
  readonly #policy: ResolvedThreshold;
  readonly #cell: string;
  readonly #timeZone: string;

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: StreamInspectionOptions<E, V> = {}) {
    requireObject('StreamInspection', options);
    const { name, dimensions, quantities, clamped, longMemory, history = 128, ...detector } = options;
    optionChecks('StreamInspection').positiveInteger('history', history);
    const inspected = withLstm(
      'StreamInspection',
      detector,
      (lstm) => new InspectedForecaster({ ...lstm, history }),
    );
    this.#detector = new StreamDetector<E, V>({ ...inspected, key: () => undefined }, 'StreamInspection');
    const silent = { ...detector, onProblem: () => {} }; // reported once, by the detector
    if (clamped?.length !== 0)
      this.#ablation = new Ablation<E, V>(clamped === undefined ? silent : { ...silent, clamped });
    this.#name = name ?? 'stream';
    this.#names = dimensions;
    this.#profile = new MemoryProfile(longMemory === undefined ? {} : { longMemory });
    this.#flow = new FlowSampler(history);
    this.#probes = new StateProbes(quantities ?? []);
    this.#policy = thresholdOptions.resolvePart('StreamInspection', detector);
    this.#timeZone = detector.timeZone ?? 'UTC';
    this.#explainer = new IncidentExplainer({
      ...{ hold: this.#policy.hold, timeZone: this.#timeZone },
      ...(dimensions === undefined ? {} : { dimensions }),
    });
    this.#cell = detector.cell ?? 'lstm';
  }

  /** Processes the next event; undefined where the policy leaves it out. */
  process(event: E): Verdict<E, V> | undefined {
    const verdict = this.#detector.process(event);
    this.#ablation?.process(event);
    if (verdict === undefined) return undefined;
    const forecaster = inspectedIn(this.#detector, undefined);
    const { gates, steps } = forecaster;
    const value = toVector(verdict.value);
    this.#recorder ??= new StreamRecorder(
      this.#name,
      this.#names ?? value.map((_, d) => String(d + 1)),
      this.#policy,
    );
    this.#recorder.add(verdict);
    this.#profile.add(gates);
    this.#gates.add(gates);
    this.#flow.add(forecaster);
    this.#probes.learn(steps.at(-1)!, value, verdict.time);
    this.#explanations.push(...this.#explainer.add(verdict, steps));
    return verdict;
  }

  /**
   * Ends the stream.
   *
   * @param labels labelled windows, in records from 0
   */
  finish(labels?: readonly RecordWindow[]): Inspection {
    const inspected = this.#recorder && inspectedIn(this.#detector, undefined);
    const recorder = this.#recorder ?? new StreamRecorder(this.#name, this.#names ?? [], this.#policy);
    const inspection = {
      stream: recorder.finish(labels),
      threshold: this.#policy.threshold,
      cell: this.#cell,
      timeZone: this.#timeZone,
      engine: inspected?.forecaster.engine.name ?? 'none',
      units: this.#profile.units(),
      gates: this.#gates.columns(),
      flow: inspected === undefined ? [] : this.#flow.finish(inspected),
      ablation: this.#ablation?.results(labels) ?? [],
      probes: this.#probes.results(),
      explanations: [...this.#explanations, ...this.#explainer.flush()],
    };
    this.#detector.dispose();
    this.#ablation?.dispose();
    return inspection;
  }
}

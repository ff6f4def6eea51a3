import { setImmediate } from 'node:timers/promises';
import { Random } from '../../core/random.ts';
import { FlowSampler, type MeanFlow } from '../../inspect/flowSampler.ts';
import { MemoryProfile, type UnitMemory } from '../../inspect/memoryProfile.ts';
import { RidgeProbe } from '../../inspect/ridgeProbe.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { ablatedWeights } from '../forecast/ablatedWeights.ts';
import { forecastErrors } from '../forecast/forecastErrors.ts';
import { collectionResult } from '../forecast/forecastResults.ts';
import type { Collection } from '../forecast/readCollection.ts';
import { allSubjects, FORGETFUL, FROZEN, LAST_VALUE, LINEAR } from '../forecast/subjects.ts';
import { NetworkRun } from './networkRun.ts';
import { PROBED, probeSeries } from './probeSeries.ts';

/** What an ablation costs on one collection. */
export interface InsideAblation {
  readonly collection: string;
  readonly series: number;
  /** Errors one event ahead by those of the last value, geometric mean: whole, without memory, without the layer. */
  readonly errors: readonly [whole: number, forgetful: number, linear: number];
}

/** What can be read linearly from the state, on series that the probe was not fitted on. */
export interface InsideProbe {
  readonly quantity: string;
  /** R² from h, from the h of the network without memory, from the inputs alone, and from h and inputs. */
  readonly r2: readonly [state: number, forgetful: number, inputs: number, both: number];
}

/** What the pre-trained network remembers. */
export interface Inside {
  /** Units with the longest memory first. */
  readonly units: readonly UnitMemory[];
  readonly flow: MeanFlow;
  readonly ablation: readonly InsideAblation[];
  readonly probes: readonly InsideProbe[];
}

/** How much is run. */
export interface InsideSize {
  /** Series of each collection whose gates are read, and events of each. */
  readonly gated: number;
  readonly gatedEvents: number;
  /** Series of the first collection whose gradient flow is measured. */
  readonly flowing: number;
  /** Series on which probes are fitted, and on which they are tried; events of each. */
  readonly fitted: number;
  readonly tried: number;
  readonly probedEvents: number;
}

export const WHOLE_SIZE: InsideSize = {
  ...{ gated: 20, gatedEvents: 600, flowing: 8 },
  ...{ fitted: 80, tried: 40, probedEvents: 800 },
};

const LAGS = 128;
const SETTLED = 200; // events of a series before probes learn from it
const LONG = 32; // events of half-life

/**
 * Looks into the network by running it.
 *
 * @param onStep called with the share that is done
 * @throws RxAnomalyError BAD_OPTION for a cell without gates that `ablatedWeights` knows
 */
export async function insideNetwork(
  collections: readonly Collection[],
  weights: PretrainedWeights,
  size: InsideSize,
  seed: number,
  onStep: (share: number, what: string) => void,
  signal: AbortSignal,
): Promise<Inside> {
  const all = collections.reduce((sum, { series }) => sum + series.length, 0) + size.fitted + size.tried;
  let done = 0;
  const step = async (what: string): Promise<void> => {
    onStep(++done / all, what);
    await setImmediate();
    signal.throwIfAborted();
  };
  const profile = new MemoryProfile({ longMemory: LONG });
  const flow = new MeanOfFlows();
  const ablation: InsideAblation[] = [];
  const subjects = allSubjects(weights, seed);
  const compared = new Map(
    [LAST_VALUE, FROZEN, FORGETFUL, LINEAR].map((name) => [name, subjects.get(name)!]),
  );
  for (const [at, { name, series }] of collections.entries()) {
    const errors = [];
    for (const [k, one] of series.entries()) {
      errors.push(forecastErrors(one, compared));
      if (k < size.gated) {
        const run = new NetworkRun(weights, LAGS);
        for (let t = 0; t < Math.min(size.gatedEvents, one.values.length); t++) {
          run.learn(one.values[t], one.times?.[t]);
          if (t >= SETTLED && run.steps.length > 0) profile.add(run.newest.layers);
        }
        if (at === 0 && k < size.flowing) flow.add(run);
      }
      await step(one.name);
    }
    const [, ...results] = collectionResult(name, [...compared.keys()], errors).subjects;
    const [whole, forgetful, linear] = results.map(({ horizons }) => horizons[0].mean);
    ablation.push({ collection: name, series: series.length, errors: [whole, forgetful, linear] });
  }
  const probes = await probe(weights, size, seed, step);
  return { units: profile.units(), flow: flow.mean(), ablation, probes };
}

/** Fits ridge regressions from state and inputs on some series, and tries them on others. */
async function probe(
  weights: PretrainedWeights,
  { fitted, tried, probedEvents }: InsideSize,
  seed: number,
  step: (what: string) => Promise<void>,
): Promise<InsideProbe[]> {
  const random = new Random(seed);
  const forgetful = ablatedWeights(weights, 'memory');
  const outputs = PROBED.length;
  let probes: RidgeProbe[] = [];
  const [errors, means, squares] = [0, 0, 0].map(() => new Float64Array(4 * outputs));
  let count = 0;
  for (let s = 0; s < fitted + tried; s++) {
    const { values, truth } = probeSeries(random, probedEvents);
    const [whole, without] = [new NetworkRun(weights, 1), new NetworkRun(forgetful, 1)];
    for (const [t, value] of values.entries()) {
      whole.learn(value, undefined);
      without.learn(value, undefined);
      if (t < SETTLED) continue;
      const { x, layers } = whole.newest;
      const { hidden } = layers[0];
      const read = [hidden, without.newest.layers[0].hidden, x, Float64Array.of(...hidden, ...x)];
      const targets = truth(t, whole.context);
      if (probes.length === 0)
        probes = read.map((from) => new RidgeProbe({ inputs: from.length, outputs, ridge: 1 }));
      if (s < fitted) {
        for (const [k, regression] of probes.entries()) regression.learn(read[k], targets);
        continue;
      }
      count++;
      for (const [k, regression] of probes.entries()) {
        const predicted = regression.predict(read[k]);
        for (let m = 0, at = k * outputs; m < outputs; m++, at++) {
          errors[at] += (targets[m] - predicted[m]) ** 2;
          const off = targets[m] - means[at];
          means[at] += off / count;
          squares[at] += off * (targets[m] - means[at]);
        }
      }
    }
    await step('probes');
  }
  const r2 = (k: number, m: number): number => 1 - errors[k * outputs + m] / squares[k * outputs + m];
  return PROBED.map((quantity, m) => ({ quantity, r2: [r2(0, m), r2(1, m), r2(2, m), r2(3, m)] }));
}

/** Over several series. */
class MeanOfFlows {
  readonly #flows: MeanFlow[] = [];

  add(run: NetworkRun): void {
    if (run.steps.length === LAGS) this.#flows.push(...new FlowSampler(LAGS).finish(run));
  }

  mean(): MeanFlow {
    const over = (of: (flow: MeanFlow) => readonly number[]): number[] =>
      (this.#flows.length === 0 ? [] : of(this.#flows[0])).map(
        (_, lag) => this.#flows.reduce((sum, flow) => sum + of(flow)[lag], 0) / this.#flows.length,
      );
    return { direct: over(({ direct }) => direct), measured: over(({ measured }) => measured) };
  }
}

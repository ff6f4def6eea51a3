import { setImmediate } from 'node:timers/promises';
import { AheadOutcome } from '../../cli/forecast/aheadOutcome.ts';
import type { Progress } from '../../cli/output/progress.ts';
import { AheadForecaster } from '../../models/ahead/aheadForecaster.ts';
import type { AheadOptions } from '../../models/ahead/aheadOptions.ts';
import { lstmFactory } from '../../models/forecasters/lstmForecaster.ts';
import { pretrainedFactory } from '../../models/pretrained/pretrainedForecaster.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import type { ForecastSeries } from './forecastErrors.ts';
import { type Ratio, ratioOf } from './forecastResults.ts';
import { formatTable, type TableFormat } from './forecastTables.ts';
import { type Collection, readCollection } from './readCollection.ts';

const STEPS = [1, 4, 16, 48, 96];
const FROM = 100; // records
const EVERY = 6; // records between two forecasts: as many as are compared anyway

/** One step of one forecaster over the series of a collection. */
export interface AheadResult {
  readonly step: number;
  /** Share of the values in the interval from 0.1 to 0.9. */
  readonly held: number;
  /** The same of the values that differ from the one before them. */
  readonly heldOfChanged: number;
  /** Of mean absolute errors to the last value's. */
  readonly error: Ratio;
}

export interface AheadCollection {
  readonly collection: string;
  readonly series: number;
  readonly subjects: readonly { readonly subject: string; readonly steps: readonly AheadResult[] }[];
}

/** Intervals and errors of forecasts up to 96 events ahead, on each folder. */
export async function evaluateAhead(
  folders: readonly string[],
  weights: PretrainedWeights,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<AheadCollection[]> {
  const lstm = lstmFactory({ seed });
  const pretrained = pretrainedFactory(weights);
  const subjects = new Map<string, AheadOptions>([
    ['LSTM', { forecaster: lstm }],
    ['LSTM, iterated alone', { forecaster: lstm, combine: false }],
    ['pre-trained', { forecaster: pretrained }],
    ['pre-trained, iterated alone', { forecaster: pretrained, combine: false }],
  ]);
  const collections: Collection[] = [];
  for (const folder of folders) collections.push(await readCollection(folder, signal));
  const all = subjects.size * collections.reduce((sum, { series }) => sum + series.length, 0);
  const results: AheadCollection[] = [];
  let [done, records] = [0, 0];
  try {
    for (const { name, series } of collections) {
      const ofSubjects = [];
      for (const [subject, options] of subjects) {
        const outcomes: AheadOutcome[] = [];
        for (const one of series) {
          await setImmediate();
          signal.throwIfAborted();
          outcomes.push(outcomeOf(one, options));
          records += one.values.length;
          progress.update(++done / all, records, one.name);
        }
        ofSubjects.push({ subject, steps: STEPS.map((step, at) => resultOf(step, at, outcomes)) });
      }
      results.push({ collection: name, series: series.length, subjects: ofSubjects });
    }
  } finally {
    progress.clear();
  }
  return results;
}

function outcomeOf({ values, times }: ForecastSeries, options: AheadOptions): AheadOutcome {
  const forecaster = new AheadForecaster({
    ...{ dimensions: 1, steps: STEPS.at(-1)!, every: EVERY, quantiles: [0.1, 0.9] },
    ...options,
  });
  const outcome = new AheadOutcome(STEPS, 1);
  for (let t = 0; t < values.length; t++) {
    const value = [values[t]];
    outcome.arrive(value);
    forecaster.learn({ time: times?.[t], value, imputed: false }, 1);
    if (t >= FROM && t % EVERY === 0) outcome.note(forecaster.predictAhead());
  }
  forecaster.dispose();
  return outcome;
}

function resultOf(step: number, at: number, outcomes: readonly AheadOutcome[]): AheadResult {
  const total = (of: (outcome: AheadOutcome) => Float64Array): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome)[at], 0);
  return {
    step,
    held: total(({ held }) => held) / total(({ count }) => count),
    heldOfChanged: total(({ changedHeld }) => changedHeld) / total(({ changed }) => changed),
    error: ratioOf(outcomes.map(({ error, naive }) => error[at] / naive[at])),
  };
}

/** A table for each collection: what the 80 % interval holds, and errors by that of the last value. */
export function aheadTables(results: readonly AheadCollection[], format: TableFormat): string {
  return results.map((result) => tableOf(result, format)).join('\n');
}

function tableOf({ collection, series, subjects }: AheadCollection, format: TableFormat): string {
  const title = `${collection}: ${series} series`;
  const header = ['', ...STEPS.map((step) => (step === 1 ? '1 step' : `${step} steps`))];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = subjects.flatMap(({ subject, steps }) => [
    [`${subject}: within 80 %`, ...steps.map(({ held }) => percent(held))],
    ['… of values that have changed', ...steps.map(({ heldOfChanged }) => percent(heldOfChanged))],
    ['… error by that of the last value', ...steps.map(({ error }) => error.mean.toFixed(3))],
  ]);
  const table = formatTable(header, rows, format);
  return format === 'text' ? `${title}\n${table}\n` : `**${title}**\n\n${table}\n`;
}

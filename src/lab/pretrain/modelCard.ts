import { grouped } from '../../cli/text/formatText.ts';
import type { CollectionResult } from '../forecast/forecastResults.ts';
import { forecastTables } from '../forecast/forecastTables.ts';
import { COMPONENT_WEIGHTS, LINK_WEIGHTS } from './simulate/simulateSeries.ts';
import { FIRST_RATE, FORGET_BIAS, LAST_RATE, type TrainingPlan } from './trainer.ts';

/** What a model card reports. */
export interface ModelCard {
  readonly plan: TrainingPlan;
  readonly engine: string;
  /** Of the source that trained it. */
  readonly commit: string;
  /** Mean loss of each batch. */
  readonly losses: readonly number[];
  /** The same on batches that were not learnt from. */
  readonly heldOut: number;
  readonly results: readonly CollectionResult[];
}

const POINTS = 16; // of the loss curve

/** In Markdown; the same for the same training and the same evaluation. */
export function modelCard({ plan, engine, commit, losses, heldOut, results }: ModelCard): string {
  const { cell, hidden, series, steps, window, seed, batches } = plan;
  const total = batches * series * steps;
  return `# The pre-trained network

Written by \`npm run pretrain\`. ${cell === 'lstm' ? 'An LSTM' : 'A GRU'} of ${hidden} units with a linear path past it, trained on simulated series only.

| | |
|---|---|
| series-steps | ${grouped(total)}: ${grouped(batches)} batches of ${series} series × ${grouped(steps)} steps |
| back-propagation through time | ${window} steps, the state carried over |
| optimiser | Adam, ${FIRST_RATE} falling to ${LAST_RATE} by a cosine, gradients clipped to a norm of 1 |
| forget bias at the start | ${FORGET_BIAS} |
| seed, engine | ${seed}, ${engine} |
| commit | ${commit} |
| loss on batches that were not learnt from | ${heldOut.toFixed(4)} |

## What it was trained on

Each series is a weighted sum of one to four families through a link; a family comes first, and on top of others, with these
weights. \`src/lab/pretrain/simulate\` describes each.

| family | first | on top |
|---|---:|---:|
${Object.entries(COMPONENT_WEIGHTS)
  .map(([name, [first, added]]) => `| ${name} | ${first} | ${added} |`)
  .join('\n')}

Links: ${Object.entries(LINK_WEIGHTS)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ')}.

## Loss

The negative log-likelihood of a Laplace distribution, weighted. The targets have noise, so that nothing is gained by being surer
than 5 % of the usual change.

| batch | mean loss since the last |
|---:|---:|
${curve(losses)}

## Evaluation

Mean absolute error by that of the last value, of standardised and compressed values: geometric mean over the series (median),
from record 100 on; one step ahead by age of the series; and what share of the values the 95 % band held.

${forecastTables(results, 'markdown')}`;
}

function curve(losses: readonly number[]): string {
  const points = Math.min(POINTS, losses.length);
  return Array.from({ length: points }, (_, k) => {
    const part = losses.slice((k * losses.length) / points, ((k + 1) * losses.length) / points);
    const end = Math.floor(((k + 1) * losses.length) / points);
    return `| ${grouped(end)} | ${(part.reduce((sum, loss) => sum + loss, 0) / part.length).toFixed(4)} |`;
  }).join('\n');
}

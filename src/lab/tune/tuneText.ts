import { counted, textTable } from '../../cli/text/formatText.ts';
import type { TransformName } from '../../models/transform.ts';
import { type Choice, DEFAULT_CHOICE, DEFAULT_THRESHOLD } from './choice.ts';
import type { Settings, Tried } from './search.ts';
import type { TuneResult } from './tuneRun.ts';

/** The result as text. */
export function tuneText(result: TuneResult, share: number, transform: TransformName): string {
  const { tried, rest } = result;
  const { usual, tuned, lead } = rest;
  const row = (
    name: string,
    { incidents, found, falseAlerts, f1 }: TuneResult['rest']['usual'],
  ): string[] => [name, `${found} of ${incidents}`, String(falseAlerts), f1.toFixed(3)];
  const kept = isDefault(result);
  return [
    `Tried on the first ${percent(share)} of every series, each at its best threshold; ✓: accepted`,
    textTable(['forecaster, scorer, recurring', 'threshold', 'F1', 'ahead', 'sure', ''], tried.map(triedRow)),
    '',
    'On the rest, which no choice has used (alerts alone count)',
    textTable(
      ['options', 'found', 'false alerts', 'F1'],
      [row('defaults', usual), ...(kept ? [] : [row('recommended', tuned)])],
    ),
    ...(kept ? [] : ['', sureness(lead)]),
    '',
    kept ? 'Nothing was clearly better than the defaults: keep them.' : 'Recommended:',
    `  ${commandLine(result, transform)}`,
    '',
    code(result, transform),
    '',
  ].join('\n');
}

function triedRow({ choice, threshold, f1, lead, taken }: Tried): string[] {
  const { forecaster, scorer, recurring } = choice;
  const ahead = lead?.difference ?? null;
  return [
    `${forecaster}, ${scorer}, ${recurring}`,
    String(threshold),
    f1.toFixed(3),
    ahead === null ? '–' : signed(ahead),
    lead === null || lead.probability === null ? '–' : percent(lead.probability),
    taken ? '✓' : '',
  ];
}

/** The certainty of the difference on the rest, in words that claim no more than the figures. */
function sureness({ difference, low, high, probability, resampled }: TuneResult['rest']['lead']): string {
  if (difference === null || low === null || high === null || probability === null)
    return 'Certainty unknown: there is too little data to resample.';
  const figures =
    `F1 ${signed(difference)} (95 %: ${signed(low)} … ${signed(high)}); ahead in ${percent(probability)} of resamples ` +
    `of ${resampled}`;
  if (low > 0) return `${figures}: better than the defaults.`;
  if (high < 0) return `${figures}: worse than the defaults; keep those.`;
  return `${figures}: no certain difference from the defaults.`;
}

/** The options as a command line. @param transform of the values */
export function commandLine({ choice, threshold }: Settings, transform: TransformName = 'none'): string {
  const flags = (Object.keys(choice) as (keyof Choice)[])
    .filter((option) => choice[option] !== DEFAULT_CHOICE[option])
    .map((option) => ` --${option} ${choice[option]}`);
  const level = threshold === DEFAULT_THRESHOLD ? '' : ` --threshold ${threshold}`;
  const modelled = transform === 'none' ? '' : ` --transform ${transform}`;
  return `rx-anomaly detect <table>${modelled}${flags.join('')}${level}`;
}

/** The options as code. */
export function code({ choice, threshold }: Settings, transform: TransformName = 'none'): string {
  const { forecaster, scorer, recurring } = choice;
  const hasForecaster = forecaster !== DEFAULT_CHOICE.forecaster;
  const hasScorer = scorer !== DEFAULT_CHOICE.scorer;
  const isPretrained = forecaster === 'pretrained';
  const made = isPretrained ? 'await pretrainedForecaster()' : `namedForecasters.${forecaster}(1)`;
  const imports = [
    'detectAnomalies',
    ...(hasForecaster ? [isPretrained ? 'pretrainedForecaster' : 'namedForecasters'] : []),
    ...(hasScorer ? ['namedScorers'] : []),
  ];
  const options = [
    ...(transform === 'none' ? [] : [`transform: '${transform}'`]),
    ...(hasForecaster ? [`forecaster: ${made}`] : []),
    ...(hasScorer ? [`scorer: namedScorers.${scorer}()`] : []),
    ...(recurring === DEFAULT_CHOICE.recurring ? [] : [`recurring: '${recurring}'`]),
    ...(threshold === DEFAULT_THRESHOLD ? [] : [`threshold: ${threshold}`]),
  ];
  return [
    `  import { ${imports.join(', ')} } from 'rx-anomaly';`,
    `  readings$.pipe(detectAnomalies(${options.length === 0 ? '' : `{ ${options.join(', ')} }`}))`,
  ].join('\n');
}

function isDefault({ choice, threshold }: Settings): boolean {
  const options = Object.keys(choice) as (keyof Choice)[];
  return (
    threshold === DEFAULT_THRESHOLD && options.every((option) => choice[option] === DEFAULT_CHOICE[option])
  );
}

/** `31 series, 179,391 records` */
export function sizeText(series: number, records: number): string {
  return `${counted(series, 'series', 'series')}, ${counted(records, 'record')}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

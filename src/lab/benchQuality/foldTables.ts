import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { type ChoiceOnSet, type ChoiceWay, type FoldChoice, scaledResult } from '../quality/chooseByFolds.ts';
import type { LeftOut } from '../quality/chooseByLeavingOut.ts';
import { decimalsOf, differenceCell, meanCell, over } from './qualityCells.ts';
import type { QualityResults, SetResults } from './qualityResults.ts';
import type { QualityTable } from './qualityTables.ts';

/** Cross-validation results of a set; nothing without folds. */
export function foldTables(set: SetResults): QualityTable[] {
  if (set.folds === undefined) return [];
  return [thresholdTable(set, inWords(set.folds)), ...choiceTables(set)];
}

/** The choice among the configurations of one set. */
export function choiceTables({ folds, choice }: SetResults): QualityTable[] {
  if (folds === undefined || choice === undefined) return [];
  const [{ measure }] = choice.sets;
  const title = `One configuration at its own threshold, by ${measure}; held out: chosen ${inWords(folds)}`;
  return [choiceTable(title, choice, [measure])];
}

/** The choice among the configurations for all sets; nothing where there is one set. */
export function jointChoiceTables({ sets, choice }: QualityResults): QualityTable[] {
  if (choice === undefined) return [];
  const columns = choice.sets.map(({ measure }, at) => `${sets[at].name}: ${measure}`);
  const title =
    'One configuration for all sets, chosen by the mean of their figures from 0 to 1 (NAB by 100)';
  return [choiceTable(title, choice, columns)];
}

/**
 * Held-out figures between those at the fixed threshold and those at the best one, which was chosen on the same
 * series.
 */
function thresholdTable({ configurations }: SetResults, onOthers: string): QualityTable {
  return {
    title: `At the threshold, held out and at the best one; held out: the threshold is the best by that measure ${onOthers}`,
    header: ['', 'NAB standard', 'held out', 'best', 'at', 'F1 by alert', 'held out', 'best', 'at'],
    rows: configurations.map(({ name, seeds }) => [
      name,
      over(seeds, ({ nab }) => nab[0].score, 1),
      over(seeds, ({ nab }) => nab[0].heldOut?.score ?? null, 1),
      over(seeds, ({ nab }) => nab[0].best.score, 1),
      span(seeds.flatMap(({ nab }) => nab[0].heldOut?.thresholds.flat() ?? [])),
      over(seeds, ({ byAlert }) => byAlert.own.f1, 3),
      over(seeds, ({ byAlert }) => byAlert.heldOut?.f1 ?? null, 3),
      over(seeds, ({ byAlert }) => byAlert.best.f1, 3),
      span(seeds.flatMap(({ byAlert }) => byAlert.heldOut?.thresholds.flat() ?? [])),
    ]),
  };
}

const WAYS: Readonly<Record<ChoiceWay, string>> = {
  heldOut: 'held out',
  oracle: 'chosen on all series',
  baseline: 'without a choice',
};

function choiceTable(
  title: string,
  { picks, oracle, baseline, sets, mean }: FoldChoice,
  columns: readonly string[],
): QualityTable {
  const chosen: Readonly<Record<ChoiceWay, string>> = { heldOut: picksCell(picks.flat()), oracle, baseline };
  const isJoint = sets.length > 1;
  const figures = (cell: (set: ChoiceOnSet) => string, last: string): string[] => [
    ...sets.map(cell),
    ...(isJoint ? [last] : []),
  ];
  return {
    title,
    header: ['', ...columns, ...(isJoint ? ['mean'] : []), 'configuration'],
    rows: [
      ...(Object.keys(WAYS) as ChoiceWay[]).map((way) => [
        WAYS[way],
        ...figures((set) => meanCell(set[way], decimalsOf(set.measure)), meanCell([mean[way]], 3)),
        chosen[way],
      ]),
      [
        `held out less ${baseline}`,
        ...figures(({ ahead, measure }) => differenceCell(ahead, measure), ''),
        '',
      ],
    ],
  };
}

/** What the figures held out were chosen by. */
function inWords(folds: NonNullable<SetResults['folds']>): string {
  const [{ length }] = folds;
  return `on the other ${length - 1} of ${length} folds, assigned in ${folds.length} ways`;
}

/** `default ×4, ema ×1` */
function picksCell(picks: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of picks) times.set(name, (times.get(name) ?? 0) + 1);
  const falling = [...times].sort(([, a], [, b]) => b - a);
  return falling.map(([name, count]) => `${name} ×${count}`).join(', ');
}

/** `0.45 – 0.61` */
function span(thresholds: readonly number[]): string {
  const [low, high] = [Math.min(...thresholds).toFixed(2), Math.max(...thresholds).toFixed(2)];
  return low === high ? low : `${low} – ${high}`;
}

/** One configuration chosen on all sets but one; nothing without `--leave-out`. */
export function leaveOutTables({ leftOut }: QualityResults): QualityTable[] {
  if (leftOut === undefined || leftOut.length === 0) return [];
  const cell = ({ measure }: LeftOut, figure: number | null): string =>
    meanCell([figure], decimalsOf(measure));
  const mean = (which: 'result' | 'baseline' | 'best'): string =>
    meanCell([meanOf(leftOut.map((each) => scaledResult(each.measure, each[which])))], 3);
  return [
    {
      title: 'Each set left out: the configuration that is best on the mean of all others, on this one',
      header: ['', 'measure', 'chosen', 'left out', 'without a choice', 'best of all'],
      rows: [
        ...leftOut.map((each) => [
          each.collection,
          each.measure,
          each.chosen,
          cell(each, each.result),
          cell(each, each.baseline),
          cell(each, each.best),
        ]),
        ['mean, from 0 to 1', '', '', mean('result'), mean('baseline'), mean('best')],
      ],
    },
  ];
}

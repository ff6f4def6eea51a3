import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { scaledResult } from '../quality/chooseByFolds.ts';
import type { LeftOut } from '../quality/chooseByLeavingOut.ts';
import { decimalsOf, meanCell } from './qualityCells.ts';
import type { QualityResults } from './qualityResults.ts';
import type { QualityTable } from './qualityTables.ts';

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

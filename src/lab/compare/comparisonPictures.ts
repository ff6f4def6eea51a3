import type { Diagram } from '../../backtest/report/diagram.ts';
import type { BacktestComparison } from './compareBacktests.ts';
import type { SavedSpan, SavedStream } from './savedBacktest.ts';

/** Streams that are drawn, those with most differences first. */
const MOST = 24;

/**
 * What the two runs flagged on each stream, with its labels: the streams on which they differ.
 *
 * @param names of the two runs
 * @returns the pictures, and how many streams more differ
 */
export function comparisonPictures(
  { streams, onlyA, onlyB }: BacktestComparison,
  [a, b]: readonly [string, string],
): { readonly diagrams: readonly Diagram[]; readonly more: number } {
  const lone = (name: string): number => [...onlyA, ...onlyB].filter(({ stream }) => stream === name).length;
  const differing = streams
    .map(([mine, theirs]) => ({
      pair: [mine, theirs] as const,
      labels: lone(mine.name),
      alerts: Math.abs(mine.incidents.length - theirs.incidents.length),
      isOther: spansOf(mine) !== spansOf(theirs),
    }))
    .filter(({ labels, isOther }) => labels > 0 || isOther)
    .sort((one, other) => other.labels - one.labels || other.alerts - one.alerts);
  const diagrams = differing.slice(0, MOST).map(({ pair: [mine, theirs] }): Diagram => {
    const line = (name: string, kind: string, y: number, spans: readonly SavedSpan[]) => ({
      ...{ name, kind: `strip ${kind}` },
      points: spans.flatMap(({ first, last }) => [
        { x: first + 1, y },
        { x: last + 1, y },
        { x: last + 1, y: null },
      ]),
    });
    return {
      title: mine.name,
      height: 130,
      x: { label: 'record', from: 1, to: mine.records },
      y: { label: '', from: 0.5, to: 3.5, ticks: () => [[3, 'labels'], [2, 'first'], [1, 'second']] }, // biome-ignore format: a line
      lines: [
        line('labels', 'second', 3, mine.labels ?? []),
        line(`first: ${a}`, 'first', 2, mine.incidents),
        line(`second: ${b}`, 'third', 1, theirs.incidents),
      ],
    };
  });
  return { diagrams, more: Math.max(0, differing.length - MOST) };
}

function spansOf({ incidents }: SavedStream): string {
  return JSON.stringify(incidents.map(({ first, last }) => [first, last]));
}

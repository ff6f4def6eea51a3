import { formatNumber } from '../charts/formatNumber.ts';
import type { ReportChange } from './report/reportDocument.ts';

type Change = Pick<ReportChange, 'kind' | 'before' | 'after' | 'size'>;

/** A change as short as a mark in a chart: `level +3.2`, `slope 0 → 0.02 an event`, `variation × 2.5`. */
export function changeMark({ kind, before, after, size }: Change): string {
  if (kind === 'level') return `level ${size < 0 ? '−' : '+'}${short(Math.abs(size))}`;
  if (kind === 'slope') return `slope ${short(before)} → ${short(after)} an event`;
  return before > 0 ? `variation × ${short(after / before)}` : `variation ${short(before)} → ${short(after)}`;
}

/** What an incident that begins with a change is followed by: `Has been so since: a new level, 20 → 23.2.` */
export function sinceChange({ kind, before, after }: Change): string {
  const what = { level: 'a new level', slope: 'another slope', scale: 'another variation' }[kind];
  return `Has been so since: ${what}, ${short(before)} → ${short(after)}${kind === 'slope' ? ' an event' : ''}.`;
}

/** Three significant digits: more of an estimate says nothing. */
function short(x: number): string {
  return formatNumber(Number(x.toPrecision(3)));
}

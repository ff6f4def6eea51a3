import { formatNumber, formatShare } from './formatNumber.ts';

/** What has changed: the kind of a `ChangePoint`, and its size. */
export interface ShownChange {
  readonly kind: 'level' | 'slope' | 'scale';
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/** A change as short as a mark in a chart: `level +3.2`, `slope 0 → 0.02 an event`, `variation × 2.5`. */
export function changeMark(change: ShownChange): string {
  const { kind, before, after, size } = change;
  if (kind === 'level') return `level ${size < 0 ? '−' : '+'}${short(Math.abs(size))}`;
  if (kind === 'slope') return `slope ${fromTo(change)}`;
  return before > 0 ? `variation × ${short(after / before)}` : `variation ${fromTo(change)}`;
}

/** The same in full: `level 20 → 23.2, certainty 71 %`. */
export function changeInWords(change: ShownChange & { readonly certainty: number }): string {
  const what = { level: 'level', slope: 'slope', scale: 'variation' }[change.kind];
  return `${what} ${fromTo(change)}, certainty ${formatShare(change.certainty)}`;
}

/** What an incident that begins with a change is followed by: `Has been so since: a new level, 20 → 23.2.` */
export function sinceChange(change: ShownChange): string {
  const what = { level: 'a new level', slope: 'another slope', scale: 'another variation' }[change.kind];
  return `Has been so since: ${what}, ${fromTo(change)}.`;
}

function fromTo({ kind, before, after }: ShownChange): string {
  // What is nothing next to the other is 0.
  const [from, to] = [before, after].map((x) => (200 * Math.abs(x) < Math.abs(after - before) ? 0 : x));
  return `${short(from!)} → ${short(to!)}${kind === 'slope' ? ' an event' : ''}`;
}

/** Three significant digits: more of an estimate says nothing. */
function short(x: number): string {
  return formatNumber(Number(x.toPrecision(3)));
}

/// <reference lib="dom" />
import type { DeepLink } from './deepLink.ts';
import { find } from './dom.ts';
import type { LiveChart } from './liveChart.ts';
import type { LiveColumns } from './liveColumns.ts';
import type { WireIncident } from './wire.ts';

type Stretch = NonNullable<DeepLink['window']>;

/** What the chart is to show: a window of time, or an incident with some records on either side; or both. */
export interface Wanted {
  readonly window: Stretch | undefined;
  readonly incident: WireIncident | undefined;
}

/**
 * Shows it, in the dimension of the incident. Of what is no longer kept record by record the chart shows nothing, and follows the end.
 *
 * @param lookBack shows a window of which there are only summaries
 * @returns the window, where it is no longer kept record by record
 */
export function showWanted(
  chart: LiveChart,
  { first, times, xIsTime }: Pick<LiveColumns, 'first' | 'times' | 'xIsTime'>,
  { window, incident }: Wanted,
  lookBack: (window: Stretch, dimension: number) => void,
): Stretch | undefined {
  if (incident !== undefined) {
    find<HTMLSelectElement>('select.dimension').value = String(incident.dimension);
    chart.showDimension(incident.dimension);
  }
  const around = window ?? (incident && windowOf(incident));
  const isGone =
    first > 0 &&
    xIsTime &&
    around !== undefined &&
    (incident ? incident.last < first : around[1] <= times[0]!);
  if (isGone || (xIsTime && window !== undefined && window[0] < times[0]!))
    lookBack(around!, incident?.dimension ?? 0);
  if (isGone) {
    chart.follow(true);
    return around;
  }
  if (window === undefined) chart.jump(incident!);
  else {
    chart.showTimes(...window);
    if (incident !== undefined) chart.point(incident.peak);
  }
  return undefined;
}

/** With as much on either side. */
function windowOf({ start, end }: WireIncident): Stretch | undefined {
  if (start === null) return undefined;
  const margin = Math.max(600_000, (end ?? start) - start);
  return [start - margin, (end ?? start) + margin];
}

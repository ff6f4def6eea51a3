/// <reference lib="dom" />
import type { DeepLink } from './deepLink.ts';
import { find } from './dom.ts';
import type { LiveChart } from './liveChart.ts';
import type { LiveColumns } from './liveColumns.ts';
import type { WireChange, WireIncident } from './wire.ts';

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
  if (incident !== undefined) chooseDimension(chart, incident.dimension);
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

/** Records on either side of a change that are shown. */
const ROOM = 300;

/**
 * Shows a lasting change in the chart, or where it is no longer kept record by record, in a summary.
 *
 * @param lookBack as of {@link showWanted}; numbers of records in a stream without times
 */
export function showChange(
  chart: LiveChart,
  { first }: Pick<LiveColumns, 'first'>,
  { record, time, detectedAt, dimension }: WireChange,
  lookBack: (stretch: Stretch) => void,
): void {
  if (record >= first) {
    chooseDimension(chart, dimension);
    chart.jump({ first: record - ROOM / 5, last: record + ROOM / 5, peak: record });
    return;
  }
  const margin = time === null ? ROOM : Math.max(600_000, 3 * ((detectedAt ?? time) - time));
  const at = time ?? record + 1;
  lookBack([at - margin, at + margin]);
}

function chooseDimension(chart: LiveChart, dimension: number): void {
  find<HTMLSelectElement>('select.dimension').value = String(dimension);
  chart.showDimension(dimension);
}

/** With as much on either side. */
function windowOf({ start, end }: WireIncident): Stretch | undefined {
  if (start === null) return undefined;
  const margin = Math.max(600_000, (end ?? start) - start);
  return [start - margin, (end ?? start) + margin];
}

import { changeInWords, changeMark } from '../../charts/changeInWords.ts';
import { timeResolution } from '../../charts/formatTime.ts';
import { packColumn, packDoubles } from '../../charts/packColumn.ts';
import type { PackedIncident, PackedSteps, PackedStream } from '../../charts/packed.ts';
import { SEVERITIES } from '../../charts/packed.ts';
import { placeAmong } from './drawnRecords.ts';
import { packFan } from './packFan.ts';
import type { ReportStream } from './reportDocument.ts';

/**
 * The stream as the page reads it: about 27 bytes per record and dimension.
 *
 * @param drawn the records that are drawn; all of them where left out. Incidents and labels are given by their
 * indices among these.
 */
export function packStream(stream: ReportStream, drawn?: Uint32Array): PackedStream {
  const pick = (column: Float64Array): Float64Array =>
    drawn === undefined ? column : Float64Array.from(drawn, (at) => column[at]!);
  const place = placeAmong(drawn);
  const times = stream.times && pick(stream.times);
  return {
    records: drawn?.length ?? stream.score.length,
    numbers: drawn === undefined ? null : packDoubles(Float64Array.from(drawn, (at) => at + 1)),
    times: times === undefined ? null : (packSteps(times) ?? packDoubles(times)),
    resolution: timeResolution(stream.times),
    dimensions: stream.dimensions.map(({ name, value, expected, lower, upper }) => ({
      name,
      value: packColumn(pick(value)),
      expected: packColumn(pick(expected)),
      lower: packColumn(pick(lower)),
      upper: packColumn(pick(upper)),
    })),
    score: packColumn(pick(stream.score)),
    ahead: stream.ahead === undefined ? null : packFan(stream.ahead.record, stream.ahead.steps),
    threshold: stream.threshold,
    incidents: stream.incidents.map(({ first, last, peak, severity, reason }): PackedIncident => {
      const marks = [place(first), place(last), place(peak), SEVERITIES.indexOf(severity)] as const;
      return reason?.channel === undefined ? marks : [...marks, reason.channel, reason.dimension];
    }),
    labels: (stream.labels ?? []).map(({ first, last }) => [place(first), place(last)]),
    changes: (stream.changes ?? []).map((change) => [
      place(change.record),
      change.dimension,
      changeMark(change),
      changeInWords(change),
    ]),
  };
}

/** Steps of whole milliseconds, where they are few enough to be shorter than the column; they lose nothing. */
function packSteps(times: Float64Array): PackedSteps | undefined {
  if (!times.every(Number.isSafeInteger) || times.length === 0) return undefined;
  const runs: [number, number][] = [];
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    const run = runs.at(-1);
    if (run?.[0] === step) run[1]++;
    else runs.push([step, 1]);
  }
  // A run is some 12 characters of JSON, a double 11 of base64.
  return runs.length < times.length * 0.9 ? { start: times[0]!, runs } : undefined;
}

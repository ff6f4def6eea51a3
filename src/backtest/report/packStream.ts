import { placeAmong } from './drawnRecords.ts';
import { timeResolution } from './page/formatTime.ts';
import type { PackedColumn, PackedSteps, PackedStream } from './page/packed.ts';
import { SEVERITIES } from './page/packed.ts';
import type { ReportStream } from './reportDocument.ts';

/**
 * The stream as the page reads it: some 27 bytes a record and dimension.
 *
 * @param drawn the records that are drawn; all of them where left out. Incidents and labels are told by their places
 *   among those.
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
    threshold: stream.threshold,
    incidents: stream.incidents.map(({ first, last, peak, severity }) => [
      place(first),
      place(last),
      place(peak),
      SEVERITIES.indexOf(severity),
    ]),
    labels: (stream.labels ?? []).map(({ first, last }) => [place(first), place(last)]),
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

/**
 * Floats of 4 bytes hold 7 digits. That is enough, unless the column lies outside their range or moves so
 * little around a large offset that the digits go to the offset.
 */
function packColumn(column: Float64Array): PackedColumn {
  const sorted = column.filter(Number.isFinite).sort();
  if (sorted.length === 0) return packFloats(column);
  const largest = Math.max(-sorted[0]!, sorted.at(-1)!);
  const bulk =
    sorted[Math.floor(0.95 * (sorted.length - 1))]! - sorted[Math.floor(0.05 * (sorted.length - 1))]!;
  const inRange = largest === 0 || (largest > 1e-30 && largest < 1e38);
  return inRange && largest <= 1000 * bulk ? packFloats(column) : packDoubles(column);
}

function packFloats(column: Float64Array): PackedColumn {
  return { bytes: 4, base64: base64(new Float32Array(column).buffer) };
}

function packDoubles(column: Float64Array): PackedColumn {
  return { bytes: 8, base64: base64(column.slice().buffer) };
}

function base64(buffer: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

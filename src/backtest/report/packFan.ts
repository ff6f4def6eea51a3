import { packColumn, packDoubles } from '../../charts/packColumn.ts';
import type { PackedFan } from '../../charts/packed.ts';
import { type AheadStep, toVector, type Value } from '../../core/reading.ts';

/** What is expected of the events after a record, for a chart. @param record its number in the stream, from 0 */
export function packFan(record: number, ahead: readonly AheadStep<Value>[]): PackedFan {
  const times = ahead.map(({ time }) => time ?? Number.NaN);
  const [first] = ahead;
  const column = (of: (step: AheadStep<Value>) => Value, d: number): Float64Array =>
    Float64Array.from(ahead, (step) => toVector(of(step))[d]!);
  return {
    record,
    times: times.some(Number.isNaN) ? null : packDoubles(Float64Array.from(times)),
    dimensions: toVector(first!.expected).map((_, d) => ({
      expected: packColumn(column(({ expected }) => expected, d)),
      quantiles: first!.quantiles.map((_, k) => packColumn(column(({ quantiles }) => quantiles[k]!, d))),
    })),
  };
}

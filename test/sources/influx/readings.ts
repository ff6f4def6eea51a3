import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';

/** A moment in 2020, nanoseconds. */
export const BASE = 1_600_000_000_000_000_000n;

/** A reading by what makes it one point, and its value. */
export function identity({ timeNs, tags, value }: Omit<InfluxReading, 'position'>): string {
  return `${timeNs} ${JSON.stringify(tags)} ${String(value)}`;
}

/** `count` points of `m`, in turn of the hosts h0 … , one value each, `step` nanoseconds apart. */
export function linesOf(count: number, { hosts = 3, start = BASE, step = 1n, first = 0 } = {}): string[] {
  return Array.from(
    { length: count },
    (_, at) => `m,host=h${(first + at) % hosts} v=${first + at} ${start + BigInt(first + at) * step}`,
  );
}

/** 0 … count − 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

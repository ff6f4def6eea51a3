/** Milliseconds in each unit of a duration, as InfluxQL writes them. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
};
/** Large letters are taken, too, but `M`: elsewhere `1M` is a month. */
const DURATION = /^(?:\d+(?:ms|[smhdwSHDW]))+$/;

/** Milliseconds of a duration as InfluxQL writes it, `90s` or `1h30m`; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text.trim())) return undefined;
  const parts = [...text.toLowerCase().matchAll(/(\d+)(ms|[smhdw])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit!] ?? Number.NaN), 0);
}

/** A length of time as options take it: milliseconds, or text as {@link parseDuration} reads it; undefined for what is none. */
export function spanOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

/** A length of time as options take it: `5m`. @param ms whole milliseconds */
export function spanText(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, size]) => ms >= size && ms % size === 0) ?? [
    'ms',
    1,
  ];
  return `${ms / size}${unit}`;
}

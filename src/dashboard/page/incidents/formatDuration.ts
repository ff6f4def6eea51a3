const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time for a reader, by its two largest units: `2 h 5 min`, `40 ms`. */
export function formatDuration(ms: number): string {
  const at = UNITS.findIndex(([, unit]) => ms >= unit);
  if (at < 0) return `${Math.round(ms)} ms`;
  const [name, unit] = UNITS[at]!;
  const whole = Math.floor(ms / unit);
  const [smaller, part] = UNITS[at + 1] ?? ['', Number.POSITIVE_INFINITY];
  const rest = Math.floor((ms - whole * unit) / part);
  return rest > 0 ? `${whole} ${name} ${rest} ${smaller}` : `${whole} ${name}`;
}

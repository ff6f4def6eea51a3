/** A value without the noise of binary fractions; `–` for none. */
export function formatText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(10))) : '–';
}

/** A forecast or its bound, with decimals down to a hundredth of the band and no further. */
export function forecastForPeople(value: number, lower: number, upper: number): string {
  const decimals = 2 - Math.floor(Math.log10(upper - lower));
  const readable = Number.isFinite(value) && Math.abs(value) < 1e15 && decimals <= 15;
  return readable ? value.toFixed(Math.max(0, decimals)) : formatText(value);
}

/** A whole number with commas: `12,345`. Not by `toLocaleString`, whose first call takes 25 ms to load its tables. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 row`, `3,456 rows`, `no entries`. */
export function counted(
  count: number,
  one: string,
  many: string = `${one.replace(/(?<![aeiou])y$/, 'ie')}s`,
): string {
  if (count === 0) return `no ${many}`;
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A text table: columns padded, the first to the left, the rest to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, at) => '─'.repeat(widthOf(at, [header, ...rows])));
  return inColumns([header, rule, ...rows], (at) => at > 0).join('\n');
}

/** Lines whose cells begin in the same place, two blanks apart; `toTheRight` says which columns end there instead. */
export function inColumns(
  rows: readonly (readonly string[])[],
  toTheRight: (column: number) => boolean = () => false,
): string[] {
  const widths = (rows[0] ?? []).map((_, at) => widthOf(at, rows));
  return rows.map((row) =>
    row
      .map((cell, at) => (toTheRight(at) ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join('  ')
      .trimEnd(),
  );
}

function widthOf(column: number, rows: readonly (readonly string[])[]): number {
  return Math.max(...rows.map((row) => row[column].length));
}

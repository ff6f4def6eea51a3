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

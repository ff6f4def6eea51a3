/**
 * Columns of a width that fits; numbers to the right.
 *
 * @param {readonly string[]} heads
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function table(heads, rows) {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  );
  const widths = heads.map((head, k) => Math.max(head.length, ...cells.map((row) => row[k].length)));
  const isNumber = heads.map((_, k) => rows.some((row) => typeof row[k] === 'number'));
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, k) => (isNumber[k] ? cell.padStart(widths[k]) : cell.padEnd(widths[k])))
      .join('  ')
      .trimEnd();
  return [heads, ...cells].map(line).join('\n');
}

/**
 * A name as InfluxQL quotes it: `"a \"b\""`. Whatever it holds, it stays one name.
 * Source: the InfluxQL specification, "Identifiers" and "String"; its only escapes are \n, \\, \" and \'.
 */
export function quoteName(name: string): string {
  return `"${escaped(name, '"')}"`;
}

/** Text as InfluxQL quotes it: `'it\'s'`. */
export function quoteText(text: string): string {
  return `'${escaped(text, "'")}'`;
}

function escaped(text: string, quote: '"' | "'"): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n');
}

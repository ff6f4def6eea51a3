import { badOption } from '../../core/options.ts';

/** The properties of a SELECT that decide how it is read. */
export interface SelectStatement {
  readonly text: string;
  /** True where a row depends on rows outside its own window of time: it cannot be read in pages. */
  readonly isWhole: boolean;
  /** Width and offset of GROUP BY time(…), nanoseconds; undefined where it does not group by time. */
  readonly window: { readonly width: bigint; readonly offset: bigint } | undefined;
}

/** One value per row (InfluxQL reference, "Mathematical functions"): always allowed. */
const BY_ROW = [
  ...['abs', 'acos', 'asin', 'atan', 'atan2', 'ceil', 'cos', 'exp', 'floor', 'ln', 'log', 'log2', 'log10'],
  ...['pow', 'round', 'sin', 'sqrt', 'tan'],
];
/** One row per window of GROUP BY time (ibid., "Aggregations" and "Selectors"), which depends on nothing outside. */
const BY_WINDOW = [
  ...['count', 'integral', 'mean', 'median', 'mode', 'spread', 'stddev', 'sum'],
  ...['first', 'last', 'max', 'min', 'percentile'],
];

const TOKEN =
  /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<=[=!]~\s*|from\s+|,\s*)\/(?:\\[\s\S]|[^/\\\n])+\/|\w+|[^\s\w]/gi;

/** @throws RxAnomalyError BAD_OPTION where it is not a SELECT, or one that changes something */
export function parseSelect(where: string, select: string): SelectStatement {
  const tokens = Array.from(select.matchAll(TOKEN), ([token]) => token.toLowerCase());
  const refuse = (expected: string): never => {
    throw badOption(where, 'select', expected, select);
  };
  if (tokens[0] !== 'select') refuse('a SELECT statement');
  if (tokens.includes(';')) refuse('a single statement');
  if (tokens.includes('into')) refuse('a SELECT without INTO, which would write');
  if (tokens.includes('desc')) refuse('in ascending order');
  // A comment would swallow, and an open quote or bracket would take in, what is put around the statement.
  if (tokens.some((token) => token.startsWith('--') || token.startsWith('/*'))) refuse('without comments');
  if (tokens.includes("'") || tokens.includes('"') || !isBalanced(tokens)) refuse('a whole statement');

  const functions = tokens.filter((token, at) => tokens[at + 1] === '(' && /^[a-z]\w*$/.test(token));
  const windows = [...select.matchAll(WINDOW)];
  const isWindowed = windows.length === 1;
  const known = new Set([...GRAMMAR, ...BY_ROW, ...(isWindowed ? BY_WINDOW : [])]);
  const isWhole =
    windows.length > 1 ||
    functions.some((name) => !known.has(name)) ||
    tokens.some((token) => ['limit', 'offset', 'slimit', 'soffset', 'distinct'].includes(token)) ||
    /\bfill\s*\(\s*(?:previous|linear)\s*\)/i.test(select);
  return {
    text: select,
    isWhole,
    window: isWindowed ? { width: toNs(windows[0]![1]!), offset: toNs(windows[0]![2] ?? '0s') } : undefined,
  };
}

/** Words before a bracket that are not functions of values. */
const GRAMMAR = ['time', 'fill', 'from', 'where', 'and', 'or', 'select', 'in', 'tz', 'now'];
const DURATION = String.raw`-?(?:\d+(?:ns|us|u|µ|ms|s|m|h|d|w))+`;
const WINDOW = new RegExp(String.raw`\btime\s*\(\s*(${DURATION})\s*(?:,\s*(${DURATION})\s*)?\)`, 'gi');
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  u: 1_000n,
  us: 1_000n,
  µ: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

function toNs(duration: string): bigint {
  let sum = 0n;
  for (const [, count = '0', unit = 's'] of duration
    .toLowerCase()
    .matchAll(/(\d+)(ns|us|ms|u|µ|s|m|h|d|w)/g)) {
    sum += BigInt(count) * (UNITS[unit] ?? 0n);
  }
  return duration.startsWith('-') ? -sum : sum;
}

function isBalanced(tokens: readonly string[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth++;
    if (token === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

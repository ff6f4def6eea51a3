/** What tables hold in place of a missing value. */
const MISSING = new Set(
  (
    ' |na|n/a|#n/a|#na|n.a.|nan|null|nil|none|-|--|---|?|undefined|nd|no data|nodata|no value|missing|unavailable|' +
    'unknown|bad|bad input|#value!|#div/0!|#ref!|#num!|k.a.|mm|\\n|.|..|*'
  )
    .split('|')
    .map((word) => word.trim()),
);
const LONGEST = Math.max(...[...MISSING].map((word) => word.length));

/** Whether a cell stands for no value: empty, NA, N/A, NaN, null, None, - and the like, in any case. */
export function isMissing(text: string): boolean {
  return text.length <= LONGEST && MISSING.has(text.toLowerCase());
}

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ...['true', 'on', 'yes', 'wahr', 'ein', 'vrai', 'ja', 'oui', 'verdadero'].map((word) => [word, 1] as const),
  ...['false', 'off', 'no', 'falsch', 'aus', 'faux', 'nein', 'non', 'falso'].map(
    (word) => [word, 0] as const,
  ),
]);

/** 1 for true, on, yes and their like, 0 for false, off, no; undefined for anything else. */
export function parseBoolean(text: string): number | undefined {
  return text.length <= 9 ? BOOLEANS.get(text.toLowerCase()) : undefined;
}

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

/**
 * Words for two states, the first of which is 1. They count where a column or a series holds nothing else: `open` and
 * `T` head columns too, and `home` may be any text.
 */
const PAIRS: readonly (readonly [one: string, zero: string])[] = [
  ['t', 'f'],
  ['y', 'n'],
  ['j', 'n'],
  ['open', 'closed'],
  ['open', 'close'],
  ['offen', 'geschlossen'],
  ['auf', 'zu'],
  ['an', 'aus'],
  ['home', 'not_home'],
  ['active', 'inactive'],
  ['aktiv', 'inaktiv'],
  ['enabled', 'disabled'],
  ['running', 'stopped'],
  ['run', 'stop'],
  ['up', 'down'],
  ['online', 'offline'],
  ['connected', 'disconnected'],
  ['unlocked', 'locked'],
  ['detected', 'clear'],
  ['occupied', 'clear'],
  ['occupied', 'unoccupied'],
  ['sí', 'no'],
  ['si', 'no'],
  ['sim', 'não'],
];

const STATES: ReadonlyMap<string, number> = new Map(
  PAIRS.flatMap(([one, zero]) => [[one, 1] as const, [zero, 0] as const]),
);

/** 1 and 0 for the words of two states, those of truth values among them; undefined for anything else. */
export function parseState(text: string): number | undefined {
  return parseBoolean(text) ?? STATES.get(text.toLowerCase());
}

/** Whether the cells are of two states, both of which come, and nothing else. */
export function areStates(cells: readonly string[]): boolean {
  const found = new Set(cells.slice(0, 1000).map((cell) => cell.toLowerCase()));
  if (found.size !== 2) return false;
  const isPair = PAIRS.some(([one, zero]) => found.has(one) && found.has(zero));
  return isPair && cells.every((cell) => found.has(cell.toLowerCase()));
}

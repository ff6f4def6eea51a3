import { stringify } from 'csv-stringify/sync';
import type { Absence, AheadStep, DriftKind, Rarity, Severity, Value, Verdict } from '../../core/reading.ts';
import { aheadTable } from '../../models/ahead/aheadOptions.ts';
import type { PeerComparison } from '../../models/population/peerComparison.ts';
import { peersOf } from '../run/table/derivedRow.ts';

export type OutputFormat = 'ndjson' | 'csv';

/** Turns results into lines of text, each with its line end. */
export interface LineFormat<T> {
  /** What comes before the first line; empty for NDJSON. */
  readonly head: string;
  line(item: T): string;
}

/** A verdict as a line of JSON; NaN is null there. `src/schemas/verdict.json` describes it. */
export interface VerdictLine {
  /** ISO 8601 in UTC. */
  readonly time: string | null;
  /** Of a verdict without a time: the row in its table, from 1. */
  readonly row?: number;
  readonly key: string | null;
  readonly value: Value;
  readonly expected: Value;
  readonly lower: Value;
  readonly upper: Value;
  readonly residual: Value;
  readonly score: number;
  readonly severity: Severity;
  readonly isAnomaly: boolean;
  readonly warmingUp: boolean;
  readonly imputed: boolean;
  readonly startOfIncident: boolean;
  readonly drift: DriftKind | false;
  readonly suppressed: string | null;
  readonly absence: Absence['phase'] | null;
  readonly attribution: Value;
  readonly ahead?: readonly StepLine[];
  /** What a key was compared with (`--population`). */
  readonly peers?: PeerComparison | null;
  /** How rare the category is (`--rare`). */
  readonly rarity?: Rarity;
}

/** One of the next events, as a verdict has it. */
export interface StepLine {
  readonly step: number;
  readonly time: string | null;
  readonly expected: Value;
  /** By their probability. */
  readonly quantiles: Readonly<Record<string, Value>>;
}

/**
 * @param names of the value columns
 * @param more whether each key was compared with others, or verdicts are of categories
 */
export function verdictFormat(
  format: OutputFormat,
  names: readonly string[],
  more?: 'peers' | 'rarity' | undefined,
): LineFormat<Verdict<unknown, Value>> {
  if (format === 'ndjson')
    return {
      head: '',
      line: (verdict) => {
        const { time, ...others } = verdictFields(verdict);
        const fields = more === 'peers' ? { ...others, peers: peersOf(verdict) ?? null } : others;
        const rarity = more === 'rarity' ? rarityOf(verdict) : {};
        const ahead = verdict.ahead === undefined ? {} : { ahead: verdict.ahead.map(stepFields) };
        const line: VerdictLine = { time, ...rowField('row', verdict), ...fields, ...rarity, ...ahead };
        return `${JSON.stringify(line)}\n`;
      },
    };
  return {
    head: stringify([
      [...verdictHeader(names), ...(more === 'peers' ? peersHeader(names) : more === 'rarity' ? RARITY : [])],
    ]),
    line: (verdict) => {
      const { time, ...fields } = verdictFields(verdict);
      const others =
        more === 'peers'
          ? Object.values(peersOf(verdict) ?? {}).flat()
          : more === 'rarity'
            ? rarityCells(verdict)
            : [];
      return stringify([[time ?? rowText(verdict), ...Object.values(fields).flat(), ...others].map(cell)]);
    },
  };
}

/** The fields of a verdict in the order in which they are written. NaN becomes null in JSON and empty in CSV. */
function verdictFields(verdict: Verdict<unknown, Value>): Omit<VerdictLine, 'row' | 'ahead'> {
  return {
    time: isoTime(verdict.time),
    key: verdict.key ?? null,
    value: verdict.value,
    expected: verdict.expected,
    lower: verdict.lower,
    upper: verdict.upper,
    residual: verdict.residual,
    score: verdict.score,
    severity: verdict.severity,
    isAnomaly: verdict.isAnomaly,
    warmingUp: verdict.warmingUp,
    imputed: verdict.imputed,
    startOfIncident: verdict.startOfIncident,
    drift: verdict.drift ?? false,
    suppressed: verdict.suppressed ?? null,
    absence: verdict.absence?.phase ?? null,
    attribution: verdict.attribution,
  };
}

/** One of the next events, as JSON has it. */
function stepFields({ step, time, expected, quantiles }: AheadStep<Value>): StepLine {
  const named = quantiles.map((value, k) => [String(aheadTable.quantiles.default[k]), value] as const);
  return { step, time: isoTime(time), expected, quantiles: Object.fromEntries(named) };
}

function verdictHeader(names: readonly string[]): string[] {
  const numeric = ['value', 'expected', 'lower', 'upper', 'residual'].flatMap((field) =>
    perDimension(field, names),
  );
  const flags = [
    'score',
    'severity',
    'isAnomaly',
    'warmingUp',
    'imputed',
    'startOfIncident',
    'drift',
    'suppressed',
    'absence',
  ];
  return ['time', 'key', ...numeric, ...flags, ...perDimension('attribution', names)];
}

/** The columns of what peers are like. */
function peersHeader(names: readonly string[]): string[] {
  const numeric = ['peers_median', 'peers_spread'].flatMap((field) => perDimension(field, names));
  return ['peers_count', ...numeric, 'peers_distance', 'peers_isOutlier'];
}

const RARITY = ['category', 'kind', 'chance', 'count', 'of'];

/** How rare the category of a verdict is, where it is of one. */
export function rarityOf(verdict: Verdict<unknown, Value>): { readonly rarity?: Rarity } {
  const { rarity } = verdict as { readonly rarity?: Rarity };
  return rarity === undefined ? {} : { rarity };
}

function rarityCells(verdict: Verdict<unknown, Value>): unknown[] {
  const { category, kind, chance, count, of } = rarityOf(verdict).rarity ?? {};
  return [category, kind, chance, count, of];
}

/** `value` for one dimension, `value_temp`, `value_rpm` … for several. */
export function perDimension(field: string, names: readonly string[]): string[] {
  return names.length === 1 ? [field] : names.map((name) => `${field}_${name}`);
}

/** The number of the row that a verdict without a time is of; undefined where it has a time, or is of no table. */
export function rowWithoutTime(verdict: Verdict<unknown, Value> | undefined): number | undefined {
  if (verdict === undefined || verdict.time !== undefined) return undefined;
  const row = (verdict.event as { readonly row?: unknown } | null | undefined)?.row;
  return typeof row === 'number' ? row : undefined;
}

export function rowField<N extends string>(
  name: N,
  verdict: Verdict<unknown, Value>,
): { readonly [_ in N]?: number } {
  const row = rowWithoutTime(verdict);
  return (row === undefined ? {} : { [name]: row }) as { readonly [_ in N]?: number };
}

/** What stands for the time in CSV: `row 13`. */
export function rowText(verdict: Verdict<unknown, Value>): string | null {
  const row = rowWithoutTime(verdict);
  return row === undefined ? null : `row ${row}`;
}

/** ISO 8601 in UTC; null without a time. */
export function isoTime(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** Empty for what is null in JSON. */
export function cell(value: unknown): string {
  return value === null || (typeof value === 'number' && !Number.isFinite(value)) ? '' : String(value);
}

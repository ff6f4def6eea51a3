import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import type { CsvColumns, CsvOptions } from './csvTable.ts';
import { guessLabel, guessTime, guessValues, parseLabel } from './guessColumns.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { guessTimeFormat, type TimeFormat } from './timeFormat.ts';

export interface ChosenColumns {
  readonly columns: CsvColumns;
  /** Undefined without a time column. */
  readonly timeFormat: TimeFormat | undefined;
  readonly notes: readonly string[];
}

/**
 * Gives every column its part: the named ones as asked, the others as the sample suggests.
 *
 * @param nameless columns without a name of their own in the file
 * @throws RxAnomalyError BAD_INPUT if a named column is absent or holds nothing of its kind, or no column is numeric
 */
export function chooseColumns(
  file: string,
  profiles: readonly ColumnProfile[],
  nameless: ReadonlySet<string>,
  decimalComma: boolean,
  options: CsvOptions,
): ChosenColumns {
  const bad = (message: string): RxAnomalyError => new RxAnomalyError('BAD_INPUT', `${file}: ${message}`);
  const named = (name: string): ColumnProfile => {
    const profile = profiles.find((candidate) => candidate.name === name);
    if (profile !== undefined) return profile;
    throw bad(
      `no column ${show(name)}; the columns are ${quoted(profiles.map((candidate) => candidate.name))}`,
    );
  };
  const notes: string[] = [];
  const taken = new Set<ColumnProfile>();
  const take = (profile: ColumnProfile | undefined): ColumnProfile | undefined => {
    if (profile !== undefined) taken.add(profile);
    return profile;
  };
  const free = (): ColumnProfile[] => profiles.filter((profile) => !taken.has(profile));

  const key = options.key === undefined ? undefined : take(named(options.key));
  const label = options.label === undefined ? undefined : take(named(options.label));
  const values = options.value === undefined ? undefined : [options.value].flat().map(named);
  values?.forEach(take);
  const time = options.time === undefined ? take(guessTime(free())) : take(named(options.time));
  const guessedLabel = label ?? take(guessLabel(free()));

  const guessed = values === undefined ? guessValues(free(), nameless) : undefined;
  const value = values?.map((profile) => profile.name) ?? guessed!.value;
  if (value.length === 0) {
    throw bad(
      `no column of numbers to model; the columns are ${quoted(profiles.map((profile) => profile.name))}`,
    );
  }

  const timeFormat = time === undefined ? undefined : guessTimeFormat(time.cells, decimalComma);
  if (time === undefined) notes.push('no time column (guessed)');
  else if (options.time === undefined) notes.push(`time column "${time.name}" (guessed)`);
  if (timeFormat?.note !== undefined) notes.push(`times read as ${timeFormat.note} (guessed)`);
  if (guessed !== undefined)
    notes.push(`value column${value.length > 1 ? 's' : ''} ${quoted(value)} (guessed)`);
  if (label === undefined && guessedLabel !== undefined) {
    notes.push(`label column "${guessedLabel.name}" (guessed; not modelled)`);
  }
  notes.push(...(guessed?.leftOut ?? []));

  if (time !== undefined && timeFormat !== undefined) {
    requireMost(time, (cell) => !Number.isNaN(timeFormat.read(cell)), 'a time', bad);
  }
  if (label !== undefined) requireMost(label, (cell) => parseLabel(cell) !== undefined, '0 or 1', bad);
  for (const profile of values ?? []) {
    if (profile.cells.length > 0 && profile.numbers.length === 0) {
      throw bad(
        `row ${profile.rows[0]!}: column "${profile.name}": ${show(profile.cells[0])} is not a number, nor are any of the first rows`,
      );
    }
  }
  return {
    columns: {
      value,
      ...(time === undefined ? {} : { time: time.name }),
      ...(key === undefined ? {} : { key: key.name }),
      ...(guessedLabel === undefined ? {} : { label: guessedLabel.name }),
    },
    timeFormat,
    notes,
  };
}

function requireMost(
  profile: ColumnProfile,
  isReadable: (cell: string) => boolean,
  kind: string,
  bad: (message: string) => RxAnomalyError,
): void {
  const unreadable = profile.cells.findIndex((cell) => !isReadable(cell));
  const readable = profile.cells.filter(isReadable).length;
  if (unreadable === -1 || 2 * readable > profile.cells.length) return;
  const where = `row ${profile.rows[unreadable]!}: column "${profile.name}"`;
  throw bad(`${where}: ${show(profile.cells[unreadable])} is not ${kind}, nor are most of the first rows`);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}

import { parseState } from '../numbers/stateWords.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import type { ColumnProfile } from './profileColumns.ts';

/** The text by which the series of a row is called; undefined without columns of keys. */
export function keyReader(key: readonly ColumnProfile[]): (record: readonly string[]) => string | undefined {
  const at = key.map((profile) => profile.index);
  const names = key.map((profile) => escaped(profile.name));
  if (at.length === 0) return () => undefined;
  const [only] = at;
  if (at.length === 1) return (record) => cellAt(record, only!);
  return (record) => at.map((index, i) => `${names[i]}=${escaped(cellAt(record, index))}`).join(',');
}

/**
 * The series in a table of long form that hold states alone, such as on and off, next to others of numbers: those of a
 * door between those of thermometers.
 *
 * @param rows the sample
 */
export function keysOfStates(
  key: readonly ColumnProfile[],
  value: readonly ColumnProfile[],
  rows: readonly (readonly string[])[],
): ReadonlySet<string | undefined> {
  const states = new Set<string | undefined>();
  const others = new Set<string | undefined>();
  if (key.length === 0) return states;
  const keyOf = keyReader(key);
  for (const { index, format } of value) {
    for (const row of rows) {
      const text = cellAt(row, index);
      if (isMissing(text)) continue;
      const isState = Number.isNaN(format.read(text)) && parseState(text) !== undefined;
      (isState ? states : others).add(keyOf(row));
    }
  }
  for (const each of others) states.delete(each);
  return states;
}

/** Empty where the row is too short, or `index` is -1 for a column that isn't read. */
export function cellAt(record: readonly string[], index: number): string {
  return index >= 0 && index < record.length ? record[index]!.trim() : '';
}

/** As the names of InfluxDB's series are written: no two series get one name. */
function escaped(text: string): string {
  return text.replace(/[\\,=]/g, '\\$&');
}

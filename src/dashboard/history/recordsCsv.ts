import type { BoardStream } from '../boardStream.ts';
import { quoted } from '../page/incidents/incidentCsv.ts';

const HEADER = 'record,time,dimension,value,expected,lower,upper,score,flagged';

/**
 * The records from `first` up to, not including, `end` as CSV (RFC 4180): a line for each dimension of each, times in UTC,
 * records from 1; what is unknown is empty.
 */
export function recordsCsv(
  { history, dimensions: names, categories }: BoardStream,
  first: number,
  end: number,
): string {
  const { times, dimensions, score, flagged } = history.columns(first, end);
  const lines: string[] = [categories.some ? `${HEADER},category` : HEADER];
  for (let i = 0; i < end - first; i++) {
    const time = Number.isNaN(times[i]!) ? '' : new Date(times[i]!).toISOString();
    for (const [d, { value, expected, lower, upper }] of dimensions.entries()) {
      const numbers = [value[i]!, expected[i]!, lower[i]!, upper[i]!, score[i]!].map((x) =>
        Number.isFinite(x) ? String(x) : '',
      );
      const record = [first + i + 1, time, quoted(names[d]), ...numbers, flagged[i]! > 0];
      if (categories.some) record.push(quoted(categories.of(first + i)));
      lines.push(record.join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

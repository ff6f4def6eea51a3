/** One measurement, as it is known before it is written. */
export interface Known {
  /** Milliseconds since 1970, whole minutes. */
  readonly time: number;
  /** Numbers of two decimals. */
  readonly values: readonly [number, number];
}

/** A way in which tables are written. */
export interface Dialect {
  readonly name: string;
  /** The text of a table with these rows. */
  write(rows: readonly Known[]): string;
  /** How many of the two values it holds. @default 2 */
  readonly width?: 1 | 2;
  /** Minutes between two rows, where it can hold no other. */
  readonly step?: number;
  /** How many of the rows are left after a footer; all. */
  readonly options?: { readonly timeZone?: string };
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

function parts(time: number): Parts {
  const [year, month, day, hour, minute, second] = new Date(time).toISOString().split(/[-T:.]/);
  return { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const month = (time: number): string => MONTHS[new Date(time).getUTCMonth()]!;
const plain = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const german = (time: number): string => {
  const { year, month: m, day, hour, minute } = parts(time);
  return `${day}.${m}.${year} ${hour}:${minute}`;
};
const twelve = (time: number): string => {
  const { hour, minute, second } = parts(time);
  return `${String(Number(hour) % 12 || 12).padStart(2, '0')}:${minute}:${second} ${Number(hour) < 12 ? 'AM' : 'PM'}`;
};
const point = (value: number): string => value.toFixed(2);
const comma = (value: number): string => value.toFixed(2).replace('.', ',');
const local =
  (locale: string) =>
  (value: number): string =>
    value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const quoted = (text: string): string => `"${text}"`;

/** Lines above, then a line for each row, joined by `end`. */
function lines(
  head: readonly string[],
  row: (known: Known, i: number) => string,
  tail: readonly string[] = [],
  end = '\n',
) {
  return (rows: readonly Known[]): string => [...head, ...rows.map(row), ...tail].join(end) + end;
}

/** Dates by their parts in a column each, under a header. */
const cells = (
  time: (time: number) => string,
  number: (value: number) => string,
  delimiter = ',',
  head = 'time,a,b',
) =>
  lines([head.replaceAll(',', delimiter)], ({ time: at, values }) =>
    [time(at), ...values.map(number)].join(delimiter),
  );

/** Every dialect reads `time`, and `a` and `b` (or the columns that it calls otherwise), as they were written. */
export const DIALECTS: readonly Dialect[] = [
  { name: 'ISO 8601', write: cells((time) => new Date(time).toISOString(), point) },
  { name: 'a blank for the T', write: cells(plain, point) },
  {
    name: 'Windows line ends',
    write: lines(['time,a,b'], ({ time, values }) => `${plain(time)},${values.map(point)}`, [], '\r\n'),
  },
  { name: 'tabs', write: cells(plain, point, '\t') },
  { name: 'bars', write: cells(plain, point, '|') },
  { name: 'German', write: cells(german, comma, ';', 'Zeit,Temperatur,Druck') },
  { name: 'German with thousands', write: cells(german, local('de-DE'), ';', 'Zeit,Temperatur,Druck') },
  { name: 'French with thousands', write: cells(german, local('fr-FR'), ';', 'Date,Température,Pression') },
  { name: 'Swiss', write: cells(german, local('de-CH'), ';', 'Datum,A,B') },
  {
    name: 'Indian',
    write: cells(
      (time) =>
        `${parts(time).day}-${month(time)}-${parts(time).year} ${parts(time).hour}:${parts(time).minute}`,
      (value) => quoted(local('en-IN')(value)),
    ),
  },
  { name: 'American thousands', write: cells(plain, (value) => quoted(local('en-US')(value))) },
  {
    name: 'dollars',
    write: cells(plain, (value) =>
      quoted(value < 0 ? `-$${local('en-US')(-value)}` : `$${local('en-US')(value)}`),
    ),
  },
  {
    name: 'parentheses for negative',
    write: cells(plain, (value) => (value < 0 ? `(${point(-value)})` : point(value))),
  },
  { name: 'a typographic minus', write: cells(plain, (value) => point(value).replace('-', '\u2212')) },
  { name: 'degrees', write: cells(plain, (value) => `${point(value)} °C`) },
  { name: 'per cent', write: cells(plain, (value) => `${point(value)}%`) },
  { name: 'epoch seconds', write: cells((time) => `${time / 1000}`, point) },
  { name: 'epoch milliseconds', write: cells((time) => `${time}`, point, ',', 'timestamp(ms),a,b') },
  { name: 'epoch nanoseconds', write: cells((time) => `${time}000000`, point) },
  {
    name: 'spreadsheet days',
    write: cells((time) => (time / 86_400_000 + 25_569).toFixed(6), point, ',', 'Date,a,b'),
  },
  { name: 'compact', write: cells((time) => Object.values(parts(time)).join(''), point) },
  {
    name: 'months by name',
    write: cells(
      (time) =>
        quoted(
          `${month(time)} ${parts(time).day}, ${parts(time).year} ${parts(time).hour}:${parts(time).minute}`,
        ),
      point,
    ),
  },
  {
    name: 'PI',
    write: cells(
      (time) => `${parts(time).day}-${month(time)}-${parts(time).year.slice(2)} ${plain(time).slice(11)}`,
      point,
      ',',
      'Timestamp,FIC101.PV,TI102.PV',
    ),
  },
  { name: 'RFC 2822', write: cells((time) => quoted(new Date(time).toUTCString()), point) },
  { name: 'an offset', write: cells((time) => `${plain(time + 3_600_000)}+01:00`, point) },
  { name: 'a zone by name', write: cells((time) => `${plain(time + 3_600_000)} CET`, point) },
  {
    name: 'AM and PM',
    write: cells(
      (time) => `${parts(time).month}/${parts(time).day}/${parts(time).year} ${twelve(time)}`,
      point,
    ),
  },
  {
    name: 'day first',
    write: cells(
      (time) => `${parts(time).day}/${parts(time).month}/${parts(time).year} ${plain(time).slice(11)}`,
      point,
    ),
  },
  {
    name: 'date and clock apart',
    write: lines(
      ['Date;Time;a;b'],
      ({ time, values }) =>
        `${parts(time).day}/${parts(time).month}/${parts(time).year};${plain(time).slice(11)};${values.map(point).join(';')}`,
    ),
  },
  {
    name: 'MetaTrader',
    write: lines(
      ['<DATE>\t<TIME>\t<OPEN>\t<CLOSE>'],
      ({ time, values }) =>
        `${plain(time).slice(0, 10).replaceAll('-', '.')}\t${plain(time).slice(11)}\t${values.map(point).join('\t')}`,
    ),
  },
  {
    name: 'a column for each part',
    step: 60,
    write: lines(['No,year,month,day,hour,a,b'], ({ time, values }, i) => {
      const { year, month: m, day, hour } = parts(time);
      return [i + 1, year, Number(m), Number(day), Number(hour), ...values.map(point)].join(',');
    }),
  },
  {
    name: 'date and hour',
    step: 60,
    write: lines(['Date,Hour,a,b'], ({ time, values }) =>
      [plain(time).slice(0, 10), Number(parts(time).hour), ...values.map(point)].join(','),
    ),
  },
  {
    name: 'blanks',
    write: lines(
      [],
      ({ time, values }) => `${plain(time)}  ${values.map((value) => point(value).padStart(14)).join('  ')}`,
    ),
  },
  {
    name: 'write.table of R',
    write: lines(
      ['"time" "a" "b"'],
      ({ time, values }, i) => `"${i + 1}" "${plain(time)}" ${values.map(point).join(' ')}`,
    ),
  },
  {
    name: 'write.csv of R',
    write: lines(
      ['"","time","a","b"'],
      ({ time, values }, i) => `"${i + 1}","${plain(time)}",${values.map(point)}`,
    ),
  },
  {
    name: 'the index of pandas',
    write: lines([',a,b'], ({ time, values }) => `${plain(time)},${values.map(point)}`),
  },
  {
    name: 'TOA5',
    write: lines(
      [
        '"TOA5","Station","CR1000","1","Std.27","CPU:a.CR1","1","T"',
        '"TIMESTAMP","RECORD","A_Avg","B"',
        '"TS","RN","Deg C","%"',
        '"","","Avg","Smp"',
      ],
      ({ time, values }, i) => `"${plain(time)}",${i},${values.map(point)}`,
    ),
  },
  {
    name: 'HOBO',
    write: lines(
      [
        '"Plot Title: Greenhouse"',
        '"#","Date Time, GMT+00:00","Temp, °C (LGR S/N: 1)","RH, % (LGR S/N: 1)","End Of File (LGR S/N: 1)"',
      ],
      ({ time, values }, i) =>
        `${i + 1},${parts(time).month}/${parts(time).day}/${parts(time).year.slice(2)} ${twelve(time)},${values.map(point)},`,
    ),
  },
  {
    name: 'a row of units',
    write: lines(
      ['time,a,b', '[UTC],[°C],[bar]'],
      ({ time, values }) => `${plain(time)},${values.map(point)}`,
    ),
  },
  {
    name: 'comments above',
    write: lines(
      ['# logger 4711, Hall 3', '# firmware, 2.1', 'time,a,b'],
      ({ time, values }) => `${plain(time)},${values.map(point)}`,
    ),
  },
  {
    name: 'the header in a comment',
    write: lines(['# time,a,b'], ({ time, values }) => `${plain(time)},${values.map(point)}`),
  },
  {
    name: 'sep= of Excel',
    write: lines(
      ['sep=;', 'Time;a;b'],
      ({ time, values }) => `${plain(time)};${values.map(comma).join(';')}`,
    ),
  },
  {
    name: 'totals below',
    write: lines(['time,a,b'], ({ time, values }) => `${plain(time)},${values.map(point)}`, ['Total,1,2']),
  },
  {
    name: 'CloudWatch',
    write: lines(
      ['Id,m1,m2', 'Label,CPU a,CPU b'],
      ({ time, values }) => `${plain(time).replaceAll('-', '/')},${values.map(point)}`,
    ),
  },
  {
    name: 'psql',
    write: lines(
      [' time | a | b ', '------+---+---'],
      ({ time, values }) => ` ${plain(time)} | ${values.map(point).join(' | ')}`,
      ['(3 rows)'],
    ),
  },
  {
    name: 'legends in braces',
    write: lines(
      ['Time,{instance="a:9100", job="node"},{instance="b:9100", job="node"}'],
      ({ time, values }) => `${plain(time)},${values.map(point)}`,
    ),
  },
  {
    name: 'two rows of names',
    write: lines(
      ['Price,Close,High', 'Ticker,AAPL,AAPL', 'Date,,'],
      ({ time, values }) => `${plain(time)},${values.map(point)}`,
    ),
  },
  {
    name: 'annotated CSV of Flux',
    width: 1,
    write: lines(
      [
        '#group,false,false,false,false,true,true',
        '#datatype,string,long,dateTime:RFC3339,double,string,string',
        '#default,_result,,,,,',
        ',result,table,_time,_value,_field,host',
      ],
      ({ time, values }) => `,,0,${new Date(time).toISOString()},${point(values[0])},temp,a`,
    ),
  },
  {
    name: 'the shell of InfluxDB',
    width: 1,
    write: lines(['name,time,usage'], ({ time, values }) => `cpu,${time}000000,${point(values[0])}`),
  },
  {
    name: 'Home Assistant',
    width: 1,
    write: lines(
      ['entity_id,state,last_changed'],
      ({ time, values }) => `sensor.t,${point(values[0])},${new Date(time).toISOString()}`,
    ),
  },
];

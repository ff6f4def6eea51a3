import { plainNumber } from '../numbers/numberFormat.ts';

/** Notifies of a cell that is read otherwise than those before it. */
export type ReportCell = (kind: string, text: string, what: string) => void;

/** How a column of numbers is read as times. */
export interface NumericTime {
  readonly note: string;
  readonly warning: string | undefined;
  /** Whether they are on a wall clock, as the days of a spreadsheet are, and no count from a moment. */
  readonly isWall?: boolean;
  /** Milliseconds since 1970; NaN if the text is no such time. */
  read(text: string): number;
}

export type TimeUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  millisecond: 1,
  milliseconds: 1,
  millis: 1,
  micros: 1e-3,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hrs: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  std: 3_600_000,
  d: DAY,
  days: DAY,
};

/** Milliseconds of one unit of `Elapsed Time (h)`, `timestamp_ms`, `t [s]`; undefined without a unit. */
export function unitInName(
  name: string,
): { readonly label: string; readonly milliseconds: number } | undefined {
  const found =
    /[([/,]\s?([a-zµμ]{1,7})\.?\s?[)\]]?$/iu.exec(name) ?? /(?:_|\s(?:in\s)?)([a-zµμ]{1,7})$/iu.exec(name);
  const label = found?.[1]?.toLowerCase();
  const milliseconds = label === undefined ? undefined : UNITS[label];
  return milliseconds === undefined ? undefined : { label: label!, milliseconds };
}

/** Days since which a serial number counts. */
const SERIAL = { excel: 25_569, matlab: 719_529, julian: 2_440_587.5, modifiedJulian: 40_587 };

/**
 * Epochs are recognised by their size, cell by cell: between 1973 and 5138 seconds have 9 to 11 digits, and each finer
 * unit three more. Smaller numbers count from the start of the recording, in the unit of the column's name, else in
 * seconds; or they are serial days of a spreadsheet.
 *
 * @param cells the sample, without missing ones
 */
export function numericTime(cells: readonly string[], name: string, report: ReportCell): NumericTime {
  const numbers = cells.map(numberOf).filter(Number.isFinite);
  const sizes = numbers.map(Math.abs).sort((a, b) => a - b);
  const size = sizes[sizes.length >> 1] ?? 0;
  const unit = unitInName(name);
  if (size >= 1e8) return epoch(size, unit?.milliseconds, report);
  const isWhole = numbers.every(Number.isInteger);
  const areYears = numbers.every((n) => n >= 1000 && n < 3000);
  const inTurn = numbers.every((n, i) => i === 0 || Math.abs(n - numbers[i - 1]!) === 1);
  if (
    isWhole &&
    areYears &&
    (/year|jahr|ann[ée]e|año|anno/i.test(name) || (inTurn && /date|datum|fecha/i.test(name)))
  ) {
    return {
      note: 'years',
      warning: undefined,
      isWall: true,
      read: (text) => Date.UTC(numberOf(text), 0, 1),
    };
  }
  const isYears =
    unit === undefined && !isWhole && /year|date|decimal|jahr|datum|ann[ée]e|año|anno/i.test(name);
  if (
    isYears &&
    numbers.every((n, i) => n > 1500 && n < 2200 && (i === 0 || Math.abs(n - numbers[i - 1]!) < 2))
  )
    return { note: 'decimal years', warning: undefined, read: (text) => decimalYear(numberOf(text)) };
  if (unit === undefined) {
    const ordered = numbers.every((number, i) => i === 0 || Math.abs(number - numbers[i - 1]!) <= 366);
    const isDate = /date|datum|day|tag|fecha|data|jour/i.test(name);
    const within = (low: number, high: number): boolean => numbers.every((n) => n >= low && n < high);
    if (/\bmjd\b/i.test(name) && within(10_000, 100_000))
      return serial(SERIAL.modifiedJulian, 'modified Julian');
    if (ordered && (!isWhole || isDate) && within(20_000, 80_000)) return serial(SERIAL.excel, 'spreadsheet');
    if (ordered && (!isWhole || isDate) && within(690_000, 800_000)) return serial(SERIAL.matlab, 'MATLAB');
    if (ordered && !isWhole && within(2_400_000, 2_500_000)) return serial(SERIAL.julian, 'Julian');
  }
  const whole = name.trim().toLowerCase();
  const milliseconds = unit?.milliseconds ?? UNITS[whole] ?? 1000;
  const isDay = unit === undefined && /date|datum|fecha/i.test(name);
  return {
    note: `${unit?.label ?? (UNITS[whole] === undefined ? 'seconds' : whole)} from the start, counted from 1970-01-01`,
    warning: isDay ? 'numbers that are no known dates, read as seconds (--time-format decides)' : undefined,
    read: (text) => toMicroseconds(numberOf(text) * milliseconds),
  };
}

/** 1990.0417 is the middle of January 1990, to the nearest second. */
function decimalYear(number: number): number {
  const year = Math.floor(number);
  const start = Date.UTC(year, 0);
  return Math.round((start + (number - year) * (Date.UTC(year + 1, 0) - start)) / 1000) * 1000;
}

/** The named ones of --time-format. */
export function namedNumericTime(name: string): NumericTime | undefined {
  const units: Record<TimeUnit, number> = {
    seconds: 1e3,
    milliseconds: 1,
    microseconds: 1e-3,
    nanoseconds: 1e-6,
  };
  if (name === 'excel') return serial(SERIAL.excel, 'spreadsheet');
  if (name === 'matlab') return serial(SERIAL.matlab, 'MATLAB');
  if (name === 'labview') {
    const since1904 = 2_082_844_800;
    return {
      note: 'seconds since 1904',
      warning: undefined,
      read: (text) => toMicroseconds((numberOf(text) - since1904) * 1000),
    };
  }
  const ticks = TICKS[name];
  if (ticks !== undefined) return { note: ticks.note, warning: undefined, read: ticks.read };
  const scale = units[name as TimeUnit];
  if (scale === undefined) return undefined;
  return { note: `epoch ${name}`, warning: undefined, read: (text) => scaled(text, scale) };
}

export function numberOf(text: string): number {
  const number = plainNumber(text);
  return Number.isNaN(number) && /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/i.test(text)
    ? Number(text.replace(',', '.'))
    : number;
}

/** Seconds go by way of microseconds: 1600000000.123 · 1000 would fall just below …123. */
function toMicroseconds(milliseconds: number): number {
  return Math.abs(milliseconds) < 9e12 ? Math.round(milliseconds * 1e3) / 1e3 : milliseconds;
}

// A double holds today's nanoseconds to the nearest 256: the last three digits go before they blur the others.
const WHOLE = /^-?\d{4,}$/;

function scaled(text: string, scale: number): number {
  if (scale === 1e-6) return WHOLE.test(text) ? Number(text.slice(0, -3)) / 1e3 : numberOf(text) / 1e6;
  if (scale === 1e-3) return numberOf(text) / 1e3;
  return scale === 1 ? numberOf(text) : toMicroseconds(numberOf(text) * scale);
}

const EPOCHS: readonly (readonly [below: number, scale: number, unit: TimeUnit])[] = [
  [1e11, 1e3, 'seconds'],
  [1e14, 1, 'milliseconds'],
  [1e17, 1e-3, 'microseconds'],
  [1e20, 1e-6, 'nanoseconds'],
];

function epoch(size: number, named: number | undefined, report: ReportCell): NumericTime {
  const usual = EPOCHS.find(([below]) => size < below) ?? EPOCHS[3]!;
  let warning: string | undefined;
  if (named !== undefined && named !== usual[1] && named <= 1000) {
    warning = `its name says another unit than its size: read as epoch ${usual[2]} (--time-format decides)`;
  } else if (usual[2] === 'seconds' && size < 2e8) {
    warning =
      'read as epoch seconds, of the years before 1977; if it counts from the start of the recording, --time-format milliseconds or microseconds decides';
  } else if (usual[2] === 'seconds' && size > 3.5e9) {
    warning =
      'epoch seconds of the year 2080 or later; seconds since 1904, as LabVIEW counts, need --time-format labview';
  }
  const ticks = Object.keys(TICKS).find((name) => size > TICKS[name]!.low && size < TICKS[name]!.high);
  if (ticks !== undefined) {
    const { note, read } = TICKS[ticks]!;
    warning = `read as ${note}, not as epoch ${usual[2]} of an unusual year (--time-format ${ticks} or ${usual[2]} decides)`;
    return { note, warning, read };
  }
  let current = usual;
  return {
    note: `epoch ${usual[2]}`,
    warning,
    read: (text) => {
      const number = numberOf(text);
      const magnitude = Math.abs(number);
      if (magnitude < current[0] && magnitude >= current[0] / 1000) return scaled(text, current[1]);
      if (!(magnitude >= 1e8)) return Number.NaN; // 0 or 1 in a column of epochs is none of its times
      const other = EPOCHS.find(([below]) => magnitude < below);
      if (other === undefined) return Number.NaN;
      if (other !== current) {
        if (other !== usual) report('timeUnit', text, `the unit changes from ${current[2]} to ${other[2]}`);
        current = other;
      }
      return scaled(text, other[1]);
    },
  };
}

/** Counts from another year: in tenths of microseconds from the year 1 and from 1601, in microseconds from 1601. */
const TICKS: Readonly<
  Record<string, { note: string; low: number; high: number; read: (text: string) => number }>
> = {
  ticks: {
    note: 'ticks of .NET',
    low: 6.2e17,
    high: 6.6e17,
    read: (text) => ticksFrom(text, 62_135_596_800n, 10_000n),
  },
  filetime: {
    note: 'file times of Windows',
    low: 1.25e17,
    high: 1.45e17,
    read: (text) => ticksFrom(text, 11_644_473_600n, 10_000n),
  },
  webkit: {
    note: 'microseconds since 1601',
    low: 1.25e16,
    high: 1.45e16,
    read: (text) => ticksFrom(text, 11_644_473_600n, 1000n),
  },
};

/** @param before seconds from the start of the count to 1970 */
function ticksFrom(text: string, before: bigint, perMillisecond: bigint): number {
  if (!/^\d+$/.test(text)) return Number.NaN;
  return Number(((BigInt(text) - before * 1000n * perMillisecond) * 1000n) / perMillisecond) / 1000;
}

function serial(zero: number, kind: string): NumericTime {
  return {
    note: `${kind} days`,
    warning: undefined,
    isWall: kind === 'spreadsheet' || kind === 'MATLAB',
    read: (text) => {
      const decimals = text.length - 1 - Math.max(text.indexOf('.'), text.indexOf(','));
      // Days of few decimals hold no more than whole seconds, or minutes.
      const unit = decimals >= 8 ? 1 : decimals >= 5 ? 1000 : 60_000;
      return Math.round(((numberOf(text) - zero) * DAY) / unit) * unit;
    },
  };
}

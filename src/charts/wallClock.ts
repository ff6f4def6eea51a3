const clockFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * The moment at which the clocks of UTC show what those of a zone show at this one; an invalid Date for an unknown time.
 *
 * @param timeZone IANA name
 */
export function wallClock(time: number, timeZone: string): Date {
  const date = new Date(time);
  if (timeZone === 'UTC' || Number.isNaN(date.getTime())) return date;
  const format =
    clockFormats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      ...({ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const),
      ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
    });
  clockFormats.set(timeZone, format);
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(date)) part[type] = Number(value);
  const { year = 0, month = 1, day, hour, minute, second } = part;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, date.getUTCMilliseconds()));
}

/**
 * The moment at which the clocks of a zone show this: the first of two, and for one that they leave out as long after the
 * one before it.
 *
 * @param shown as {@link wallClock} has it, milliseconds
 */
export function momentAt(shown: number, timeZone: string): number {
  const offsetAt = (time: number): number => wallClock(time, timeZone).getTime() - time;
  // No clock is changed twice within two days.
  const [before, after] = [offsetAt(shown - DAY_LENGTH), offsetAt(shown + DAY_LENGTH)];
  const early = shown - before;
  return offsetAt(early) === before || offsetAt(shown - after) !== after ? early : shown - after;
}

const DAY_LENGTH = 86_400_000; // ms

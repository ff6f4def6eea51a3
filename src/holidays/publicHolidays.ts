import { localTime, timeZoneSpec } from '../core/calendar.ts';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import { accepts, oneOf } from '../core/optionKinds.ts';
import { type DefaultedSpec, OptionSet } from '../core/optionSet.ts';
import { badOption, nearestName, show } from '../core/options.ts';
import { toMilliseconds } from '../core/selectors.ts';

/** Kinds of holidays that `date-holidays` knows. */
export type HolidayType = 'public' | 'bank' | 'optional' | 'school' | 'observance';

/** Options of {@link publicHolidays}. */
export interface PublicHolidaysOptions {
  /** Which kinds count: `'public'` for days on which most people do not work. @default ['public'] */
  readonly types?: readonly HolidayType[];
  /** The zone by whose clocks `flag` finds the date of a time; that of the detector. @default 'UTC' */
  readonly timeZone?: string;
}

/** The holidays of a country or a part of it. */
export interface PublicHolidays {
  /** Its code: `'DE-BY'`. */
  readonly place: string;
  /** Whether a date there is one: the option `holidays` of a detector, or `dates` of a rule of `suppress`. */
  readonly isHoliday: (date: string) => boolean;
  /** The name of the holiday on a date; undefined where there is none. */
  readonly nameOf: (date: string) => string | undefined;
  /** 1 at a time within a holiday, 0 at other times, or without one: a covariate. */
  readonly flag: (time: number | Date | string | undefined) => 0 | 1;
}

type Resolved = Required<PublicHolidaysOptions>;

const TYPES: readonly HolidayType[] = ['public', 'bank', 'optional', 'school', 'observance'];
const typeKind = oneOf(TYPES);

export const publicHolidaysOptions: OptionSet<PublicHolidaysOptions, Resolved> = new OptionSet({
  types: {
    kind: accepts(
      `a list of ${TYPES.map((type) => `'${type}'`).join(', ')}`,
      (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((each) => typeKind.expected(each) === undefined),
    ),
    default: ['public'],
    about: 'which kinds of holidays count',
    when: "with 'observance' for days such as Christmas Eve, 'bank' for those of offices alone",
  } as DefaultedSpec<readonly HolidayType[]>,
  timeZone: timeZoneSpec,
});

/** What of `date-holidays` is used. */
interface Holidays {
  getCountries(): Readonly<Record<string, string>>;
  getStates(country: string): Readonly<Record<string, string>> | undefined;
  getRegions(country: string, state: string): Readonly<Record<string, string>> | undefined;
  getHolidays(year: number): readonly Holiday[];
}

interface Holiday {
  /** `2026-03-20 00:00:00 -0600`, by the clocks there. */
  readonly date: string;
  readonly start: Date;
  readonly end: Date;
  readonly name: string;
  readonly type: HolidayType;
}

type Package = new (country?: string, state?: string, region?: string) => Holidays;

const PACKAGE = 'date-holidays';
const DAY = 86_400_000; // ms
const HOUR = DAY / 24;
const NOON = DAY / 2;
/** Codes of a country, a state and a region; the package has them as ISO 3166 does, and some of its own. */
export const PLACE: RegExp = /^[a-z]{2}(?:-[\da-z]+){0,2}$/i;

/**
 * The public holidays of a country, `'DE'`, a part of it, `'DE-BY'`, or a part of that, `'DE-BY-A'`, by ISO 3166, as the package
 * `date-holidays` knows them (an optional peer dependency). A day counts whose noon is within the holiday, on the clocks there. A
 * year is computed when it is asked for.
 *
 * ```ts
 * const bavaria = await publicHolidays('DE-BY', { timeZone: 'Europe/Berlin' });
 * detectAnomalies({ timeZone: 'Europe/Berlin', holidays: bavaria.isHoliday }); // like a Sunday
 * detectAnomalies({ time: (r) => r.at, covariates: (r) => [bavaria.flag(r.at)] }); // what a holiday does is learnt
 * detectAnomalies({ timeZone: 'Europe/Berlin', suppress: [{ name: 'holiday', dates: bavaria.isHoliday }] });
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION where there is no such place, with the nearest that is known; BAD_INPUT where the package
 *   is not installed
 */
export async function publicHolidays(
  place: string,
  options: PublicHolidaysOptions = {},
): Promise<PublicHolidays> {
  const where = 'publicHolidays';
  const { types, timeZone } = publicHolidaysOptions.resolve(where, options);
  if (typeof place !== 'string' || !PLACE.test(place))
    throw badOption(where, 'the place', "a code such as 'DE' or 'DE-BY'", place);
  const Holidays = await loadPackage(where);
  const codes = codesOf(where, place.toUpperCase(), new Holidays());
  const holidays = new Holidays(...codes);
  const years = new Map<number, ReadonlyMap<string, string>>();
  const nameOf = (date: string): string | undefined => {
    const year = Number(date.slice(0, 4));
    let names = years.get(year);
    if (names === undefined) {
      names = namesOf(holidays, year, types);
      years.set(year, names);
    }
    return names.get(date);
  };
  const clock = localTime(timeZone);
  return {
    place: codes.join('-'),
    nameOf,
    isHoliday: (date) => nameOf(date) !== undefined,
    flag: (time) => {
      const moment = toMilliseconds(time);
      if (Number.isNaN(moment)) return 0;
      return nameOf(dateOf(clock(moment))) === undefined ? 0 : 1;
    },
  };
}

async function loadPackage(where: string): Promise<Package> {
  try {
    return ((await import(PACKAGE)) as { readonly default: Package }).default;
  } catch (error) {
    const isMissing = messageOf(error).includes(`'${PACKAGE}'`);
    const reason = isMissing ? 'is not installed' : `does not load (${messageOf(error).split('\n')[0]})`;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${where}: the package ${PACKAGE} ${reason}; run npm install ${PACKAGE}`,
      { cause: error },
    );
  }
}

/** Country, state and region, each of which is known. */
function codesOf(where: string, place: string, all: Holidays): [string, string?, string?] {
  const [country = '', state, region] = place.split('-');
  const require = (code: string, known: Readonly<Record<string, string>> = {}, inside: string): void => {
    if (Object.hasOwn(known, code)) return;
    const names = Object.keys(known);
    const prefix = inside === '' ? '' : `${inside}-`;
    const meant = nearestName(code, names);
    const list =
      names.length > LISTED
        ? `${names.length} such as ${names.slice(0, LISTED).join(', ')}`
        : names.join(', ');
    const expected =
      names.length === 0
        ? `${inside} alone, as no parts of it are known`
        : `${inside === '' ? 'a country' : `a part of ${inside}`} that is known (${list}${meant === undefined ? '' : `; did you mean ${prefix}${meant}?`})`;
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: expected the place to be ${expected}, got ${show(place)}`,
    );
  };
  require(country, all.getCountries(), '');
  if (state === undefined) return [country];
  require(state, all.getStates(country), country);
  if (region === undefined) return [country, state];
  require(region, all.getRegions(country, state), `${country}-${state}`);
  return [country, state, region];
}

const LISTED = 20;

/** Dates of a year with the names of their holidays; one that begins at the end of the year before counts, too. */
function namesOf(
  holidays: Holidays,
  year: number,
  types: readonly HolidayType[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const of of [year - 1, year])
    for (const { date, start, end, name, type } of holidays.getHolidays(of)) {
      if (!types.includes(type)) continue;
      const first = beginOf(date);
      const last = first + (end.getTime() - start.getTime());
      for (let day = DAY * Math.floor(first / DAY); day < last; day += DAY) {
        const noon = day + NOON;
        const text = dateOf(day);
        if (first <= noon && noon < last && Number(text.slice(0, 4)) === year && !names.has(text))
          names.set(text, name);
      }
    }
  return names;
}

/** When a holiday begins by the clocks there, as if they were those of UTC; ` -0600` is six hours earlier, at sunset. */
function beginOf(date: string): number {
  const [, sign, hours, minutes] = / ([+-])(\d\d)(\d\d)$/.exec(date) ?? [];
  const shift = hours === undefined ? 0 : HOUR * (Number(hours) + Number(minutes) / 60);
  const midnight = Date.parse(`${date.slice(0, 10)}T${date.slice(11, 19)}Z`);
  return sign === '-' ? midnight - shift : midnight + shift;
}

function dateOf(local: number): string {
  return new Date(local).toISOString().slice(0, 10);
}

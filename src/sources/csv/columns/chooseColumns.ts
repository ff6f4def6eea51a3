import { RxAnomalyError } from '../../../core/errors.ts';
import { nearestName, show } from '../../../core/options.ts';
import type { CsvColumns, CsvOptions } from '../csvTable.ts';
import type { Notices } from '../notices.ts';
import type { NumberFormat } from '../numbers/numberFormat.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import type { KnownRoles } from '../records/knownFormats.ts';
import { type ReportCell, unitInName } from '../times/numericTime.ts';
import { guessTimeFormat, type TimeFormat } from '../times/timeFormat.ts';
import {
  readInOrder,
  requireMostTimes,
  warnOfNoTime,
  warnOfOtherCalendar,
  warnOfRepeatedHour,
  warnOfUnsetClock,
  withPasses,
} from './checkTimes.ts';
import { warnOfHalf } from './clockColumns.ts';
import type { TimeColumns } from './dateParts.ts';
import { guessKey, isSeriesName, keyOfKnown } from './guessKey.ts';
import { guessLabel, guessValues, parseLabel } from './guessValues.ts';
import { keysOfStates } from './keyOfRow.ts';
import { noteStates, warnOfSigns, warnOfUnreadNumbers } from './leftOut.ts';
import type { ColumnProfile } from './profileColumns.ts';
import {
  columnList,
  quoted,
  refuseMixedUnits,
  refuseNoNumbers,
  refuseOtherUnits,
  refuseTimesAcross,
  requireMost,
} from './refusals.ts';
import { guessTime, namedTime, timeOfFormat, unreadableTime } from './timeColumns.ts';
import { CODE_WORDS, words } from './words.ts';

/** Which column is what, and how it is read. */
export interface ColumnPlan {
  readonly columns: CsvColumns;
  readonly time: (TimeColumns & { readonly format: TimeFormat }) | undefined;
  /** The readable times of the sample, in its order. */
  readonly sampleTimes: readonly number[];
  readonly key: readonly ColumnProfile[];
  readonly label: ColumnProfile | undefined;
  readonly category: ColumnProfile | undefined;
  /** The series of the sample that hold states alone, next to others of numbers. */
  readonly stateKeys: ReadonlySet<string | undefined>;
  /** Those of the values, then those of the covariates. */
  readonly value: readonly { readonly profile: ColumnProfile; readonly format: NumberFormat }[];
  /** Columns of text that are not read and hold the same text throughout the sample. */
  readonly constant: readonly ColumnProfile[];
}

export interface ColumnContext {
  readonly file: string;
  readonly options: CsvOptions;
  /** Columns without a name of their own in the file. */
  readonly nameless: ReadonlySet<string>;
  /** What a row of units below the header holds for each column. */
  readonly units: readonly string[];
  /** What a known format says of its columns. */
  readonly known: KnownRoles | undefined;
  readonly delimiter: string;
  readonly rows: readonly (readonly string[])[];
  readonly notices: Notices;
  readonly report: ReportCell;
}

/**
 * Gives every column its part: the named ones as asked, the others as the sample suggests.
 *
 * @throws RxAnomalyError BAD_INPUT if a named column is absent or holds nothing of its kind, a column called a time
 *   cannot be read, or no column is numeric
 */
export function chooseColumns(profiles: readonly ColumnProfile[], context: ColumnContext): ColumnPlan {
  const { options, known, notices, rows } = context;
  const bad = (message: string): RxAnomalyError =>
    new RxAnomalyError('BAD_INPUT', `${context.file}: ${message}`);
  const named = (name: string): ColumnProfile => {
    const profile = profiles.find((candidate) => candidate.name === name);
    if (profile !== undefined) return profile;
    const names = profiles.map((candidate) => candidate.name);
    const meant = nearestName(name, names);
    const advice = meant === undefined ? '' : `; did you mean ${show(meant)}?`;
    throw bad(`no column ${show(name)}; ${columnList(profiles)}${advice}`);
  };
  /** Of one option: a column named twice would be there twice. */
  const namedOnce = (option: string, names: readonly string[]): ColumnProfile[] => {
    const all = names.map(named);
    const twice = all.find((profile, at) => all.indexOf(profile) !== at);
    if (twice !== undefined)
      throw bad(`column ${show(twice.name)} is named twice as ${option}; name it once`);
    return all;
  };
  /** `Date+Time` names two columns, unless one is called so. */
  const namedAll = (option: string, given: string | readonly string[]): ColumnProfile[] =>
    typeof given === 'string' && given.includes('+') && !profiles.some(({ name }) => name === given)
      ? given.split('+').map(named)
      : namedOnce(option, [given].flat());
  const taken = new Set<ColumnProfile>();
  const take = <P extends ColumnProfile | undefined>(profile: P): P => {
    if (profile !== undefined) taken.add(profile);
    return profile;
  };
  const free = (): ColumnProfile[] => profiles.filter((profile) => !taken.has(profile));
  const presentOnly = (names: readonly string[] | undefined): ColumnProfile[] =>
    profiles.filter((profile) => names?.includes(profile.name));

  const namedKey = options.key === undefined ? undefined : namedAll('key', options.key);
  namedKey?.forEach(take);
  const label = options.label === undefined ? undefined : take(named(options.label));
  const category = options.category === undefined ? undefined : named(options.category);
  if (category !== undefined && taken.has(category))
    throw bad(`column "${category.name}" cannot be the category, too: it is named for something else`);
  take(category);
  const values =
    options.value === undefined && category === undefined
      ? undefined
      : namedOnce('value', [options.value ?? []].flat());
  values?.forEach(take);
  const covariates = namedOnce('covariate', [options.covariates ?? []].flat());
  const twice = covariates.find((profile) => taken.has(profile));
  if (twice !== undefined)
    throw bad(`column "${twice.name}" cannot be a covariate, too: it is named for something else`);
  covariates.forEach(take);

  const knownTime = presentOnly(known?.time).filter(({ cells }) => cells.length > 0);
  const time =
    options.time !== undefined
      ? namedTime(namedAll('time', options.time))
      : knownTime.length > 0
        ? namedTime(knownTime)
        : (guessTime(free()) ?? timeOfFormat(free(), options.timeFormat));
  if (time !== undefined && options.time !== undefined) warnOfHalf(time, profiles, notices);
  time?.profiles.forEach(take);
  if (time === undefined) {
    const unreadable = unreadableTime(free());
    if (unreadable !== undefined) {
      throw bad(
        `row ${unreadable.rows[0]!}: column "${unreadable.name}": ${show(unreadable.cells[0])} is not a time that is ` +
          'recognised; --time-format says how its times are written, --time names another column',
      );
    }
  }
  const guessedLabel = label ?? take(guessLabel(free()));

  const textOfTime = (row: readonly string[]): string =>
    time!.profiles.some(({ index }) => isMissing((row[index] ?? '').trim()))
      ? ''
      : time!.join(time!.profiles.map(({ index }) => (row[index] ?? '').trim()));
  const times = time === undefined ? undefined : rows.map(textOfTime);
  const moments = times && withPasses(times, time!.profiles[0]!.name, options, context.delimiter === ';');
  const cellOf = ({ index }: ColumnProfile, row: number): string => rows[row]?.[index] ?? '';
  const guessedKey =
    namedKey !== undefined
      ? undefined
      : known?.key !== undefined
        ? keyOfKnown(presentOnly(known.key), free(), known, moments, cellOf)
        : guessKey(free(), moments, cellOf);
  const key = namedKey ?? guessedKey!.key;
  key.forEach(take);

  presentOnly(known?.ignored).forEach((profile) => {
    if (values === undefined) take(profile);
  });
  const knownValues = values === undefined ? presentOnly(known?.value) : [];
  const guessed =
    values === undefined && knownValues.length === 0 ? guessValues(free(), context.nameless) : undefined;
  const value = values ?? (knownValues.length > 0 ? knownValues : guessed!.value.map(named));
  if (values === undefined) {
    refuseMixedUnits(free(), bad);
    refuseTimesAcross(value, bad);
  }
  refuseOtherUnits([...value, ...covariates], bad);
  warnOfSigns(free(), notices);
  if (value.length === 0 && category === undefined) refuseNoNumbers(profiles, free(), bad);

  const timeName = time?.profiles.map((profile) => profile.name).join('+');
  const cut = times?.findIndex((text) => /^\d(?:[.,]\d{1,7})?e\+?(?:0[89]|1\d)$/i.test(text)) ?? -1;
  if (cut !== -1 && options.timeFormat === undefined) {
    throw bad(
      `row ${cut + 1}: column "${timeName!}": ${show(times![cut])} is a time that a spreadsheet has cut to a few digits; ` +
        'show the column as whole numbers there and export it again',
    );
  }
  const timeUnit =
    time?.profiles.length === 1 && unitInName(timeName!) === undefined
      ? context.units[time.profiles[0]!.index]
      : undefined;
  // Formats keep where they are in the column: one for the sample, one for the rows.
  const formatOf = (report: ReportCell): TimeFormat =>
    guessTimeFormat(
      times!.filter((text) => text !== ''),
      {
        name: timeUnit === undefined ? timeName! : `${timeName!} ${timeUnit}`,
        timeFormat: options.timeFormat,
        dayFirst: options.dayFirst,
        timeZone: options.timeZone,
        origin: known?.origin,
        isEuropean: context.delimiter === ';' || value.some((profile) => profile.format.isEuropean),
        report,
      },
    );
  const format = time === undefined ? undefined : formatOf(context.report);
  const sampleTimes =
    time === undefined
      ? []
      : readInOrder(
          times!,
          formatOf(() => {}),
        );
  if (time === undefined) {
    notices.note('no time column (guessed)');
    warnOfNoTime(values === undefined ? value : [], free(), notices);
  }
  if (time !== undefined && options.time === undefined) {
    const plural = time.profiles.length > 1;
    notices.note(
      plural
        ? `time columns ${quoted(time.profiles.map((profile) => profile.name))} (guessed)`
        : `time column "${timeName}" (guessed)`,
    );
  }
  if (format?.note !== undefined) notices.note(`times read as ${format.note} (guessed)`);
  if (format?.warning !== undefined) notices.warn('time', `column "${timeName}": ${format.warning}`);
  if (namedKey === undefined && key.length > 0) {
    notices.note(
      `series separated by ${quoted(key.map((profile) => profile.name))} (guessed; --key decides, --key none for one series)`,
    );
  }
  // Clocks without a date come again every day.
  if (guessedKey?.repeated !== undefined && !time!.profiles.every(({ isClock }) => isClock)) {
    const row = guessedKey.repeated;
    notices.warn(
      'repeatedTime',
      `row ${row}: column "${timeName}": ${show(times![row - 1])} is the time of an earlier row too; if these are several series, --key names the column that separates them`,
    );
  }
  const { unsure } = guessedKey ?? {};
  if (unsure !== undefined) {
    const count = new Set(unsure.cells).size;
    notices.warn(
      'identifier',
      `column "${unsure.name}": ${count} ${unsure.isNumeric ? 'numbers' : 'texts'} that come again and again${unsure.isNumeric ? '' : ', with values of their own'}; if they name series, --key "${unsure.name}" separates them`,
    );
  }
  if (values === undefined) {
    const names = value.map((profile) => profile.name);
    notices.note(`value column${names.length > 1 ? 's' : ''} ${quoted(names)} (guessed)`);
  }
  if (options.decimal === undefined && value.some(({ format: { isEuropean } }) => isEuropean)) {
    notices.note('numbers with a decimal comma (guessed)');
  }
  for (const profile of [...value, ...covariates]) {
    const { note, warning } = profile.format;
    if (note !== undefined) notices.note(`column "${profile.name}": ${note} (guessed)`);
    if (warning !== undefined && options.decimal === undefined) {
      notices.warn('decimal', `column "${profile.name}": ${warning}`);
    }
  }
  const stateKeys = keysOfStates(key, value, rows);
  noteStates(stateKeys, notices);
  if (values === undefined) warnOfUnreadNumbers(value, free(), notices);
  if (label === undefined && guessedLabel !== undefined) {
    notices.note(`label column "${guessedLabel.name}" (guessed; not modelled)`);
  }
  for (const line of guessed?.leftOut ?? []) notices.note(line);

  if (time !== undefined && format !== undefined) {
    requireMostTimes(
      times!,
      timeName!,
      formatOf(() => {}),
      bad,
    );
    warnOfUnsetClock(sampleTimes, timeName!, notices);
    warnOfOtherCalendar(sampleTimes, times![0], timeName!, notices);
    const isOfFirst = (row: number): boolean => key.every((each) => cellOf(each, row) === cellOf(each, 0));
    const ofFirst = times!.flatMap((text, row) => (text !== '' && isOfFirst(row) ? [row] : []));
    const timesOfFirst = readInOrder(
      ofFirst.map((row) => times![row]!),
      formatOf(() => {}),
    );
    warnOfRepeatedHour(timesOfFirst, ofFirst, timeName!, format, notices);
  }
  if (label !== undefined) requireMost(label, (cell) => parseLabel(cell) !== undefined, '0 or 1', bad);
  for (const profile of [...(values ?? []), ...covariates]) {
    if (profile.cells.length > 0 && profile.cells.every((cell) => Number.isNaN(profile.format.read(cell)))) {
      throw bad(
        `row ${profile.rows[0]!}: column "${profile.name}": ${show(profile.cells[0])} is not a number, nor are any of the first rows`,
      );
    }
  }
  value.forEach(take);
  return {
    columns: {
      value: value.map((profile) => profile.name),
      ...(category === undefined ? {} : { category: category.name }),
      ...(covariates.length === 0 ? {} : { covariates: covariates.map((profile) => profile.name) }),
      ...(timeName === undefined ? {} : { time: timeName }),
      ...(key.length === 0 ? {} : { key: key.map((profile) => profile.name).join('+') }),
      ...(guessedLabel === undefined ? {} : { label: guessedLabel.name }),
    },
    time: time === undefined ? undefined : { ...time, format: format! },
    sampleTimes,
    key,
    label: guessedLabel,
    category,
    stateKeys,
    value: [...value, ...covariates].map((profile) => ({ profile, format: profile.format })),
    constant:
      namedKey === undefined
        ? profiles.filter(
            (profile) =>
              (!taken.has(profile) || known?.key?.includes(profile.name)) &&
              !key.includes(profile) &&
              (!profile.isNumeric || (!value.includes(profile) && isSeriesName(profile.name))) &&
              !profile.isCalendar &&
              !words(profile.name).some((word) => CODE_WORDS.has(word)) &&
              profile.cells.length > 0 &&
              new Set(profile.cells).size === 1,
          )
        : [],
  };
}

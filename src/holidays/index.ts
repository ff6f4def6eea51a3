/**
 * The public holidays of a country, for the calendar of a detector, as a covariate, or to suppress alerts. Needs the package
 * `date-holidays`.
 *
 * @module rx-anomaly/holidays
 */

export {
  type HolidayType,
  type PublicHolidays,
  type PublicHolidaysOptions,
  publicHolidays,
} from './publicHolidays.ts';

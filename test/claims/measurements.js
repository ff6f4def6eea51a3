import { toNumber } from './readClaims.js';

/**
 * What reads the figures of a claim, in the order of the README, from what its command prints.
 *
 * @typedef {(output: string) => number[]} Reader
 */

/** By the first column of the README's table. */
export const READERS = /** @type {Readonly<Record<string, Reader>>} */ ({
  'NAB score on the 31 files that it was developed on': nabScore('default'),
  'NAB score with the last value as the forecast': nabScore('lastValue'),
  'NAB score of an exponentially weighted z-score': nabScore('ewZScore'),
  'Faults found in everyday streams; false alerts per 1,000 records': (output) => [
    ...match(/^ALL +(\d+) of (\d+) +\d+ +([\d.]+)$/m, output),
  ],
  'False alerts per 1,000 normal records after the first 1,000: `low`, `medium`, `high`': (output) => {
    const cells = match(/^mean((?: +[\d.]+)+)$/m, output, (text) => text).flatMap((row) =>
      row.trim().split(/ +/),
    );
    return [3, 5, 7].map((column) => toNumber(cells[column]));
  },
  'Faults found in the demo; false alerts': (output) =>
    match(/^all +[\d,]+ +(\d+) of (\d+) +(\d+) /m, output),
  'Packages that it installs, with RxJS; MB': (output) =>
    match(/^.*npm install rx-anomaly rxjs: (\d+) packages, ([\d.]+) MB/m, output),
  'kB of `detectAnomalies` in a browser after gzip, RxJS included': bundleSize('detectAnomalies'),
  'kB of `lstmForecast` in a browser after gzip, RxJS included': bundleSize('lstmForecast'),
});

/**
 * @param {string} configuration
 * @returns {Reader}
 */
function nabScore(configuration) {
  return (output) => match(new RegExp(String.raw`^${configuration} +([\d.]+)`, 'm'), output);
}

/**
 * @param {string} name
 * @returns {Reader}
 */
function bundleSize(name) {
  return (output) => match(new RegExp(String.raw`${name}: ([\d.]+) kB after gzip at once`), output);
}

/**
 * @template [T=number]
 * @param {RegExp} pattern
 * @param {string} output
 * @param {(text: string) => T} convert
 * @returns {T[]}
 */
function match(pattern, output, convert = /** @type {(text: string) => T} */ (toNumber)) {
  const found = pattern.exec(output);
  if (!found) throw new Error(`nothing printed looks like ${pattern}`);
  return found.slice(1).map((text) => convert(text));
}
